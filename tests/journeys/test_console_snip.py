"""Ready code and trying an app in the console, in Chromium."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from tests.journeys.screenshots_of_console import open_console
from tests.journeys.steps import heading, press
from tests.support.served_provider import served_provider

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Page

    from tests.journeys.conftest import Browse
    from tests.journeys.gallery import Gallery
    from tests.support.people import Person
    from tests.support.served_provider import ServedProvider


@pytest.fixture(scope="module")
def running(quick_endpoint: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[ServedProvider]:
    """A provider with the console."""
    with served_provider(quick_endpoint, folder=tmp_path_factory.mktemp("idp"), console="on") as running:
        yield running


@pytest.fixture
def admin(idp: ServedProvider) -> Person:
    """An administrator with an authenticator."""
    return idp.person("Dorothy Vaughan", totp=True, admin=True)


def test_code_is_copied_by_a_button(page: Page, idp: ServedProvider, admin: Person, gallery: Gallery) -> None:
    """The clipboard has what the page shows, and the other framework is one press away."""
    client, _ = idp.client(client_name="Corner shop", redirect_uris=["https://shop.example/auth/callback"])
    page.context.grant_permissions(["clipboard-read", "clipboard-write"], origin=idp.issuer)
    open_console(page, idp, admin, f"/console/apps/{client.id}/code")
    heading(page, "Corner shop")
    gallery.show(page, "console-code")
    with page.expect_navigation():
        page.get_by_role("link", name="Flask", exact=True).click()
    page.get_by_role("button", name="Copy app.py").click()
    expect(page.get_by_role("button", name="Copied app.py")).to_be_visible()
    copied = page.evaluate("navigator.clipboard.readText()")
    assert copied == page.locator("#code code").inner_text()
    assert client.id in copied


def test_code_is_selected_by_one_press_without_javascript(browse: Browse, idp: ServedProvider, admin: Person) -> None:
    """There is no button then, and the text of the file is selected as a whole."""
    client, _ = idp.client(client_name="Corner shop", redirect_uris=["https://shop.example/auth/callback"])
    page = browse(javascript=False)
    open_console(page, idp, admin, f"/console/apps/{client.id}/code?framework=flask")
    expect(page.get_by_role("button", name="Copy")).to_have_count(0)
    assert page.locator("#code").evaluate("e => getComputedStyle(e).userSelect") == "all"


def test_a_sign_in_is_tried(page: Page, idp: ServedProvider, admin: Person, gallery: Gallery) -> None:
    """From the app's page: add the address, sign in as its users do, read the tokens, remove the address."""
    client, _ = idp.client(client_name="Corner shop", redirect_uris=["https://shop.example/auth/callback"])
    open_console(page, idp, admin, f"/console/apps/{client.id}/try")
    heading(page, "Corner shop")
    gallery.show(page, "console-try-address")
    press(page, "Add the address")
    expect(page.get_by_role("status")).to_have_text("The address was added.")
    gallery.show(page, "console-try")
    page.get_by_label("offline_access").check()
    press(page, "Sign in")
    press(page, "Allow")
    expect(page.get_by_role("heading", name="Access token")).to_be_visible()
    gallery.show(page, "console-tried")
    assert page.url == f"{idp.issuer}/console/apps/try/callback"
    expect(page.get_by_text(admin.user.id).first).to_be_visible()
    page.get_by_role("link", name="Try again").click()
    press(page, "Remove the address")
    expect(page.get_by_role("status")).to_have_text("The address was removed.")
