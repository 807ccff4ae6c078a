"""Sign-in with a code or a link from a mail, with JavaScript and without; on another device; with a second factor."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from tests.integration.account.resetting import newest
from tests.journeys.steps import allow, give_code, heading, leave, press, refused

if TYPE_CHECKING:
    from playwright.sync_api import Page

    from tests.journeys.conftest import Browse
    from tests.journeys.gallery import Gallery
    from tests.support.people import Person
    from tests.support.relying_party import RelyingParties
    from tests.support.served_provider import ServedProvider


@pytest.fixture(autouse=True)
def offered(idp: ServedProvider) -> None:
    """The deployment lets people sign in by mail."""
    idp.services.settings = replace(idp.services.settings, mail_code="on")
    for made in ("mail_code", "session_service", "visitors"):
        vars(idp.services).pop(made, None)


def ask(page: Page, person: Person) -> None:
    """On the sign-in page, type the address and ask for the mail."""
    heading(page, "Sign in")
    page.get_by_label("Email").fill(person.email)
    press(page, "Email me a code")
    heading(page, "Check your mail")


@pytest.mark.parametrize("way", ["link", "code"])
def test_a_mail_signs_in(any_page: Page, idp: ServedProvider, apps: RelyingParties, way: str) -> None:
    """The app gets its answer, and is told how the person signed in."""
    ada, shop = idp.person(), apps.register("Shop")
    leave(any_page, shop)
    ask(any_page, ada)
    if way == "code":
        any_page.get_by_label("Code from the mail").fill(newest(idp, ada.email).code)
    else:
        any_page.goto(idp.issuer + newest(idp, ada.email).path)
        expect(any_page.locator("main")).to_contain_text(ada.email)
    press(any_page, "Sign in")
    allow(any_page, shop)
    claims = shop.redeem(shop.answer(any_page)).claims
    assert (claims["sub"], claims["amr"], claims["acr"]) == (ada.user.id, ["email"], "aal1")


def test_the_code_is_typed_where_the_person_began(any_page: Page, browse: Browse, idp: ServedProvider) -> None:
    """On the phone the link shows the code and begins no session."""
    ada, phone = idp.person(), browse(phone=True)
    any_page.goto(idp.issuer + "/account")
    ask(any_page, ada)
    phone.goto(idp.issuer + newest(idp, ada.email).path)
    heading(phone, "Your code")
    code = phone.locator("#code").inner_text()
    phone.goto(idp.issuer + "/account")
    heading(phone, "Sign in")
    any_page.get_by_label("Code from the mail").fill(code)
    press(any_page, "Sign in")
    heading(any_page, "Your account")


def test_the_second_factor_follows(any_page: Page, idp: ServedProvider) -> None:
    grace = idp.person("Grace Hopper", totp=True)
    any_page.goto(idp.issuer + "/account")
    ask(any_page, grace)
    any_page.get_by_label("Code from the mail").fill(newest(idp, grace.email).code)
    press(any_page, "Sign in")
    give_code(any_page, grace.codes.code())
    heading(any_page, "Your account")


def test_without_an_address_it_is_asked_for(any_page: Page, idp: ServedProvider) -> None:
    ada = idp.person()
    any_page.goto(idp.issuer + "/account")
    press(any_page, "Email me a code")
    heading(any_page, "Sign in by mail")
    any_page.get_by_label("Email").fill(ada.email)
    press(any_page, "Send the mail")
    any_page.get_by_label("Code from the mail").fill("0000 0000" if newest(idp, ada.email).code != "0000 0000" else "0000 0001")
    press(any_page, "Sign in")
    refused(any_page, "wrong")
    press(any_page, "Change the address or send another mail")
    expect(any_page.get_by_label("Email")).to_have_value(ada.email)


def test_the_pages_are_accessible(page: Page, browse: Browse, idp: ServedProvider, apps: RelyingParties, gallery: Gallery) -> None:
    ada, shop = idp.person(), apps.register("Corner shop")
    leave(page, shop)
    gallery.show(page, "login-mail-code")
    press(page, "Email me a code")
    gallery.show(page, "mail-code")
    page.get_by_label("Email").fill(ada.email)
    press(page, "Send the mail")
    gallery.show(page, "mail-code-type")
    page.get_by_label("Code from the mail").fill("1")
    press(page, "Sign in")
    gallery.show(page, "mail-code-wrong")
    page.goto(idp.issuer + newest(idp, ada.email).path)
    gallery.show(page, "mail-code-link")
    elsewhere = browse()
    elsewhere.goto(idp.issuer + newest(idp, ada.email).path)
    gallery.show(elsewhere, "mail-code-elsewhere")
