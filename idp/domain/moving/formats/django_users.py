"""Django: `manage.py dumpdata auth.user auth.group` (JSON), or the table `auth_user` as CSV with a first line of names.

A custom user model works too, if its name ends with "user" and it has the members of AbstractUser. No person becomes an admin.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, BinaryIO

from idp.domain.moving import claims
from idp.domain.moving.csv_rows import of_csv
from idp.domain.moving.fields import LONGEST_RECORD, check_text, flag, parse, person_or_refusal, source_id, text
from idp.domain.moving.hashes import django as hashes
from idp.domain.moving.json_stream import JsonStream
from idp.domain.moving.moments import from_iso
from idp.domain.moving.person import BrokenFileError, ImportedPerson, RefusedRow, RowError
from idp.domain.moving.records import first_byte
from idp.domain.people import email

SYSTEM = "django"
_NEEDED = {"id", "password", "email"}
_FLAGS = {"t": True, "true": True, "1": True, "f": False, "false": False, "0": False, "": None}
_MOST_GROUPS = 100_000


def read(file: BinaryIO) -> Iterator[ImportedPerson | RefusedRow]:
    """Yield the users of a file. `row`: the number of the object, or the line of the CSV.

    Raises:
        BrokenFileError: the file is neither of both, or cannot be read on.
    """
    yield from _dump(JsonStream(file)) if first_byte(file) == b"[" else _table(file)


def _dump(stream: JsonStream) -> Iterator[ImportedPerson | RefusedRow]:
    groups: dict[str, str] = {}
    for row, raw in enumerate(stream.items(LONGEST_RECORD), 1):
        if raw is None:
            yield RefusedRow(row, "", RowError("moving.too_long", bytes=LONGEST_RECORD).message)
            continue
        try:
            entry = parse(raw)
        except RowError as error:
            yield RefusedRow(row, "", error.message)
            continue
        fields = entry.get("fields") if isinstance(entry, Mapping) else None
        if not isinstance(fields, Mapping) or not isinstance(entry.get("model"), str):
            yield RefusedRow(row, "", RowError("moving.not_a_user").message)
        elif entry["model"] == "auth.group" and isinstance(fields.get("name"), str) and len(groups) < _MOST_GROUPS:
            groups[str(entry.get("pk"))] = fields["name"]
        elif entry["model"].lower().endswith("user"):
            known = {**fields, "id": str(entry.get("pk", fields.get("id", "")))}
            yield person_or_refusal(row, known, lambda number, user: _person(number, user, groups), lambda user: user["id"])


def _table(file: BinaryIO) -> Iterator[ImportedPerson | RefusedRow]:
    rows = of_csv(file)
    _, head = next(rows, (0, []))
    names = [] if isinstance(head, RowError) else [name.strip() for name in head]
    if not set(names) >= _NEEDED or len(set(names)) < len(names):
        raise BrokenFileError("moving.file_not_this_format")
    for line, cells in rows:
        if isinstance(cells, RowError):
            yield RefusedRow(line, "", cells.message)
        else:
            yield person_or_refusal(line, (names, cells), _row, lambda found: dict(zip(*found, strict=False)).get("id"))


def _row(row: int, both: tuple[list[str], list[str]]) -> ImportedPerson:
    names, cells = both
    if len(names) != len(cells):
        raise RowError("moving.columns_differ")
    user: dict[str, Any] = dict(zip(names, cells, strict=True))
    for name, cell in user.items():
        check_text(cell)
        if name.startswith("is_"):
            if cell.lower() not in _FLAGS:
                raise RowError("moving.wrong_type", name=name)
            user[name] = _FLAGS[cell.lower()]
    return _person(row, user, {})


def _person(row: int, user: Mapping[str, Any], groups: Mapping[str, str]) -> ImportedPerson:
    address = text(user, "email")
    if not address:
        raise RowError("moving.email_missing")
    canonical, username = email.normalise(address), text(user, "username")
    names = {
        "name": f"{text(user, 'first_name')} {text(user, 'last_name')}".strip(), "given_name": text(user, "first_name"),
        "family_name": text(user, "last_name"), "preferred_username": "" if username.lower() == canonical else username,
    }  # fmt: skip
    taken, dropped = claims.fitting(names)
    admin = flag(user, "is_staff", absent=False) or flag(user, "is_superuser", absent=False)
    left_out = {"admin rights": admin, "permissions": bool(user.get("user_permissions"))}
    return ImportedPerson(
        row, source_id(text(user, "id")), canonical, password_hash=hashes.convert(text(user, "password")),
        disabled=not flag(user, "is_active", absent=True),
        claims=taken, groups=_groups(user, groups),
        created_at=from_iso(user.get("date_joined"), "date_joined"),
        left_out=(*(name for name, left in left_out.items() if left), *dropped),
    )  # fmt: skip


def _groups(user: Mapping[str, Any], known: Mapping[str, str]) -> tuple[str, ...]:
    """Return names of groups: keys of `auth.group` objects before the user, or names (`--natural-foreign`)."""
    found, given = [], user.get("groups") or []
    if not isinstance(given, list):
        raise RowError("moving.wrong_type", name="groups")
    for each in given:
        name = each[0] if isinstance(each, list) and len(each) == 1 else known.get(str(each))
        if not isinstance(name, str):
            raise RowError("moving.group_unknown", key=ascii(each)[:40])
        found.append(name)
    return tuple(found)
