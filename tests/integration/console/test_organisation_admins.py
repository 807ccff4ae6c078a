"""Admins of organisations in the console: who gets in, for which organisation, and what ends it (threats Q-02, Q-05, Q-06)."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from idp.domain.access.tenancy import DEPLOYMENT
from idp.domain.organisations.profile import OrganisationPolicy
from idp.domain.sessions.request_origin import Origin
from idp.domain.sessions.session import AUTH_TIME, FED, TIMELESS
from idp.http import cookies
from idp.store.memberships import Memberships
from tests.integration.admin.isolation.tenants import member
from tests.integration.console.admins import come, stored
from tests.integration.console.organisations import Company, company
from tests.support.pages import ISSUER, hidden

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.support.world import World


@pytest.fixture
def acme(world: World) -> Company:
    return company(world)


def test_an_admin_of_one_organisation_comes_in_without_a_question(acme: Company) -> None:
    admin = acme.come()
    assert admin.home.status == 200
    assert acme.tenant.profile.name in admin.home.text
    people = admin.open("/console/people").text
    for person in (acme.tenant.owned, acme.tenant.guest, acme.chief.user):
        assert person.email in people


@pytest.mark.parametrize("members", [{"admin": False}, {"admin": True, "admin_scopes": frozenset({"keys:write"})}])
def test_a_member_without_rights_is_refused(world: World, members: dict[str, Any]) -> None:
    admin = company(world, **members).come()
    assert admin.home.status == 403
    assert "Only administrators" in admin.home.text


@pytest.mark.parametrize(
    "withdraw",
    [
        lambda it: it.change_chief(admin=False),
        lambda it: it.change_chief(admin_scopes=frozenset({"audit:read"})),
        lambda it: Memberships(it.world.services.database).leave(it.chief.user.id, it.id),
        lambda it: it.change(disabled=True),
        lambda it: it.world.services.user_service.patch(it.chief.user.id, {"disabled": True}, scope=DEPLOYMENT),
    ],
    ids=["no admin", "fewer rights", "no member", "organisation disabled", "user disabled"],
)
def test_what_is_withdrawn_counts_at_the_next_click(acme: Company, withdraw: Callable[[Company], object]) -> None:
    """Also for a form that was shown before (Q-06)."""
    admin = acme.come()
    page = admin.open(f"/console/people/{acme.tenant.owned.id}")
    assert "Disable the account" in page.text
    withdraw(acme)
    assert admin.press(page, "/disable").status in {401, 403}
    assert admin.browser.http.get("/console/people").status_code in {303, 403}
    found = acme.world.services.users.get(acme.tenant.owned.id)
    assert found
    assert not found.disabled


def test_a_session_with_one_factor_is_led_to_the_second(world: World, acme: Company) -> None:
    person = world.person(email_verified=True)
    browser = world.browser()
    browser.submit(browser.open("/account"), {"email": person.email, "password": person.password})
    member(world, acme.id, person.user, admin=True)
    answer = browser.http.get("/console/people")
    assert (answer.status_code, answer.headers["location"]) == (303, "/login?to=%2Fconsole%2Fpeople")
    assert browser.http.post("/console/people/new", headers={"Origin": ISSUER}).status_code == 401
    assert "Set up two-step sign-in" in browser.open("/console").text


def test_an_admin_of_several_chooses_one_and_can_change(world: World, acme: Company) -> None:
    other = company(world, acme.chief)
    admin = acme.come(f"/console/people/{other.tenant.owned.id}")
    assert "Choose an organisation" in admin.home.text
    assert "/console/people" not in [form.action for form in admin.home.forms]
    page = admin.press(admin.home, "/console/choose", {"organization": other.id})
    assert str(page.response.url).endswith(f"/console/people/{other.tenant.owned.id}")
    assert other.tenant.owned.email in page.text
    assert admin.open(f"/console/people/{acme.tenant.owned.id}").status == 404
    page = admin.press(admin.open("/console/choose"), "/console/choose", {"organization": acme.id})
    assert acme.tenant.profile.name in page.text
    assert admin.open(f"/console/people/{acme.tenant.owned.id}").status == 200
    assert admin.open(f"/console/people/{other.tenant.owned.id}").status == 404


def test_a_form_of_one_organisation_does_nothing_for_another(world: World, acme: Company) -> None:
    """Two tabs: the first was opened for one organisation, then the other was chosen in the second tab."""
    other = company(world, acme.chief)
    for each in (acme, other):
        each.tenant.prove()
    admin = acme.come()
    admin.press(admin.home, "/console/choose", {"organization": acme.id})
    form = admin.open("/console/people/new")
    admin.press(admin.open("/console/choose"), "/console/choose", {"organization": other.id})
    email = f"new@{acme.tenant.profile.slug}.example"
    answer = admin.press(form, "/people/new", {"email": email})
    assert answer.status == 403
    assert "Nothing was changed yet" in answer.text
    assert world.services.users.id_of(email) is None


def test_a_lost_choice_is_not_replaced_silently(world: World, acme: Company) -> None:
    other = company(world, acme.chief)
    admin = acme.come()
    page = admin.press(admin.home, "/console/choose", {"organization": acme.id})
    acme.change_chief(admin=False)
    page = admin.open("/console/people")
    assert "Choose an organisation" in page.text
    assert acme.tenant.profile.name not in page.text
    assert other.tenant.owned.email not in page.text
    token = hidden(page, "csrf")
    answer = admin.browser.http.post("/console/people/new", data={"csrf": token, "email": "x@example.com"}, headers={"Origin": ISSUER})
    assert answer.status_code == 403


@pytest.mark.parametrize("name", ["", "org_nobody", "foreign", "member only"])
def test_no_other_organisation_can_be_chosen(world: World, acme: Company, name: str) -> None:
    company(world, acme.chief)
    foreign, plain = company(world), company(world, acme.chief, admin=False)
    wanted = {"foreign": foreign.id, "member only": plain.id}.get(name, name)
    admin = acme.come()
    assert plain.tenant.profile.name not in admin.home.text
    assert admin.press(admin.home, "/console/choose", {"organization": wanted}).status == 403
    assert "Choose an organisation" in admin.open("/console").text


def test_a_cookie_of_another_person_or_of_a_stranger_chooses_nothing(world: World, acme: Company) -> None:
    """A sealed choice is for one person, and a text that was not sealed here is none."""
    other = company(world, acme.chief)
    rival = company(world, world.person(totp=True, email_verified=True))
    company(world, rival.chief)
    theirs = rival.come()
    theirs.press(theirs.home, "/console/choose", {"organization": rival.id})
    cookie = next(each for each in theirs.browser.http.cookies.jar if each.name.endswith("idp_console"))
    admin = acme.come()
    for value in (cookie.value or "", "x", other.id, f"{acme.chief.user.id} {other.id}"):
        admin.browser.http.cookies.set(cookie.name, value, domain=cookie.domain, path="/")
        assert "Choose an organisation" in admin.open("/console/people").text


def test_a_choice_needs_the_token_and_our_own_page(world: World, acme: Company) -> None:
    company(world, acme.chief)
    admin = acme.come()
    for token, headers in (
        ("", {"Origin": ISSUER}),
        ("x", {"Origin": ISSUER}),
        (hidden(admin.home, "csrf"), {"Origin": "https://evil.example"}),
    ):
        answer = admin.browser.http.post("/console/choose", data={"csrf": token, "organization": acme.id}, headers=headers)
        assert answer.status_code == 403
    for to in ("https://evil.example/", "//evil.example", "/account", "/console/../account"):
        answer = admin.browser.http.post(
            "/console/choose", data={"csrf": hidden(admin.home, "csrf"), "organization": acme.id, "to": to}, headers={"Origin": ISSUER}
        )
        assert (answer.status_code, answer.headers["location"]) == (303, "/console")


def test_an_admin_of_the_deployment_keeps_the_deployment(world: World) -> None:
    person = world.person(totp=True, admin=True, email_verified=True)
    acme = company(world, person)
    admin = come(world, person)
    assert 'href="/console/people/invitations"' in admin.open("/console/people").text
    assert admin.browser.http.get("/console/choose").headers["location"] == "/console"
    assert admin.open(f"/console/people/{acme.tenant.guest.id}/access").status == 200


def test_what_the_organisation_demands_of_a_sign_in_holds_here(acme: Company) -> None:
    """The age of the sign-in, and its connection (docs/organizations.md)."""
    admin = acme.come()
    acme.change(policy=OrganisationPolicy(session_hours=1))
    assert admin.open("/console").status == 200
    admin.later(3601)
    answer = admin.browser.http.get("/console/people")
    assert (answer.status_code, answer.headers["location"]) == (303, "/login?to=%2Fconsole%2Fpeople&again=1")
    acme.change(policy=OrganisationPolicy(connections_only=True))
    refused = admin.open("/console")
    assert refused.status == 403
    assert "only a sign-in by its own connection" in refused.text


@pytest.mark.parametrize(
    ("told", "age", "status"),
    [
        ({}, 0, 303), ({TIMELESS: "1"}, 0, 200), ({TIMELESS: "1"}, 301, 303), ({AUTH_TIME: -3600}, 0, 200), ({AUTH_TIME: -90000}, 0, 303),
    ],
    ids=["not asked", "cannot tell", "cannot tell, later", "an hour ago", "a day ago"],
)  # fmt: skip
def test_two_factors_of_an_upstream_count_while_they_are_fresh(acme: Company, told: dict[str, Any], age: int, status: int) -> None:
    """A connection that `trusts_factors` says that there were two. Not when, unless it is asked: it may have been days ago (O-15)."""
    services, browser, now = acme.world.services, acme.world.browser(), acme.world.clock()
    times = {name: str(now + value) if isinstance(value, int) else value for name, value in told.items()}
    begun = services.session_service.begin(acme.chief.user, proved_for="elsewhere", origin=Origin())
    lasting = replace(
        begun, pending=False, amr=(FED, "mfa"), expires_at=now + 43200, upstream={"connection": "theirs", "link": "l", **times}
    )
    services.session_service.write(lasting)
    browser.http.cookies.set(
        cookies.name_of(cookies.SESSION, acme.world.settings), services.keyring.sealer().seal("session", [acme.chief.user.id, lasting.id])
    )
    acme.world.clock.now += age
    answer = browser.http.get("/console/people")
    assert answer.status_code == status
    assert status == 200 or answer.headers["location"] == "/login?to=%2Fconsole%2Fpeople&again=1"


def test_a_person_of_the_organisation_is_administered(acme: Company) -> None:
    world, owned = acme.world, acme.tenant.owned
    admin = acme.come()
    page = admin.open(f"/console/people/{owned.id}")
    assert "+14255551212" in page.text
    assert "<dt>Phone number</dt>" in page.text
    assert "<dd>True</dd>" not in page.text
    assert "The account was disabled" in admin.press(page, "/disable").text
    page = admin.open(f"/console/people/{owned.id}")
    assert "The account was enabled" in admin.press(page, "/enable").text
    page = admin.press(admin.open(f"/console/people/{owned.id}/edit"), "/edit", {"nickname": "Ace"})
    assert "The changes were saved" in page.text
    after = world.services.users.get(owned.id)
    assert after
    assert (after.claims["nickname"], after.email) == ("Ace", owned.email)
    events = admin.open(f"/console/people/{owned.id}/events").text
    assert "Account was disabled" in events
    addresses = {event.address for event in world.audited("user.disabled") if event.subject == owned.id}
    assert addresses
    assert [each for each in addresses if not each or each in events] == []


def test_a_guest_is_seen_in_part_and_not_changed(acme: Company) -> None:
    guest = acme.tenant.guest
    admin = acme.come()
    page = admin.open(f"/console/people/{guest.id}")
    assert guest.email in page.text
    assert "+14255551212" not in page.text
    assert [form.action for form in page.forms if "/people/" in form.action] == []
    assert admin.open(f"/console/people/{guest.id}/edit").status == 403
    before, token = acme.world.services.users.get(guest.id), hidden(admin.open("/console/people/new"), "csrf")
    for act in ("disable", "mail-reset", "remove-factors", "sign-out", "edit"):
        sent = {"csrf": token, "version": str(before.version if before else 0), "once": acme.world.services.new_id(), "nickname": "X"}
        answer = admin.browser.http.post(f"/console/people/{guest.id}/{act}", data=sent, headers={"Origin": ISSUER})
        assert (act, answer.status_code) == (act, 403)
    assert acme.world.services.users.get(guest.id) == before


def test_no_account_is_created_outside_the_proven_domains_or_with_more_than_a_profile(acme: Company) -> None:
    acme.tenant.prove()
    admin, slug = acme.come(), acme.tenant.profile.slug
    refused = admin.press(admin.open("/console/people/new"), "/people/new", {"email": "new@example.com"})
    assert refused.status == 403
    for extra in ("verified", "mfa_required"):
        answer = admin.press(admin.open("/console/people/new"), "/people/new", {"email": f"new@{slug}.example", extra: "1"})
        assert answer.status == 403
    made = admin.press(admin.open("/console/people/new"), "/people/new", {"email": f"new@{slug}.example", "name": "New Person"})
    assert "The account was created" in made.text
    assert "New Person" in made.text
    assert stored(acme.world, acme.chief).memberships == 1
