"""Certified clients and Authlib sign a member in for an organisation: what they send again at a refresh, and what they check."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from authlib.integrations.base_client.errors import OAuthError
from authlib.integrations.requests_client import OAuth2Session

from tests.real_clients.conftest import APP, CALLBACK, EVERYTHING
from tests.support import node_client
from tests.support.organising import join, leave, organisation

if TYPE_CHECKING:
    from pathlib import Path

    from idp.domain.organisations.membership import Membership
    from idp.domain.organisations.profile import OrganisationProfile
    from tests.real_clients.conftest import Register, Visitor
    from tests.support.served_provider import ServedProvider

VERIFIER = "0123456789abcdef" * 4


@pytest.fixture
def acme(idp: ServedProvider) -> OrganisationProfile:
    """An organisation."""
    return organisation(idp.services)


@pytest.fixture
def membership(idp: ServedProvider, ada: Visitor, acme: OrganisationProfile) -> Membership:
    """Ada is a member of Acme, and of another one."""
    join(idp.services, ada.person.user, organisation(idp.services))
    return join(idp.services, ada.person.user, acme)


@pytest.fixture(params=["openid_client", "oauth4webapi"])
def script(node_clients: Path, request: pytest.FixtureRequest) -> Path:
    """The script of one of the two libraries."""
    return node_clients / f"{request.param}.mjs"


@pytest.mark.usefixtures("membership")
def test_a_certified_client_signs_a_member_in(
    script: Path, idp: ServedProvider, ada: Visitor, acme: OrganisationProfile, register: Register
) -> None:
    """Sign-in, UserInfo, refresh, single sign-on, revocation and logout, as without an organisation."""
    client = register(organization="allowed", scope=f"{EVERYTHING} organization")
    scope = f"{EVERYTHING} organization:{acme.slug}"
    given = {"issuer": idp.issuer, "task": "journey", "redirect_uri": CALLBACK, "home": APP, "scope": scope, "audience": "", **client}
    found = node_client.run(script, given, ada.come_back)
    assert (found["claims"]["org_id"], found["claims"]["org_name"]) == (acme.id, acme.slug)
    assert found["userinfo"]["org_id"] == acme.id
    assert found["refreshedSub"] == found["claims"]["sub"]
    assert found["nobody"] == "login_required"


@pytest.mark.parametrize("name", ["id", "slug"])
def test_authlib_repeats_the_name_at_a_refresh(
    idp: ServedProvider, ada: Visitor, acme: OrganisationProfile, membership: Membership, register: Register, name: str
) -> None:
    """Its session sends its whole scope with each refresh, the name of the organisation among it. After the membership it is refused."""
    client = register(organization="allowed", scope=f"{EVERYTHING} organization")
    http: Any = OAuth2Session(
        client["client_id"], client["client_secret"], scope=f"{EVERYTHING} organization:{getattr(acme, name)}", redirect_uri=CALLBACK,
        code_challenge_method="S256",
    )  # fmt: skip
    http.trust_env = False
    url, state = http.create_authorization_url(f"{idp.issuer}/authorize", code_verifier=VERIFIER)
    first = http.fetch_token(f"{idp.issuer}/token", authorization_response=ada.come_back(url), state=state, code_verifier=VERIFIER)
    second = http.refresh_token(f"{idp.issuer}/token", refresh_token=first["refresh_token"])
    assert second["refresh_token"] != first["refresh_token"]
    assert http.get(f"{idp.issuer}/userinfo").json()["org_id"] == acme.id
    leave(idp.services, membership)
    assert http.get(f"{idp.issuer}/userinfo").status_code == 401
    with pytest.raises(OAuthError, match="invalid_grant"):
        http.refresh_token(f"{idp.issuer}/token", refresh_token=second["refresh_token"])
