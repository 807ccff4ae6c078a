"""RFC 6749 §3.3: an unknown scope is ignored, and the token response names the granted scopes. Many apps request `groups`."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from idp.domain.access import admin_scopes
from idp.domain.apps.grant_types import DEVICE_CODE
from tests.integration.oidc import fapi
from tests.integration.oidc.forging import claims_of
from tests.support.deployment import SPA, THIRD_PARTY, WEB, App, Deployment, asked_by

if TYPE_CHECKING:
    from tests.support.calling import Answer

DEFAULTS = "openid profile email groups"
"""The scopes that many apps request by default."""


@pytest.mark.parametrize("app", [WEB, SPA], ids=lambda app: app.id)
@pytest.mark.parametrize("scope", [DEFAULTS, "groups openid profile email", "openid profile email groups roles urn:x:y OpenID Openid"])
def test_an_authorization_request(idp: Deployment, app: App, scope: str) -> None:
    """The client's own scopes are granted. The answer and the access token name them, and UserInfo returns their claims."""
    tokens = idp.tokens(app, idp.person(), scope=scope)
    assert tokens["scope"] == "openid profile email"
    assert claims_of(tokens["access_token"])["scope"] == "openid profile email"
    assert idp.userinfo(tokens["access_token"]).json["email"]


def test_a_pushed_request(idp: Deployment) -> None:
    """RFC 9126 §2.1: a pushed request is checked as at the authorization endpoint, so the same scopes are ignored."""
    browser = idp.browser(idp.person())
    pushed = idp.post("/par", asked_by(WEB, scope=DEFAULTS), auth=WEB.auth)
    code = browser.get("/authorize", {"client_id": WEB.id, "request_uri": pushed.json["request_uri"]}).answered["code"]
    assert idp.redeem(WEB, code).json["scope"] == "openid profile email"


def test_a_request_of_a_fapi_client(idp: Deployment) -> None:
    """Both FAPI profiles ignore an unknown scope, too."""
    for profile in ("fapi2", "fapi2-message-signing"):
        client = fapi.client(idp, profile=profile)
        assert client.redeem(client.code(scope="openid groups")).json["scope"] == "openid"


def test_a_device_gets_the_known_scopes(idp: Deployment) -> None:
    """RFC 8628 §3.1: unknown scopes are ignored; a request with unknown scopes only gets invalid_scope."""
    tv = idp.app(grant_types=(DEVICE_CODE,), secret=False)
    assert idp.call(tv, "/device_authorization", scope=DEFAULTS).status == 200
    assert idp.call(tv, "/device_authorization", scope="groups").error == "invalid_scope"


def test_the_person_is_not_asked_for_it(idp: Deployment) -> None:
    """The consent page does not show an unknown scope."""
    page = idp.authorize(idp.browser(idp.person()), THIRD_PARTY, scope="openid email zz-made-up")
    assert page.is_page
    assert "zz-made-up" not in page.text


def test_what_the_app_gets_later_was_not_granted_before(idp: Deployment) -> None:
    """An ignored scope is not stored in the grant: if an admin adds it later, a refresh does not grant it."""
    app = idp.app()
    token = idp.tokens(app, idp.person(), scope="openid offline_access groups")["refresh_token"]
    idp.change(app, scopes=(*app.client.scopes, "groups"))
    assert idp.refresh(app, token).json["scope"] == "openid offline_access"


def _refused(answer: Answer, named: str) -> None:
    assert answer.answered["error"] == "invalid_scope"
    assert named in answer.answered["error_description"]


@pytest.mark.parametrize("scope", [*sorted(admin_scopes.ALL), "access:evaluate", "access:subjects"])
def test_a_scope_of_this_providers_own_is_not_ignored(idp: Deployment, scope: str) -> None:
    """J-02: an app that requests the admin API or the decision point without being registered for it gets invalid_scope."""
    _refused(idp.authorize(idp.browser(idp.person()), WEB, scope=f"openid {scope}"), scope)


@pytest.mark.parametrize("scope", ["openid", "email", "offline_access"])
def test_nor_is_one_of_openid_connects(idp: Deployment, scope: str) -> None:
    """A client that is not registered for a scope of OpenID Connect gets invalid_scope."""
    app = idp.app(scopes=("orders",))
    _refused(idp.authorize(idp.browser(idp.person()), app, scope=f"orders {scope}"), scope)


@pytest.mark.parametrize("scope", ["groups", "groups roles", "OPENID", "x" * 3000])
def test_when_nothing_is_left_there_is_an_error(idp: Deployment, scope: str) -> None:
    """§3.3: "either process the request using a pre-defined default value or fail the request indicating an invalid scope"."""
    answer = idp.authorize(idp.browser(idp.person()), WEB, scope=scope)
    _refused(answer, scope.split(maxsplit=1)[0][:60])
    assert len(answer.answered["error_description"]) < 200
