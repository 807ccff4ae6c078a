"""The README's single-page app, as printed, in a real browser: it shows who has signed in."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from playwright.sync_api import expect
from starlette.applications import Starlette
from starlette.responses import FileResponse, HTMLResponse, PlainTextResponse
from starlette.routing import Route

from tests.journeys.steps import give_password, press
from tests.support import readme
from tests.support.site import site

if TYPE_CHECKING:
    from pathlib import Path

    from playwright.sync_api import Page
    from starlette.requests import Request
    from starlette.responses import Response

    from tests.support.served_provider import ServedProvider

PAGE = """<!doctype html><html lang="en"><title>Shop</title><link rel="icon" href="data:,">
<button id="sign-in">Sign in</button><pre id="who"></pre>
<script src="/library.js"></script><script type="importmap">{"imports": {"oidc-client-ts": "/module.js"}}</script>
<script type="module">
%s
if (location.pathname === '/callback') document.querySelector('#who').textContent = JSON.stringify(await callback())
document.querySelector('#sign-in').onclick = login
</script></html>"""


def app(snippet: str, library: Path) -> Any:
    """The site: one page, and the library as npm has it for browsers."""

    def page(_: Request) -> Response:
        return HTMLResponse(PAGE % snippet)

    def module(_: Request) -> Response:
        return PlainTextResponse("export const { UserManager } = globalThis.oidc", media_type="text/javascript")

    def file(_: Request) -> Response:
        return FileResponse(library)

    return Starlette(routes=[Route("/", page), Route("/callback", page), Route("/module.js", module), Route("/library.js", file)])


def test_the_single_page_app_shows_who_signed_in(page: Page, idp: ServedProvider, node_clients: Path) -> None:
    """A public client of the README's kind; name and email come from UserInfo."""
    library = node_clients / "node_modules" / "oidc-client-ts" / "dist" / "browser" / "oidc-client-ts.min.js"
    ada = idp.person("Ada Lovelace")

    def build(origin: str) -> Any:
        client, _ = idp.client(client_name="My shop", redirect_uris=[origin + "/callback"], token_endpoint_auth_method="none")
        values = {"ISSUER": idp.issuer, "CLIENT_ID": client.id, "REDIRECT_URI": origin + "/callback"}
        constants = "\n".join(f"const {name} = {json.dumps(value)}" for name, value in values.items())
        return app(constants + "\n" + readme.SNIPPETS["A single-page app"], library)

    with site(build) as origin:
        page.goto(origin)
        page.click("#sign-in")
        give_password(page, ada)
        press(page, "Allow")
        expect(page.locator("#who")).not_to_be_empty()
        told = json.loads(page.locator("#who").inner_text())
    assert (told["sub"], told["name"], told["email"]) == (ada.user.id, "Ada Lovelace", ada.email)
