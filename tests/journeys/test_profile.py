"""A person changes the own profile, with and without JavaScript."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from tests.journeys.steps import heading, open_account, press, refused

if TYPE_CHECKING:
    from playwright.sync_api import Page

    from tests.journeys.conftest import Browse
    from tests.support.served_provider import ServedProvider

LANGUAGE, ZONE = "Language (optional)", "Time zone (optional)"


def test_a_person_changes_name_language_and_time_zone(any_page: Page, idp: ServedProvider) -> None:
    """A wrong address is told at its field, and nothing that was typed is lost. The account page shows the new name, in German."""
    ada = idp.person()
    open_account(any_page, idp.issuer, ada)
    any_page.get_by_role("link", name="Edit profile").click()
    heading(any_page, "Your profile")
    any_page.get_by_label("Name (optional)", exact=True).fill("Ada King")
    any_page.get_by_label("Website").fill("https://user:word@example.com/")
    any_page.get_by_label(LANGUAGE).select_option(label="Deutsch")
    any_page.get_by_label(ZONE).select_option(label="London")
    press(any_page, "Save")
    refused(any_page, "URL")
    expect(any_page.get_by_label("Website")).to_be_focused()
    expect(any_page.get_by_label(ZONE)).to_have_value("Europe/London")
    any_page.get_by_label("Website").fill("https://example.com/")
    press(any_page, "Save")
    expect(any_page.locator("html")).to_have_attribute("lang", "de")
    expect(any_page.get_by_role("status")).to_contain_text("Profil")
    expect(any_page.locator("main")).to_contain_text("Ada King")
    user = idp.services.users.get(ada.user.id)
    wanted = {"name": "Ada King", "website": "https://example.com/", "locale": "de", "zoneinfo": "Europe/London"}
    assert user
    assert user.claims == {**ada.user.claims, **wanted}


@pytest.mark.parametrize("zone", ["Europe/Madrid", "America/Argentina/Buenos_Aires"])
def test_the_time_zone_of_the_browser_is_one_press(browse: Browse, idp: ServedProvider, zone: str) -> None:
    """The script offers it, also under an older name, which Chromium says for Buenos Aires. It is saved with the form."""
    page = browse(zone=zone)
    open_account(page, idp.issuer, idp.person())
    page.goto(idp.issuer + "/account/profile")
    said = page.evaluate("Intl.DateTimeFormat().resolvedOptions().timeZone")
    page.get_by_role("button", name=f"Choose {said.replace('_', ' ')}, the time zone of this browser").click()
    expect(page.get_by_label(ZONE)).to_have_value(said)
    expect(page.get_by_label(ZONE)).to_be_focused()
    press(page, "Save")
    page.goto(idp.issuer + "/account/profile")
    expect(page.get_by_label(ZONE)).to_have_value(said)
    expect(page.get_by_text("the time zone of this browser")).to_have_count(0)
