"""The account page as a whole: its navigation, its next step, and the place of a session."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from playwright.sync_api import expect

from idp.store.sessions import item
from tests.journeys.steps import heading, open_account, press
from tests.support.chromium import PHONE

if TYPE_CHECKING:
    from playwright.sync_api import Page

    from tests.journeys.conftest import Browse
    from tests.support.served_provider import ServedProvider


def bottom(page: Page) -> float:
    """Return where the navigation ends, in pixels from the top of the window."""
    found: float = page.locator(".parts").evaluate("navigation => navigation.getBoundingClientRect().bottom")
    return found


def test_the_navigation_leads_to_each_part(any_page: Page, idp: ServedProvider) -> None:
    """On a phone too, where it is one line that stays in view. The part is not under it."""
    any_page.set_viewport_size(PHONE)
    open_account(any_page, idp.issuer, idp.person())
    links = any_page.get_by_role("navigation", name="On this page").get_by_role("link")
    for link in links.all():
        link.click()
        part = any_page.locator((link.get_attribute("href") or "") + " > h2")
        expect(part).to_be_in_viewport(ratio=1)
        assert part.evaluate("heading => heading.getBoundingClientRect().top") >= bottom(any_page)
    expect(any_page).to_have_url(re.compile(r"/account#\w+$"))


def test_the_navigation_marks_the_part_in_view(page: Page, idp: ServedProvider) -> None:
    """The script marks one link at a time."""
    open_account(page, idp.issuer, idp.person())
    navigation = page.get_by_role("navigation", name="On this page")
    expect(navigation.locator("[aria-current]")).to_have_text("Overview")
    page.locator("#ways").scroll_into_view_if_needed()
    navigation.get_by_role("link", name="Ways to sign in").click()
    expect(navigation.locator("[aria-current]")).to_have_text("Ways to sign in")


def test_the_next_step_is_one_press_away(any_page: Page, idp: ServedProvider) -> None:
    """A password alone is named as what it is, and the button leads to a passkey."""
    open_account(any_page, idp.issuer, idp.person())
    overview = any_page.get_by_role("region", name="What protects you")
    expect(overview).to_contain_text("A password alone opens your account.")
    expect(overview.get_by_role("button")).to_have_accessible_description(re.compile("Next step Sign in with a passkey"))
    press(any_page, "Set it up now")
    heading(any_page, "Add a passkey")


def test_a_protected_account_has_no_button_that_must_be_pressed(page: Page, idp: ServedProvider) -> None:
    """What is only recommended is called so."""
    open_account(page, idp.issuer, idp.person(totp=True))
    overview = page.get_by_role("region", name="What protects you")
    expect(overview).to_contain_text("Your account is well protected.")
    expect(overview).to_contain_text("Recommended")
    expect(overview).not_to_contain_text("Next step")


def test_a_country_has_its_name(browse: Browse, idp: ServedProvider) -> None:
    """In the language of the page; without JavaScript it has its two letters."""
    for javascript, shown in ((True, "Portugal"), (False, "PT")):
        page, ada = browse(javascript=javascript), idp.person()
        open_account(page, idp.issuer, ada)
        (session,) = idp.services.sessions.of(ada.user.id)
        idp.services.database.put(item(replace(session, country="PT"), retention=0))
        page.reload()
        expect(page.locator("[data-country]")).to_have_text(shown)
