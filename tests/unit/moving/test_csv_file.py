"""Our CSV: each cell is data, and a row that cannot be read is refused without the others (threats R-10)."""

from __future__ import annotations

import io

import pytest

from idp.domain.moving.formats.csv_file import read
from idp.domain.moving.person import BrokenFileError, ImportedPerson, ImportedTotp, RefusedRow

KEY = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"


def rows(text: str | bytes) -> list[ImportedPerson | RefusedRow]:
    """Read a file."""
    return list(read(io.BytesIO(text.encode() if isinstance(text, str) else text)))


def reason(text: str | bytes) -> str:
    """The id of the message for the only row."""
    (row,) = rows(text)
    assert isinstance(row, RefusedRow)
    return row.reason.id


def test_a_person_with_everything() -> None:
    """Each column."""
    head = "id,email,email_verified,password_hash,disabled,created_at,roles,groups,totp_secret,totp_algorithm,totp_period,name,locale\n"
    row = f'7,Ada@Example.COM,TRUE,$2b$x,no,2020-01-01,a; b,c,{KEY.lower()},sha-256,60,"Ada, Countess",en-GB\n'
    assert rows(head + row) == [
        ImportedPerson(
            2, "7", "ada@example.com", email_verified=True, password_hash="$2b$x", claims={"name": "Ada, Countess", "locale": "en-GB"},
            totp=ImportedTotp(b"12345678901234567890", "SHA256", 60), roles=("a", "b"), groups=("c",), created_at=1577836800,
        )
    ]  # fmt: skip


def test_a_person_with_an_address_only() -> None:
    """The address is the id then, and nothing is believed."""
    assert rows("email\r\nada@example.com\r\n") == [ImportedPerson(2, "ada@example.com", "ada@example.com")]


def test_an_empty_file_is_refused() -> None:
    """It has no columns."""
    with pytest.raises(BrokenFileError):
        rows("")


def test_a_formula_is_a_name() -> None:
    """Nothing computes it."""
    (row,) = rows('email,name\nada@example.com,"=HYPERLINK(1)"\n')
    assert isinstance(row, ImportedPerson)
    assert row.claims == {"name": "=HYPERLINK(1)"}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("email\nno-address\n", "email.malformed"),
        ("email,name\n,Ada\n", "moving.email_missing"),
        ("id,email\n,ada@example.com\n", "moving.no_id"),
        (f"id,email\n{'x' * 256},ada@example.com\n", "moving.no_id"),
        ("email,name\nada@example.com\n", "moving.columns_differ"),
        ("email,name\nada@example.com,Ada,more\n", "moving.columns_differ"),
        ("email,email_verified\nada@example.com,maybe\n", "moving.wrong_type"),
        ("email,disabled\nada@example.com,2\n", "moving.wrong_type"),
        ("email,created_at\nada@example.com,yesterday\n", "moving.wrong_type"),
        ("email,created_at\nada@example.com,99999999999999\n", "moving.wrong_type"),
        ("email,created_at\nada@example.com,1900-01-01\n", "moving.wrong_type"),
        ("email,locale\nada@example.com,not a language\n", "profile_claim.not_language"),
        ("email,totp_secret\nada@example.com,GEZDG\n", "moving.totp_secret_malformed"),
        ("email,totp_secret\nada@example.com,0189!\n", "moving.totp_secret_malformed"),
        (f"email,totp_secret,totp_period\nada@example.com,{KEY},15\n", "moving.totp_not_supported"),
        (f"email,totp_secret,totp_period\nada@example.com,{KEY},-30\n", "moving.totp_not_supported"),
        (f"email,totp_secret,totp_period\nada@example.com,{KEY},{'9' * 5000}\n", "moving.totp_not_supported"),
        (f"email,totp_secret,totp_algorithm\nada@example.com,{KEY},MD5\n", "moving.totp_not_supported"),
        ("email,name\nada@example.com,A\0a\n", "moving.nul"),
        (b"email,name\nada@example.com,\xff\n", "moving.not_utf_8"),
        (b"email,name\nada@example.com,\xed\xa0\x80\n", "moving.not_utf_8"),
        ('email,name\nada@example.com,"Ada\n', "moving.csv_malformed"),
        ('email,name\nada@example.com,"Ada"x\n', "moving.csv_malformed"),
        (f"email,name\nada@example.com,{'x' * 200_000}\n", "moving.csv_malformed"),
        (f"email,name\nada@example.com,{'x' * 2_000_000}\n", "moving.too_long"),
    ],
)
def test_a_row_that_is_refused(text: str | bytes, expected: str) -> None:
    assert reason(text) == expected


def test_a_refused_row_does_not_hold_up_the_next() -> None:
    """Also a line far above the limit, whose rest is passed over. Each row is named by its line."""
    found = rows(f'email,name\nbad,\n{"x" * 3_000_000}\nada@example.com,"Two\nlines"\nbob@example.com,Bob\n')
    assert [(row.row, type(row).__name__) for row in found] == [
        (2, "RefusedRow"), (3, "RefusedRow"), (4, "RefusedRow"), (6, "ImportedPerson")
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("head", "expected"),
    [
        ("name\n", "moving.column_missing"),
        ("email;name\n", "moving.columns_by_commas"),
        ("email\tname\n", "moving.columns_by_commas"),
        ("email,admin\n", "moving.column_unknown"),
        ("email,user_id\n", "moving.column_unknown"),
        ("email,Name\n", "moving.column_unknown"),
        ("email,name,name\n", "moving.column_twice"),
        ("{}", "moving.column_unknown"),
        ('"email\n', "moving.file_not_this_format"),
    ],
)
def test_a_file_whose_columns_are_wrong(head: str, expected: str) -> None:
    """A column that is not known is no column to ignore. No column makes an admin or chooses the id."""
    with pytest.raises(BrokenFileError) as refused:
        rows(head + "ada@example.com,x,y\n")
    assert refused.value.message.id == expected
