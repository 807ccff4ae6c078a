"""An ID Token of an upstream counts only after every check of OIDC Core §3.1.3.7 (threats I-04, O-10, O-13)."""

from __future__ import annotations

from base64 import urlsafe_b64encode
from typing import TYPE_CHECKING, Any

import pytest
from joserfc import jws

from idp.domain.tokens.half_hash import half_hash
from tests.support.upstream_site import json_answer
from tests.unit.upstream.hostile import EC_KEY, KEY, OTHER_KEY, SECRET, public

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.unit.upstream.hostile import Hostile

NOW = 1_800_000_000
TENANTS = ("11111111-aaaa", "22222222-bbbb")


@pytest.mark.parametrize(
    ("claim", "value"),
    [
        ("iss", "https://other.example"), ("iss", None), ("iss", ["https://up.example"]), ("iss", 1), ("iss", ""),
        ("aud", "other"), ("aud", None), ("aud", []), ("aud", ["other"]), ("aud", "client:12"), ("aud", "client:"),
        ("aud", {"client:1": 1}),
        ("aud", ["client:1", "other"]),  # several audiences need azp
        ("azp", "other"), ("azp", ""), ("azp", 1), ("azp", ["client:1"]),
        ("nonce", None), ("nonce", ""), ("nonce", "other"), ("nonce", 1), ("nonce", ["x"]), ("nonce", "\ud800"),
        ("exp", None), ("exp", NOW), ("exp", NOW - 1), ("exp", "1900000000"), ("exp", True), ("exp", [NOW + 60]),
        ("iat", None), ("iat", NOW + 61), ("iat", NOW - 301), ("iat", "now"), ("iat", False),
        ("nbf", NOW + 61), ("nbf", "soon"), ("nbf", False),
        ("sub", None), ("sub", ""), ("sub", 1), ("sub", "x" * 256), ("sub", "é"), ("sub", "a\nb"), ("sub", ["person"]),
        ("at_hash", "AAAAAAAAAAAAAAAAAAAAAA"), ("at_hash", ""), ("at_hash", 1),
    ],
)  # fmt: skip
def test_a_token_with_a_wrong_claim_is_refused(up: Hostile, claim: str, value: Any) -> None:
    """Wrong, missing, of another type, and nearly right. The log names the claim, and no value."""
    assert up.sign_in()
    up.changed = {claim: value}
    refused = up.refused()
    assert (refused.message.id, refused.detail) == ("upstream.answer_invalid", f"upstream up: ID Token: {_blamed(claim, value)}")


def _blamed(claim: str, value: object) -> str:
    return "azp" if value == ["client:1", "other"] else claim


@pytest.mark.parametrize(
    "changed",
    [
        {"aud": ["client:1"]}, {"aud": ["client:1", "other"], "azp": "client:1"}, {"azp": "client:1"}, {"at_hash": None},
        {"iat": NOW + 60}, {"iat": NOW - 300}, {"exp": NOW + 1}, {"exp": NOW + 60.5}, {"nbf": NOW - 300}, {"sub": "x" * 255},
        {"nonce_supported": False},
    ],
)  # fmt: skip
def test_a_token_within_the_rules_is_accepted(up: Hostile, changed: dict[str, Any]) -> None:
    """The limits themselves."""
    up.changed = changed
    assert up.sign_in()


def test_apples_nonce_supported_does_not_make_a_nonce_dispensable(up: Hostile) -> None:
    up.changed = {"nonce": None, "nonce_supported": False}
    assert up.refused().detail == "upstream up: ID Token: nonce"


def test_a_number_larger_than_any_float_is_no_time(up: Hostile) -> None:
    """It is no error of the server either."""
    up.changed = {"iat": 10**400}
    assert up.refused().detail == "upstream up: ID Token: iat"
    up.changed = {"exp": 10**400}
    assert up.sign_in()


def test_the_token_of_another_attempt_is_refused(up: Hostile) -> None:
    """Its nonce is another one, also in the same browser."""
    first = up.begin()
    nonce = up.nonce
    up.begin()
    assert up.nonce != nonce
    with pytest.raises(Exception, match="could not be accepted"):
        up.finish(first)


@pytest.mark.parametrize(
    ("header", "key"),
    [
        pytest.param({"alg": "RS256", "kid": "one"}, OTHER_KEY, id="another key with the kid of theirs"),
        pytest.param({"alg": "RS256", "kid": "two"}, OTHER_KEY, id="an unknown kid"),
        pytest.param({"alg": "RS256"}, OTHER_KEY, id="no kid and another key"),
        pytest.param({"alg": "RS256", "kid": 1}, KEY, id="a kid that is no text"),
        pytest.param({"alg": "RS256", "kid": "two"}, KEY, id="the right key under an unknown kid"),
        pytest.param({"alg": "PS256", "kid": "one"}, KEY, id="another algorithm of the same key"),
        pytest.param({"alg": "RS512", "kid": "one"}, KEY, id="a longer hash"),
        pytest.param({"alg": "ES256", "kid": "one"}, EC_KEY, id="another type of key"),
        pytest.param({"alg": "HS256", "kid": "one"}, KEY.as_pem(private=False), id="the public key as a secret"),
        pytest.param({"alg": "HS256", "kid": "one"}, SECRET.encode(), id="the client secret"),
        pytest.param({"alg": "RS256", "kid": "one", "typ": "logout+jwt"}, KEY, id="a logout token"),
        pytest.param({"alg": "RS256", "kid": "one", "typ": "at+jwt"}, KEY, id="an access token"),
        pytest.param({"alg": "RS256", "kid": "one", "typ": 1}, KEY, id="a typ that is no text"),
        pytest.param({"alg": "RS256", "kid": "one", "crit": ["b64"], "b64": True}, KEY, id="a critical member"),
        pytest.param({"alg": "RS256", "kid": "one", "jwk": public(OTHER_KEY, "one")}, OTHER_KEY, id="its own key in the header"),
        pytest.param({"alg": "RS256", "kid": "one", "jku": "https://evil.example/jwks"}, OTHER_KEY, id="a URL of keys in the header"),
    ],
)
@pytest.mark.filterwarnings("ignore::joserfc.errors.SecurityWarning")
def test_a_token_that_their_key_did_not_sign_with_the_connections_algorithm_is_refused(
    up: Hostile, header: dict[str, Any], key: Any
) -> None:
    """The header chooses one of the upstream's published keys, and nothing else."""
    assert up.sign_in()
    up.header, up.key = header, key
    up.site.asked_for.clear()
    assert up.refused().detail.startswith("upstream up: ID Token: ")
    assert set(up.site.paths()) <= {"/token", "/jwks"}


@pytest.mark.parametrize(
    "forge",
    [
        pytest.param(lambda token: _unsigned(token, '{"alg":"none"}', ""), id="alg none"),
        pytest.param(lambda token: _unsigned(token, '{"alg":"None"}', ""), id="alg None"),
        pytest.param(lambda token: _unsigned(token, '{"alg":"RS256","kid":"one"}', ""), id="no signature"),
        pytest.param(lambda token: _unsigned(token, '{"alg":"RS256","kid":"one"}', "AAAA"), id="any signature"),
        pytest.param(lambda token: _unsigned(token, '{"kid":"one"}', token.split(".")[2]), id="no alg"),
        pytest.param(lambda token: _unsigned(token, '{"alg":["RS256"],"kid":"one"}', token.split(".")[2]), id="alg as an array"),
        pytest.param(lambda token: token[:-4] + "AAAA", id="a changed signature"),
        pytest.param(lambda token: token.rpartition(".")[0], id="two parts"),
        pytest.param(lambda token: token + ".x.y", id="five parts"),
        pytest.param(lambda _: "", id="empty"),
        pytest.param(lambda _: "..", id="empty parts"),
        pytest.param(lambda _: "a.b.c", id="no base64"),
        pytest.param(lambda _: "é.é.é", id="not ASCII"),
        pytest.param(lambda token: "x" * 25_000 + token, id="too long"),
        pytest.param(lambda _: _encoded("[" * 5000) + ".e30.AAAA", id="a deep header"),
    ],
)
def test_a_token_without_a_valid_signature_is_refused(up: Hostile, forge: Callable[[str], str]) -> None:
    """Unsigned, truncated, malformed or too long."""
    up.site.answers["/token"] = lambda _: json_answer({"access_token": "acce55", "token_type": "Bearer", "id_token": forge(up.id_token())})
    assert up.refused().message.id == "upstream.answer_invalid"


@pytest.mark.parametrize("id_token", [None, 1, ["x"], {}])
def test_an_answer_without_an_id_token_is_refused(up: Hostile, id_token: Any) -> None:
    """Also if userinfo would name a person."""
    up.site.answers["/token"] = json_answer(
        {"access_token": "a", "token_type": "Bearer"} | ({} if id_token is None else {"id_token": id_token})
    )
    assert up.refused().message.id == "upstream.answer_invalid"
    assert "/userinfo" not in up.site.paths()


def test_claims_that_are_no_object_or_name_a_member_twice_are_refused(up: Hostile) -> None:
    """Two parsers could read a duplicate differently. A payload that is too deep is no error of the server."""
    for payload in (b"[]", b"1", b"null", b"", b"[" * 3000, b'{"sub":"a","sub":"b"}', b"{}x", b'{"exp":NaN}'):
        token = jws.serialize_compact({"alg": "RS256", "kid": "one"}, payload, KEY)
        up.site.answers["/token"] = json_answer({"access_token": "a", "token_type": "Bearer", "id_token": token})
        assert up.refused().message.id == "upstream.answer_invalid"


def test_another_algorithm_is_used_only_if_the_connection_names_it(up: Hostile) -> None:
    """With the hash of that algorithm in at_hash. An algorithm that is not supported is a mistake of the connection."""
    up.jwks, up.header, up.key = [public(EC_KEY, "one")], {"alg": "ES256", "kid": "one"}, EC_KEY
    assert up.refused().message.id == "upstream.answer_invalid"
    up.changed = {"at_hash": half_hash("acce55", "ES256")}
    assert up.sign_in(up.other(signing_alg="ES256", jwks_uri=up.site.origin + "/jwks?es")).identity.subject == "person"
    for alg in ("none", "HS256", ""):
        assert up.refused(up.other(signing_alg=alg)).message.id == "upstream.misconfigured"


def test_the_time_of_authentication_is_checked_if_it_was_asked_for(up: Hostile) -> None:
    """OIDC Core §3.1.2.1: a sign-in without it proves no time. Without max_age, the upstream's word about the time does not count."""
    for wrong in (NOW - 161, NOW + 61, "now", True, -1):
        up.changed = {"auth_time": wrong}
        assert up.refused(max_age=100).detail == "upstream up: ID Token: auth_time"
    for right in (NOW - 160, NOW, NOW + 60):
        up.changed = {"auth_time": right}
        found = up.sign_in(max_age=100).identity
        assert (found.auth_time, found.tells_time) == (right, True)
    up.changed = {"auth_time": NOW - 61}
    assert up.refused(max_age=0).detail == "upstream up: ID Token: auth_time"
    found = up.sign_in().identity
    assert (found.auth_time, found.tells_time) == (None, True)
    up.changed = {"auth_time": None}
    found = up.sign_in(max_age=100).identity
    assert (found.auth_time, found.tells_time) == (None, False)


def test_a_template_is_no_wildcard(up: Hostile) -> None:
    """O-13: the tenant of the token must be listed, and the issuer must be the one of this tenant."""
    template = up.site.origin + "/{tenantid}/v2.0"
    connection = up.other(issuer=template, tenants=TENANTS)

    def issuer(tenant: str) -> str:
        return template.replace("{tenantid}", tenant)

    up.changed = {"iss": issuer(TENANTS[1]), "tid": TENANTS[1]}
    assert up.sign_in(connection).identity.issuer == issuer(TENANTS[1])
    for wrong in (
        (issuer("33333333-cccc"), "33333333-cccc"), (issuer(TENANTS[0]), TENANTS[1]), (template, TENANTS[0]), (template, "{tenantid}"),
        (issuer(TENANTS[0]), None), (issuer(TENANTS[0]), [TENANTS[0]]), (issuer("x/../" + TENANTS[0]), "x/../" + TENANTS[0]),
        (issuer(""), ""), (issuer(TENANTS[0]) + "/", TENANTS[0]),
    ):  # fmt: skip
        up.changed = dict(zip(("iss", "tid"), wrong, strict=True))
        assert up.refused(connection).message.id == "upstream.answer_invalid"
    up.changed = {"iss": issuer(TENANTS[0]), "tid": TENANTS[0]}
    assert up.refused(up.other(issuer=template)).message.id == "upstream.answer_invalid"  # no tenant is listed
    assert up.refused(up.other(issuer=template, tenants=("",))).message.id == "upstream.answer_invalid"


def test_the_same_subject_of_two_issuers_is_two_identities(up: Hostile) -> None:
    """I-05: who the person is, is the connection, the issuer and the subject together, and never an address or a name."""
    first = up.sign_in().identity
    other = up.other(id="second")
    second = up.sign_in(other).identity
    assert (first.subject, first.email) == (second.subject, second.email)
    assert (first.connection_id, first.issuer) != (second.connection_id, second.issuer)
    up.changed = {"email": "new@up.example", "name": "Other", "preferred_username": "other"}
    renamed = up.sign_in().identity
    assert (renamed.connection_id, renamed.issuer, renamed.tenant, renamed.subject) == (first.connection_id, first.issuer, "", "person")


def _unsigned(token: str, header: str, signature: str) -> str:
    return f"{_encoded(header)}.{token.split('.')[1]}.{signature}"


def _encoded(text: str) -> str:
    return urlsafe_b64encode(text.encode()).rstrip(b"=").decode()
