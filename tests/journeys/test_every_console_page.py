"""Every page of the console before axe-core and on a phone, also those that no journey opens. A new page is covered by itself."""

from __future__ import annotations

import uuid
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import pytest

from idp.settings import Settings
from tests.integration.console.admins import sign_in
from tests.integration.console.every_page import addresses, world_with_everything
from tests.support.chromium import DESKTOP, PHONE
from tests.support.pages import ISSUER

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from playwright.sync_api import Page, Route

    from tests.integration.console.admins import Admin
    from tests.journeys.conftest import Browse
    from tests.journeys.gallery import Gallery


@pytest.fixture
def apart() -> Iterator[ThreadPoolExecutor]:
    """A thread for the app of this process. Playwright's event loop runs in this one."""
    with ThreadPoolExecutor(1) as pool:
        yield pool


def led(page: Page, admin: Admin, apart: ThreadPoolExecutor) -> None:
    """Let the browser's requests be answered by the app of this process, for the session of the admin."""

    def answer(route: Route) -> None:
        asked = urlsplit(route.request.url)
        found = apart.submit(admin.browser.http.get, f"{asked.path}?{asked.query}" if asked.query else asked.path).result()
        headers = {name: value for name, value in found.headers.items() if name not in {"content-length", "content-encoding", "set-cookie"}}
        route.fulfill(status=found.status_code, headers=headers, body=found.content)

    page.route(f"{ISSUER}/**", answer)


def test_each_page_is_accessible_and_fits_a_phone(
    browse: Browse, gallery: Gallery, apart: ThreadPoolExecutor, quick_endpoint: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """At a desk and on a phone, in English: the journeys look at most of them in all languages and in the dark."""
    settings = Settings(
        issuer=ISSUER, env="dev", table_prefix=f"t{uuid.uuid4().hex[:12]}", key_file=str(tmp_path / "key"), argon2_memory_kib=8,
        argon2_iterations=1, console="on", sign_up="invited", organization_client_scopes="orders", organization_scim_clients=2,
        organization_connections=3,
    )  # fmt: skip
    world = world_with_everything(settings, quick_endpoint, monkeypatch)
    admin, page = apart.submit(sign_in, world).result(), browse()
    led(page, admin, apart)
    for known, path in apart.submit(lambda: addresses(world, world.person())).result():
        name = "console-page" + known.path.removeprefix("/console").replace("/", "-").replace("{", "").replace("}", "")
        page.set_viewport_size(DESKTOP)
        response = page.goto(ISSUER + path)
        assert response
        assert (path, response.status) == (path, 200)
        gallery.look(page, f"{name}-desktop")
        page.set_viewport_size(PHONE)
        gallery.look(page, f"{name}-phone")
