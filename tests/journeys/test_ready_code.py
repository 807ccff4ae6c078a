"""The console's ready code for single-page apps, built and opened in Chromium: a person signs in, and the page shows who it is."""

from __future__ import annotations

import subprocess
from typing import TYPE_CHECKING, Any

import pytest
from playwright.sync_api import expect
from starlette.applications import Starlette
from starlette.responses import FileResponse, HTMLResponse
from starlette.routing import Route

from tests.journeys.steps import give_password, press
from tests.support.ready_code import NODE, write
from tests.support.site import site

if TYPE_CHECKING:
    from pathlib import Path

    from playwright.sync_api import Page
    from starlette.requests import Request
    from starlette.responses import Response

    from tests.support.served_provider import ServedProvider

PAGE = """<!doctype html><html lang="en"><title>Shop</title><link rel="icon" href="data:,">
<body><script type="module" src="/main.js"></script>"""


@pytest.mark.parametrize("name", ["browser", "react"])
def test_a_single_page_app_shows_who_signed_in(name: str, page: Page, idp: ServedProvider, node_clients: Path, tmp_path: Path) -> None:
    """After the sign-in the code is no longer in the address, and another load of the page still knows the person."""
    ada, built = idp.person("Ada Lovelace"), tmp_path / "built.js"

    def build(origin: str) -> Any:
        client, _ = idp.client(client_name="My shop", redirect_uris=[origin + "/callback"], token_endpoint_auth_method="none")
        file = write(name, client, idp, tmp_path)
        bundle = ["--bundle", "--format=esm", "--jsx=automatic", "--log-level=error", f"--outfile={built}"]
        subprocess.run([NODE / "node_modules" / ".bin" / "esbuild", file, *bundle], cwd=tmp_path, check=True)

        def index(_: Request) -> Response:
            return HTMLResponse(PAGE)

        def script(_: Request) -> Response:
            return FileResponse(built)

        return Starlette(routes=[Route("/main.js", script), Route("/", index), Route("/callback", index)])

    with site(build, host="127.0.0.1") as origin:
        page.goto(origin)
        page.get_by_role("button", name="Sign in").click()
        give_password(page, ada)
        press(page, "Allow")
        expect(page.locator("body")).to_contain_text("Signed in as Ada Lovelace")
        assert page.url == origin + "/"
        page.reload()
        expect(page.locator("body")).to_contain_text("Signed in as Ada Lovelace")
