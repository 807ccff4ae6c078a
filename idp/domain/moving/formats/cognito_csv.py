"""The CSV of Cognito's import jobs. The first line is that of the pool's template; the order of the columns does not matter."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import BinaryIO

from idp.domain.moving.csv_rows import of_csv
from idp.domain.moving.fields import check_text, person_or_refusal
from idp.domain.moving.formats.cognito_person import CLAIMS, id_of, person
from idp.domain.moving.person import BrokenFileError, ImportedPerson, RefusedRow, RowError

_USERNAME, _MFA = "cognito:username", "cognito:mfa_enabled"
_COLUMNS = {_USERNAME, _MFA, "sub", "email", "email_verified", "phone_number_verified", "updated_at", *CLAIMS}
_CUSTOM = ("custom:", "dev:custom:")
_FLAGS = {"true": True, "false": False, "": False}


def read(file: BinaryIO) -> Iterator[ImportedPerson | RefusedRow]:
    """Yield the people of the file.

    Raises:
        BrokenFileError: a column is unknown or named twice, or there is none for the name of the user.
    """
    rows = of_csv(file)
    names = _names(next(rows, (1, []))[1])
    for row, cells in rows:
        if isinstance(cells, RowError):
            yield RefusedRow(row, "", cells.message)
            continue
        record = dict(zip(names, cells, strict=False)) if len(names) == len(cells) else {}
        yield person_or_refusal(row, record, _person, lambda record: id_of(record.get(_USERNAME), record.get("sub")))


def _names(cells: list[str] | RowError) -> list[str]:
    names = [] if isinstance(cells, RowError) else [name.strip() for name in cells]
    for name in names:
        if name not in _COLUMNS and not name.startswith(_CUSTOM):
            raise BrokenFileError("moving.column_unknown", name=ascii(name[:40])[1:-1])
        if names.count(name) > 1:
            raise BrokenFileError("moving.column_twice", name=ascii(name[:40])[1:-1])
    if _USERNAME not in names:
        raise BrokenFileError("moving.file_not_this_format")
    return names


def _person(row: int, cells: Mapping[str, str]) -> ImportedPerson:
    if not cells:
        raise RowError("moving.columns_differ")
    for cell in cells.values():
        check_text(cell)
    factors = cells.get(_MFA, "").strip().lower()
    if factors not in _FLAGS:
        raise RowError("moving.wrong_type", name=_MFA)
    return person(row, cells[_USERNAME], cells, factors=_FLAGS[factors])
