"""Every page of the console × an admin of one organisation × things of another one, and of the deployment (threats Q-02, Q-06).

A new page is covered by itself: unless it says that it serves organisations, it has to refuse.
"""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING

import pytest

from idp.domain.access import admin_scopes
from idp.http.console.app import all_pages
from idp.http.console.views import VIEWS, View
from tests.integration.console.organisations import Company, company
from tests.support.pages import ISSUER, hidden

if TYPE_CHECKING:
    import httpx

    from idp.http.console.pages import Page
    from tests.integration.console.admins import Admin
    from tests.support.world import World

MADE_UP = {
    "{user_id}": "usr_nobody-has-this-id", "{org_id}": "org_nobody", "{role_name}": "nobody-made-this", "{domain}": "nobody.example",
    "{invitation_id}": "nobody", "{client_id}": "org_nobody.nobody",
    "{scim_client_id}": "nobody", "{connection_id}": "nobody",
}  # fmt: skip
REFUSED = "This can be done for the whole deployment only, and not by an admin of an organisation."
SERVED = [page for page in all_pages() if page.organisation]


@pytest.fixture
def acme(world: World, monkeypatch: pytest.MonkeyPatch) -> Company:
    """The organisation whose admin asks. They have every OAuth scope, so that what refuses is the scope of authority alone."""
    monkeypatch.setattr("idp.domain.access.organisation_scopes.ORGANISATION_SCOPES", admin_scopes.ALL)
    return company(world)


@pytest.fixture
def other(world: World) -> Company:
    """The organisation whose things they may not see."""
    return company(world)


@pytest.fixture
def boss(acme: Company) -> Admin:
    return acme.come()


def filled(path: str, ids: dict[str, str]) -> str:
    for name, value in {**MADE_UP, **ids}.items():
        path = path.replace(name, value)
    return path


def send(admin: Admin, page: Page, path: str, token: str, things: dict[str, str]) -> httpx.Response:
    """Open the page, or send a form that names these things in every field in which a form could."""
    if page.method == "GET":
        return admin.browser.http.get(path)
    fields = {
        "invitation": things["{invitation_id}"], "role": things["{role_name}"], "name": things["{role_name}"], "user": things["{user_id}"],
        "domain": things["{domain}"], "session": "x", "grant": "x", "link": "x", "passkey": "x", "kind": "oidc", "version": "1",
        "once": admin.world.services.new_id(), "csrf": token, "slug": "taken-over", "sure": "1",
        "scopes": "orders", "disabled": "1", "overlap": "1", "enabled": "0", "id": "taken-over",
    }  # fmt: skip
    return admin.browser.http.post(path, data=fields, headers={"Origin": ISSUER})


def stored(world: World) -> list[str]:
    """All items except events and sessions."""
    scanned = [json.dumps(item, sort_keys=True, default=repr) for item in world.services.database.scan("directory")]
    return sorted(item for item in scanned if "EVENT#" not in item)


def test_a_page_of_the_deployment_refuses_and_changes_nothing(world: World, acme: Company, other: Company, boss: Admin) -> None:
    """One answer, whether the thing is there or not."""
    token, before = hidden(boss.open("/console/people/new"), "csrf"), stored(world)
    pages = [page for page in all_pages() if not page.organisation]
    assert pages
    for page in pages:
        for things in (other.ids, acme.ids, MADE_UP):
            answer = send(boss, page, filled(page.path, things), token, {**MADE_UP, **things})
            assert (page.path, answer.status_code) == (page.path, 403)
            assert REFUSED in answer.text
    assert stored(world) == before


def test_a_foreign_thing_is_answered_as_one_that_is_not_there(world: World, acme: Company, other: Company, boss: Admin) -> None:
    """Also below the address of the own organisation, and a person of none."""
    token = hidden(boss.open("/console/people/new"), "csrf")
    plain = {"{user_id}": world.user().id}
    before = stored(world)
    for page in SERVED:
        if "{" not in page.path:
            continue
        within = {"{org_id}": acme.id} if "{org_id}" in page.path and page.path.count("{") > 1 else {}
        missing = send(boss, page, filled(page.path, within), token, MADE_UP)
        assert (page.method, page.path, missing.status_code) == (page.method, page.path, 404)
        for things in (other.ids | within, other.ids | plain | within, other.ids):
            answer = send(boss, page, filled(page.path, things), token, {**MADE_UP, **other.ids})
            assert (page.method, page.path, answer.status_code) == (page.method, page.path, 404)
            assert "<h1>Not found</h1>" in answer.text
    assert stored(world) == before


def test_each_part_of_an_address_has_a_foreign_value(other: Company) -> None:
    """A new kind of thing needs a value in `Tenant.ids`, or its pages would be asked for a thing that is not there."""
    named = {name for page in SERVED for name in re.findall(r"{\w+}", page.path)}
    assert named <= set(other.ids) & set(MADE_UP)


@pytest.mark.parametrize("page", [page for page in SERVED if page.method == "POST"], ids=lambda page: page.path)
def test_a_form_for_an_own_thing_is_served(acme: Company, boss: Admin, page: Page) -> None:
    """So the 404 for a foreign thing is not that of a form without its fields."""
    token = hidden(boss.open("/console/people/new"), "csrf")
    answer = send(boss, page, filled(page.path, acme.ids), token, acme.ids)
    assert (answer.status_code, "<h1>Not found</h1>" in answer.text) != (404, True)
    assert REFUSED not in answer.text


def test_own_things_are_served(acme: Company, boss: Admin) -> None:
    """So the refusals above are not those of a broken address."""
    for page in SERVED:
        if page.method == "GET":
            answer = boss.browser.http.get(filled(page.path, acme.ids))
            if page.path == "/console/organizations":
                assert answer.headers["location"] == f"/console/organizations/{acme.id}"
                continue
            assert (page.path, answer.status_code) == (page.path, 200)


def test_no_page_has_a_foreign_thing(world: World, acme: Company, other: Company, boss: Admin) -> None:
    """Whatever is searched for, on every page that is served, and in its navigation."""
    theirs, hers = other.tenant, world.user(claims={"name": "Plain Person"})
    foreign = [
        *(getattr(each, name) for each in (theirs.owned, theirs.guest, theirs.boss, hers) for name in ("id", "email")),
        *(other.id, theirs.role.name, theirs.client_id, theirs.scim_client_id, theirs.profile.name, "Plain Person"),
    ]  # fmt: skip
    asked = [filled(page.path, acme.ids) for page in SERVED if page.method == "GET"]
    words = ("other", "plain", theirs.owned.email, theirs.owned.id, hers.id, other.id, theirs.profile.slug)
    for path in [*asked, *(f"/console/people?q={each}" for each in words), *(f"/console/organizations?q={each}" for each in words)]:
        text = boss.open(path).text.replace(path.partition("?q=")[2] or "\0", "")  # the page repeats what was searched for
        assert [(path, each) for each in foreign if each in text] == []


def test_the_navigation_has_the_views_that_serve_organisations(boss: Admin) -> None:
    page = boss.open("/console").text
    for view in VIEWS:
        if view.title:
            assert (view.path, f'<li><a href="{view.path}"' in page) == (view.path, view.organisation)


@pytest.mark.parametrize("view", [view for view in VIEWS if view.title], ids=lambda view: view.module)
def test_a_view_is_in_the_navigation_only_if_its_page_answers(view: View) -> None:
    served = {page.organisation for page in all_pages() if (page.path, page.method) == (view.path, "GET")}
    assert served == {view.organisation}


def test_a_cursor_of_another_organisation_opens_nothing(world: World, boss: Admin, acme: Company, other: Company) -> None:
    """Also one of the same person, and of the deployment."""
    chief = acme.chief
    from idp.services.admin.cursors import Cursors

    cursors = Cursors(world.services.keyring)
    for caller in (f"console {chief.user.id}", f"console {chief.user.id} {other.id}", f"console {other.chief.user.id} {acme.id}"):
        sealed = cursors.seal((caller, "people", ""), {"pk": {"S": f"ORG#{other.id}"}, "sk": {"S": "MEMBER#0"}})
        assert boss.browser.http.get("/console/people", params={"cursor": sealed or ""}).status_code == 400
