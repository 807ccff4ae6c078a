"""Any signed assertion of a trusted issuer gets a token within the allowed scopes, or an OAuth error, never a 500 (RFC 7523 §3)."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from idp.adapters.outgoing import Fetched
from idp.domain.access.tenancy import DEPLOYMENT
from idp.domain.access.trusted_issuer import PROFILES, TrustedIssuer
from idp.domain.apps.grant_types import JWT_BEARER
from idp.domain.people.user import User
from idp.domain.requests.authorization_details import DetailType
from idp.services.audit.recorder import SYSTEM
from tests.integration.oidc.assertions import JWKS, sign
from tests.support import deployment
from tests.support.clock import Clock
from tests.support.deployment import API, ISSUER, OTHER_API, App, Deployment

ACME = "https://acme.idp.example"
BOUNDED = settings(max_examples=200, deadline=None, suppress_health_check=list(HealthCheck), derandomize=True)
REGISTERED = frozenset({"email", "orders", "openid"})
NAMES = (
    "iss", "sub", "aud", "client_id", "jti", "exp", "iat", "nbf", "scope", "resource", "tenant", "aud_tenant", "act", "cnf", "email",
    "email_verified", "auth_time", "acr", "amr", "authorization_details", "typ", "\ud800", "",
)  # fmt: skip
leaves = st.one_of(
    st.none(), st.booleans(), st.integers(), st.integers(10**300, 10**301), st.floats(), st.text(max_size=20),
    st.sampled_from([ISSUER, API, OTHER_API, ISSUER + "/admin/v1", "orders email more offline_access users:read", "U1", "ada@example.com"]),
)  # fmt: skip
values = st.recursive(
    leaves, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=3), max_leaves=8
)


class Keys:
    """Serves the issuer's keys instead of the network."""

    def get(self, url: str, **_: object) -> Fetched:
        assert url == ACME + "/jwks"
        return Fetched(json.dumps(JWKS).encode(), {})


@pytest.fixture(scope="module")
def world(quick_endpoint: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Deployment, App, User, TrustedIssuer]]:
    """One deployment for all tests of this file."""
    with pytest.MonkeyPatch.context() as environment:
        environment.setenv("AWS_ENDPOINT_URL_DYNAMODB", quick_endpoint)
        idp = deployment.prepared(deployment.settings(str(tmp_path_factory.mktemp("assertions")), jwt_bearer="on"))
        vars(idp.services)["outgoing"] = Keys()
        idp.services.detail_types.put(DetailType("files", "Use your files", actions=("read",)))
        app = idp.app(
            grant_types=(JWT_BEARER,), redirect_uris=(), scopes=("email", "orders", "openid", "more"), resources=(API, OTHER_API),
            authorization_details_types=("files",),
        )  # fmt: skip
        made = TrustedIssuer(
            ACME, ACME + "/jwks", clients=(app.id,), audiences=(API,), scopes=("orders", "email", "openid"), email_domains=("example.com",)
        )
        trusted = idp.services.trusted_issuer_service.create(made, by=SYSTEM, scope=DEPLOYMENT)
        ada = idp.person()
        idp.services.issuer_link_service.create(ada.id, ACME, "U1", by=SYSTEM, scope=DEPLOYMENT)
        yield idp, app, ada, trusted
        deployment.removed(idp)


@BOUNDED
@given(changed=st.dictionaries(st.sampled_from(NAMES), values, max_size=4), profile=st.sampled_from(PROFILES), jti=st.uuids())
def test_any_claims_get_a_limited_token_or_a_refusal(
    world: tuple[Deployment, App, User, TrustedIssuer], changed: dict[str, Any], profile: str, jti: object
) -> None:
    """A token is about the linked user, for the one API, with at most the allowed scopes. All other claims get an OAuth error."""
    idp, app, ada, trusted = world
    issuers = idp.services.trusted_issuers
    now = issuers.get(trusted.id)
    assert now
    if now.profile != profile:
        assert issuers.replace(replace(now, profile=profile))
    at = Clock().now
    claims = {
        "iss": ACME, "sub": "U1", "aud": ISSUER, "client_id": app.id, "jti": str(jti), "iat": at, "exp": at + 300, "scope": "orders",
        "resource": API, **changed,
    }  # fmt: skip
    typ = "oauth-id-jag+jwt" if profile == "id-jag" else "JWT"
    answer = idp.call(app, "/token", grant_type=JWT_BEARER, assertion=sign(claims, typ=typ))
    assert answer.status in {200, 400}, answer.text
    if answer.status == 400:
        assert answer.error in {"invalid_grant", "invalid_scope", "invalid_target", "invalid_authorization_details"}
        return
    told = idp.services.tokens.verify_access_token(answer.json["access_token"])
    assert (told["sub"], told["aud"], told["client_id"]) == (ada.id, API, app.id)
    assert set(told.get("scope", "").split()) <= REGISTERED
    assert told["exp"] <= at + idp.services.settings.access_token_lifetime
