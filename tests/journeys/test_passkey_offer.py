"""The offer of a passkey after a sign-in with a password, in Chromium with its virtual authenticator."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from tests.journeys.steps import allow, give_password, heading, leave, press, saved
from tests.support.relying_party import RelyingParties, relying_parties
from tests.support.served_provider import ServedProvider, served_provider
from tests.support.virtual_authenticator import virtual_authenticator

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Page

    from tests.journeys.conftest import Browse
    from tests.journeys.gallery import Gallery

OFFER = "Sign in faster next time"


@pytest.fixture(scope="module")
def running(quick_endpoint: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[ServedProvider]:
    """A provider that offers passkeys."""
    with served_provider(quick_endpoint, folder=tmp_path_factory.mktemp("offer"), brand="Harbour", passkey_offer="on") as running:
        yield running


@pytest.fixture(scope="module")
def apps(running: ServedProvider) -> Iterator[RelyingParties]:
    """The apps of that provider."""
    with relying_parties(running) as site:
        yield site


def test_a_person_sets_up_the_passkey_and_comes_to_the_app(page: Page, idp: ServedProvider, apps: RelyingParties, gallery: Gallery) -> None:
    """A passkey that was not made leaves "Not now"."""
    ada, shop, device = idp.person(), apps.register("Shop"), virtual_authenticator(page)
    leave(page, shop)
    expect(page.locator("[data-keeps-passkeys]")).to_have_value("1")
    give_password(page, ada)
    heading(page, OFFER)
    gallery.show(page, "passkey-offer")
    device.refuse()
    page.get_by_role("button", name="Set up a passkey").click()
    expect(page.get_by_role("alert")).to_contain_text("No passkey was made")
    expect(page.get_by_role("button", name="Not now")).to_be_visible()
    device.accept()
    press(page, "Set up a passkey")
    saved(page)
    press(page, "I have saved them")
    allow(page, shop)
    assert shop.redeem(shop.answer(page)).claims["sub"] == ada.user.id
    assert len(device.credentials()) == 1


def test_on_a_phone_it_is_not_offered_again_on_this_device(browse: Browse, idp: ServedProvider, apps: RelyingParties) -> None:
    page, ada, shop = browse(phone=True), idp.person(), apps.register("Shop")
    virtual_authenticator(page)
    leave(page, shop)
    expect(page.locator("[data-keeps-passkeys]")).to_have_value("1")
    give_password(page, ada)
    heading(page, OFFER)
    press(page, "Do not offer it again on this device")
    allow(page, shop)
    leave(page, shop, prompt="login")
    expect(page.locator("[data-keeps-passkeys]")).to_have_value("1")
    page.get_by_label("Password", exact=True).fill(ada.password)
    press(page, "Sign in")
    shop.answer(page)


def test_without_javascript_it_is_not_offered(browse: Browse, idp: ServedProvider, apps: RelyingParties) -> None:
    page, ada, shop = browse(javascript=False), idp.person(), apps.register("Shop")
    leave(page, shop)
    give_password(page, ada)
    allow(page, shop)
