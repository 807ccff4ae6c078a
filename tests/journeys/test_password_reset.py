"""A forgotten password, with JavaScript and without: by the link and by the code, with a second factor, on another device."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.integration.account.resetting import newest
from tests.journeys.resets import ask, set_password, sign_in_now
from tests.journeys.steps import allow, give_code, heading, leave, press, refused

if TYPE_CHECKING:
    from playwright.sync_api import Page

    from tests.journeys.conftest import Browse
    from tests.journeys.gallery import Gallery
    from tests.support.relying_party import RelyingParties
    from tests.support.served_provider import ServedProvider


@pytest.mark.parametrize("way", ["link", "code"])
def test_a_forgotten_password_is_replaced_and_the_app_gets_its_answer(
    any_page: Page, idp: ServedProvider, apps: RelyingParties, way: str
) -> None:
    """The app's request survives, in the tab that asked and in a new tab for the link."""
    ada, shop = idp.person(), apps.register("Shop")
    leave(any_page, shop)
    ask(any_page, ada)
    mail = newest(idp, ada.email)
    if way == "code":
        any_page.get_by_label("Code from the mail").fill(mail.code)
        press(any_page, "Continue")
    else:
        any_page.goto(idp.issuer + mail.path)
    set_password(any_page)
    sign_in_now(any_page, ada)
    allow(any_page, shop)
    assert shop.redeem(shop.answer(any_page)).claims["sub"] == ada.user.id


def test_the_second_factor_is_asked_for(any_page: Page, idp: ServedProvider, apps: RelyingParties) -> None:
    """H-13: a wrong code changes nothing. The right one does, and the sign-in asks for the next one."""
    grace, shop = idp.person(totp=True), apps.register("Shop", first_party=True)
    leave(any_page, shop)
    ask(any_page, grace)
    any_page.goto(idp.issuer + newest(idp, grace.email).path)
    set_password(any_page, code=grace.codes.wrong())
    refused(any_page, "wrong")
    set_password(any_page, code=grace.codes.code())
    sign_in_now(any_page, grace)
    give_code(any_page, grace.codes.code())
    assert shop.redeem(shop.answer(any_page)).claims["amr"] == ["pwd", "otp", "mfa"]


def test_the_link_works_on_another_device(browse: Browse, idp: ServedProvider, apps: RelyingParties) -> None:
    """On a phone, while the app waits at the desk. The phone ends at its account page."""
    ada, shop = idp.person(), apps.register("Shop")
    desk, phone = browse(), browse(phone=True)
    leave(desk, shop)
    ask(desk, ada)
    phone.goto(idp.issuer + newest(idp, ada.email).path)
    set_password(phone)
    sign_in_now(phone, ada)
    heading(phone, "Your account|Hello|Account|Ada")
    assert phone.url.endswith("/account")


def test_the_pages_are_accessible(page: Page, idp: ServedProvider, apps: RelyingParties, gallery: Gallery) -> None:
    """Axe, and a narrow phone: all pages of a reset, also with errors."""
    grace, shop = idp.person("Grace Hopper", totp=True), apps.register("Corner shop")
    leave(page, shop)
    press(page, "Forgot password?")
    gallery.show(page, "forgot")
    page.get_by_label("Email").fill(grace.email)
    press(page, "Send the mail")
    gallery.show(page, "reset-code")
    page.get_by_label("Code from the mail").fill("0000 0000")
    press(page, "Continue")
    refused(page, "wrong")
    gallery.show(page, "reset-code-wrong")
    link = idp.issuer + newest(idp, grace.email).path
    page.goto(link)
    gallery.show(page, "reset")
    set_password(page, code=grace.codes.code())
    gallery.show(page, "login-after-reset")
    page.goto(link)
    gallery.show(page, "link-over")
