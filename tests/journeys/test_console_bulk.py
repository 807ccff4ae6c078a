"""Merging two accounts and changing many people in Chromium: the pages are accessible, fit a phone, and work without JavaScript."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from idp.domain.access.tenancy import DEPLOYMENT
from tests.journeys.screenshots_of_console import open_console
from tests.journeys.steps import heading, press
from tests.support.served_provider import ServedProvider, served_provider

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from playwright.sync_api import Page

    from tests.journeys.conftest import Browse
    from tests.journeys.gallery import Gallery
    from tests.support.people import Person


@pytest.fixture(scope="module")
def running(quick_endpoint: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[ServedProvider]:
    """A provider with the console."""
    folder: Path = tmp_path_factory.mktemp("idp")
    with served_provider(quick_endpoint, folder=folder, console="on", sign_up="invited") as running:
        yield running


@pytest.fixture
def admin(idp: ServedProvider) -> Person:
    """An admin with an authenticator."""
    return idp.person("Dorothy Vaughan", totp=True, admin=True)


def test_two_accounts_are_merged(page: Page, idp: ServedProvider, admin: Person, gallery: Gallery) -> None:
    """From the page of the person who stays, after a look at what could move."""
    ada, other = idp.person("Ada Lovelace"), idp.person("Ada King")
    idp.services.role_service.create("editor", scope=DEPLOYMENT)
    idp.services.user_service.patch(other.user.id, {"roles": ["editor"]}, scope=DEPLOYMENT)
    open_console(page, idp, admin, f"/console/people/{ada.user.id}")
    page.get_by_role("link", name="Merge another account into this one").click()
    gallery.show(page, "console-merge-which")
    page.get_by_label("Address or id of the account that goes").fill(other.email)
    press(page, "See what can move")
    expect(page.get_by_label("Roles and groups: editor")).to_be_checked()
    gallery.show(page, "console-merge")
    press(page, "Merge the accounts")
    expect(page.get_by_role("status")).to_have_text("The accounts were merged. The other one is erased.")
    assert idp.services.users.get(other.user.id) is None


@pytest.mark.parametrize("javascript", [True, False])
def test_many_people_are_changed(
    browse: Browse, idp: ServedProvider, admin: Person, monkeypatch: pytest.MonkeyPatch, *, javascript: bool
) -> None:
    """In two batches: the page goes on by itself, or by a button where no script runs."""
    monkeypatch.setattr("idp.http.console.bulk.BATCH", 2)
    page, people = browse(javascript=javascript), [idp.person("Hedy Lamarr") for _ in range(3)]
    open_console(page, idp, admin, "/console/people/bulk")
    page.get_by_label("Ids and addresses").fill("\n".join(each.email for each in people))
    press(page, "See who they are")
    heading(page, "3 people")
    page.get_by_label("What to do with each of them").select_option("disable")
    press(page, "Begin")
    if not javascript:
        heading(page, "2 of 3")
        press(page, "Go on")
    heading(page, "Done")
    disabled = [idp.services.users.get(each.user.id) for each in people]
    assert all(user and user.disabled for user in disabled)


def test_the_pages_of_many_people_are_accessible(page: Page, idp: ServedProvider, admin: Person, gallery: Gallery) -> None:
    ada = idp.person("Ada Lovelace")
    open_console(page, idp, admin, "/console/people/bulk")
    gallery.show(page, "console-bulk")
    page.get_by_label("Ids and addresses").fill(f"{ada.email}\nnothing@example.com")
    press(page, "See who they are")
    gallery.show(page, "console-bulk-preview")
    press(page, "Begin")
    heading(page, "Done")
    gallery.show(page, "console-bulk-run")
