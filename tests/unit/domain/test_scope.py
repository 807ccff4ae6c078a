"""Scopes: RFC 6749 §3.3 and §6, OpenID Connect Core §5.4. Threats B-13, D-18."""

import re

import pytest

from idp.domain.requests.scope import MAX_TOKENS, SCOPE_CLAIMS, beyond, claims_of, keep, narrow, parse

# What RFC 6749 §5.2 allows in an error_description.
DESCRIPTION = re.compile(r"[\x20\x21\x23-\x5b\x5d-\x7e]+")


def test_scopes_are_read_in_their_order_each_once() -> None:
    assert parse("openid profile openid email profile") == ("openid", "profile", "email")


@pytest.mark.parametrize("value", ["", " ", "   "])
def test_an_absent_scope_is_accepted(value: str) -> None:
    assert parse(value) == ()


def test_a_doubled_space_separates_as_one_does() -> None:
    assert parse(" openid  email ") == ("openid", "email")


@pytest.mark.parametrize(
    "value",
    [
        "openid\tprofile",
        "openid\nprofile",
        "openid\n",
        "openid\u00a0profile",
        "openid\u2003profile",
        "öpenid",
        'a"b',
        "a\\b",
        "a\x00b",
        "a\x7fb",
        "a\ud800",
    ],
)
def test_an_invalid_scope_token_is_refused(value: str) -> None:
    """B-13: no other space separates, and only printable ASCII is accepted."""
    with pytest.raises(ValueError, match="scope must be") as refused:
        parse(value)
    assert DESCRIPTION.fullmatch(str(refused.value))


def test_too_many_scopes_are_refused() -> None:
    """B-13: repeated ones count."""
    assert len(parse(" ".join(f"s{n}" for n in range(MAX_TOKENS)))) == MAX_TOKENS
    with pytest.raises(ValueError, match="more than 100") as refused:
        parse("openid " * (MAX_TOKENS + 1))
    assert DESCRIPTION.fullmatch(str(refused.value))


def test_a_refresh_gets_what_it_asks_for_within_its_grant() -> None:
    assert narrow(("email", "openid"), ("openid", "profile", "email")) == ("email", "openid")


def test_a_refresh_without_scopes_gets_all_scopes_of_its_grant() -> None:
    assert narrow((), ("openid", "profile")) == ("openid", "profile")


@pytest.mark.parametrize("asked", [("admin",), ("openid", "admin"), ("OPENID",), ("openid ",), ("openid", "")])
def test_a_refresh_gets_no_scope_outside_its_grant(asked: tuple[str, ...]) -> None:
    assert narrow(asked, ("openid", "profile")) is None


def test_allowed_scopes_are_kept_and_the_others_are_named() -> None:
    asked = ("openid", "admin", "email", "admin")
    assert keep(iter(asked), iter(("email", "openid"))) == ("openid", "email")
    assert beyond(iter(asked), iter(("email", "openid"))) == ("admin",)


def test_profile_has_the_fourteen_claims_of_the_specification() -> None:
    assert len(set(SCOPE_CLAIMS["profile"])) == 14
    assert set(SCOPE_CLAIMS) == {"profile", "email", "address", "phone"}


PERSON = {
    "name": "Ada Lovelace",
    "nickname": "",
    "picture": None,
    "email": "ada@example.com",
    "email_verified": False,
    "address": {"country": "GB"},
    "phone_number": "+44 20 7946 0000",
    "password_hash": "never",
    "sub": "u1",
}


@pytest.mark.parametrize(
    ("scopes", "names"),
    [
        ((), set()),
        (("openid",), set()),
        (("openid", "offline_access", "orders:read"), set()),
        (("profile",), {"name"}),
        (("email",), {"email", "email_verified"}),
        (("email", "address"), {"email", "email_verified", "address"}),
        (("phone",), {"phone_number"}),
        (("password_hash", "sub"), set()),
    ],
)
def test_a_scope_releases_only_its_claims(scopes: tuple[str, ...], names: set[str]) -> None:
    """D-18. A claim without a value is left out (OpenID Connect Core §5.3.2), and False is a value."""
    assert claims_of(scopes, PERSON) == {name: PERSON[name] for name in names}


def test_an_empty_address_claim_is_left_out() -> None:
    assert claims_of(("address",), {"address": {}}) == {}
