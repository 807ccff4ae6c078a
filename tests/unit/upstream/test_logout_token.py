"""A logout token of an upstream ends sessions only if that upstream made it, for us, now (Back-Channel Logout 1.0 §2.6, threats D-05)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from idp.services.upstream.sign_in import UpstreamRefused
from tests.support.upstream_site import signed
from tests.unit.upstream.hostile import KEY, OTHER_KEY

if TYPE_CHECKING:
    from tests.unit.upstream.hostile import Hostile

NOW = 1_800_000_000
EVENT = "http://schemas.openid.net/event/backchannel-logout"
HEADER = {"alg": "RS256", "kid": "one", "typ": "logout+jwt"}


def token(up: Hostile, changed: dict[str, Any], header: dict[str, Any] = HEADER, key: Any = KEY) -> str:
    """The right token with these claims in place of its own. None removes a claim."""
    right = {
        "iss": up.site.origin, "aud": "client:1", "sub": "person", "sid": "s-1", "jti": "j-1", "iat": NOW, "exp": NOW + 120,
        "events": {EVENT: {}},
    }  # fmt: skip
    return signed({name: value for name, value in (right | changed).items() if value is not None}, key, header)


def refused(up: Hostile, text: str) -> str:
    with pytest.raises(UpstreamRefused) as refusal:
        up.service.logged_out(up.connection, text, up.clock())
    return refusal.value.detail.removeprefix("upstream up: logout token: ")


def test_a_logout_token_says_who_signed_out(up: Hostile) -> None:
    """With a session, or for all of them. `typ` may be that of a plain JWT."""
    assert up.service.logged_out(up.connection, token(up, {}), NOW) == (up.site.origin, "person", "s-1", "j-1", NOW + 120)
    for header in ({"alg": "RS256", "kid": "one"}, {"alg": "RS256", "kid": "one", "typ": "JWT"}):
        assert up.service.logged_out(up.connection, token(up, {"sid": None}, header), NOW).sid == ""
    assert up.service.logged_out(up.connection, token(up, {"sub": None}), NOW)[:3] == (up.site.origin, "", "s-1")
    assert refused(up, token(up, {"sub": None, "sid": None})) == "sub and sid"
    assert up.site.paths() == ["/jwks"]


@pytest.mark.parametrize(
    ("claim", "value"),
    [
        ("iss", "https://other.example"), ("iss", None), ("aud", "other"), ("aud", None), ("aud", ["other"]), ("azp", "other"),
        ("sub", ""), ("sub", 1), ("sid", ""), ("sid", 1), ("sid", "x" * 256), ("jti", None), ("jti", ""), ("jti", 1),
        ("jti", "x" * 256), ("iat", None), ("iat", NOW + 61), ("exp", None), ("exp", NOW), ("exp", NOW + 661), ("exp", "later"),
        ("nonce", "any"), ("nonce", ""), ("events", None), ("events", {}), ("events", [EVENT]), ("events", {EVENT: None}),
        ("events", {EVENT: "x"}), ("events", {EVENT + "2": {}}),
    ],
)  # fmt: skip
def test_a_logout_token_with_a_wrong_claim_is_refused(up: Hostile, claim: str, value: Any) -> None:
    """A token with a nonce is an ID Token, which a person's app has."""
    assert refused(up, token(up, {claim: value})) == claim


@pytest.mark.parametrize(
    ("header", "key"),
    [
        ({"alg": "RS256", "kid": "one", "typ": "at+jwt"}, KEY), ({"alg": "RS256", "kid": "one", "typ": "logout+jwt"}, OTHER_KEY),
        ({"alg": "HS256", "kid": "one", "typ": "logout+jwt"}, KEY.as_pem(private=False)), ({"alg": "RS512", "kid": "one"}, KEY),
    ],
)  # fmt: skip
def test_a_logout_token_that_another_issuer_signed_is_refused(up: Hostile, header: dict[str, Any], key: Any) -> None:
    """Another kind, key or algorithm."""
    assert refused(up, token(up, {}, header, key)) in {"alg or typ", "no key of this connection verifies it"}
    for text in ("", "x", "a.b.c", token(up, {})[:-4] + "AAAA", "é", "x" * 30_000):
        assert refused(up, text)


def test_an_id_token_is_no_logout_token_and_the_other_way_round(up: Hostile) -> None:
    up.begin()
    assert refused(up, up.id_token()) in {"nonce", "events"}
    up.changed, up.header = {"events": {EVENT: {}}, "jti": "j", "nonce": None}, HEADER
    assert up.refused().detail == "upstream up: ID Token: alg or typ"
