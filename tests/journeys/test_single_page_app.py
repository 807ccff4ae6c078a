"""An app that runs in the browser calls the endpoints across origins and renews its tokens in a frame."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from playwright.sync_api import expect

from idp.domain.access.tenancy import DEPLOYMENT
from tests.journeys.steps import sign_in

if TYPE_CHECKING:
    from playwright.sync_api import Page

    from tests.journeys.conftest import Browse
    from tests.support.relying_party import App, RelyingParties
    from tests.support.served_provider import ServedProvider

FETCH = """async ([url, body, headers]) => {
    const answer = await fetch(url, {method: body ? 'POST' : 'GET', headers, body: body && new URLSearchParams(body)});
    const text = await answer.text();
    return [answer.status, text ? JSON.parse(text) : null];
}"""


def fetch(page: Page, url: str, body: dict[str, str] | None = None, **headers: str) -> tuple[int, Any]:
    """Return what the app's own script can read."""
    status, said = page.evaluate(FETCH, [url, body, headers])
    return status, said


def test_it_needs_no_server_of_its_own(page: Page, idp: ServedProvider, apps: RelyingParties) -> None:
    """Discovery, keys, code, UserInfo, refresh and revocation by fetch(), as a public client with PKCE."""
    ada, spa = idp.person(), apps.register("Notes", token_endpoint_auth_method="none")
    answer = sign_in(page, spa, ada, scope="openid email offline_access")
    _, metadata = fetch(page, idp.issuer + "/.well-known/openid-configuration")
    assert fetch(page, metadata["jwks_uri"])[1]["keys"]
    verifier, own = spa.attempts[answer["state"]].verifier, {"client_id": spa.client_id}
    sent = {"grant_type": "authorization_code", "code": answer["code"], "redirect_uri": spa.redirect_uri, "code_verifier": verifier}
    _, tokens = fetch(page, metadata["token_endpoint"], sent | own)
    status, told = fetch(page, metadata["userinfo_endpoint"], authorization="Bearer " + tokens["access_token"])
    assert (status, told["email"]) == (200, ada.email)
    _, tokens = fetch(page, metadata["token_endpoint"], own | {"grant_type": "refresh_token", "refresh_token": tokens["refresh_token"]})
    assert fetch(page, metadata["revocation_endpoint"], own | {"token": tokens["refresh_token"]})[0] == 200
    status, _ = fetch(page, metadata["userinfo_endpoint"], authorization="Bearer " + tokens["access_token"])
    assert status == 401


@pytest.mark.parametrize("path", ["/account", "/login", "/authorize", "/logout"])
def test_no_script_of_another_site_reads_a_page(browse: Browse, idp: ServedProvider, apps: RelyingParties, path: str) -> None:
    """F-13: a script of another origin cannot read an answer that depends on cookies."""
    page, spa = browse(policy_may_refuse=True), apps.register("Notes", token_endpoint_auth_method="none")
    sign_in(page, spa, idp.person())
    refused = "url => fetch(url, {credentials: 'include'}).then(() => 'read', error => error.name)"
    assert page.evaluate(refused, idp.issuer + path) == "TypeError"


def framed(page: Page, app: App, home: str) -> str:
    """Return the answer to a silent sign-in in a frame of the app's page."""
    page.goto(home)
    page.evaluate("url => { const f = document.createElement('iframe'); f.src = url; document.body.append(f); }", app.leave(prompt="none"))
    frame = page.frame_locator("iframe")
    expect(frame.locator("#answer")).to_be_visible()
    return frame.locator("#answer").inner_text()


def test_a_silent_sign_in_works_in_a_frame_of_the_same_site(page: Page, idp: ServedProvider, apps: RelyingParties) -> None:
    """The redirect shows no page of ours, so no policy blocks it. The app gets a new code."""
    spa = apps.register("Notes", token_endpoint_auth_method="none")
    home = spa.home = spa.home.replace("127.0.0.1", "localhost")
    idp.services.client_service.patch(spa.client_id, {"redirect_uris": [spa.redirect_uri]}, scope=DEPLOYMENT)
    sign_in(page, spa, idp.person())
    assert '"code"' in framed(page, spa, home)


def test_a_frame_of_another_site_learns_nothing(page: Page, idp: ServedProvider, apps: RelyingParties) -> None:
    """SameSite=Lax: the browser does not send the session cookie, so the answer is login_required even with a session."""
    spa = apps.register("Notes", token_endpoint_auth_method="none")
    sign_in(page, spa, idp.person())
    assert "login_required" in framed(page, spa, spa.home)
