"""A person signs in, creates an account and resets a password in Arabic and in Japanese: pages and mails, on a phone."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from idp.domain.access.tenancy import DEPLOYMENT
from idp.domain.languages import direction
from idp.http.catalogue import texts_in
from tests.journeys.steps import leave
from tests.support.relying_party import RelyingParties, relying_parties
from tests.support.served_provider import ServedProvider, served_provider

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Page

    from tests.journeys.conftest import Browse
    from tests.journeys.gallery import Gallery

NEW = "an unguessable sentence of mine"
LANGUAGES = pytest.mark.parametrize("language", ["ar", "ja"])


@pytest.fixture(scope="module")
def running(quick_endpoint: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[ServedProvider]:
    """A provider where people may create accounts."""
    with served_provider(
        quick_endpoint, folder=tmp_path_factory.mktemp("languages"), sign_up="open", sign_up_claims="name!", tickets_hourly_per_network=900
    ) as running:
        yield running


@pytest.fixture(scope="module")
def apps(running: ServedProvider) -> Iterator[RelyingParties]:
    """The apps of that provider."""
    with relying_parties(running) as site:
        yield site


def press(page: Page, button: str) -> None:
    """Press the button with this id, and wait for the next page."""
    with page.expect_navigation():
        page.locator(f"#{button}").click()


def shows(page: Page, language: str, words: str) -> None:
    """The page is in the language, has its direction, and the heading is the translation of these words."""
    expect(page.locator("html")).to_have_attribute("lang", language)
    expect(page.locator("html")).to_have_attribute("dir", direction(language))
    expect(page.get_by_role("heading", level=1)).to_have_text(re.compile(re.escape(texts_in(language).text(words))))


def code_of(mail: str) -> str:
    """The code of a mail, as a person copies it."""
    return str(re.findall(r"\d{4}[ \u00a0]\d{4}", mail)[0])


@LANGUAGES
def test_a_sign_in(browse: Browse, idp: ServedProvider, apps: RelyingParties, gallery: Gallery, language: str) -> None:
    """The browser's language. A wrong password is explained in it, and the app's name stays as it is in the heading."""
    page, shop = browse(phone=True, locale=language), apps.register("Corner shop")
    ada = idp.person()
    leave(page, shop)
    shows(page, language, "Sign in")
    page.locator("#email").fill(ada.email)
    page.locator("#password").fill("wrong and wrong again")
    press(page, "sign-in")
    expect(page.get_by_role("alert").first).to_have_text(texts_in(language).text("The email or the password is wrong."))
    gallery.look(page, f"in-{language}-login-wrong")
    page.locator("#password").fill(ada.password)
    press(page, "sign-in")
    expect(page.locator("#approve")).to_be_visible()
    press(page, "approve")
    assert shop.redeem(shop.answer(page)).claims["sub"] == ada.user.id


@LANGUAGES
def test_a_new_account(browse: Browse, idp: ServedProvider, apps: RelyingParties, gallery: Gallery, language: str) -> None:
    """The mail is in the language of the page, and its code is accepted as it is copied."""
    page, shop, email = browse(phone=True, locale=language), apps.register("Corner shop"), f"new-{language}@example.com"
    leave(page, shop)
    press(page, "sign-up")
    shows(page, language, "Create an account")
    gallery.look(page, f"in-{language}-sign-up")
    page.locator("#email").fill(email)
    press(page, "send-code")
    shows(page, language, "Check your mail")
    gallery.look(page, f"in-{language}-sign-up-code")
    mail = idp.mail_to(email)
    assert mail.subject == texts_in(language).text("Your code to create an account")
    assert f'<html lang="{language}" dir="{direction(language)}">' in mail.html
    page.locator("#code").fill(code_of(mail.text))
    press(page, "check-code")
    shows(page, language, "Finish your account")
    gallery.look(page, f"in-{language}-sign-up-finish")
    page.locator("#claim_name, #name").first.fill("Ada")
    page.locator("#new_password").fill(NEW)
    press(page, "create-account")
    expect(page.locator("#approve")).to_be_visible()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Corner shop")
    gallery.look(page, f"in-{language}-consent")
    press(page, "approve")
    assert shop.redeem(shop.answer(page)).claims["sub"] == idp.services.users.id_of(email)


@LANGUAGES
def test_a_forgotten_password(browse: Browse, idp: ServedProvider, apps: RelyingParties, gallery: Gallery, language: str) -> None:
    """The app asks for the language (ui_locales), and the browser prefers another one."""
    page, shop = browse(phone=True, locale="en-GB"), apps.register("Corner shop")
    email = f"reset-{language}@example.com"
    idp.services.user_service.create(email, "nine wet walruses", email_verified=True, claims={"locale": language}, scope=DEPLOYMENT)
    leave(page, shop, ui_locales=language)
    page.locator("#email").fill(email)
    press(page, "forgot")
    shows(page, language, "Forgot password?")
    press(page, "send")
    shows(page, language, "Check your mail")
    gallery.look(page, f"in-{language}-reset-code")
    mail = idp.mail_to(email)
    assert mail.subject == texts_in(language).text("Set a new password")
    page.locator("#code").fill(code_of(mail.text))
    press(page, "continue")
    shows(page, language, "Set a new password")
    gallery.look(page, f"in-{language}-reset")
    page.locator("#new_password").fill(NEW)
    press(page, "set-password")
    shows(page, language, "Sign in")
    page.locator("#password").fill(NEW)
    press(page, "sign-in")
    expect(page.locator("#approve")).to_be_visible()
    page.goto(idp.issuer + "/account")
    shows(page, language, "Your account")
    gallery.look(page, f"in-{language}-account")
