"""A person proves the address of the account on the way to an app, in Chromium, with JavaScript and without."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from tests.journeys.steps import give_password, heading, leave, open_account, press, refused
from tests.support.relying_party import RelyingParties, relying_parties
from tests.support.served_provider import ServedProvider, served_provider
from tests.support.stored import change_user

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Page

    from tests.journeys.conftest import Browse
    from tests.journeys.gallery import Gallery
    from tests.support.people import Person

TITLE = "Verify your email address"


@pytest.fixture(scope="module")
def running(quick_endpoint: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[ServedProvider]:
    """A provider that verifies addresses before apps get them."""
    with served_provider(quick_endpoint, folder=tmp_path_factory.mktemp("verify"), brand="Harbour", verify_email="before") as running:
        yield running


@pytest.fixture(scope="module")
def apps(running: ServedProvider) -> Iterator[RelyingParties]:
    """The apps of that provider."""
    with relying_parties(running) as site:
        yield site


def unverified(idp: ServedProvider) -> Person:
    """A person whose address an admin entered."""
    person = idp.person()
    change_user(idp.services.users, person.user.id, email_verified=False)
    return person


def code_for(idp: ServedProvider, email: str) -> str:
    """The code in the newest mail."""
    return str(re.findall(r"\d{4} \d{4}", idp.mail_to(email).text)[0])


def test_by_the_code(any_page: Page, idp: ServedProvider, apps: RelyingParties) -> None:
    """A wrong code is told. The right one leads on to the app."""
    ada, shop = unverified(idp), apps.register("Corner shop")
    leave(any_page, shop, scope="openid email")
    give_password(any_page, ada)
    heading(any_page, TITLE)
    press(any_page, "Send the code")
    any_page.get_by_label("Code from the mail").fill("0000 0000")
    press(any_page, "Verify the address")
    refused(any_page, "code is wrong")
    any_page.get_by_label("Code from the mail").fill(code_for(idp, ada.email))
    press(any_page, "Verify the address")
    heading(any_page, "Allow Corner shop?")
    user = idp.services.users.get(ada.user.id)
    assert user
    assert user.email_verified


def test_by_the_link(any_page: Page, browse: Browse, idp: ServedProvider, apps: RelyingParties) -> None:
    """A second tab goes on to the app. Another browser, the phone for example, shows the code."""
    ada, shop = unverified(idp), apps.register("Corner shop")
    leave(any_page, shop, scope="openid email")
    give_password(any_page, ada)
    press(any_page, "Send the code")
    phone = browse()
    phone.goto(idp.link_in_mail(ada.email))
    expect(phone.locator("#code")).to_have_text(re.compile(r"\d{4} \d{4}"))
    any_page.goto(idp.link_in_mail(ada.email))
    press(any_page, "Verify the address")
    heading(any_page, "Allow Corner shop?")


def test_on_the_account_page(any_page: Page, idp: ServedProvider) -> None:
    """The button sends the mail. The notice tells that the address is verified."""
    ada = unverified(idp)
    open_account(any_page, idp.issuer, ada)
    press(any_page, "Verify your address")
    any_page.get_by_label("Code from the mail").fill(code_for(idp, ada.email))
    press(any_page, "Verify the address")
    expect(any_page.get_by_role("status")).to_have_text("Your email address is verified.")


def test_the_pages_are_accessible(page: Page, idp: ServedProvider, apps: RelyingParties, gallery: Gallery) -> None:
    """Each state of the page."""
    ada, shop = unverified(idp), apps.register("Corner shop")
    leave(page, shop, scope="openid email")
    give_password(page, ada)
    gallery.show(page, "verify-email")
    press(page, "Send the code")
    gallery.show(page, "verify-email-code")
    page.goto(idp.link_in_mail(ada.email))
    gallery.show(page, "verify-email-link")
