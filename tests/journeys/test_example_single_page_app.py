"""The example's single-page app, as it is, in a real browser: signs in, orders, renews its tokens, signs out."""

from __future__ import annotations

import importlib
import sys
from typing import TYPE_CHECKING, Any

import pytest
from playwright.sync_api import expect

from tests.journeys.steps import give_password
from tests.support.site import site

if TYPE_CHECKING:
    from pathlib import Path

    from playwright.sync_api import Page

    from tests.support.served_provider import ServedProvider


def test_it_signs_in_orders_renews_and_signs_out(
    page: Page, idp: ServedProvider, node_clients: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With oidc-client-ts as npm has it; the API is at another origin."""
    library = node_clients / "node_modules" / "oidc-client-ts" / "dist" / "browser" / "oidc-client-ts.min.js"
    ada = idp.person()
    servers: dict[str, Any] = {}

    def api(origin: str) -> Any:
        for name, value in {"ISSUER": idp.issuer, "AUDIENCE": origin, "BASE_URL": origin, "OIDC_CLIENT_TS": str(library)}.items():
            monkeypatch.setenv(name, value)

        async def app(scope: Any, receive: Any, send: Any) -> None:
            await servers["api"](scope, receive, send)

        return app

    def home(origin: str) -> Any:
        scope = "openid email offline_access orders:read orders:write"
        client, _ = idp.client(
            redirect_uris=[f"{origin}/"], post_logout_redirect_uris=[f"{origin}/"], token_endpoint_auth_method="none", scope=scope,
            resources=[api_origin], first_party=True,
        )  # fmt: skip
        monkeypatch.setenv("APP", origin)
        monkeypatch.setenv("CLIENT_ID", client.id)
        for name in ("examples.fastapi_service.app", "examples.single_page_app.server"):
            monkeypatch.delitem(sys.modules, name, raising=False)
        module = importlib.import_module("examples.single_page_app.server")
        servers["api"] = module.api
        return module.app

    with site(api) as api_origin, site(home) as origin:
        page.goto(origin)
        expect(page.locator("#who")).to_have_text("You are not signed in.")
        page.click("#sign-in")
        give_password(page, ada)
        expect(page.locator("#who")).to_have_text(f"Signed in as {ada.user.id}")
        expect(page).to_have_url(f"{origin}/")  # the code is not left in the address
        page.click("#order")
        expect(page.locator("#orders li")).to_have_count(1)
        before = page.evaluate("Object.values(sessionStorage).join()")
        page.click("#refresh")
        page.wait_for_function("before => Object.values(sessionStorage).join() !== before", arg=before)
        expect(page.locator("#orders li")).to_have_count(1)
        expect(page.locator("#problem")).to_be_empty()
        page.click("#sign-out")  # with the ID Token, so that no question is asked
        expect(page.locator("#who")).to_have_text("You are not signed in.")
