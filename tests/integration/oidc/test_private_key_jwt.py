"""private_key_jwt: RFC 7523, OIDC Core §9, FAPI 2.0 Security Profile §5.3.2.1 (D-15)."""

from __future__ import annotations

import base64
import hmac
import json
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from joserfc.jwk import ECKey, RSAKey

from idp.settings import Settings
from idp.wiring import build_services
from tests.engines.lossy_proxy import LossyProxy
from tests.integration.oidc.assertions import JWKS, KEYS, Asserting, accepted, asserting, refused, sign
from tests.integration.oidc.forging import b64
from tests.support.calling import basic
from tests.support.deployment import ISSUER, WEB, Deployment, prepared
from tests.support.deployment import settings as deployed
from tests.support.tls import Authority, HttpsSite

ENDPOINTS = {
    "/token": {"grant_type": "client_credentials"},
    "/introspect": {"token": "x"},
    "/revoke": {"token": "x"},
}
FAPI = {"profile": "fapi2"}


@pytest.fixture
def app(idp: Deployment) -> Asserting:
    """An app."""
    return asserting(idp)


@pytest.fixture
def fapi(idp: Deployment) -> Asserting:
    """An app with the profile fapi2. It calls /revoke, since tokens of /token would need a binding to a key."""
    return replace(asserting(idp, **FAPI), path="/revoke", form=ENDPOINTS["/revoke"])


@pytest.mark.parametrize("path", ENDPOINTS)
def test_at_every_endpoint(app: Asserting, path: str) -> None:
    """The client_id is optional, since the assertion names the client (RFC 7521 §4.2)."""
    there = replace(app, path=path, form=ENDPOINTS[path])
    assert accepted(there.send(sign(app.claims())))
    assert accepted(there.send(sign(app.claims()), client_id=app.app.id))
    assert refused(there.send(sign(app.claims(aud="https://other.example"))))


@pytest.mark.parametrize("alg", ["RS256", "PS256", "ES256", "Ed25519", "EdDSA"])
def test_each_published_algorithm_is_accepted(app: Asserting, alg: str) -> None:
    """A client that registered no algorithm may use any published one, with or without a kid."""
    assert accepted(app.send(sign(app.claims(), alg=alg)))
    assert accepted(app.send(sign(app.claims(), alg=alg, kid=None)))


@pytest.mark.parametrize("registered", ["PS256", "ES256", "Ed25519", "EdDSA", "RS256"])
def test_a_registered_algorithm_is_the_only_one(idp: Deployment, registered: str) -> None:
    """OIDC Registration §2, token_endpoint_auth_signing_alg. Ed25519 and EdDSA name the same algorithm (RFC 9864)."""
    app = asserting(idp, token_endpoint_auth_signing_alg=registered)
    same = {"Ed25519", "EdDSA"} if registered in {"Ed25519", "EdDSA"} else {registered}
    for alg in ("RS256", "PS256", "ES256", "Ed25519", "EdDSA"):
        answer = app.send(sign(app.claims(), alg=alg))
        assert accepted(answer) if alg in same else refused(answer), alg


@pytest.mark.parametrize("alg", ["RS512", "PS384"])
def test_an_assertion_by_another_algorithm_is_refused(app: Asserting, alg: str) -> None:
    assert refused(app.send(sign(app.claims(), alg=alg)))


def test_no_signature_is_no_proof(app: Asserting) -> None:
    """D-15: alg none in any spelling, an empty signature and the signature of another assertion are refused."""
    right = sign(app.claims())
    for alg in ("none", "None", "NONE", "nOnE", "", None, 1, ["ES256"], {"alg": "ES256"}):
        header = base64.urlsafe_b64encode(json.dumps({"alg": alg, "kid": "EC"}).encode()).rstrip(b"=").decode()
        assert refused(app.send(f"{header}.{right.split('.')[1]}."))
        assert refused(app.send(f"{header}.{right.split('.')[1]}.{right.split('.')[2]}"))
    assert refused(app.send(right.rpartition(".")[0] + "."))
    assert refused(app.send(right[:-6] + ("AAAAAA" if right[-6:] != "AAAAAA" else "BBBBBB")))


def test_a_public_key_is_no_secret(app: Asserting) -> None:
    """HS256 with the client's public key as the secret, as JSON, as a number and as PEM, is refused."""
    signed = ".".join(b64(json.dumps(part)) for part in ({"alg": "HS256", "kid": "RSA"}, app.claims()))
    for secret in (json.dumps(JWKS["keys"][0]), JWKS["keys"][0]["n"], KEYS["RSA"].as_pem(private=False).decode(), ""):
        assert refused(app.send(f"{signed}.{b64(hmac.digest(secret.encode(), signed.encode(), 'sha256'))}"))


def test_a_key_of_the_token_is_not_the_clients(app: Asserting) -> None:
    """`jwk`, `jku`, `x5u` and `x5c` in the header are ignored."""
    own = ECKey.generate_key("P-256")
    headers: list[dict[str, Any]] = [
        {"jwk": own.as_dict(private=False)}, {"jku": "https://evil.example/jwks"}, {"x5u": "https://evil.example/c"}, {"x5c": ["AAAA"]},
    ]  # fmt: skip
    for header in headers:
        assert refused(app.send(sign(app.claims(), key=own, **header)))
        assert refused(app.send(sign(app.claims(), key=own, **{"kid": None, **header})))
        assert accepted(app.send(sign(app.claims(), **header)))


def test_another_clients_key_is_another_client(idp: Deployment, app: Asserting) -> None:
    """D-15: a signature of another key with the same kid is refused."""
    own = RSAKey.generate_key(2048)
    other = asserting(idp, jwks={"keys": [{**own.as_dict(private=False), "kid": "RSA"}]})
    assert refused(app.send(sign(app.claims(), alg="RS256", key=own)))
    assert accepted(other.send(sign(other.claims(), alg="RS256", key=own)))


@pytest.mark.parametrize("typ", [None, "JWT", "jwt", "client-authentication+jwt", "application/client-authentication+jwt"])
def test_an_assertion_type_is_checked(app: Asserting, typ: str | None) -> None:
    assert accepted(app.send(sign(app.claims(), typ=typ)))


@pytest.mark.parametrize("typ", ["at+jwt", "dpop+jwt", "oauth-authz-req+jwt", "logout+jwt", "", 1, ["JWT"]])
def test_a_jwt_of_another_kind_is_no_assertion(app: Asserting, typ: Any) -> None:
    """RFC 8725 §3.11."""
    assert refused(app.send(sign(app.claims(), typ=typ)))


def test_headers_that_are_not_known(app: Asserting) -> None:
    """RFC 7515 §4: unknown headers are ignored; §4.1.11: unless they are critical."""
    assert accepted(app.send(sign(app.claims(), x="y" * 2000)))
    critical: list[dict[str, Any]] = [
        {"crit": ["x"], "x": 1}, {"crit": ["exp"], "exp": 1}, {"crit": ["b64"], "b64": True}, {"crit": []}, {"crit": "x"}, {"crit": 1},
    ]  # fmt: skip
    for header in critical:
        assert refused(app.send(sign(app.claims(), **header))), header


@pytest.mark.parametrize(
    "changes",
    [
        {"iss": None}, {"sub": "web"}, {"iss": "web"}, {"iss": "web", "sub": "web"}, {"iss": ["x"]}, {"iss": 1}, {"iss": ""}, {"aud": None},
        {"exp": None}, {"jti": None}, {"jti": ""}, {"jti": 1}, {"jti": ["x"]}, {"jti": "x" * 1025}, {"exp": "soon"}, {"exp": True},
        {"exp": float("nan")}, {"exp": float("inf")}, {"exp": 10**400}, {"exp": -1}, {"exp": 0}, {"exp": {}}, {"nbf": "now"}, {"nbf": True},
        {"nbf": float("nan")}, {"nbf": float("-inf")},
        {"iat": "now"}, {"iat": []}, {"aud": ""}, {"aud": []}, {"aud": {}}, {"aud": 1}, {"aud": [1]}, {"aud": [[]]},
        {"aud": "https://other.example"}, {"aud": ISSUER + "/"}, {"aud": ISSUER.upper()}, {"aud": ISSUER + "/authorize"},
        {"aud": ISSUER + "/userinfo"}, {"aud": [ISSUER, "https://other.example"]}, {"aud": ["https://other.example"]}, {"aud": "*"},
    ],
)  # fmt: skip
def test_an_assertion_with_a_wrong_claim_is_refused(app: Asserting, changes: dict[str, Any]) -> None:
    """RFC 7523 §3: each rule is tested alone. The client_id names the client, so that `sub` can have any value."""
    assert refused(app.send(sign(app.claims(**changes)), client_id=app.app.id))


def test_an_assertion_without_subject_is_refused(app: Asserting) -> None:
    """fapi2 ensure-client-assertion-with-no-sub-fails: with a client_id and without."""
    assert refused(app.send(sign(app.claims(sub=None)), client_id=app.app.id))
    answer = app.send(sign(app.claims(sub=None)))
    assert (answer.status, answer.error) == (401, "invalid_client")


@pytest.mark.parametrize("audience", [ISSUER, ISSUER + "/token", [ISSUER], [ISSUER, ISSUER + "/token"], [ISSUER + "/token"]])
def test_the_audience_is_the_issuer_or_the_endpoint(app: Asserting, audience: str | list[str]) -> None:
    """OIDC Core §9: "SHOULD be the URL of the … Token Endpoint"; RFC 7523bis: the issuer. oauth4webapi sent a list of both."""
    assert accepted(app.try_claims(aud=audience))


def test_the_endpoint_that_is_called_is_an_audience(app: Asserting) -> None:
    """RFC 9126 §2: "MUST accept its issuer identifier, token endpoint URL, or pushed authorization request endpoint URL"."""
    there = replace(app, path="/revoke", form=ENDPOINTS["/revoke"])
    assert accepted(there.try_claims(aud=ISSUER + "/revoke"))
    assert refused(app.try_claims(aud=ISSUER + "/revoke"))


@pytest.mark.parametrize(
    "audience", [[ISSUER], ISSUER + "/token", [ISSUER, ISSUER + "/token"], ISSUER + "/par", ISSUER + "/revoke", [], None, ISSUER + "/"]
)
def test_fapi_knows_one_audience(fapi: Asserting, audience: Any) -> None:
    """FAPI 2.0 §5.3.2.1: the issuer "as a string". Modules -array-as-audience, -par-endpoint-url- and -token-endpoint-url-as-audience."""
    assert refused(fapi.try_claims(aud=audience))
    assert accepted(fapi.try_claims(aud=ISSUER))


def test_fapi_has_no_rs256(idp: Deployment, fapi: Asserting) -> None:
    """FAPI 2.0 §5.4.1, also if the client registered it."""
    for alg in ("PS256", "ES256", "Ed25519", "EdDSA"):
        assert accepted(fapi.send(sign(fapi.claims(), alg=alg)))
    assert refused(fapi.send(sign(fapi.claims(), alg="RS256")))
    stubborn = replace(asserting(idp, token_endpoint_auth_signing_alg="RS256", **FAPI), path="/revoke", form=ENDPOINTS["/revoke"])
    for alg in ("RS256", "PS256"):
        assert refused(stubborn.send(sign(stubborn.claims(), alg=alg)))


@pytest.mark.parametrize("of", ["app", "fapi"])
@pytest.mark.parametrize(
    ("claim", "seconds", "right"),
    [
        ("nbf", 0, True), ("nbf", 8, True), ("nbf", 10, True), ("nbf", 61, False), ("nbf", 3600, False), ("nbf", -9, True),
        ("iat", 8, True), ("iat", 10, True), ("iat", 61, False), ("exp", 1, True), ("exp", 0.5, True), ("exp", 0, False),
        ("exp", -1, False),        ("exp", -300, False), ("exp", 3600, True), ("exp", 3661, False), ("exp", 86400, False),
    ],
)  # fmt: skip
def test_times_allow_ten_seconds_of_clock_skew(request: pytest.FixtureRequest, of: str, claim: str, seconds: float, right: bool) -> None:
    """FAPI 2.0 §5.3.2.1: "accept JWTs with an iat or nbf timestamp between 0 and 10 seconds in the future", "reject … greater than 60"."""
    app: Asserting = request.getfixturevalue(of)
    answer = app.try_claims(**{claim: app.idp.clock() + seconds})
    assert accepted(answer) if right else refused(answer)


def test_an_assertion_is_used_once(app: Asserting) -> None:
    """D-15. OIDC Core §9: "These tokens MUST only be used once". Nor at another endpoint or in a new JWT."""
    claims = app.claims(jti="the same")
    assert accepted(app.send(sign(claims)))
    assert refused(app.send(sign(claims)))
    assert refused(app.send(sign(claims, alg="PS256")))
    assert refused(replace(app, path="/introspect", form=ENDPOINTS["/introspect"]).send(sign(claims)))
    assert refused(app.send(sign(app.claims(jti="the same", exp=app.idp.clock() + 3600))))


def test_it_stays_used_until_it_expires(app: Asserting) -> None:
    """A jti is remembered until the last second in which its assertion would be accepted."""
    assertion = sign(app.claims(exp=app.idp.clock() + 3600))
    assert accepted(app.send(assertion))
    app.idp.clock.advance(3599)
    assert refused(app.send(assertion))
    app.idp.clock.advance(1)
    assert refused(app.send(assertion))


def test_a_jti_is_the_clients_own(idp: Deployment, app: Asserting) -> None:
    """Another client may use the same jti."""
    other = asserting(idp)
    assert accepted(app.try_claims(jti="the same"))
    assert accepted(other.try_claims(jti="the same"))


def test_what_is_refused_uses_nothing_up(app: Asserting) -> None:
    """An assertion with a wrong signature or a wrong claim does not use its jti."""
    claims = app.claims()
    assert refused(app.send(sign(claims, key=ECKey.generate_key("P-256"))))
    assert refused(app.send(sign({**claims, "aud": "https://other.example"})))
    assert refused(app.send(sign({**claims, "exp": app.idp.clock()})))
    assert accepted(app.send(sign(claims)))


def test_of_many_at_once_one_is_served(app: Asserting) -> None:
    """D-15: of parallel requests with one assertion, one is accepted."""
    assertion = sign(app.claims())
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda _: app.send(assertion), range(16)))
    assert sorted(answer.status for answer in answers) == [200, *[401] * 15]


@pytest.mark.parametrize("odd", ["j\x00ti", "ü", "\ud800", "#", "%2F", " "])
def test_a_jti_of_any_letters(app: Asserting, odd: str) -> None:
    claims = app.claims(jti=odd)
    assert accepted(app.send(sign(claims)))
    assert refused(app.send(sign(claims)))


def test_one_method_at_a_time(app: Asserting) -> None:
    """E-02, RFC 6749 §2.3: an assertion together with a secret or an Authorization header is refused."""
    answer = app.send(sign(app.claims()), client_secret="x")
    assert (answer.status, answer.error) == (400, "invalid_request")
    assert accepted(app.send(sign(app.claims()), client_secret="")), "RFC 6749 §3.2: without a value it is omitted"
    sent = {"grant_type": "client_credentials", "client_assertion": sign(app.claims())}
    answer = app.idp.post("/token", sent, headers=[("authorization", basic(*WEB.auth))])
    assert (answer.status, answer.error) == (400, "invalid_request")


@pytest.mark.parametrize(
    "kind", [None, "", "urn:ietf:params:oauth:client-assertion-type:saml2-bearer", "urn:ietf:params:oauth:grant-type:jwt-bearer"]
)
def test_the_type_has_to_be_said(app: Asserting, kind: str | None) -> None:
    """RFC 7523 §2.2: "The value of the client_assertion_type is" one and no other."""
    answer = app.send(sign(app.claims()), client_assertion_type=kind)
    assert (answer.status, answer.error) == (401, "invalid_client")


@pytest.mark.parametrize("client_id", ["web", "unknown", "x" * 3000])
def test_the_client_id_has_to_be_its_own(app: Asserting, client_id: str) -> None:
    """RFC 7521 §4.2: "the client_id … MUST identify the same client"."""
    assert refused(app.send(sign(app.claims()), client_id=client_id))


def test_the_registered_method_is_the_only_one(idp: Deployment, app: Asserting) -> None:
    """E-02: a client with a secret cannot use an assertion; a client that signs cannot use a secret or no authentication."""
    secretive = asserting(idp, auth_methods=("client_secret_basic",))
    assert refused(secretive.send(sign(secretive.claims())))
    assert refused(idp.post("/token", app.form, auth=(app.app.id, "x")))
    assert refused(idp.post("/token", {**app.form, "client_id": app.app.id}))
    assert refused(idp.post("/token", {**app.form, "client_id": app.app.id, "client_secret": "x"}))
    public = asserting(idp, auth_methods=("none",))
    assert refused(public.send(sign(public.claims())))


def test_disabled_and_deleted_clients(app: Asserting) -> None:
    """E-07: the assertion is also refused after its key was removed."""
    app.idp.change(app.app, jwks={"keys": [key for key in JWKS["keys"] if key["kid"] != "EC"]})
    assert refused(app.try_claims())
    assert accepted(app.send(sign(app.claims(), alg="PS256")))
    app.idp.change(app.app, disabled=True)
    assert refused(app.send(sign(app.claims(), alg="PS256")))
    assert app.idp.services.clients.delete(app.app.id)
    assert refused(app.send(sign(app.claims(), alg="PS256")))


def test_a_client_without_keys(idp: Deployment) -> None:
    sets: list[dict[str, Any] | None] = [None, {}, {"keys": []}, {"keys": "x"}, {"keys": [None]}]
    for jwks in sets:
        app = asserting(idp, jwks=jwks)
        assert refused(app.try_claims())


def test_keys_by_reference(quick_endpoint: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """jwks_uri, over https, in a development deployment that may reach this host; a new key is found after a minute."""
    monkeypatch.setenv("AWS_ENDPOINT_URL_DYNAMODB", quick_endpoint)
    authority = Authority(tmp_path)
    with HttpsSite(authority, "localhost") as site:
        idp = prepared(deployed(str(tmp_path), dev_fetch_hosts="localhost", dev_fetch_ca=str(authority.file)))
        site.answer = [b"HTTP/1.1 200 OK\r\n\r\n", json.dumps(JWKS).encode()]
        app = asserting(idp, jwks=None, jwks_uri=f"https://localhost:{site.port}/jwks")
        assert accepted(app.try_claims())
        new = ECKey.generate_key("P-256")
        site.answer = [b"HTTP/1.1 200 OK\r\n\r\n", json.dumps({"keys": [{**new.as_dict(private=False), "kid": "new"}]}).encode()]
        assert refused(app.send(sign(app.claims(), key=new, kid="new")))
        idp.clock.advance(60)
        assert accepted(app.send(sign(app.claims(), key=new, kid="new")))
        assert refused(app.try_claims())
        assert len(site.requests) == 2


@pytest.mark.parametrize(
    "uri", ["https://169.254.169.254/jwks", "https://localhost/jwks", "https://[::1]/", "http://app.example/", "https://2130706433/", "x"]
)
def test_keys_that_lie_inside_are_not_fetched(idp: Deployment, uri: str) -> None:
    """E-09: the answer is the same as for any wrong assertion."""
    app = asserting(idp, jwks=None, jwks_uri=uri)
    assert refused(app.try_claims())


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.one_of(st.text(max_size=60), st.from_regex(r"\A[A-Za-z0-9_-]{0,40}\.[A-Za-z0-9_-]{0,80}\.[A-Za-z0-9_-]{0,40}\Z")))
def test_any_text_is_refused(idp: Deployment, text: str) -> None:
    """No text leads to a 500."""
    answer = Asserting(idp, WEB).send(text)
    assert (answer.status, answer.error) == (401, "invalid_client")


CLAIM = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8) | st.lists(st.text(max_size=3), max_size=2)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.dictionaries(st.sampled_from(["iss", "sub", "aud", "exp", "nbf", "iat", "jti"]), CLAIM, min_size=1))
def test_any_claims_are_answered(idp: Deployment, changes: dict[str, Any]) -> None:
    """A correctly signed assertion with any claims does not lead to a 500."""
    if not hasattr(idp, "_asserting"):
        idp._asserting = asserting(idp)  # type: ignore[attr-defined]  # noqa: SLF001  # one client for all examples
    app: Asserting = idp._asserting  # type: ignore[attr-defined]  # noqa: SLF001  # as above
    assert app.send(sign({**app.claims(), **changes}), client_id=app.app.id).status in {200, 401}


@pytest.mark.parametrize("payload", [b"", b"[]", b"1", b"null", b"{", b"\xff", b'"x"', b"[" * 3000, b'{"sub":' * 700])
def test_payloads_that_are_no_claims(app: Asserting, payload: bytes) -> None:
    """With and without a client_id."""
    assertion = sign(payload)
    assert refused(app.send(assertion, client_id=app.app.id))
    answer = app.send(assertion)
    assert (answer.status, answer.error) == (401, "invalid_client")


def test_it_costs_one_write(idp: Deployment, oidc_settings: Settings, quick_endpoint: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """The only read is that of the client. A certificate needs no write."""
    app = asserting(idp)
    with LossyProxy(quick_endpoint) as proxy:
        monkeypatch.setenv("AWS_ENDPOINT_URL_DYNAMODB", proxy.url)
        there = replace(app, idp=Deployment(build_services(oidc_settings, clock=idp.clock), idp.clock))
        assert accepted(there.try_claims())  # which has the keys read
        proxy.take()
        assert accepted(there.try_claims())
        assert proxy.take() == Counter(GetItem=1, PutItem=1)
        assert refused(there.try_claims(aud="https://other.example"))
        assert proxy.take() == Counter(GetItem=1)


def test_metadata_names_the_method_at_each_endpoint(idp: Deployment) -> None:
    """RFC 8414 §2: the metadata list the method and its algorithms for each endpoint that accepts it."""
    document = idp.get("/.well-known/openid-configuration").json
    for endpoint in ("token", "revocation", "introspection"):
        assert "private_key_jwt" in document[f"{endpoint}_endpoint_auth_methods_supported"]
        offered = document[f"{endpoint}_endpoint_auth_signing_alg_values_supported"]
        assert sorted(offered) == ["ES256", "Ed25519", "EdDSA", "PS256", "RS256"]
