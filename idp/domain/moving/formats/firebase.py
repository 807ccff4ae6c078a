"""Firebase Authentication: `firebase auth:export` as JSON or CSV, and pages of the REST API (`accounts:batchGet`) one after the other.

Firebase documents the members in "auth:import and auth:export". The command writes links to Google, Facebook, Twitter and GitHub only; the
REST API has all. Hashes need the parameters of the project (`hashes/firebase.py`). Keys of second factors are never in an export.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any, BinaryIO

from idp.domain.moving import claims, moments
from idp.domain.moving.csv_rows import of_csv
from idp.domain.moving.fields import LONGEST_RECORD, check_text, flag, objects, person_or_refusal, source_id, text
from idp.domain.moving.formats.firebase_csv import user_of
from idp.domain.moving.formats.firebase_parameters import read_parameters
from idp.domain.moving.hashes import firebase as hashes
from idp.domain.moving.json_stream import JsonStream
from idp.domain.moving.person import BrokenFileError, ImportedLink, ImportedPerson, RefusedRow, RowError
from idp.domain.moving.records import convert, first_byte, whole
from idp.domain.people import email

if TYPE_CHECKING:
    from idp.domain.moving.hashes.firebase import Parameters

SYSTEM = "firebase"
_NO_PROVIDER = {"password", "phone", "emailLink", "anonymous", "custom"}
_HIDDEN = "UkVEQUNURUQ="
"""The word REDACTED in base64, in place of a hash that the caller may not read."""
_LONGEST = 255


class _NoParametersError(Exception):
    """A user has a hash, and the parameters of the project are not there. It ends the import, because it is no fault of the row."""


def read(file: BinaryIO, *, hash_config: BinaryIO | None = None) -> Iterator[ImportedPerson | RefusedRow]:
    """Yield the users of a file. `row`: the number of the user, or the line. `hash_config`: the parameters of the project.

    Raises:
        BrokenFileError: the file has no users, or cannot be read on; or a user has a hash, and the parameters are missing or wrong.
    """
    project = read_parameters(hash_config) if hash_config else None
    try:
        yield from _of_json(file, project) if first_byte(file) in {b"{", b"["} else _of_csv(file, project)
    except _NoParametersError:
        raise BrokenFileError("moving.hash_config_missing") from None


def _of_json(file: BinaryIO, project: Parameters | None) -> Iterator[ImportedPerson | RefusedRow]:
    stream, row, found = JsonStream(file), 0, False
    while stream.peek():
        for name in stream.members():
            if name != "users":
                stream.skip()
                continue
            found = True
            for raw in stream.items(LONGEST_RECORD):
                row += 1
                yield convert(row, whole(raw), lambda row, user: _person(row, user, project), lambda user: user.get("localId"))
    if not found:
        raise BrokenFileError("moving.file_not_this_format")


def _of_csv(file: BinaryIO, project: Parameters | None) -> Iterator[ImportedPerson | RefusedRow]:
    """Yield the users of a file without a header. Some rows the command itself writes wrongly: a name with a quotation mark and a comma."""
    for row, cells in of_csv(file):
        if isinstance(cells, RowError):
            yield RefusedRow(row, "", cells.message)
        else:
            yield person_or_refusal(row, cells, lambda row, cells: _person(row, user_of(cells), project), lambda cells: cells[0])


def _person(row: int, user: Mapping[str, Any], project: Parameters | None) -> ImportedPerson:
    password = _password(user, project)
    if not text(user, "email"):
        raise RowError("moving.email_missing")
    found, dropped = claims.fitting(
        {"name": text(user, "displayName"), "picture": text(user, "photoUrl"), "phone_number": text(user, "phoneNumber")}
    )
    return ImportedPerson(
        row, source_id(text(user, "localId")), email.normalise(text(user, "email")), flag(user, "emailVerified", absent=False), password,
        flag(user, "disabled", absent=False), found, created_at=moments.from_milliseconds(user.get("createdAt"), "createdAt"),
        left_out=(*_left_out(user), *dropped), links=tuple(map(_link, filter(_is_elsewhere, objects(user, "providerUserInfo")))),
    )  # fmt: skip


def _password(user: Mapping[str, Any], project: Parameters | None) -> str | None:
    """Return the hash in our notation.

    Raises:
        _NoParametersError: people would come without their passwords, and a second import could not bring them.
    """
    hashed = text(user, "passwordHash")
    if not hashed:
        return None
    if hashed == _HIDDEN:
        raise RowError("moving.hash_redacted")
    if project is None:
        raise _NoParametersError
    return hashes.convert(hashed, text(user, "salt"), project)


def _is_elsewhere(provider: Mapping[str, Any]) -> bool:
    return text(provider, "providerId") not in _NO_PROVIDER


def _link(provider: Mapping[str, Any]) -> ImportedLink:
    subject, name = text(provider, "rawId"), text(provider, "providerId")
    if not name or not 0 < len(subject) <= _LONGEST:
        raise RowError("moving.wrong_type", name="providerUserInfo")
    return ImportedLink(name, subject, "", text(provider, "email"))


def _left_out(user: Mapping[str, Any]) -> tuple[str, ...]:
    custom = text(user, "customAttributes")
    check_text(custom)
    return (*(["custom claims"] if custom not in {"", "{}"} else []), *(["second factors"] if objects(user, "mfaInfo") else []))
