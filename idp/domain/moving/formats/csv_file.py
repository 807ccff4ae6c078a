"""Our CSV (RFC 4180, UTF-8), for systems without a format of their own here. The first line names the columns.

    id                  in the other system; without this column it is the address
    email, email_verified, password_hash, disabled, created_at
    roles, groups       names, with a semicolon between them
    totp_secret         base32; totp_algorithm, totp_period and totp_digits where they are not SHA1, 30 and 6
    name, given_name …  standard claims that are texts

A cell is data: `=1+1` is a name like any other. An empty cell is an absent value.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import BinaryIO

from idp.domain.moving.authenticators import from_base32, totp
from idp.domain.moving.csv_rows import rest
from idp.domain.moving.fields import check_text, moment, person_or_refusal, source_id
from idp.domain.moving.lines import Lines
from idp.domain.moving.person import BrokenFileError, ImportedPerson, ImportedTotp, RefusedRow, RowError
from idp.domain.people import email, standard_claims

SYSTEM = "csv"
CLAIMS = (
    "name", "given_name", "family_name", "middle_name", "nickname", "preferred_username", "profile", "picture", "website", "gender",
    "birthdate", "zoneinfo", "locale", "phone_number",
)  # fmt: skip
COLUMNS = (
    "id", "email", "email_verified", "password_hash", "disabled", "created_at", "roles", "groups", "totp_secret", "totp_algorithm",
    "totp_period", "totp_digits", *CLAIMS,
)  # fmt: skip
_TRUE, _FALSE = ("true", "1", "yes"), ("false", "0", "no", "")
_TWO = 2


def read(file: BinaryIO) -> Iterator[ImportedPerson | RefusedRow]:
    """Yield the people of a file.

    Raises:
        BrokenFileError: a column is missing, unknown or named twice.
    """
    lines = Lines(file)
    rows = csv.reader(lines, strict=True)
    names = _names(rows)
    for first, cells in rest(lines, rows):
        if isinstance(cells, RowError):
            yield RefusedRow(first, "", cells.message)
        else:
            yield person_or_refusal(first, _record(names, cells), _person, lambda record: record.get("id") or record.get("email"))


def _names(rows: Iterator[list[str]]) -> list[str]:
    try:
        names = [name.strip() for name in next(rows, [])]
    except (csv.Error, RowError):
        raise BrokenFileError("moving.file_not_this_format") from None
    if len(names) == 1 and (";" in names[0] or "\t" in names[0]):
        raise BrokenFileError("moving.columns_by_commas")
    for name in names:
        if name not in COLUMNS:
            raise BrokenFileError("moving.column_unknown", name=ascii(name[:40])[1:-1])
        if names.count(name) > 1:
            raise BrokenFileError("moving.column_twice", name=name)
    if "email" not in names:
        raise BrokenFileError("moving.column_missing", name="email")
    return names


def _record(names: list[str], cells: list[str]) -> dict[str, str]:
    """Return the cells by name. A row of another length has the key "", which `_person` refuses."""
    return dict(zip(names, cells, strict=False)) | ({} if len(names) == len(cells) else {"": ""})


def _person(row: int, cells: Mapping[str, str]) -> ImportedPerson:
    if "" in cells:
        raise RowError("moving.columns_differ")
    for cell in cells.values():
        check_text(cell)
    if not cells["email"].strip():
        raise RowError("moving.email_missing")
    address = email.normalise(cells["email"])
    return ImportedPerson(
        row, source_id(cells.get("id", address)), address, _flag(cells, "email_verified"),
        cells.get("password_hash") or None, _flag(cells, "disabled"),
        standard_claims.check_claims({name: cells[name] for name in CLAIMS if cells.get(name)}),
        _totp(cells), _list(cells, "roles"), _list(cells, "groups"), _moment(cells.get("created_at", "")),
    )  # fmt: skip


def _flag(cells: Mapping[str, str], name: str) -> bool:
    value = cells.get(name, "").strip().lower()
    if value not in _TRUE + _FALSE:
        raise RowError("moving.wrong_type", name=name)
    return value in _TRUE


def _list(cells: Mapping[str, str], name: str) -> tuple[str, ...]:
    return tuple(each.strip() for each in cells.get(name, "").split(";") if each.strip())


def _totp(cells: Mapping[str, str]) -> ImportedTotp | None:
    secret, period, digits = cells.get("totp_secret", ""), cells.get("totp_period") or "30", cells.get("totp_digits") or "6"
    if not secret:
        return None
    if any(len(each) > _TWO or not (each.isascii() and each.isdecimal()) for each in (period, digits)):
        raise RowError("moving.totp_not_supported")
    return totp(from_base32(secret), algorithm=cells.get("totp_algorithm") or "SHA1", digits=int(digits), period=int(period))


def _moment(text: str) -> int:
    """Return epoch seconds from a number, or from a time in ISO 8601, which is UTC unless it says otherwise."""
    if not text:
        return 0
    try:
        if text.isascii() and text.isdecimal():
            return moment(int(text[:12]), "created_at")
        found = datetime.fromisoformat(text)
        return moment(int((found if found.tzinfo else found.replace(tzinfo=UTC)).timestamp()), "created_at")
    except (ValueError, OverflowError):
        raise RowError("moving.wrong_type", name="created_at") from None
