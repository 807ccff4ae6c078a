"""Looks in a browser: the example theme and the branding of an app take effect under the policy of the pages, and pass axe-core."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.engines.launch import ROOT
from tests.journeys.steps import allow, give_password, heading, leave
from tests.support.relying_party import RelyingParties, relying_parties
from tests.support.served_provider import ServedProvider, served_provider

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Page

    from tests.journeys.conftest import Browse
    from tests.journeys.gallery import Gallery

BRANDING = {
    "name": "Corner shop accounts",
    "colours": {"light": {"accent": "#7c2d12"}},
    "radius": 4,
    "links": {"help": "https://shop.example/help"},
    "texts": {"sign_in_intro": "Welcome back to {app}."},
}
BUTTON = "element => getComputedStyle(element).backgroundColor"
LOGO = "element => element.complete && element.naturalWidth > 0"


@pytest.fixture(scope="module")
def running(quick_endpoint: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[ServedProvider]:
    """A provider with the example theme."""
    folder = tmp_path_factory.mktemp("idp")
    with served_provider(quick_endpoint, folder=folder, theme=str(ROOT / "examples/theme"), sign_up="open") as provider:
        yield provider


@pytest.fixture(scope="module")
def apps(running: ServedProvider) -> Iterator[RelyingParties]:
    """The apps' site."""
    with relying_parties(running) as parties:
        yield parties


def test_pages_in_the_example_theme_are_accessible(page: Page, idp: ServedProvider, apps: RelyingParties, gallery: Gallery) -> None:
    """Sign-in, consent, account and an error: in the theme's colours, with its picture and logo."""
    ada, shop = idp.person(), apps.register("Boat house")
    leave(page, shop)
    assert page.locator("#sign-in").evaluate(BUTTON) == "rgb(166, 61, 20)"
    assert "quay.svg" in page.locator(".plate").evaluate("element => getComputedStyle(element).backgroundImage")
    assert page.locator("img.logo").evaluate(LOGO)
    gallery.show(page, "theme-login")
    give_password(page, ada)
    heading(page, "Allow")
    gallery.show(page, "theme-consent")
    allow(page, shop)
    page.goto(idp.issuer + "/account")
    heading(page, "Your account")
    gallery.show(page, "theme-account")
    page.goto(idp.issuer + "/authorize?client_id=nobody")
    gallery.show(page, "theme-error")


def test_the_look_of_an_app_takes_effect(page: Page, apps: RelyingParties, gallery: Gallery) -> None:
    """The inline style takes effect: its digest is in the policy. The theme's picture is not there."""
    leave(page, apps.register("Corner shop", branding=BRANDING))
    assert page.locator("#sign-in").evaluate(BUTTON) == "rgb(124, 45, 18)"
    assert page.locator("#sign-in").evaluate("element => getComputedStyle(element).borderRadius") == "4px"
    assert page.locator(".plate").evaluate("element => getComputedStyle(element).backgroundImage") == "none"
    assert page.get_by_text("Welcome back to Corner shop.").is_visible()
    gallery.show(page, "branding-login")


def test_looks_work_on_dark_phones_without_javascript(browse: Browse, apps: RelyingParties) -> None:
    page = browse(javascript=False, phone=True, dark=True)
    leave(page, apps.register("Corner shop", branding=BRANDING))
    assert page.locator("#sign-in").evaluate(BUTTON) != "rgb(124, 45, 18)"
    leave(page, apps.register("Boat house"))
    assert page.locator("#sign-in").evaluate(BUTTON) == "rgb(243, 166, 124)"
