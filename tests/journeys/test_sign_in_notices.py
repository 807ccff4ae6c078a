"""A person is told about a sign-in from a new browser, and ends it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.journeys.steps import heading, open_account, press

if TYPE_CHECKING:
    from playwright.sync_api import Page

    from tests.journeys.conftest import Browse
    from tests.support.served_provider import ServedProvider


def test_the_owner_ends_a_sign_in_of_a_stranger(any_page: Page, browse: Browse, idp: ServedProvider) -> None:
    """The link of the mail asks first. Then the other browser is signed out, and the reset's link opens the page for a new password."""
    ada, stranger = idp.person(), browse()
    idp.clock.advance(3600)
    open_account(stranger, idp.issuer, ada)
    assert idp.mail_to(ada.email).subject == "A new sign-in to your account"
    any_page.goto(idp.link_in_mail(ada.email))
    heading(any_page, "This was not you?")
    stranger.reload()
    heading(stranger, "Your account")
    press(any_page, "Sign out everywhere")
    heading(any_page, "Signed out everywhere")
    stranger.reload()
    heading(stranger, "Sign in")
    any_page.goto(idp.link_in_mail(ada.email))
    heading(any_page, "new password")
