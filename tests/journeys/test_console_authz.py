"""Tasks about rights in the console, in Chromium: roles, groups, policies and connections."""

from __future__ import annotations

from secrets import token_hex
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from tests.journeys.screenshots_of_console import open_console
from tests.journeys.steps import heading, press
from tests.support.served_provider import ServedProvider, served_provider

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from playwright.sync_api import Page

    from tests.support.people import Person


@pytest.fixture(scope="module")
def running(quick_endpoint: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[ServedProvider]:
    """A provider with the console."""
    folder: Path = tmp_path_factory.mktemp("idp")
    with served_provider(quick_endpoint, folder=folder, console="on") as running:
        yield running


@pytest.fixture
def admin(idp: ServedProvider) -> Person:
    """An admin with an authenticator."""
    return idp.person("Dorothy Vaughan", totp=True, admin=True)


def told(page: Page, words: str) -> None:
    """Wait for the notice of the page."""
    expect(page.get_by_role("status")).to_have_text(words)


def test_a_role_and_a_group_are_made_and_given(any_page: Page, idp: ServedProvider, admin: Person) -> None:
    """With JavaScript and without: a role with permissions, a group that has it, a member, and what the member may do."""
    page, ada, mark = any_page, idp.person("Ada Lovelace"), token_hex(4)
    open_console(page, idp, admin, "/console/roles")
    page.get_by_role("link", name="Create a role").first.click()
    page.get_by_label("Name", exact=True).fill(f"editor-{mark}")
    page.get_by_label("Permissions").fill("orders:read\norders:write")
    press(page, "Create the role")
    told(page, "The role was created.")
    page.get_by_role("link", name="Groups", exact=True).first.click()
    page.get_by_role("link", name="Create a group").first.click()
    page.get_by_label("Name", exact=True).fill(f"staff-{mark}")
    page.get_by_label("Role", exact=True).select_option(f"editor-{mark}")
    press(page, "Create the group")
    told(page, "The group was created.")
    page.get_by_label("Address or id of the person").fill(ada.email)
    press(page, "Add to the group")
    told(page, "The person is in the group now.")
    page.get_by_role("link", name="Ada Lovelace").click()
    page.get_by_role("navigation", name="About this person").get_by_role("link", name="Roles").click()
    expect(page.get_by_text("orders:write")).to_be_visible()
    page.goto(f"{idp.issuer}/console/roles/editor-{mark}")
    expect(page.get_by_text("By a group")).to_be_visible()
    page.get_by_role("link", name="Delete the role").click()
    heading(page, f"Delete editor-{mark}?")
    press(page, "Delete the role")
    told(page, "The role was deleted.")


def test_a_connection_is_made_and_switched_on(any_page: Page, idp: ServedProvider, admin: Person) -> None:
    """With JavaScript and without: from the preset to the button on the sign-in page."""
    page, mark = any_page, token_hex(4)
    open_console(page, idp, admin, "/console/connections")
    page.get_by_role("link", name="Create a connection").first.click()
    page.get_by_role("link", name="GitHub").click()
    page.get_by_label("Id", exact=True).fill(f"gh-{mark}")
    page.get_by_label("Name on the button").fill(f"GitHub {mark}")
    page.get_by_label("Client ID").fill("our-app")
    page.get_by_label("Client secret").fill("a-secret-of-github")
    press(page, "Create the connection")
    told(page, "The connection was created. Register what is below at the other side.")
    expect(page.get_by_text(f"{idp.issuer}/upstream/gh-{mark}/callback").first).to_be_visible()
    press(page, "Switch it on")
    told(page, "The connection was switched on.")
    page.get_by_role("link", name="Delete the connection").click()
    press(page, "Delete the connection")
    told(page, "The connection was deleted.")


def test_policies_are_written_checked_asked_and_published(any_page: Page, idp: ServedProvider, admin: Person) -> None:
    """With JavaScript and without: a mistake with its place, an answer about a person, a version that is live."""
    page, ada = any_page, idp.person("Ada Lovelace")
    open_console(page, idp, admin, "/console/policies")
    page.get_by_role("link", name="Write policies").first.click()
    page.get_by_role("link", name="A role permits, a group may only read").click()
    text = page.get_by_label("Policies in Cedar").input_value()
    page.get_by_label("Policies in Cedar").fill(text.replace('Group::"staff"', 'Grup::"staff"'))
    press(page, "Check")
    expect(page.get_by_text("policies, line 5, column")).to_be_visible()
    page.get_by_label("Policies in Cedar").fill(text)
    page.get_by_label("Person or app").fill(ada.email)
    page.get_by_label("Action", exact=True).fill("read")
    page.get_by_label("Type of the thing").fill("document")
    page.get_by_label("Id of the thing").fill("1")
    press(page, "Ask")
    expect(page.locator("#tried").get_by_role("status")).to_have_text("No")
    press(page, "Save as a new version")
    told(page, "The version was saved. It has no effect until it is published.")
    press(page, "Publish")
    told(page, "The version is live now.")
