"""Cognito's users, as JSON and as CSV: who is imported, and what is refused (threats R-10)."""

from __future__ import annotations

import io
import json
from typing import Any

import pytest

from idp.domain.moving.formats.cognito import read
from idp.domain.moving.person import BrokenFileError, ImportedLink, ImportedPerson, RefusedRow
from tests.support.vendors import cognito
from tests.support.vendors.people import Someone, people

ADA = Someone(25, "example.com")
EVERYBODY = people(130, "example.com")


def rows(raw: bytes) -> list[ImportedPerson | RefusedRow]:
    """Read a file."""
    return list(read(io.BytesIO(raw)))


def only(attributes: dict[str, Any] | None = None, **changes: Any) -> ImportedPerson | RefusedRow:
    """What becomes of a user; an attribute or member that is None is left out."""
    user = cognito.user(ADA)
    told = {each["Name"]: each["Value"] for each in user["Attributes"]} | (attributes or {})
    user |= {"Attributes": [{"Name": name, "Value": value} for name, value in told.items() if value is not None]}
    (row,) = rows(json.dumps({"Users": [{name: value for name, value in {**user, **changes}.items() if value is not None}]}).encode())
    return row


def one(attributes: dict[str, Any] | None = None, **changes: Any) -> ImportedPerson:
    """The same, which has to be imported."""
    row = only(attributes, **changes)
    assert isinstance(row, ImportedPerson), row
    return row


def test_a_user_with_attributes_of_all_kinds() -> None:
    """The id is `sub`. A birthday in another form is left out; an address is one text."""
    row = one({"locale": "de-DE", "phone_number": "+493012345678"}, UserMFASettingList=["SOFTWARE_TOKEN_MFA"])
    assert (row.source_id, row.email, row.email_verified, row.disabled) == (ADA.uuid, ADA.email, True, False)
    assert row.claims == {
        "name": ADA.name, "given_name": ADA.given, "preferred_username": "person25", "locale": "de-DE", "phone_number": "+493012345678",
        "address": {"formatted": "1 Main Street\nSpringfield"},
    }  # fmt: skip
    assert (row.password_hash, row.totp, row.groups, row.created_at) == (None, None, (), ADA.created)
    assert row.left_out == ("custom attributes", "second factors", "malformed claims")
    assert row.links == (ImportedLink("Google", ADA.subject),)


def test_a_user_of_another_provider_has_no_name_of_their_own() -> None:
    """Cognito makes it from the provider and the id there."""
    row = one(Username=f"Google_{ADA.subject}", UserStatus="EXTERNAL_PROVIDER")
    assert "preferred_username" not in row.claims
    assert row.links


@pytest.mark.parametrize("username", [ADA.email, ADA.email.upper(), ADA.uuid])
def test_a_name_that_is_the_address_or_the_id_is_no_claim(username: str) -> None:
    assert "preferred_username" not in one(Username=username).claims


@pytest.mark.parametrize("changes", [{"Enabled": False}, {"UserStatus": "ARCHIVED"}, {"UserStatus": "COMPROMISED"}])
def test_a_user_whom_cognito_lets_in_no_longer_is_disabled(changes: dict[str, Any]) -> None:
    assert one(**changes).disabled


@pytest.mark.parametrize("status", ["CONFIRMED", "UNCONFIRMED", "RESET_REQUIRED", "FORCE_CHANGE_PASSWORD", "UNKNOWN", None])
def test_a_user_of_another_status_is_not_disabled(status: str | None) -> None:
    assert not one(UserStatus=status).disabled


def test_groups_come_from_the_answer_that_was_put_in() -> None:
    assert one(Groups=[{"GroupName": "editors", "UserPoolId": "eu_1"}, {"GroupName": "staff"}]).groups == ("editors", "staff")


def _forms() -> dict[str, bytes]:
    pages = cognito.pages(EVERYBODY)
    users = [user for page in pages for user in page["Users"]]
    return {
        "command line": cognito.list_users(EVERYBODY),
        "array of pages": json.dumps(pages).encode(),
        "pages in lines": b"\n".join(json.dumps(page).encode() for page in pages),
        "array of users": json.dumps(users, indent=1).encode(),
        "users in lines": b"\n".join(json.dumps(user).encode() for user in users),
        "AdminGetUser": b"\n".join(
            json.dumps({**user, "UserAttributes": user["Attributes"], "Attributes": None}).encode() for user in users
        ),
        "floats": cognito.list_users(EVERYBODY, floats=True),
    }


@pytest.mark.parametrize("form", _forms().values(), ids=_forms())
def test_each_form_has_the_same_users(form: bytes) -> None:
    """Of 130, three have no address."""
    assert rows(form) == rows(cognito.list_users(EVERYBODY))
    assert [each.reason.id for each in rows(form) if isinstance(each, RefusedRow)] == ["moving.email_missing"] * 3


def test_the_csv_has_no_sub_and_no_links() -> None:
    """Its template has no column for them; `sub` may be added. An address of two lines moves the next rows by one."""
    found = rows(cognito.csv_file(EVERYBODY))
    ada = found[25]
    assert isinstance(ada, ImportedPerson)
    assert (ada.row, ada.source_id, ada.email, ada.email_verified, ada.links) == (28, "username:person25", ADA.email, True, ())
    assert ada.left_out == ("custom attributes", "second factors", "malformed claims")
    with_sub = b"sub,email,cognito:username\n" + f"{ADA.uuid},{ADA.email},ada\n".encode()
    (row,) = rows(with_sub)
    assert isinstance(row, ImportedPerson)
    assert row.source_id == ADA.uuid


@pytest.mark.parametrize(
    ("attributes", "expected"),
    [
        ({"email": None}, "moving.email_missing"),
        ({"email": " "}, "moving.email_missing"),
        ({"email": "a@b@c"}, "email.malformed"),
        ({"email": 7}, "moving.wrong_type"),
        ({"sub": "x" * 300}, "moving.no_id"),
        ({"": "x"}, "moving.attribute_twice"),
        ({"email_verified": "yes"}, "moving.wrong_type"),
        ({"email_verified": True}, "moving.wrong_type"),
        ({"name": "a\0b"}, "moving.nul"),
        ({"identities": "["}, "moving.not_json"),
        ({"identities": "{}"}, "moving.wrong_type"),
        ({"identities": "[7]"}, "moving.wrong_type"),
        ({"identities": '[{"providerName":"Google"}]'}, "moving.wrong_type"),
        ({"identities": '[{"providerName":"Google","userId":7}]'}, "moving.wrong_type"),
        ({"identities": '[{"userId":"7"}]'}, "moving.wrong_type"),
        ({"identities": '[{"userId":"7","userId":"8","providerName":"Google"}]'}, "moving.duplicate_name"),
        ({"identities": "[" * 100_000}, "moving.too_deep"),
        ({f"custom:{number}": "x" for number in range(250)}, "moving.wrong_type"),
        ({"name": "x" * 1_100_000}, "moving.too_long"),
    ],
)
def test_a_user_with_attributes_that_are_refused(attributes: dict[str, Any], expected: str) -> None:
    row = only(attributes)
    assert isinstance(row, RefusedRow), row
    assert row.reason.id == expected


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"Attributes": {}}, "moving.wrong_type"),
        ({"Attributes": [{"Name": "email", "Value": "a@b.c"}] * 2}, "moving.attribute_twice"),
        ({"Username": 7}, "moving.wrong_type"),
        ({"Enabled": "true"}, "moving.wrong_type"),
        ({"UserStatus": 7}, "moving.wrong_type"),
        ({"UserCreateDate": True}, "moving.wrong_type"),
        ({"UserCreateDate": -1.5}, "moving.wrong_type"),
        ({"UserCreateDate": 1e300}, "moving.wrong_type"),
        ({"UserCreateDate": "x" * 100}, "moving.wrong_type"),
        ({"Groups": ["staff"]}, "moving.wrong_type"),
        ({"Groups": [{}]}, "moving.wrong_type"),
    ],
)
def test_a_user_with_members_that_are_refused(changes: dict[str, Any], expected: str) -> None:
    row = only(**changes)
    assert isinstance(row, RefusedRow), row
    assert row.reason.id == expected


def test_a_user_without_a_page_that_is_too_long_is_refused() -> None:
    """The next one is read."""
    long = {**cognito.user(ADA), "x": "y" * 700_000, "z": "y" * 700_000}
    first, second = rows(json.dumps([long, cognito.user(ADA)]).encode())
    assert isinstance(first, RefusedRow)
    assert first.reason.id == "moving.too_long"
    assert isinstance(second, ImportedPerson)


@pytest.mark.parametrize(
    ("header", "expected"),
    [
        ("email", "moving.file_not_this_format"),
        ("", "moving.file_not_this_format"),
        ("cognito:username,password", "moving.column_unknown"),
        ("cognito:username,email,email", "moving.column_twice"),
        ('cognito:username,"email', "moving.file_not_this_format"),
    ],
)
def test_a_csv_of_another_kind_is_refused(header: str, expected: str) -> None:
    with pytest.raises(BrokenFileError) as broken:
        rows(header.encode())
    assert broken.value.message.id == expected


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("ada,ada@example.com", "moving.columns_differ"),
        ("ada,ada@example.com,yes,", "moving.wrong_type"),
        ("ada,ada@example.com,true,perhaps", "moving.wrong_type"),
        ("ada,,true,", "moving.email_missing"),
        (",ada@example.com,true,", "moving.no_id"),
        ("a\0da,ada@example.com,true,", "moving.nul"),
        ('ada,"ada"@example.com,true,', "moving.csv_malformed"),
        ("a" * 1_100_000, "moving.too_long"),
    ],
)
def test_a_line_of_the_csv_that_is_refused(line: str, expected: str) -> None:
    """The next line is read."""
    header = "cognito:username,email,email_verified,cognito:mfa_enabled\n"
    first, second = rows(f"{header}{line}\nbob,bob@example.com,TRUE,\n".encode())
    assert isinstance(first, RefusedRow)
    assert first.reason.id == expected
    assert isinstance(second, ImportedPerson)


@pytest.mark.parametrize("raw", [b"{}", b"[{}]", b"[7]", b'{"Users": 7}', b'{"Users": [', b'{"Users": [], "Username": "x"}', b'{"a": 1}'])
def test_a_file_that_is_no_answer(raw: bytes) -> None:
    with pytest.raises(BrokenFileError):
        rows(raw)
