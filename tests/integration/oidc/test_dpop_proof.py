"""The checks of a DPoP proof (RFC 9449 §4.3) at the token endpoint and at a resource: each numbered check, and the clock rules."""

from __future__ import annotations

import base64
import json
from typing import TYPE_CHECKING, Any

import pytest

from tests.integration.oidc.forging import b64, claims_of
from tests.integration.oidc.proving import Signer, bound, dpop, flipped, hash_of, proof
from tests.support.calling import bearer
from tests.support.deployment import ISSUER, SERVICE, SPA, VERIFIER, Deployment

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.support.calling import Answer

KEY, OTHER_KEY = Signer("ES256"), Signer("ES256")
HOUR = 3600


def ask(idp: Deployment, *proofs: str) -> Answer:
    """Request a token for the service, with these proofs."""
    return idp.post("/token", {"grant_type": "client_credentials"}, auth=SERVICE.auth, headers=dpop(*proofs))


def refused(answer: Answer) -> None:
    """Assert §5: "invalid_dpop_proof", and no token was issued."""
    assert (answer.status, answer.error) == (400, "invalid_dpop_proof"), answer.text
    assert answer.header("cache-control") == "no-store"


def held(idp: Deployment) -> str:
    """Return a user's access token that is bound to KEY."""
    code = idp.code(SPA, idp.person())
    form = {"grant_type": "authorization_code", "client_id": SPA.id, "code": code, "redirect_uri": SPA.redirect_uri}
    answer = idp.post("/token", {**form, "code_verifier": VERIFIER}, headers=dpop(proof(KEY, idp.clock())))
    assert answer.json["token_type"] == "DPoP", answer.text
    return str(answer.json["access_token"])


def turned_away(answer: Answer, error: str = "invalid_dpop_proof") -> None:
    """Assert §7.1: 401, with the DPoP challenge and the accepted algorithms."""
    assert (answer.status, answer.error) == (401, error), answer.text
    challenge = answer.header("www-authenticate") or ""
    assert challenge.startswith(f'DPoP error="{error}"')
    assert 'algs="ES256 PS256' in challenge


@pytest.mark.parametrize("alg", ["ES256", "PS256", "RS256", "Ed25519", "EdDSA"])
def test_a_proof_binds_the_token_to_its_key(idp: Deployment, alg: str) -> None:
    """§5, §6.1: token_type DPoP, and cnf.jkt is the RFC 7638 thumbprint of the key."""
    key = Signer(alg)
    answer = ask(idp, proof(key, idp.clock()))
    assert answer.status == 200, answer.text
    assert answer.json["token_type"] == "DPoP"
    assert claims_of(answer.json["access_token"])["cnf"] == {"jkt": key.jkt}


def test_without_a_proof_tokens_are_bearer_tokens(idp: Deployment) -> None:
    """DPoP is not required from a client that did not register for it."""
    answer = ask(idp)
    assert answer.json["token_type"] == "Bearer"
    assert "cnf" not in claims_of(answer.json["access_token"])


def test_more_than_one_header(idp: Deployment) -> None:
    """(1): two headers are refused, even with the same proof or joined by a gateway."""
    one, two = proof(KEY, idp.clock()), proof(KEY, idp.clock())
    for proofs in ((one, two), (one, one), (f"{one}, {two}",), (f"{one},{two}",)):
        refused(ask(idp, *proofs))
    assert ask(idp, one).status == 200


@pytest.mark.parametrize(
    "value",
    [
        "",
        " ",
        ".",
        "..",
        "x",
        "null",
        "{}",
        "a.b.c",
        "a.b.c.d",
        "e30.e30.",
        "e30.e30.e30",
        "é.é.é",
        "A" * 60_000,
        "A." * 3000,
        f"{b64('[]')}.e30.e30",
    ],
    ids=lambda value: value[:12],
)
def test_a_proof_that_is_no_jwt_is_refused(idp: Deployment, value: str) -> None:
    """(2)"""
    refused(ask(idp, value))


def test_padding_and_spaces_are_no_jwt(idp: Deployment) -> None:
    """(2): only the exact encoding is accepted."""
    for spoiled in (
        proof(KEY, idp.clock()) + "=",
        proof(KEY, idp.clock()) + ".",
        "." + proof(KEY, idp.clock()),
        proof(KEY, idp.clock()) + "A",
    ):
        refused(ask(idp, spoiled))


@pytest.mark.parametrize("claim", ["jti", "htm", "htu", "iat"])
@pytest.mark.parametrize("value", [None, "", 5, True, [], {}, ["x"], "x" * 2000], ids=repr)
def test_claims_that_are_missing_or_of_another_kind(idp: Deployment, claim: str, value: Any) -> None:
    """(3)"""
    refused(ask(idp, proof(KEY, idp.clock(), **{claim: value})))


@pytest.mark.parametrize("header", ["typ", "alg", "jwk"])
@pytest.mark.parametrize("value", [None, "", "x", 5, [], {}], ids=repr)
def test_headers_that_are_missing_or_of_another_kind(idp: Deployment, header: str, value: Any) -> None:
    """(3), (4)"""
    refused(ask(idp, proof(KEY, idp.clock(), header={header: value})))


@pytest.mark.parametrize("typ", ["JWT", "jwt", "DPOP+JWT", "at+jwt", "oauth-authz-req+jwt", "application/dpop+jwt", " dpop+jwt"])
def test_a_jwt_of_another_type_is_no_proof(idp: Deployment, typ: str) -> None:
    """(4): another type of JWT that is signed with this key is refused."""
    refused(ask(idp, proof(KEY, idp.clock(), header={"typ": typ})))


@pytest.mark.parametrize("alg", ["none", "None", "HS256", "HS512", "RS512", "ES512", "ES256K", "RS1", "es256", "PS256", "Ed25519", "Ed448"])
def test_a_proof_by_another_algorithm_is_refused(idp: Deployment, alg: str) -> None:
    """(5): "… is not none"; a key is not used with another algorithm."""
    refused(ask(idp, proof(KEY, idp.clock(), header={"alg": alg})))


def test_nothing_is_signed_with_none(idp: Deployment) -> None:
    """(5): alg none, with no signature at all."""
    head = {"typ": "dpop+jwt", "alg": "none", "jwk": KEY.public}
    said = {"jti": "one", "htm": "POST", "htu": f"{ISSUER}/token", "iat": idp.clock()}
    refused(ask(idp, f"{b64(json.dumps(head))}.{b64(json.dumps(said))}."))


def test_a_shared_secret_is_no_key(idp: Deployment) -> None:
    """(5): the public key as an HMAC secret, a secret as jwk."""
    for jwk in ({"kty": "oct", "k": b64(b"secret" * 8)}, {**KEY.public, "kty": "oct", "k": "AAAA"}):
        refused(ask(idp, proof(KEY, idp.clock(), header={"alg": "HS256", "jwk": jwk})))


def test_signatures_that_are_not_right(idp: Deployment) -> None:
    """(6): a changed or missing signature is refused, and so is that of another key or another proof."""
    now = idp.clock()
    good, other = proof(KEY, now), proof(KEY, now)
    refused(ask(idp, flipped(good)))
    refused(ask(idp, proof(OTHER_KEY, now, header={"jwk": KEY.public})))
    refused(ask(idp, good.rpartition(".")[0] + "." + other.rpartition(".")[2]))
    refused(ask(idp, good.rpartition(".")[0] + "."))


def test_private_keys_in_the_header(idp: Deployment) -> None:
    """(7): "The jwk JOSE Header Parameter does not contain a private key", of any kind."""
    for alg in ("ES256", "PS256", "Ed25519"):
        key = Signer(alg)
        refused(ask(idp, proof(key, idp.clock(), header={"jwk": key.whole})))
        refused(ask(idp, proof(key, idp.clock(), header={"jwk": {**key.public, "d": ""}})))


def test_weak_and_broken_keys(idp: Deployment) -> None:
    """§11.6 with RFC 7518 §3.3: an RSA key needs 2048 bits. A malformed key is refused without a 500."""
    refused(ask(idp, proof(Signer("PS256", bits=1024), idp.clock())))
    for jwk in (
        {"kty": "RSA", "n": "AQAB", "e": "AQAB"},
        {"kty": "EC", "crv": "P-256", "x": "AA", "y": "AA"},
        {"kty": "EC", "crv": "P-384", "x": "A", "y": "A"},
        {"kty": "EC", "crv": "P-256"},
        {"kty": "OKP", "crv": "Ed448", "x": "AAAA"},
        {"kty": "EC", "crv": ["P-256"], "x": {}, "y": 5},
        {"kty": None},
        {**KEY.public, "y": KEY.public["x"]},
    ):
        refused(ask(idp, proof(KEY, idp.clock(), header={"jwk": jwk})))


@pytest.mark.parametrize("method", ["GET", "post", "PUT", "POST ", "", "PATCH"])
def test_a_proof_for_another_method_is_refused(idp: Deployment, method: str) -> None:
    """(8)"""
    refused(ask(idp, proof(KEY, idp.clock(), method=method)))


@pytest.mark.parametrize(
    "htu",
    [
        f"{ISSUER}/token",
        f"{ISSUER}/token?a=b",
        f"{ISSUER}/token#c",
        f"{ISSUER}/token?a=b#c",
        "HTTPS://IDP.EXAMPLE/token",
        "https://idp.example:443/token",
        "https://idp.example:/token",
        f"{ISSUER}/%74oken",
    ],
)
def test_spellings_of_the_same_address(idp: Deployment, htu: str) -> None:
    """(9): "ignoring any query and fragment parts", and normalised by syntax and scheme (RFC 3986 §6.2.2, §6.2.3)."""
    assert ask(idp, proof(KEY, idp.clock(), htu=htu)).status == 200


@pytest.mark.parametrize(
    "htu",
    [
        ISSUER,
        f"{ISSUER}/",
        f"{ISSUER}/userinfo",
        f"{ISSUER}/token/",
        f"{ISSUER}//token",
        f"{ISSUER}/TOKEN",
        "http://idp.example/token",
        "/token",
        "https://idp.example:8443/token",
        "https://evil.example/token",
        "https://idp.example.evil.example/token",
        "https://x@idp.example/token",
        f"{ISSUER}/token%2F",
        f"{ISSUER}/x/../token",
        f"{ISSUER}\\token",
        f" {ISSUER}/token",
        f"{ISSUER}/token\n",
        "https://[",
        "https://idp.example:x/token",
        "//idp.example/token",
        "https:///token",
        f"{ISSUER}/token%00",
        "https://idp%2Eexample/token",
    ],
)
def test_a_proof_for_another_address_is_refused(idp: Deployment, htu: str) -> None:
    """(9)"""
    refused(ask(idp, proof(KEY, idp.clock(), htu=htu)))


def test_the_host_header_is_not_asked(idp: Deployment) -> None:
    """F-06: the address is that of the issuer, and the Host header is ignored."""
    said = proof(KEY, idp.clock(), htu="https://evil.example/token")
    headers = [("host", "evil.example"), ("x-forwarded-host", "evil.example"), *dpop(said)]
    refused(idp.post("/token", {"grant_type": "client_credentials"}, auth=SERVICE.auth, headers=headers))


@pytest.mark.parametrize("seconds", [-120, -60, -10, -1, 0, 1, 10, 60])
def test_clocks_that_differ_a_little(idp: Deployment, seconds: int) -> None:
    """(11); FAPI 2.0 §5.3.2.1: up to 10 seconds in the future "shall" be accepted."""
    assert ask(idp, proof(KEY, idp.clock() + seconds)).status == 200


@pytest.mark.parametrize(
    "seconds", [-10 * HOUR, -HOUR, -121, 61, HOUR, 10**12, 10**400, -(10**400), float("nan"), float("inf"), 1e308], ids=lambda s: str(s)[:9]
)
def test_clocks_that_differ_more(idp: Deployment, seconds: float) -> None:
    """(11); FAPI 2.0 §5.3.2.1: more than 60 seconds in the future "shall" be rejected (D-12, K-11)."""
    refused(ask(idp, proof(KEY, idp.clock(), iat=idp.clock() + seconds)))


def test_what_is_not_known_is_ignored(idp: Deployment) -> None:
    """§4.2: unknown members, nbf and exp are ignored."""
    now = idp.clock()
    head = {"kid": "x", "x": {"y": 1}, "jku": "https://evil.example/"}
    more: dict[str, Any] = {"nbf": now, "exp": now + 300, "x": [1], "nonce": "of another server"}
    assert ask(idp, proof(KEY, now, header=head, **more)).status == 200


def test_what_is_critical_is_not_ignored(idp: Deployment) -> None:
    """RFC 7515 §4.1.11: a proof with crit is refused."""
    for crit in (["x"], ["b64"], [], "x"):
        refused(ask(idp, proof(KEY, idp.clock(), header={"crit": crit, "x": 1, "b64": True})))


def test_each_proof_is_used_once(idp: Deployment) -> None:
    """§11.1: a second use of a proof is refused while the proof is valid. A new jti is a new proof."""
    said = proof(KEY, idp.clock())
    assert ask(idp, said).status == 200
    refused(ask(idp, said))
    idp.clock.advance(60)
    refused(ask(idp, said))
    assert ask(idp, proof(KEY, idp.clock())).status == 200


def test_a_jti_belongs_to_its_key(idp: Deployment) -> None:
    """§11.1: a proof does not use up the jti of another client."""
    for key in (KEY, OTHER_KEY):
        assert ask(idp, proof(key, idp.clock(), jti=f"the same at {idp.clock()}")).status == 200


def test_a_refused_request_uses_nothing_up(idp: Deployment) -> None:
    """§11.1: the jti is marked last: a proof in a request with a wrong secret or scope stays unused."""
    said = proof(KEY, idp.clock())
    assert idp.post("/token", {"grant_type": "client_credentials"}, auth=(SERVICE.id, "x"), headers=dpop(said)).status == 401
    wrong = {"grant_type": "client_credentials", "resource": "https://evil.example"}
    assert idp.post("/token", wrong, auth=SERVICE.auth, headers=dpop(said)).error == "invalid_target"
    assert ask(idp, said).status == 200


def test_at_a_resource(idp: Deployment) -> None:
    """§7.1: the scheme is accepted in any case. The proof is for this method and URL, and has the token's hash."""
    token = held(idp)
    for method in ("GET", "POST"):
        for scheme in ("DPoP", "dpop", "DPOP"):
            said = proof(KEY, idp.clock(), "/userinfo", method, token=token)
            answer = idp.send(method, "/userinfo", headers=[("authorization", f"{scheme} {token}"), ("DPOP", said)])
            assert answer.status == 200, answer.text


def test_a_bound_token_is_no_bearer_token(idp: Deployment) -> None:
    """§7.2: a bound token is refused with the scheme Bearer, in a form, and with the scheme DPoP but no proof."""
    token = held(idp)
    said = proof(KEY, idp.clock(), "/userinfo", "GET", token=token)
    turned_away(idp.userinfo(token), "invalid_token")
    turned_away(idp.get("/userinfo", headers=[*bearer(token), *dpop(said)]), "invalid_token")
    turned_away(
        idp.post("/userinfo", {"access_token": token}, headers=dpop(proof(KEY, idp.clock(), "/userinfo", token=token))), "invalid_token"
    )
    turned_away(idp.get("/userinfo", headers=bound(token)))
    assert idp.get("/userinfo", headers=bound(token, said)).status == 200


def test_a_bearer_token_is_not_bound_by_a_proof(idp: Deployment) -> None:
    """§7.1: the resource checks "that the public key to which the access token is bound matches", so DPoP needs a bound token."""
    token = idp.tokens(SPA, idp.person())["access_token"]
    answer = idp.get("/userinfo", headers=bound(token, proof(KEY, idp.clock(), "/userinfo", "GET", token=token)))
    assert (answer.status, answer.error) == (401, "invalid_token")
    assert (answer.header("www-authenticate") or "").startswith('Bearer error="invalid_token"')
    assert idp.get("/userinfo", headers=[*bearer(token), *dpop("anything")]).status == 200


def test_the_hash_of_the_token(idp: Deployment) -> None:
    """(12): a missing ath, the hash of another token and another encoding are refused."""
    token = held(idp)
    for ath in (None, "", hash_of(token + "x"), hash_of(token) + "=", base64.b64encode(b"x" * 32).decode(), 5, [hash_of(token)], "\ud800"):
        turned_away(idp.get("/userinfo", headers=bound(token, proof(KEY, idp.clock(), "/userinfo", "GET", token=token, ath=ath))))


def test_the_key_of_the_token(idp: Deployment) -> None:
    """(12): "confirm that the public key to which the access token is bound matches"."""
    token = held(idp)
    said = proof(OTHER_KEY, idp.clock(), "/userinfo", "GET", token=token)
    turned_away(idp.get("/userinfo", headers=bound(token, said)), "invalid_token")


@pytest.mark.parametrize(
    "spoil",
    [
        lambda _, now: {"now": now - HOUR},
        lambda _, now: {"now": now + HOUR},
        lambda *_: {"method": "PUT"},
        lambda *_: {"path": "/token"},
        lambda *_: {"header": {"typ": "JWT"}},
        lambda *_: {"header": {"jwk": KEY.whole}},
        lambda *_: {"jti": None},
        lambda *_: {"iat": None},
    ],
)
def test_each_check_holds_at_a_resource_too(idp: Deployment, spoil: Callable[..., dict[str, Any]]) -> None:
    """§7: "the protected resource … MUST check the proof", by the checks of §4.3."""
    token = held(idp)
    right: dict[str, Any] = {"now": idp.clock(), "path": "/userinfo", "method": "GET", "token": token}
    wrong: dict[str, Any] = right | spoil(token, idp.clock())
    turned_away(idp.get("/userinfo", headers=bound(token, proof(KEY, **wrong))))
    assert idp.get("/userinfo", headers=bound(token, proof(KEY, **right))).status == 200


def test_a_proof_is_used_once_at_a_resource(idp: Deployment) -> None:
    """§11.1: a second use is refused, and so are two headers (1)."""
    token = held(idp)
    said = proof(KEY, idp.clock(), "/userinfo", "GET", token=token)
    assert idp.get("/userinfo", headers=bound(token, said)).status == 200
    turned_away(idp.get("/userinfo", headers=bound(token, said)))
    turned_away(idp.get("/userinfo", headers=bound(token, *(proof(KEY, idp.clock(), "/userinfo", "GET", token=token) for _ in "ab"))))


def test_a_dead_token_uses_no_proof_up(idp: Deployment) -> None:
    """A request with an invalid token gets invalid_token, since the token is checked before the proof."""
    answer = idp.get("/userinfo", headers=bound("x.y.z", proof(KEY, idp.clock(), "/userinfo", "GET", token="x.y.z")))
    turned_away(answer, "invalid_token")


def test_a_scope_that_is_missing_is_said_in_the_same_scheme(idp: Deployment) -> None:
    """§7.1 with RFC 6750 §3.1: 403 insufficient_scope, with a challenge in the scheme of the request."""
    token = ask(idp, proof(KEY, idp.clock())).json["access_token"]
    answer = idp.get("/userinfo", headers=bound(token, proof(KEY, idp.clock(), "/userinfo", "GET", token=token)))
    assert (answer.status, answer.error) == (403, "insufficient_scope")
    assert answer.header("www-authenticate") == 'DPoP error="insufficient_scope", scope="openid"'


def test_both_schemes_are_offered_to_a_caller_without_a_token(idp: Deployment) -> None:
    """§7.1, figure 17: a resource that accepts both schemes names both."""
    challenge = idp.get("/userinfo").header("www-authenticate") or ""
    assert challenge.startswith("Bearer")
    assert 'DPoP algs="' in challenge


def test_other_origins_may_send_proofs_and_read_nonces(idp: Deployment) -> None:
    """§8: CORS allows scripts to send a proof and to read the nonce (Fetch, CORS)."""
    preflight = idp.send("OPTIONS", "/token", headers=[("origin", "https://app.example"), ("access-control-request-headers", "dpop")])
    assert "dpop" in (preflight.header("access-control-allow-headers") or "").lower()
    assert "dpop-nonce" in (ask(idp).header("access-control-expose-headers") or "").lower()


def test_each_published_algorithm_works(idp: Deployment) -> None:
    """§5.1: dpop_signing_alg_values_supported contains exactly the algorithms that the tests above use."""
    supported = idp.get("/.well-known/openid-configuration").json["dpop_signing_alg_values_supported"]
    assert set(supported) == {"ES256", "PS256", "RS256", "Ed25519", "EdDSA"}
