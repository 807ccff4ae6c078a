"""A person changes their email address, and the owner of the old address takes the account back."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from playwright.sync_api import expect

from tests.journeys.steps import give_password, heading, open_account, press, refused

if TYPE_CHECKING:
    from playwright.sync_api import Page

    from tests.journeys.conftest import Browse
    from tests.support.served_provider import ServedProvider


def new_address(idp: ServedProvider) -> str:
    """An address that no account has."""
    return f"ada-{idp.services.new_id()[:8].lower().strip('-_')}x@example.com"


def ask(page: Page, address: str) -> None:
    """On the account page, ask for the change."""
    press(page, "Change email address")
    page.get_by_label("New email address").fill(address)
    press(page, "Send the code")
    heading(page, "Type the code from the mail")


def test_a_code_from_the_mail_changes_the_address(any_page: Page, browse: Browse, idp: ServedProvider) -> None:
    """A wrong code is told. The right one, as the mail shows it, changes the address. The account opens with the new one."""
    ada, new = idp.person(), new_address(idp)
    open_account(any_page, idp.issuer, ada)
    ask(any_page, new)
    any_page.get_by_label("Code from the mail").fill("1234")
    press(any_page, "Change email address")
    refused(any_page, "wrong")
    code = re.findall(r"Your code: (\d{4} \d{4})", idp.mail_to(new).text)[0]
    any_page.get_by_label("Code from the mail").fill(code)
    press(any_page, "Change email address")
    expect(any_page.get_by_role("status")).to_have_text("Your email address is changed.")
    expect(any_page.get_by_text(new)).to_be_visible()
    other = browse()
    other.goto(idp.issuer + "/login")
    give_password(other, ada)
    refused(other, "wrong")
    other.get_by_label("Email").fill(new)
    other.get_by_label("Password", exact=True).fill(ada.password)
    press(other, "Sign in")
    heading(other, "Your account")


def test_the_link_in_the_mail_changes_the_address(any_page: Page, browse: Browse, idp: ServedProvider) -> None:
    """In the browser that asked. Another one, the phone for example, shows the code."""
    ada, new = idp.person(), new_address(idp)
    open_account(any_page, idp.issuer, ada)
    ask(any_page, new)
    phone = browse()
    phone.goto(idp.link_in_mail(new))
    heading(phone, "Your code")
    expect(phone.locator("#code")).to_have_text(re.compile(r"\d{4} \d{4}"))
    any_page.goto(idp.link_in_mail(new))
    press(any_page, "Change email address")
    expect(any_page.get_by_role("status")).to_have_text("Your email address is changed.")


def test_the_owner_of_the_old_address_takes_the_account_back(any_page: Page, browse: Browse, idp: ServedProvider) -> None:
    """The link in the mail works without a session. The other browser is signed out, and the old address opens the account again."""
    ada, new = idp.person(), new_address(idp)
    other = browse()
    open_account(other, idp.issuer, ada)
    ask(other, new)
    other.goto(idp.link_in_mail(new))
    press(other, "Change email address")
    undo = idp.link_in_mail(ada.email)
    any_page.goto(undo)
    heading(any_page, "Take your account back")
    press(any_page, "Take it back")
    heading(any_page, "Your address is back")
    other.goto(idp.issuer + "/account")
    heading(other, "Sign in")
    any_page.goto(undo)
    heading(any_page, "That did not work")
