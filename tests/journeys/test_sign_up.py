"""A person creates an account on the way to an app, in Chromium, with JavaScript and without."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from idp.domain.access.tenancy import DEPLOYMENT
from tests.journeys.steps import heading, leave, press, refused
from tests.support.relying_party import RelyingParties, relying_parties
from tests.support.served_provider import ServedProvider, served_provider

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Page

    from idp.services.mail.outbox import Mail
    from tests.journeys.conftest import Browse
    from tests.journeys.gallery import Gallery

PASSWORD = "eleven dry otters on a raft"


@pytest.fixture(scope="module")
def running(quick_endpoint: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[ServedProvider]:
    """A provider where people may create accounts, with a name to enter, terms, and the challenge."""
    with served_provider(
        quick_endpoint, folder=tmp_path_factory.mktemp("sign-up"), brand="Harbour", sign_up="open", sign_up_claims="name! nickname",
        terms_uri="https://harbour.example/terms", terms_version="2026-12-01", sign_up_challenge="proof-of-work",
        tickets_hourly_per_network=900,
    ) as running:  # fmt: skip
        yield running


@pytest.fixture(scope="module")
def apps(running: ServedProvider) -> Iterator[RelyingParties]:
    """The apps of that provider."""
    with relying_parties(running) as site:
        yield site


def mail_to(idp: ServedProvider, email: str) -> Mail:
    """The newest mail to this address."""
    return next(mail for mail in idp.mails if mail.to == email)


def code_in(mail: Mail) -> str:
    """The code in a mail."""
    return str(re.findall(r"\d{4} \d{4}", mail.text)[0])


def link_in(mail: Mail) -> str:
    """The link in a mail."""
    return str(re.findall(r"\S+/link/\S+", mail.text)[0])


def send(page: Page, email: str) -> None:
    """On the sign-in page, ask for an account, and enter the address."""
    press(page, "Create an account")
    heading(page, "Create an account")
    page.get_by_label("Email").fill(email)
    press(page, "Send the code")
    heading(page, "Check your mail")


def fill(page: Page) -> None:
    """Fill in the last page and send it."""
    heading(page, "Finish your account")
    page.get_by_label("Name", exact=True).fill("Ada Lovelace")
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    for box in page.get_by_role("checkbox").all():
        box.check()
    press(page, "Create account")


def test_from_the_app_to_the_app_by_the_code(any_page: Page, idp: ServedProvider, apps: RelyingParties) -> None:
    """The unfinished request of the app goes on: the app learns who the person is, and that the address is verified."""
    email, shop = f"ada{id(any_page)}@example.com", apps.register("Corner shop", tos_uri="https://shop.example/terms")
    leave(any_page, shop, scope="openid email profile")
    send(any_page, email)
    expect(any_page.get_by_text(email)).to_be_visible()
    any_page.get_by_label("Code from the mail").fill("0000 0000")
    press(any_page, "Continue")
    refused(any_page, "code is wrong")
    any_page.get_by_label("Code from the mail").fill(code_in(mail_to(idp, email)))
    press(any_page, "Continue")
    fill(any_page)
    heading(any_page, "Allow Corner shop?")
    press(any_page, "Allow")
    assert shop.redeem(shop.answer(any_page)).claims["sub"] == idp.services.users.id_of(email)
    user = idp.services.users.get(idp.services.users.id_of(email) or "")
    assert user
    assert (user.email_verified, dict(user.claims), len(user.terms)) == (True, {"name": "Ada Lovelace"}, 2)


def test_by_the_link_in_the_same_browser(any_page: Page, idp: ServedProvider, apps: RelyingParties) -> None:
    """A second tab: the link goes on to the app, without the code."""
    email, shop = f"grace{id(any_page)}@example.com", apps.register("Corner shop")
    leave(any_page, shop)
    send(any_page, email)
    tab = any_page.context.new_page()
    tab.goto(link_in(mail_to(idp, email)))
    fill(tab)
    heading(tab, "Allow Corner shop?")


def test_by_the_link_on_a_phone_and_the_code_at_the_desk(
    any_page: Page, browse: Browse, idp: ServedProvider, apps: RelyingParties
) -> None:  # fmt: skip
    """The phone shows the code and nothing else; the person types it where they began."""
    email, shop, phone = f"annie{id(any_page)}@example.com", apps.register("Corner shop"), browse(phone=True, javascript=False)
    leave(any_page, shop)
    send(any_page, email)
    phone.goto(link_in(mail_to(idp, email)))
    heading(phone, "Your code")
    expect(phone.get_by_role("button")).to_have_count(0)
    any_page.get_by_label("Code from the mail").fill(phone.locator("#code").inner_text())
    press(any_page, "Continue")
    fill(any_page)
    heading(any_page, "Allow Corner shop?")


def test_an_address_that_has_an_account_gets_a_mail_that_says_so(any_page: Page, idp: ServedProvider, apps: RelyingParties) -> None:
    """The page is the same; the mail has a way to sign in, and no code."""
    ada, shop = idp.person(), apps.register("Corner shop")
    leave(any_page, shop)
    send(any_page, ada.email)
    mail = mail_to(idp, ada.email)
    assert mail.subject == "You already have an account"
    assert "/link/" not in mail.text
    press(any_page, "Change the address or send again")
    heading(any_page, "Create an account")
    press(any_page, "Sign in")
    heading(any_page, "Sign in")


def test_the_browser_solves_the_challenge_while_the_person_types(page: Page, idp: ServedProvider) -> None:
    """With JavaScript a solution is filled in, and the server accepts it."""
    page.goto(idp.issuer + "/sign-up")
    expect(page.locator("[name=solution]")).not_to_have_value("")
    puzzle, solution = (page.locator(f"[name={name}]").input_value() for name in ("challenge", "solution"))
    assert idp.services.challenge.is_solved(puzzle, solution, now=idp.clock())


def test_an_invited_person_creates_the_account_on_a_phone(browse: Browse, idp: ServedProvider, gallery: Gallery) -> None:
    """In a browser that never was here: the link leads to the last page, and that to the account page."""
    idp.services.role_service.create("editor", scope=DEPLOYMENT)
    made = idp.services.invitation_service.create("dorothy@example.com", roles=["editor"], scope=DEPLOYMENT)
    phone = browse(phone=True, javascript=False)
    phone.goto(link_in(mail_to(idp, made.email)))
    expect(phone.get_by_text("You are invited to create this account")).to_be_visible()
    seen = browse()
    seen.goto(link_in(mail_to(idp, made.email)))
    gallery.show(seen, "invitation")
    fill(phone)
    heading(phone, "Your account")
    expect(phone.get_by_role("status")).to_have_text("Your account is ready.")
    user = idp.services.users.get(idp.services.users.id_of(made.email) or "")
    assert user
    assert set(user.roles) == {"editor"}
    seen.reload()
    heading(seen, "expired|over|did not work")


def test_the_pages_are_accessible(page: Page, browse: Browse, idp: ServedProvider, apps: RelyingParties, gallery: Gallery) -> None:
    """axe-core, a narrow phone, dark and light."""
    email = "katherine@example.com"
    shop = apps.register("Corner shop", policy_uri="https://shop.example/privacy", tos_uri="https://shop.example/terms")
    leave(page, shop)
    gallery.show(page, "login-with-sign-up")
    press(page, "Create an account")
    gallery.show(page, "sign-up")
    page.get_by_label("Email").fill("katherine")
    page.evaluate("document.querySelector('#email').type = 'text'")
    press(page, "Send the code")
    refused(page, "form name@domain.example")
    gallery.show(page, "sign-up-wrong")
    page.get_by_label("Email").fill(email)
    press(page, "Send the code")
    gallery.show(page, "sign-up-code")
    other = browse()
    other.goto(link_in(mail_to(idp, email)))
    gallery.show(other, "sign-up-code-elsewhere")
    page.get_by_label("Code from the mail").fill(code_in(mail_to(idp, email)))
    press(page, "Continue")
    gallery.show(page, "sign-up-finish")
    page.get_by_label("Name", exact=True).fill("Katherine Johnson")
    page.get_by_label("Password", exact=True).fill("katherine@example.com")
    for box in page.get_by_role("checkbox").all():
        box.check()
    press(page, "Create account")
    refused(page, "Most of this is your email address")
    gallery.show(page, "sign-up-finish-wrong")
