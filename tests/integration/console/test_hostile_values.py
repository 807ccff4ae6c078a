"""Stored text of others is text on every page of the console (threats Q-01)."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from idp.http.console.app import all_pages
from tests.integration.account.people import granted
from tests.integration.console.admins import come
from tests.integration.console.markup import HOSTILE, check

if TYPE_CHECKING:
    from tests.integration.console.admins import Admin
    from tests.support.people import Person
    from tests.support.world import World


@pytest.fixture
def mallory(world: World) -> Person:
    """A person whose every text is hostile, with a session of a hostile browser and an app with a hostile name."""
    claims = dict.fromkeys(("name", "given_name", "family_name", "nickname", "preferred_username", "middle_name"), HOSTILE)
    person = world.person(totp=True, claims=claims, attributes={"team": [HOSTILE]})
    granted(world, person, world.client(name=HOSTILE).id)
    browser = world.browser()
    browser.http.headers["User-Agent"] = HOSTILE
    page = browser.submit(browser.open("/account"), {"email": person.email, "password": person.password})
    browser.submit(page, {"code": person.codes.code()})
    return person


@pytest.mark.parametrize("tab", ["", "/access", "/roles", "/events", "/edit", "/delete"])
def test_no_page_about_a_person_has_their_markup(admin: Admin, mallory: Person, tab: str) -> None:
    page = admin.of(mallory, tab)
    assert page.status == 200
    assert "&lt;script&gt;" in page.text
    check(page.text)


def test_no_list_has_it(admin: Admin, mallory: Person) -> None:
    page = admin.open("/console/people?q=" + "script")
    assert mallory.user.id in page.text
    check(page.text)
    check(admin.open("/console/people").text)
    check(admin.open("/console").text)


def test_no_search_brings_it_back(admin: Admin) -> None:
    for path in ("/console/people", "/console/people/attempts"):
        answer = admin.browser.http.get(path, params={"q": HOSTILE, "email": HOSTILE, "done": HOSTILE})
        check(answer.text)


@pytest.mark.parametrize("path", sorted({page.path for page in all_pages() if page.method == "POST"}))
def test_no_form_that_is_kept_brings_it_back(admin: Admin, ada: Person, path: str) -> None:
    """The page that keeps the input shows names and values of the fields: both are text of the sender."""
    headers = {"Origin": admin.world.settings.issuer}
    data = {"name": HOSTILE, "email": HOSTILE, HOSTILE: HOSTILE}
    answer = admin.browser.http.post(re.sub(r"{\w+}", ada.user.id, path), data=data, headers=headers)
    assert answer.status_code == 403
    check(answer.text)


def test_a_hostile_name_of_the_admin_is_text_too(world: World) -> None:
    admin = come(world, world.person(totp=True, admin=True, claims={"name": HOSTILE}))
    assert admin.home.status == 200
    check(admin.home.text)
