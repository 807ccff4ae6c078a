"""10,000 random and changed tokens: each one is refused, and no other exception is raised."""

from __future__ import annotations

import json

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from idp.verify import Refused
from idp.verify.gateway.authorizer import Authorizer, AuthorizerError
from tests.verify import events
from tests.verify.issuer import Issuer, b64
from tests.verify.places import Request, Setting

ISSUER = Issuer()
SETTING = Setting(ISSUER)
VERIFIER = SETTING.verifier()
AUTHORIZER = Authorizer(VERIFIER, log=lambda *_, **__: None)
GOOD = {alg: ISSUER.token(alg=alg) for alg in ISSUER.keys}

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=12), lambda inner: st.lists(inner, max_size=3), max_leaves=5
)
NAMES = st.sampled_from(
    ["alg", "typ", "kid", "crit", "jwk", "jku", "b64", "zip", "iss", "sub", "aud", "exp", "iat", "nbf", "scope", "cnf", "x"]
)
VALUES = JSON | st.sampled_from(
    ["RS256", "ES256", "none", "HS256", "at+jwt", "key-RS256", "key-ES256", "https://id.example", "https://api.example", 1_800_000_600]
)
OBJECTS = st.dictionaries(NAMES, VALUES, max_size=6).map(lambda value: b64(json.dumps(value).encode("utf-8", "surrogatepass")))
SEGMENTS = (
    OBJECTS
    | st.binary(max_size=80).map(b64)
    | st.text(max_size=20)
    | st.sampled_from([part for token in GOOD.values() for part in token.split(".")])
)
MADE_UP = st.lists(SEGMENTS, min_size=0, max_size=5).map(".".join)


@st.composite
def altered(draw: st.DrawFn) -> str:
    """A valid token with one character changed, added or removed."""
    token = draw(st.sampled_from(list(GOOD.values())))
    at, kind = draw(st.integers(0, len(token) - 1)), draw(st.sampled_from(["change", "insert", "delete"]))
    other = draw(st.characters(codec="utf-8") | st.sampled_from("ABab01-_.="))
    return token[:at] + ("" if kind == "delete" else other) + token[at + (kind != "insert") :]


@pytest.mark.slow
@settings(max_examples=10_000, deadline=None, database=None, suppress_health_check=list(HealthCheck))
@given(MADE_UP | altered() | st.text(max_size=100), st.sampled_from(["Bearer ", "DPoP ", "bearer ", ""]))
def test_random_tokens_are_refused(token: str, scheme: str) -> None:
    """At the verifier and at the authorizer."""
    if token in GOOD.values():
        return
    with pytest.raises(Refused) as refused:
        VERIFIER.verify(scheme + token)
    assert refused.value.status in {401, 403}
    with pytest.raises(AuthorizerError, match=r"^Unauthorized$"):
        AUTHORIZER(events.token(Request(scheme + token)))
