"""Claim mappings: which ones an admin may set, and how stored ones are read."""

from __future__ import annotations

import re
from typing import Any

import pytest

from idp.domain.apps.claim_mapping import MOST, RESERVED, TARGETS, ClaimMapping, parse, read_stored


def mapping(source: object = "attributes.x", where: object = ("access_token",)) -> dict[str, object]:
    return {"source": source, "in": list(where) if isinstance(where, tuple) else where}


@pytest.mark.parametrize(
    ("claim", "source"),
    [
        ("roles", "roles"), ("roles", "client_roles"), ("groups", "groups"), ("permissions", "permissions"),
        ("entitlements", "permissions"),
        ("Department", "attributes.department"), ("https://shop.example/roles", "roles"), ("cognito:groups", "groups"),
        ("a" * 128, "roles"),
    ],
)  # fmt: skip
def test_a_valid_mapping_is_accepted(claim: str, source: str) -> None:
    """A free claim name, an existing source, each place once."""
    (one,) = parse({claim: mapping(source, ("id_token", "userinfo", "id_token"))})
    assert one == ClaimMapping(claim, source, ("id_token", "userinfo"))
    assert parse({}) == ()


@pytest.mark.parametrize("claim", sorted(RESERVED))
def test_a_reserved_claim_name_is_refused(claim: str) -> None:
    """In each case and from each source. A stored mapping with such a name is left out."""
    for spelled in (claim, claim.upper(), claim.title()):
        for source in ("attributes.x", "roles"):
            with pytest.raises(ValueError, match=r"cannot be mapped|has to be"):
                parse({spelled: mapping(source)})
            assert read_stored({spelled: mapping(source)}) == ()


@pytest.mark.parametrize(("claim", "scope"), [("email", "email"), ("Name", "profile"), ("address", "address"), ("phone_number", "phone")])
def test_the_refusal_of_a_standard_claim_names_the_alternative(claim: str, scope: str) -> None:
    """An admin who wants the address in the ID Token reads which member does it."""
    told = f"The claim {claim.lower()} cannot be mapped: the scope {scope} gives it, in UserInfo."
    expected = told + " Set id_token_claims to have it in the ID token too."
    with pytest.raises(ValueError, match=f"^{re.escape(expected)}$"):
        parse({claim: mapping("attributes.x", ("id_token",))})


@pytest.mark.parametrize(
    "claim",
    ["iss", "sub", "aud", "exp", "nbf", "iat", "jti", "client_id", "scope", "scp", "auth_time", "acr", "amr", "nonce", "azp", "sid",
     "at_hash", "c_hash", "s_hash", "cnf", "act", "may_act", "authorization_details", "email", "email_verified", "name", "active",
     "gid", "uid", "events", "_claim_names", "_claim_sources", "sub_jwk"],
)  # fmt: skip
def test_claims_that_verifiers_use_are_reserved(claim: str) -> None:
    """RFC 7519, RFC 9068, RFC 8693, RFC 7800, OpenID Connect Core; scp, which API Gateway takes for scope."""
    assert claim in RESERVED


@pytest.mark.parametrize(
    ("claim", "source"),
    [
        ("roles", "attributes.roles"), ("roles", "groups"), ("Roles", "attributes.x"), ("groups", "roles"),
        ("groups", "attributes.groups"),
        ("permissions", "roles"), ("PERMISSIONS", "attributes.x"), ("entitlements", "attributes.x"), ("entitlements", "groups"),
    ],
)  # fmt: skip
def test_trusted_claim_names_need_their_own_source(claim: str, source: str) -> None:
    """A caller that may write attributes must not be able to write roles."""
    with pytest.raises(ValueError, match="can be mapped from"):
        parse({claim: mapping(source)})


@pytest.mark.parametrize(
    "mappings",
    [
        None, [], "x", 5, {"": mapping()}, {"_x": mapping()}, {"1x": mapping()}, {"a b": mapping()}, {"ä": mapping()},
        {"x" * 129: mapping()},
        {"x\n": mapping()}, {5: mapping()}, {"x": None}, {"x": "roles"}, {"x": []}, {"x": {}}, {"x": {"source": "roles"}},
        {"x": {"in": ["userinfo"]}},
        {"x": {**mapping(), "essential": True}}, {"x": mapping("")}, {"x": mapping("attributes")}, {"x": mapping("attributes.")},
        {"x": mapping("attributes.a.b")}, {"x": mapping("attributes.a b")}, {"x": mapping("attributes.a\n")},
        {"x": mapping("password_hash")},
        {"x": mapping("claims.email")}, {"x": mapping(["roles"])}, {"x": mapping("roles", [])}, {"x": mapping("roles", "access_token")},
        {"x": mapping("roles", ["refresh_token"])}, {"x": mapping("roles", [["userinfo"]])}, {"x": mapping("roles", {"userinfo": 1})},
        {f"x{n}": mapping() for n in range(MOST + 1)}, {"x": mapping(), "X": mapping()},
    ],
    ids=lambda mappings: str(mappings)[:40],
)  # fmt: skip
def test_an_invalid_mapping_is_refused(mappings: Any) -> None:
    """With a message, and with no other exception."""
    with pytest.raises(ValueError, match=r"\.$"):
        parse(mappings)


@pytest.mark.parametrize(
    "found",
    [
        {"x": "roles"}, {"x": {}}, {"x": {"source": "roles"}}, {"x": {"source": 5, "in": ["userinfo"]}},
        {"x": {"source": "roles", "in": []}},
        {"x": {"source": "roles", "in": 5}}, {"x": [1]}, {"x": None},
    ],
)  # fmt: skip
def test_an_unreadable_stored_mapping_raises(found: Any) -> None:
    """It is not ignored, because its meaning is unknown."""
    with pytest.raises((TypeError, KeyError)):
        read_stored(found)


def test_no_mappings_are_stored_as_none() -> None:
    """None and an empty object are the same."""
    assert read_stored(None) == read_stored({}) == ()
    assert read_stored({"x": mapping("roles", TARGETS)}) == (ClaimMapping("x", "roles", TARGETS),)
