"""Who gets into the console: an admin who signed in with two factors, as of this very request (threats Q-05, Q-06, Q-10)."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from idp.domain.access.tenancy import DEPLOYMENT
from idp.http.console import gate
from idp.http.console.app import all_pages
from idp.http.console.authority import Authority
from tests.integration.console.admins import Admin, come, sign_in, stored
from tests.support.pages import ISSUER, hidden
from tests.support.stored import change_user

if TYPE_CHECKING:
    from idp.http.console.pages import Page
    from tests.support.people import Person
    from tests.support.world import World


def at(path: str, name: str = "usr_nobody") -> str:
    """Return the address of a page with this name in place of each parameter."""
    return re.sub(r"{\w+}", lambda _: name, path)


FORMS = sorted({at(page.path) for page in all_pages() if page.method == "POST"})
VIEWS = sorted({at(page.path) for page in all_pages() if page.method == "GET"})


@pytest.mark.parametrize("path", VIEWS)
def test_a_visitor_is_led_to_the_sign_in_and_back(world: World, path: str) -> None:
    answer = world.browser().http.get(path)
    assert answer.status_code == 303
    assert answer.headers["location"].startswith("/login?to=%2Fconsole")


def test_the_way_back_ends_at_the_page_that_was_asked_for(world: World, ada: Person) -> None:
    admin = sign_in(world, at=f"/console/people/{ada.user.id}")
    assert str(admin.home.response.url).endswith(f"/console/people/{ada.user.id}")
    assert "Ada Lovelace" in admin.home.text


@pytest.mark.parametrize(
    "to",
    [
        "https://evil.example/",
        "//evil.example",
        "/console//evil.example",
        "/console/../account",
        "/console/%2e%2e/account",
        "/console/people/%2E./%2e%2E/x",
        "/consolex",
        "/console\\evil",
        "/console?x=y",
        "/%5cevil",
    ],
)
def test_a_sign_in_leads_to_no_other_place(world: World, to: str) -> None:
    """F-05: the address in the query is one of the console, or it is not used."""
    person, browser = world.person(totp=True), world.browser()
    page = browser.submit(browser.open("/login", {"to": to}), {"email": person.email, "password": person.password})
    page = browser.submit(page, {"code": person.codes.code()})
    assert str(page.response.url) == f"{ISSUER}/account"


def test_a_person_without_the_role_is_refused(world: World) -> None:
    admin = come(world, world.person(totp=True))
    assert admin.home.status == 403
    assert "Only administrators" in admin.home.text
    assert "/console/people" not in admin.home.text


def test_an_admin_without_a_second_factor_sets_one_up_first(world: World) -> None:
    """The sign-in goes on with the enrolment, and the console stays closed until it is done."""
    admin = come(world, world.person(admin=True))
    assert "Set up two-step sign-in" in admin.home.text
    assert admin.browser.http.get("/console").status_code == 303


def test_a_sign_in_with_one_factor_is_continued_by_the_second(world: World) -> None:
    """A session of one factor, begun before the person became an admin, does not open the console."""
    person, browser = world.person(), world.browser()
    browser.submit(browser.open("/account"), {"email": person.email, "password": person.password})
    change_user(world.services.users, person.user.id, admin=True)
    assert browser.http.get("/console").status_code == 303
    assert "Set up two-step sign-in" in browser.open("/console").text


def test_an_access_token_does_not_open_it(world: World) -> None:
    """Q-05: a token of the admin API counts for nothing here."""
    token = world.service_token(world.root)
    answer = world.http.get("/console/people", headers={"Authorization": f"Bearer {token}"})
    assert answer.status_code == 303


def test_its_session_does_not_open_the_admin_api(admin: Admin) -> None:
    """Q-05, the contrary."""
    assert admin.browser.http.get("/admin/v1/users").status_code == 401


def test_an_ended_session_and_a_disabled_admin_are_out_at_once(world: World, admin: Admin) -> None:
    world.services.user_service.access.end_everything(stored(world, admin.person), world.by, scope=DEPLOYMENT)
    assert admin.browser.http.get("/console/people").status_code == 303


def test_an_admin_without_the_role_any_more_changes_nothing(world: World, admin: Admin) -> None:
    """Q-06: the rights are read for the form, not for the page that showed it."""
    token = hidden(admin.open("/console/people/new"), "csrf")
    change_user(world.services.users, admin.person.user.id, admin=False)
    for path in FORMS:
        answer = admin.browser.http.post(path, data={"csrf": token, "version": "1", "once": "0123456789"}, headers={"Origin": ISSUER})
        assert (path, answer.status_code) == (path, 403)
        assert "Only administrators" in answer.text


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "https://evil.example"},
        {"Origin": "null"},
        {"Origin": ISSUER + ".evil.example"},
        {"Sec-Fetch-Site": "cross-site"},
        {"Origin": ""},
    ],
)
def test_no_form_is_taken_from_another_site(admin: Admin, headers: dict[str, str]) -> None:
    """F-02: with a valid session and a valid token."""
    token = hidden(admin.open("/console/people/new"), "csrf")
    for path in FORMS:
        answer = admin.browser.http.post(path, data={"csrf": token, "version": "1"}, headers=headers)
        assert (path, answer.status_code) == (path, 403)
        assert "Nothing was changed yet" not in answer.text


@pytest.mark.parametrize("token", ["", "x", "other"])
def test_a_form_without_the_token_of_this_session_is_only_shown_again(world: World, admin: Admin, token: str) -> None:
    """F-02: nothing is done, and what was typed can be sent from the page that answers."""
    if token == "other":
        token = hidden(sign_in(world).open("/console/people/new"), "csrf")
    data = {"email": "kept@example.com", "version": "1", **({"csrf": token} if token else {})}
    for path in FORMS:
        answer = admin.browser.http.post(path, data=data, headers={"Origin": ISSUER})
        assert (path, answer.status_code) == (path, 403)
        assert "Nothing was changed yet" in answer.text
        assert 'value="kept@example.com"' in answer.text
    assert world.services.user_service.id_of("kept@example.com", scope=DEPLOYMENT) is None


@pytest.mark.parametrize(
    "path", ["/console", "/console/people", "/console/nothing", "/console/people/usr_nobody", "/console/people/usr_nobody/no"]
)
def test_every_answer_refuses_frames_and_foreign_scripts(admin: Admin, path: str) -> None:
    """Clickjacking, and Trusted Types without any policy (Q-01)."""
    answer = admin.browser.http.get(path)
    policy = answer.headers["content-security-policy"]
    assert answer.headers["x-frame-options"] == "DENY"
    for directive in ("default-src 'none'", "frame-ancestors 'none'", "form-action 'self'", "base-uri 'none'", "script-src 'self';"):
        assert directive in policy
    assert policy.endswith("require-trusted-types-for 'script'; trusted-types 'none'")
    assert "unsafe" not in policy
    assert answer.headers["cache-control"] == "no-store"


@pytest.mark.parametrize("page", all_pages(), ids=lambda page: f"{page.method} {page.path}")
def test_a_page_needs_the_scopes_that_it_names(world: World, admin: Admin, page: Page, monkeypatch: pytest.MonkeyPatch) -> None:
    """An admin without any scope opens the overview and nothing else."""
    token = hidden(admin.open("/console/people/new"), "csrf")
    monkeypatch.setattr(gate, "find_authority", lambda user: Authority(DEPLOYMENT, frozenset()))
    path = at(page.path, admin.person.user.id)
    if page.method == "GET":
        answer = admin.browser.http.get(path)
    else:
        answer = admin.browser.http.post(path, data={"csrf": token, "version": "1"}, headers={"Origin": ISSUER})
    assert answer.status_code == (403 if page.needs else 200)


def test_the_navigation_has_only_what_the_admin_may_see(admin: Admin, monkeypatch: pytest.MonkeyPatch) -> None:
    assert 'href="/console/people"' in admin.open("/console").text
    monkeypatch.setattr(gate, "find_authority", lambda user: Authority(DEPLOYMENT, frozenset({"audit:read"})))
    assert 'href="/console/people"' not in admin.open("/console").text


def test_an_admin_with_some_scopes_sees_and_does_no_more(world: World, ada: Person) -> None:
    """`admin_scopes` of the account, as stored."""
    admin = sign_in(world, admin_scopes=frozenset({"users:read"}))
    assert ada.user.id in admin.open(f"/console/people?q={ada.email}").text
    assert admin.of(ada, "/events").status == 403
    token = next(hidden(page, "csrf") for page in [sign_in(world).open("/console/people/new")])
    answer = admin.browser.http.post(f"/console/people/{ada.user.id}/unlock", data={"csrf": token}, headers={"Origin": ISSUER})
    assert answer.status_code == 403
    assert "users:write" in answer.text


@pytest.mark.parametrize(
    "page",
    [page for page in all_pages() if page.method == "GET" and page.path.startswith("/console/people/{user_id}")],
    ids=lambda page: page.path,
)
def test_a_page_about_a_person_needs_the_right_to_read_people(page: Page) -> None:
    """Each of them shows name and address in its heading. Members of an organisation are read with its scope, as in the admin API."""
    assert "users:read" in page.needs


@pytest.mark.parametrize("name", ["%E4%B8%AD", "%0d%0aX-Evil:%201", "%00", "a%3Fb", "%F0%9F%98%80", "..%5C..", "%23"])
def test_an_address_with_any_characters_is_answered(world: World, admin: Admin, name: str) -> None:
    """The address of a form, opened by a visitor and by an admin, leads to the page above in the same characters."""
    for browser in (world.browser(), admin.browser):
        answer = browser.http.get(f"/console/people/{name}/unlock")
        assert answer.status_code in {303, 404}
        assert answer.headers.get("location", "/console/people/").startswith("/console/people/")
        assert answer.headers.get("location", "").isascii()
    for tab in ("", "/access", "/edit", "/delete", "/events", "/roles"):
        assert admin.browser.http.get(f"/console/people/{name}{tab}").status_code in {200, 303, 404}
    token = hidden(admin.open("/console/people/new"), "csrf")
    for path in sorted({each.path for each in all_pages() if each.method == "POST" and "{user_id}" in each.path}):
        sent = {"csrf": token, "version": "1", "once": "0123456789", "session": "x", "grant": "x", "link": "x", "passkey": "x"}
        answer = admin.browser.http.post(path.replace("{user_id}", name), data=sent, headers={"Origin": ISSUER})
        assert (path, answer.status_code) == (path, 404)


def test_a_view_without_the_right_to_change_has_no_forms(admin: Admin, ada: Person, monkeypatch: pytest.MonkeyPatch) -> None:
    read_only = frozenset({"users:read", "sessions:read", "roles:read", "audit:read"})
    monkeypatch.setattr(gate, "find_authority", lambda user: Authority(DEPLOYMENT, read_only))
    for tab in ("", "/access", "/roles", "/events"):
        assert [form for form in admin.of(ada, tab).forms if form.method == "post"] == []
    assert [form.method for form in admin.open("/console/people").forms] == ["get"]


def test_the_address_of_a_form_opened_again_leads_to_the_page_above(admin: Admin, ada: Person) -> None:
    answer = admin.browser.http.get(f"/console/people/{ada.user.id}/unlock")
    assert (answer.status_code, answer.headers["location"]) == (303, f"/console/people/{ada.user.id}")


def test_without_the_setting_there_is_no_console(world: World) -> None:
    from dataclasses import replace

    other = type(world)(replace(world.settings, console="off"), world.keys)
    assert other.http.get("/console").status_code == 404
    assert other.http.get("/console/people").status_code == 404
