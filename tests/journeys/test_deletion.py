"""A person deletes the account and keeps it after all, with and without JavaScript."""

from __future__ import annotations

from typing import TYPE_CHECKING

from playwright.sync_api import expect

from tests.journeys.steps import give_password, heading, open_account, press, refused

if TYPE_CHECKING:
    from playwright.sync_api import Page

    from tests.journeys.conftest import Browse
    from tests.support.served_provider import ServedProvider


def test_a_person_deletes_the_account_and_keeps_it_after_all(any_page: Page, browse: Browse, idp: ServedProvider) -> None:
    """A while after the sign-in the page comes after a confirmation only. The link of the mail works in another browser."""
    ada = idp.person()
    open_account(any_page, idp.issuer, ada)
    idp.clock.advance(600)
    press(any_page, "Delete account")
    any_page.get_by_label("Password", exact=True).fill(ada.password)
    press(any_page, "Continue")
    heading(any_page, "Delete your account")
    expect(any_page.locator("main")).to_contain_text("Until then you can undo it.")
    press(any_page, "Delete my account")
    heading(any_page, "Your account is being deleted")
    any_page.goto(idp.issuer + "/account")
    give_password(any_page, ada)
    refused(any_page, "open the link in the mail")
    other = browse(javascript=False)
    other.goto(idp.link_in_mail(ada.email))
    heading(other, "Keep your account")
    press(other, "Keep my account")
    heading(other, "Your account stays")
    open_account(other, idp.issuer, ada)
