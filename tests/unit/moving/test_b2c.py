"""Azure AD B2C: users as Microsoft Graph lists them (threats R-10)."""

from __future__ import annotations

from typing import Any

import pytest

from idp.domain.moving.formats.b2c import read
from idp.domain.moving.person import BrokenFileError, ImportedLink
from tests.unit.moving.reading import changed, person, refusal, rows

TENANT = "meadow.onmicrosoft.com"
CONSUMERS = "9188040d-6c67-4c5b-b112-36a304b66dad"
UPN = {"signInType": "userPrincipalName", "issuer": TENANT, "issuerAssignedId": f"0b7e1f6a-0000@{TENANT}"}
LOCAL = {"signInType": "emailAddress", "issuer": TENANT, "issuerAssignedId": "Ada@Example.com"}
USER: dict[str, Any] = {
    "id": "0b7e1f6a-4c1e-4b1f-9d0a-2f3e4d5c6b7a", "createdDateTime": "2021-03-04T05:06:07Z", "creationType": "LocalAccount",
    "accountEnabled": True, "displayName": "Ada Lovelace", "givenName": "Ada", "surname": "Lovelace", "mail": None, "otherMails": [],
    "userPrincipalName": f"0b7e1f6a-0000@{TENANT}", "preferredLanguage": "en-GB", "mobilePhone": "+44 20 7946 0000",
    "passwordPolicies": "DisablePasswordExpiration", "identities": [LOCAL, UPN],
}  # fmt: skip


def one(**changes: Any) -> dict[str, Any]:
    """A page with one user."""
    return {"@odata.context": "https://graph.microsoft.com/v1.0/$metadata#users", "value": [changed(USER, changes)]}


def federated(issuer: str, subject: str = "117") -> dict[str, str]:
    """An account at a provider."""
    return {"signInType": "federated", "issuer": issuer, "issuerAssignedId": subject}


def test_a_local_account() -> None:
    """B2C has people prove the address with which they sign in. It gives out no hash."""
    found = person(read, one())
    assert (found.source_id, found.email, found.email_verified, found.disabled) == (USER["id"], "ada@example.com", True, False)
    assert (found.password_hash, found.totp, found.links, found.left_out) == (None, None, (), ())
    assert found.claims == {
        "name": "Ada Lovelace", "given_name": "Ada", "family_name": "Lovelace", "locale": "en-GB", "phone_number": "+44 20 7946 0000",
    }  # fmt: skip
    assert found.created_at == 1_614_834_367


def test_an_account_at_a_provider_is_a_link() -> None:
    """Its address is what the provider sent. It was not proven to B2C."""
    user = one(identities=[federated("google.com"), UPN], otherMails=["ada@gmail.com"], displayName="unknown", givenName=None)
    found = person(read, user)
    assert (found.email, found.email_verified) == ("ada@gmail.com", False)
    assert found.links == (ImportedLink("google.com", "117"),)
    assert "name" not in found.claims


@pytest.mark.parametrize(
    "issuer",
    [
        f"https://login.microsoftonline.com/{CONSUMERS}/v2.0",
        f"https://login.microsoftonline.com/{CONSUMERS}",
        f"https://sts.windows.net/{CONSUMERS}/",
    ],
)
def test_an_account_at_microsoft_has_its_tenant(issuer: str) -> None:
    found = person(read, one(identities=[LOCAL, federated(issuer, "oid")]))
    assert found.links == (ImportedLink(issuer, "oid", CONSUMERS),)


@pytest.mark.parametrize(
    "issuer",
    [
        f"https://evil.example/{CONSUMERS}/v2.0",
        f"https://login.microsoftonline.com/{CONSUMERS}/v2.0/x",
        "https://login.microsoftonline.com/common",
    ],
)
def test_an_issuer_that_only_looks_alike_has_no_tenant(issuer: str) -> None:
    assert person(read, one(identities=[LOCAL, federated(issuer)])).links[0].tenant == ""


def test_a_user_name_is_a_claim() -> None:
    """People who sign in with a name have an address for resets."""
    name = {"signInType": "userName", "issuer": TENANT, "issuerAssignedId": "ada_l"}
    found = person(read, one(identities=[name, UPN], otherMails=["ada@example.com"]))
    assert (found.email, found.email_verified, found.claims["preferred_username"]) == ("ada@example.com", False, "ada_l")


def test_custom_attributes_are_left_out_and_counted() -> None:
    extension = "extension_0123456789abcdef0123456789abcdef_loyaltyId"
    assert person(read, one(**{extension: "7"})).left_out == ("attributes",)
    assert person(read, one(**{extension: ""}, city="Ulm")).left_out == ("attributes",)
    assert person(read, one(mobilePhone="\u260e")).left_out == ("malformed claims",)


def test_a_disabled_account_stays_disabled() -> None:
    assert person(read, one(accountEnabled=False)).disabled


def test_pages_follow_each_other_and_the_last_one_ends() -> None:
    """A script that stops after the first page has lost people: the file says so."""
    import json

    more = {**one(), "@odata.nextLink": "https://graph.microsoft.com/v1.0/users?$skiptoken=x"}
    both = json.dumps(more).encode() + b"\n" + json.dumps(one()).encode()
    assert len(rows(read, both)) == 2
    with pytest.raises(BrokenFileError) as caught:
        rows(read, more)
    assert caught.value.message.id == "moving.more_pages"


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"id": None}, "moving.no_id"),
        ({"id": 7}, "moving.wrong_type"),
        ({"identities": [UPN]}, "moving.email_missing"),
        ({"identities": None}, "moving.email_missing"),
        ({"identities": "ada@example.com"}, "moving.wrong_type"),
        ({"identities": [{**LOCAL, "issuerAssignedId": 7}]}, "moving.wrong_type"),
        ({"identities": [{**LOCAL, "issuerAssignedId": "a@b@c"}]}, "email.malformed"),
        ({"identities": [UPN], "otherMails": "ada@example.com"}, "moving.wrong_type"),
        ({"accountEnabled": "true"}, "moving.wrong_type"),
        ({"createdDateTime": "yesterday"}, "moving.wrong_type"),
        ({"createdDateTime": "9999-12-31T23:59:59-23:59"}, "moving.wrong_type"),
        ({"displayName": ["Ada"]}, "moving.wrong_type"),
    ],
)
def test_a_user_of_graph_that_is_refused(changes: dict[str, Any], expected: str) -> None:
    assert refusal(read, one(**changes)) == expected
