"""The tasks of an admin with apps, in Chromium: creating one of each kind, its secret, its settings, its look, and two admins at once."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from idp.domain.access.tenancy import DEPLOYMENT
from tests.journeys.screenshots_of_console import open_console
from tests.journeys.steps import heading, press
from tests.support.served_provider import ServedProvider, served_provider

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from playwright.sync_api import Page

    from tests.journeys.conftest import Browse
    from tests.journeys.gallery import Gallery
    from tests.support.people import Person

MARKUP = "<img src=x onerror=document.title='taken'>"
ANSWERS = {
    "web": {"Redirect URIs": "https://shop.example.com/callback"},
    "spa": {"Redirect URIs": "https://board.example.com/"},
    "native": {"Redirect URIs": "com.example.phone:/callback"},
    "service": {"APIs that it calls": "https://api.example.com", "Scopes": "orders:read"},
    "device": {},
    "mcp": {"Address of the server": "https://notes.example.com/mcp"},
    "api": {"Address of the API": "https://api.example.com"},
}
WITH_SECRET = {"web", "service", "mcp", "api"}


@pytest.fixture(scope="module")
def running(quick_endpoint: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[ServedProvider]:
    """A provider with the console."""
    folder: Path = tmp_path_factory.mktemp("idp")
    with served_provider(quick_endpoint, folder=folder, console="on") as running:
        yield running


@pytest.fixture
def admin(idp: ServedProvider) -> Person:
    """An admin with an authenticator."""
    return idp.person("Dorothy Vaughan", totp=True, admin=True)


def register(idp: ServedProvider, **members: object) -> str:
    """A web app; its client_id."""
    shop = {"client_name": "Corner shop", "redirect_uris": ["https://shop.example.com/callback"], **members}
    return idp.services.client_service.create(shop, scope=DEPLOYMENT)[0].id


def told(page: Page, words: str) -> None:
    """Wait for the notice of the page."""
    expect(page.get_by_role("status").first).to_have_text(words)


def test_a_new_admin_creates_an_app_of_each_kind(any_page: Page, idp: ServedProvider, admin: Person) -> None:
    """With JavaScript and without. A kind with a secret shows it once; the others lead to the page of the app."""
    page = any_page
    open_console(page, idp, admin, "/console/apps")
    for kind, answers in ANSWERS.items():
        page.goto(f"{idp.issuer}/console/apps")
        page.get_by_role("link", name="Create an app").first.click()
        page.locator(f'a[href="/console/apps/new?kind={kind}"]').click()
        page.get_by_label("Name", exact=True).fill(f"The {kind}")
        for label, value in answers.items():
            page.get_by_label(label, exact=True).fill(value)
        press(page, "Create the app")
        told(page, "The app was created.")
        heading(page, f"The {kind}")
        assert (page.locator("#secret code").count() == 1) == (kind in WITH_SECRET)
        if kind in WITH_SECRET:
            page.get_by_role("link", name="I have noted it").click()
        expect(page.get_by_role("heading", name="For its developers")).to_be_visible()


def test_a_wrong_redirect_uri_is_told_and_nothing_typed_is_lost(page: Page, idp: ServedProvider, admin: Person) -> None:
    open_console(page, idp, admin, "/console/apps/new")
    page.locator('a[href="/console/apps/new?kind=spa"]').click()
    page.get_by_label("Name", exact=True).fill("Board")
    page.get_by_label("Redirect URIs").fill("https://board.example.com/#top")
    press(page, "Create the app")
    expect(page.get_by_role("alert")).to_be_visible()
    expect(page.get_by_label("Redirect URIs")).to_be_focused()
    expect(page.get_by_label("Name", exact=True)).to_have_value("Board")
    page.get_by_label("Redirect URIs").fill("https://board.example.com/")
    press(page, "Create the app")
    told(page, "The app was created.")


def test_a_secret_is_replaced_and_the_old_one_ended(page: Page, idp: ServedProvider, admin: Person) -> None:
    """A dangerous act: the admin signed in a while ago, so the page asks again. The secret is in no later page."""
    client_id = register(idp)
    open_console(page, idp, admin, f"/console/apps/{client_id}")
    page.get_by_role("link", name="Secrets").click()
    idp.clock.advance(600)
    press(page, "Make a new secret")
    heading(page, "Confirm that it is you")
    page.get_by_label("Password", exact=True).fill(admin.password)
    page.get_by_label("Code from your authenticator app").fill(admin.codes.code())
    press(page, "Continue")
    secret = page.locator("#secret code").inner_text()
    assert len(secret) > 40
    page.get_by_role("link", name="Secrets").click()
    assert secret not in page.content()
    with page.expect_navigation():
        page.get_by_role("button", name="End it now").click()
    told(page, "The old secret has ended.")
    assert len(idp.services.client_service.get(client_id, scope=DEPLOYMENT).secrets) == 1


def test_two_admins_at_once_lose_nothing(page: Page, browse: Browse, idp: ServedProvider, admin: Person) -> None:
    client_id, other, second = register(idp), browse(), idp.person("Katherine Johnson", totp=True, admin=True)
    for each, who in ((page, admin), (other, second)):
        open_console(each, idp, who, f"/console/apps/{client_id}/edit")
        heading(each, "Corner shop")
    other.get_by_label("Name", exact=True).fill("Theirs")
    press(other, "Save")
    told(other, "The changes were saved.")
    page.get_by_label("Name", exact=True).fill("Mine")
    press(page, "Save")
    expect(page.get_by_role("alert")).to_be_visible()
    expect(page.get_by_label("Name", exact=True)).to_have_value("Mine")
    expect(page.locator("#client_name-theirs")).to_contain_text("Theirs")
    press(page, "Save mine")
    told(page, "The changes were saved.")
    assert idp.services.client_service.get(client_id, scope=DEPLOYMENT).name == "Mine"


def test_an_app_gets_a_look_is_disabled_and_deleted(page: Page, idp: ServedProvider, admin: Person) -> None:
    client_id = register(idp)
    open_console(page, idp, admin, f"/console/apps/{client_id}/looks")
    page.get_by_label("Accent: buttons and links").first.fill("#1d4ed8")
    press(page, "Preview")
    expect(page.locator('svg[data-scheme="light"] rect[fill="#1d4ed8"]')).to_be_visible()
    press(page, "Save")
    told(page, "The changes were saved.")
    page.get_by_role("link", name="Overview").last.click()
    press(page, "Disable the app")
    told(page, "The app was disabled. Its access and its tokens have ended.")
    page.get_by_role("link", name="Delete the app").click()
    press(page, "Delete the app")
    told(page, "The app was deleted.")


def test_a_stored_name_is_text_on_every_page(page: Page, idp: ServedProvider, admin: Person) -> None:
    client_id = register(
        idp, client_name=f"Mallory {MARKUP}", contacts=[MARKUP], software_id=MARKUP, branding={"name": f"Mallory {MARKUP}"}
    )
    open_console(page, idp, admin, "/console/apps")
    for path in ("", *(f"/{client_id}{tab}" for tab in ("", "/edit", "/advanced", "/secrets", "/looks", "/delete"))):
        page.goto(f"{idp.issuer}/console/apps{path}")
        expect(page.get_by_text("<img src=x").first).to_be_visible()
        assert page.locator("img").count() == 0
        assert page.title() != "taken"


def test_the_pages_are_accessible_and_fit_a_phone(page: Page, idp: ServedProvider, admin: Person, gallery: Gallery) -> None:
    client_id = register(idp, scope="openid orders:read", resources=["https://api.example.com"])
    idp.services.client_service.rotate_secret(client_id, 3600, scope=DEPLOYMENT)
    open_console(page, idp, admin, "/console/apps")
    heading(page, "Apps")
    for name, path in (
        ("list", ""), ("choice", "/new"), ("new", "/new?kind=web"), ("mcp", "/new?kind=mcp"), ("overview", f"/{client_id}"),
        ("edit", f"/{client_id}/edit"), ("secrets", f"/{client_id}/secrets"), ("looks", f"/{client_id}/looks"),
        ("delete", f"/{client_id}/delete"), ("advanced", f"/{client_id}/advanced"),
    ):  # fmt: skip
        page.goto(f"{idp.issuer}/console/apps{path}")
        gallery.show(page, f"console-apps-{name}")
    page.evaluate("document.querySelectorAll('details').forEach(one => { one.open = true; })")
    gallery.show(page, "console-apps-advanced-open", translated=False)
