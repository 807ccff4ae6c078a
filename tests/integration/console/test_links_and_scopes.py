"""No page of the console has a form or a link that its admin may not use, whatever OAuth scopes the admin has (threats Q-06).

A new page is covered by itself. The frame (navigation and palette) is the same on each page, so it is read on the overview only.
"""

from __future__ import annotations

from html.parser import HTMLParser
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import pytest
from starlette.routing import compile_path

from idp.domain.access import admin_scopes
from idp.domain.access.organisation_scopes import ORGANISATION_SCOPES
from idp.domain.access.tenancy import DEPLOYMENT
from idp.http.console import authority, gate
from idp.http.console.app import all_pages
from idp.http.console.authority import Authority
from idp.http.console.views import HOME, VIEWS
from tests.integration.console.every_page import addresses, world_with_everything
from tests.integration.console.organisations import company

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from idp.http.console.pages import Page
    from idp.settings import Settings
    from tests.integration.console.admins import Admin
    from tests.support.people import Person
    from tests.support.world import World

ADDRESSES = [(compile_path(page.path)[0], page) for page in sorted(all_pages(), key=lambda page: page.path.count("{"))]


class Places(HTMLParser):
    """The addresses below /console to which a page leads, with the method."""

    def __init__(self) -> None:
        super().__init__()
        self.found: set[tuple[str, str]] = set()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        told = dict(attrs)
        if tag == "a":
            self.found.add(("GET", urlsplit(told.get("href") or "").path))
        if tag == "form":
            self.found.add(((told.get("method") or "get").upper(), urlsplit(told.get("action") or "").path))
        if told.get("formaction"):
            self.found.add(("POST", urlsplit(told["formaction"] or "").path))


def page_at(method: str, path: str) -> Page | None:
    """The page that answers there."""
    return next((page for pattern, page in ADDRESSES if page.method == method and pattern.match(path)), None)


def places_of(page: Page, text: str) -> list[tuple[str, str, Page]]:
    """The pages of the console to which a page leads, with method and address."""
    reader = Places()
    reader.feed(text if page.path == HOME else text.partition("<main")[2].partition("</main>")[0])
    found = [(method, path, page_at(method, path)) for method, path in sorted(reader.found) if path.startswith(HOME)]
    return [(method, path, place) for method, path, place in found if place]


def refusals(page: Page, opened: Callable[[frozenset[str]], str], every: frozenset[str], *, organisation: bool) -> Iterator[str]:
    """Open a page with all scopes, without each that a place on it needs, and with its own alone. Yield the places that would refuse."""
    needed = {scope for _, _, place in places_of(page, opened(every)) for scope in place.needs}
    for held in [every, *(every - {scope} for scope in sorted(needed - set(page.needs))), frozenset(page.needs)]:
        for method, path, place in places_of(page, opened(held)):
            missing = set(place.needs) - held
            if missing or (organisation and not place.organisation):
                yield f"{page.path} has {method} {path} without {' '.join(sorted(missing)) or 'the deployment'}"


@pytest.fixture
def world(settings: Settings, quick_endpoint: str, monkeypatch: pytest.MonkeyPatch) -> World:
    """A provider with tables of its own, in which everything is switched on."""
    return world_with_everything(settings, quick_endpoint, monkeypatch)


@pytest.fixture
def paths(world: World, ada: Person) -> list[tuple[Page, str]]:
    """The address of each page, with things that are there."""
    return addresses(world, ada)


def test_a_page_leads_only_where_its_admin_may_go(admin: Admin, paths: list[tuple[Page, str]], monkeypatch: pytest.MonkeyPatch) -> None:
    """An admin of the deployment."""
    wrong, opened_pages = set[str](), 0
    for page, path in paths:

        def opened(held: frozenset[str], path: str = path) -> str:
            monkeypatch.setattr(gate, "find_authority", lambda user: Authority(DEPLOYMENT, held))
            answer = admin.browser.http.get(path)
            assert (path, answer.status_code) == (path, 200)
            return answer.text

        wrong |= set(refusals(page, opened, admin_scopes.ALL, organisation=False))
        opened_pages += 1
    assert sorted(wrong) == []
    assert opened_pages > len(VIEWS)


def test_a_page_leads_an_admin_of_an_organisation_only_where_they_may_go(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """Neither to a page of the deployment."""
    acme = company(world)
    boss, wrong = acme.come(), set[str]()
    for page in all_pages():
        if not page.organisation or page.method != "GET" or page.path.endswith("/file"):
            continue
        path = page.path
        for name, value in acme.ids.items():
            path = path.replace(name, value)

        def opened(held: frozenset[str], path: str = path) -> str:
            monkeypatch.setattr(authority, "delegated", lambda membership: held or frozenset({"keys:read"}))  # an admin has one at least
            answer = boss.browser.http.get(path)
            assert (path, answer.status_code) in {(path, 200), ("/console/organizations", 303)}
            return answer.text

        wrong |= set(refusals(page, opened, ORGANISATION_SCOPES, organisation=True))
    assert sorted(wrong) == []


def test_the_palette_leads_an_admin_of_an_organisation_to_its_invitations(world: World) -> None:
    acme = company(world)
    page = acme.come().open("/console").text
    assert f'href="/console/organizations/{acme.id}/invitations"' in page.partition("<dialog")[2]
    assert "/console/people/invitations" not in page
