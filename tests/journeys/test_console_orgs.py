"""Organisations in the console, in Chromium: their own admin does the daily tasks, and loses the rights in the middle of one."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from idp.domain.access.tenancy import DEPLOYMENT
from idp.domain.connections.connection import Connection
from idp.store.memberships import Memberships
from tests.journeys.screenshots_of_console import open_console
from tests.journeys.steps import heading, press
from tests.support.served_provider import ServedProvider, served_provider

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from playwright.sync_api import Page

    from idp.domain.organisations.profile import OrganisationProfile
    from tests.journeys.gallery import Gallery
    from tests.support.people import Person


@pytest.fixture(scope="module")
def running(quick_endpoint: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[ServedProvider]:
    """A provider with the console, where people can be invited."""
    folder: Path = tmp_path_factory.mktemp("idp")
    with served_provider(quick_endpoint, folder=folder, console="on", sign_up="invited", organization_connections=2) as running:
        yield running


@pytest.fixture
def chief(idp: ServedProvider) -> Person:
    """A person with an authenticator, who administers `acme`."""
    return idp.person("Mary Jackson", totp=True)


@pytest.fixture
def acme(idp: ServedProvider, chief: Person) -> OrganisationProfile:
    """An organisation with an admin and a member."""
    return organisation(idp, "Acme Aircraft", chief)


def organisation(idp: ServedProvider, name: str, chief: Person) -> OrganisationProfile:
    s = idp.services
    slug = f"{name.split(maxsplit=1)[0].lower()}-{s.new_id()[:8].lower()}".replace("_", "0").rstrip("-")
    made = s.organisation_service.create(slug, name, scope=DEPLOYMENT)
    s.organisation_role_service.create(made.id, "engineer", permissions=["drawings:read"], scope=DEPLOYMENT)
    s.member_service.add(made.id, chief.user.id, admin=True, scope=DEPLOYMENT)
    s.member_service.add(made.id, idp.person("Christine Darden").user.id, scope=DEPLOYMENT)
    return made


def told(page: Page, words: str) -> None:
    """Wait for the notice of the page."""
    expect(page.get_by_role("status")).to_have_text(words)


def test_an_admin_of_an_organisation_does_their_tasks(
    any_page: Page, idp: ServedProvider, acme: OrganisationProfile, chief: Person
) -> None:  # fmt: skip
    """With JavaScript and without: a role, an invitation, rights of a member, a domain, and what a sign-in needs."""
    page, email = any_page, f"dorothy.{chief.user.id[4:10].lower()}@example.com"
    open_console(page, idp, chief)
    heading(page, "Overview")
    expect(page.get_by_role("link", name="Apps", exact=True)).to_have_count(0)
    page.get_by_role("link", name="Organisations").click()
    heading(page, "Acme Aircraft")
    page.get_by_role("link", name="Roles", exact=True).click()
    page.get_by_label("Name", exact=True).fill("pilot")
    page.get_by_label("Permissions").fill("flights:read\nflights:write")
    press(page, "Create the role")
    told(page, "The role was created.")
    page.get_by_role("link", name="Invitations").click()
    page.get_by_label("Email").fill(email)
    page.get_by_label("Role").select_option("pilot")
    press(page, "Send the invitation")
    told(page, "The invitation was sent.")
    assert "/link/" in idp.mail_to(email).text
    page.get_by_role("link", name="Members").click()
    page.get_by_role("link", name="Christine Darden").click()
    page.get_by_label("engineer").check()
    page.get_by_label("Only these rights:").check()
    page.get_by_label("People: See").check()
    press(page, "Save")
    told(page, "The changes were saved.")
    expect(page.get_by_label("People: See")).to_be_checked()
    page.get_by_role("link", name="Domains").click()
    page.get_by_label("Domain", exact=True).fill(f"{acme.slug}.example")
    press(page, "Add the domain")
    told(page, "The domain was added. Publish its record, then check it.")
    expect(page.get_by_text(f"_idp-challenge.{acme.slug}.example").first).to_be_visible()
    page.get_by_role("link", name="Overview").last.click()
    page.get_by_role("link", name="Edit").click()
    page.get_by_label("A second factor is required").check()
    press(page, "Save")
    told(page, "The changes were saved.")
    assert idp.services.organisation_service.get(acme.id, scope=DEPLOYMENT).policy.mfa_required


def test_an_admin_who_loses_the_role_is_refused_with_the_next_click(
    page: Page, idp: ServedProvider, acme: OrganisationProfile, chief: Person
) -> None:  # fmt: skip
    open_console(page, idp, chief, f"/console/organizations/{acme.id}/settings")
    page.get_by_label("Name", exact=True).fill("Taken over")
    store = Memberships(idp.services.database)
    found = store.get(chief.user.id, acme.id)
    assert found
    assert store.replace(replace(found, admin=False), was=found)
    press(page, "Save")
    heading(page, "You may not do this")
    assert idp.services.organisation_service.get(acme.id, scope=DEPLOYMENT).name == "Acme Aircraft"
    page.goto(f"{idp.issuer}/console/people")
    heading(page, "You may not do this")


def test_an_admin_of_two_chooses_and_changes(page: Page, idp: ServedProvider, acme: OrganisationProfile, chief: Person) -> None:
    organisation(idp, "Boeing Works", chief)
    open_console(page, idp, chief)
    heading(page, "Choose an organisation")
    press(page, "Boeing Works")
    heading(page, "Overview")
    expect(page.get_by_text("Boeing Works").first).to_be_visible()
    page.get_by_role("link", name="Change the organisation").click()
    press(page, "Acme Aircraft")
    page.get_by_role("link", name="Organisations").click()
    heading(page, "Acme Aircraft")


def test_the_pages_about_organisations_are_accessible_and_fit_a_phone(
    page: Page, idp: ServedProvider, acme: OrganisationProfile, chief: Person, gallery: Gallery
) -> None:  # fmt: skip
    admin = idp.person("Dorothy Vaughan", totp=True, admin=True)
    s = idp.services
    s.organisation_invitations.create(acme.id, "hedy@example.com", roles=["engineer"], scope=DEPLOYMENT)
    okta = Connection(
        f"{acme.id}.okta", "oidc", "oidc", "Okta of Acme", "https://acme.okta.example", client_id="0oa1b2c3", email_trust="domains"
    )
    assert s.connections.create(okta)
    s.domain_service.claim(acme.id, f"{acme.slug}.example", connection_id=okta.id, scope=DEPLOYMENT)
    open_console(page, idp, admin)
    heading(page, "Overview")
    here = f"/organizations/{acme.id}"
    for name, path in (
        ("list", "/organizations"), ("new", "/organizations/new"), ("one", here), ("settings", f"{here}/settings"),
        ("members", f"{here}/members"), ("member", f"{here}/members/{chief.user.id}"), ("roles", f"{here}/roles"),
        ("role", f"{here}/roles/engineer"), ("invitations", f"{here}/invitations"), ("domains", f"{here}/domains"),
        ("connections", f"{here}/connections"), ("connection", f"{here}/connections/okta"),
        ("delete", f"{here}/delete"), ("rights", f"/people/{chief.user.id}/admin"),
    ):  # fmt: skip
        page.goto(f"{idp.issuer}/console{path}")
        gallery.show(page, f"console-organization-{name}")
    page.context.clear_cookies()
    open_console(page, idp, chief)
    heading(page, "Overview")
    gallery.show(page, "console-organization-own")
    page.goto(f"{idp.issuer}/console/people")
    gallery.show(page, "console-organization-people")
    page.get_by_role("link", name="Christine Darden").click()
    gallery.show(page, "console-organization-person")
