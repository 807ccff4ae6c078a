"""SCIM: users as a server lists them (RFC 7643 §4.1, RFC 7644 §3.4.2; threats R-10)."""

from __future__ import annotations

from typing import Any

import pytest

from idp.domain.moving.formats.scim_file import read
from idp.domain.moving.person import BrokenFileError
from tests.unit.moving.reading import changed, person, refusal, rows

CORE = "urn:ietf:params:scim:schemas:core:2.0:User"
ENTERPRISE = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User"
USER: dict[str, Any] = {
    "schemas": [CORE], "id": "2819c223", "externalId": "701984", "userName": "ada", "active": True, "displayName": "Ada Lovelace",
    "name": {"formatted": "Ms Ada Lovelace", "familyName": "Lovelace", "givenName": "Ada"}, "nickName": "Adi", "locale": "en-GB",
    "timezone": "Europe/London", "phoneNumbers": [{"value": "tel:+44-20-7946-0000", "type": "work"}],
    "emails": [{"value": "ada@home.example", "type": "home"}, {"value": "Ada@Example.com", "type": "work", "primary": True}],
    "groups": [{"value": "e9e30dba", "display": "staff"}], "roles": [{"value": "editor"}],
    "meta": {"resourceType": "User", "created": "2021-03-04T05:06:07Z", "version": 'W/"1"'},
}  # fmt: skip


def listed(*users: dict[str, Any], **page: Any) -> dict[str, Any]:
    """A ListResponse."""
    own = {"schemas": ["urn:ietf:params:scim:api:messages:2.0:ListResponse"], "totalResults": len(users), "startIndex": 1}
    return {**own, "Resources": list(users), **page}


def one(**changes: Any) -> dict[str, Any]:
    """A list with one user."""
    return listed(changed(USER, changes))


def test_a_resource_of_a_user() -> None:
    """SCIM does not tell whether an address was verified, and returns no password."""
    found = person(read, one())
    assert (found.source_id, found.email, found.email_verified, found.disabled) == ("2819c223", "ada@example.com", False, False)
    assert found.claims == {
        "name": "Ada Lovelace", "given_name": "Ada", "family_name": "Lovelace", "nickname": "Adi", "locale": "en-GB",
        "zoneinfo": "Europe/London", "preferred_username": "ada", "phone_number": "+44-20-7946-0000",
    }  # fmt: skip
    assert (found.roles, found.groups, found.created_at) == (("editor",), ("staff",), 1_614_834_367)
    assert (found.password_hash, found.left_out) == (None, ())


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"emails": [{"value": "a@x.example"}, {"value": "b@x.example", "type": "work"}]}, "b@x.example"),
        ({"emails": [{"value": "a@x.example"}, {"value": "b@x.example"}]}, "a@x.example"),
        ({"emails": None, "userName": "Ada@x.example"}, "ada@x.example"),
        ({"emails": [{"type": "work"}], "userName": "ada@x.example"}, "ada@x.example"),
    ],
)
def test_which_address_signs_in(changes: dict[str, Any], expected: str) -> None:
    assert person(read, one(**changes)).email == expected


def test_an_inactive_user_is_disabled() -> None:
    """An absent `active` is true."""
    assert person(read, one(active=False)).disabled
    assert not person(read, one(active=None)).disabled


def test_other_attributes_are_left_out_and_counted() -> None:
    assert person(read, one(**{ENTERPRISE: {"employeeNumber": "7"}})).left_out == ("attributes",)
    assert person(read, one(title="Countess")).left_out == ("attributes",)
    assert person(read, one(timezone="somewhere nice")).left_out == ("malformed claims",)


def test_a_list_of_fewer_users_than_there_are_is_told() -> None:
    """By the total, and by the cursor of RFC 9865."""
    for page in (listed(USER, totalResults=2), listed(USER, nextCursor="YWRh")):
        with pytest.raises(BrokenFileError):
            rows(read, page)


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"schemas": ["urn:ietf:params:scim:schemas:core:2.0:Group"]}, "moving.not_a_user"),
        ({"id": None, "externalId": None}, "moving.no_id"),
        ({"id": 7}, "moving.wrong_type"),
        ({"emails": None}, "moving.email_missing"),
        ({"emails": {"value": "ada@example.com"}}, "moving.wrong_type"),
        ({"emails": [{"value": "ada@example.com", "primary": "true"}]}, "moving.wrong_type"),
        ({"emails": [{"value": 7}]}, "moving.wrong_type"),
        ({"emails": [{"value": "ada"}]}, "email.malformed"),
        ({"active": "False"}, "moving.wrong_type"),
        ({"name": "Ada"}, "moving.wrong_type"),
        ({"groups": ["staff"]}, "moving.wrong_type"),
        ({"meta": {"created": "now"}}, "moving.wrong_type"),
        ({"phoneNumbers": [{"value": 7}]}, "moving.wrong_type"),
    ],
)
def test_a_resource_that_is_refused(changes: dict[str, Any], expected: str) -> None:
    assert refusal(read, one(**changes)) == expected


def test_a_resource_that_is_no_object_is_refused() -> None:
    assert refusal(read, [7]) == "moving.not_a_user"
