"""Parallel uses of a proof or client assertion on real engines: exactly one succeeds, and the check takes one write."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from bench.meter import Meter
from idp.adapters.outgoing import Fetched
from idp.domain.access.tenancy import DEPLOYMENT
from idp.domain.access.trusted_issuer import TrustedIssuer
from idp.domain.apps.grant_types import JWT_BEARER
from idp.services.audit.recorder import SYSTEM
from idp.wiring import build_services
from tests.integration.oidc.conftest import ENDPOINT
from tests.integration.oidc.proving import Signer, assertion, bound, dpop, proof
from tests.store.race import crowd
from tests.support.clock import Clock
from tests.support.deployment import API, ISSUER, SERVICE, SPA, VERIFIER, Deployment, prepared, settings

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.support.calling import Answer

KEY = Signer()
CROWD = 20


@pytest.fixture
def real(dynamodb_endpoint: str, tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> Deployment:
    """A provider on a real engine."""
    monkeypatch.setenv(ENDPOINT, dynamodb_endpoint)
    return prepared(settings(str(tmp_path_factory.mktemp("oidc"))))


def statuses(answers: list[Answer]) -> list[int]:
    return sorted(answer.status for answer in answers)


def test_one_proof_at_the_token_endpoint(real: Deployment) -> None:
    """RFC 9449 §11.1: twenty token requests with one proof get one token."""
    said = proof(KEY, real.clock())
    answers = crowd(CROWD, lambda _: real.post("/token", {"grant_type": "client_credentials"}, auth=SERVICE.auth, headers=dpop(said)))
    assert statuses(answers) == [200] + [400] * (CROWD - 1)


def test_one_proof_at_a_resource(real: Deployment) -> None:
    """Of twenty UserInfo requests with one proof, one succeeds."""
    form = {"grant_type": "authorization_code", "client_id": SPA.id, "code": real.code(SPA, real.person()), "code_verifier": VERIFIER}
    form["redirect_uri"] = SPA.redirect_uri
    token = real.post("/token", form, headers=dpop(proof(KEY, real.clock()))).json["access_token"]
    said = proof(KEY, real.clock(), "/userinfo", "GET", token=token)
    answers = crowd(CROWD, lambda _: real.get("/userinfo", headers=bound(token, said)))
    assert statuses(answers) == [200] + [401] * (CROWD - 1)


def test_one_client_assertion(real: Deployment) -> None:
    """RFC 7523 §3 (7): twenty requests with one client assertion get one token."""
    client = real.app(
        auth_methods=("private_key_jwt",), grant_types=("client_credentials",), redirect_uris=(), scopes=("read",),
        jwks={"keys": [{**KEY.public, "kid": "k1"}]},
    )  # fmt: skip
    form = {"grant_type": "client_credentials", **assertion(KEY, client.id, real.clock())}
    answers = crowd(CROWD, lambda _: real.post("/token", form))
    assert statuses(answers) == [200] + [401] * (CROWD - 1)


def test_one_assertion_of_a_trusted_issuer(real: Deployment) -> None:
    """RFC 7523 §3 (7): twenty requests with one ID-JAG get one token and make one grant."""
    idp, issuer = Deployment(real.services, real.clock), "https://acme.idp.example"
    vars(idp.services)["settings"] = replace(idp.services.settings, jwt_bearer="on")
    vars(idp.services)["outgoing"] = Keys()
    app = idp.app(grant_types=(JWT_BEARER,), redirect_uris=(), scopes=(), resources=(API,))
    made = TrustedIssuer(issuer, issuer + "/jwks", clients=(app.id,), audiences=(API,))
    idp.services.trusted_issuer_service.create(made, by=SYSTEM, scope=DEPLOYMENT)
    person = idp.person()
    idp.services.issuer_link_service.create(person.id, issuer, "U1", by=SYSTEM, scope=DEPLOYMENT)
    now = idp.clock()
    jag = KEY.sign(
        {"alg": KEY.alg, "kid": "k1", "typ": "oauth-id-jag+jwt"},
        {"iss": issuer, "sub": "U1", "aud": ISSUER, "client_id": app.id, "jti": "once", "iat": now, "exp": now + 300, "resource": API},
    )
    answers = crowd(CROWD, lambda _: idp.call(app, "/token", grant_type=JWT_BEARER, assertion=jag))
    assert statuses(answers) == [200] + [400] * (CROWD - 1)
    assert len(idp.services.grants.of(person.id)) == 1


class Keys:
    """Replaces outgoing requests: answers with the issuer's JWK Set."""

    def get(self, url: str, **_: object) -> Fetched:
        assert url == "https://acme.idp.example/jwks"
        return Fetched(json.dumps({"keys": [{**KEY.public, "kid": "k1"}]}).encode(), {})


def test_one_code_with_twenty_keys(real: Deployment) -> None:
    """RFC 9449 §5 and RFC 6749 §4.1.2: the refresh tokens are bound to the key that redeemed the code."""
    form = {"grant_type": "authorization_code", "client_id": SPA.id, "code": real.code(SPA, real.person()), "code_verifier": VERIFIER}
    form["redirect_uri"] = SPA.redirect_uri
    keys = [Signer() for _ in range(CROWD)]
    proofs = [proof(key, real.clock()) for key in keys]
    answers = crowd(CROWD, lambda number: real.post("/token", form, headers=dpop(proofs[number])))
    assert statuses(answers) == [200] + [400] * (CROWD - 1)


@pytest.fixture
def meter(dynamodb_endpoint: str) -> Iterator[Meter]:
    with Meter(dynamodb_endpoint) as running:
        yield running


def test_a_proof_costs_one_write(meter: Meter, tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> None:
    """A code redemption, a refresh and UserInfo with a proof each take one more call than without: a write, no read."""
    chosen = settings(str(tmp_path_factory.mktemp("oidc")))
    monkeypatch.setenv(ENDPOINT, meter.url)
    prepared(chosen)
    clock = Clock()
    idp = Deployment(build_services(chosen, clock=clock), clock)
    with_proof, without = journey(idp, meter, bind=True), journey(idp, meter, bind=False)
    for name, calls in without.items():
        assert with_proof[name] == calls + Counter({"PutItem": 1}), name


def journey(idp: Deployment, meter: Meter, *, bind: bool) -> dict[str, Counter[str]]:
    """The database calls of each step."""
    code = idp.code(SPA, idp.person())
    made: dict[str, Counter[str]] = {}

    def sent(name: str, form: dict[str, str]) -> Answer:
        headers = dpop(proof(KEY, idp.clock())) if bind else []
        meter.take()
        answer = idp.post("/token", {"client_id": SPA.id, **form}, headers=headers)
        made[name] = meter.take().calls
        assert answer.status == 200, answer.text
        return answer

    redeemed = {"grant_type": "authorization_code", "code": code, "redirect_uri": SPA.redirect_uri, "code_verifier": VERIFIER}
    tokens = sent("code", redeemed).json
    tokens = sent("refresh", {"grant_type": "refresh_token", "refresh_token": tokens["refresh_token"]}).json
    token = tokens["access_token"]
    shown = bound(token, proof(KEY, idp.clock(), "/userinfo", "GET", token=token)) if bind else [("authorization", f"Bearer {token}")]
    meter.take()
    assert idp.get("/userinfo", headers=shown).status == 200
    made["userinfo"] = meter.take().calls
    return made
