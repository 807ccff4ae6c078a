"""Hooks that decide about sign-ins and new accounts: nothing is written before they allow it, and no way leads past them."""

from __future__ import annotations

import uuid
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from idp.domain.access.tenancy import DEPLOYMENT
from idp.domain.organisations.profile import OrganisationPolicy, OrganisationProfile
from idp.services.audit.recorder import SYSTEM
from tests.integration.account.conftest import _world
from tests.integration.account.mail_coding import begun, newest, offering, signed_in_by_mail
from tests.integration.account.migrating import OLD, migrating, waiting
from tests.integration.account.signing_up import NEW_PASSWORD, begin, finish, link_in, mails, opened, prove
from tests.integration.account.upstreams import connection, identity, sign_in_as, with_connections
from tests.support.hooking import ARN, EVERYBODY, ON, function, hook, remove_hooks
from tests.support.organising import join, organisation
from tests.support.pages import error, recorded, session_cookie, sign_in

if TYPE_CHECKING:
    from collections.abc import Iterator

    from idp.domain.apps.client import Client
    from idp.settings import Settings
    from tests.support.people import Person
    from tests.support.world import World

NOBODY = "forbid(principal, action, resource);"
HOURS = {"decision": "deny", "reason": "outside_hours"}


@pytest.fixture(scope="module")
def own(deployment: Settings) -> Settings:
    """The settings of a deployment for this file, with hooks."""
    return replace(deployment, table_prefix=f"t{uuid.uuid4().hex[:12]}", **ON)


@pytest.fixture(scope="module")
def own_prepared() -> set[str]:
    """As `prepared`, of that deployment."""
    return set()


@pytest.fixture
def site(own: Settings, quick_endpoint: str, own_prepared: set[str], monkeypatch: pytest.MonkeyPatch) -> Iterator[World]:
    """The provider with hooks, and without any at first."""
    made = _world(own, quick_endpoint, own_prepared, monkeypatch)
    yield made
    remove_hooks(made.services)


def pending(site: World, person: Person) -> list[bool]:
    """Whether each stored session of the person is pending."""
    return [each.pending for each in site.services.sessions.of(person.user.id)]


def test_a_refused_password_writes_no_session_and_ends_none(site: World) -> None:
    """The app gets access_denied. The session that the browser had before stays."""
    first, person, client, browser = site.person(), site.person(), site.client(), site.browser()
    assert "code" in sign_in(site, browser, client, first).answer
    hook(site.services, "sign_in", cedar=f'{EVERYBODY} forbid(principal == User::"{person.user.id}", action, resource);')
    page = sign_in(site, browser, client, person, prompt="login")
    assert page.answer["error"] == "access_denied"
    assert "policy" in page.answer["error_description"]
    assert site.sessions(person) == []
    assert len(site.sessions(first)) == 1
    assert site.services.grants.of(person.user.id) == []


def test_a_page_of_the_provider_says_the_code_as_text(site: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without an app there is nothing to lead back to. The account page stays closed."""
    person, browser = site.person(), site.browser()
    with function(monkeypatch, HOURS):
        hook(site.services, "sign_in", function=ARN)
        page = browser.submit(browser.open("/login"), {"email": person.email, "password": person.password})
    assert page.status == 403
    assert "outside_hours" in page.text
    assert session_cookie(browser) is None
    assert site.sessions(person) == []


def test_a_second_factor_is_asked_about_after_it_is_proved(site: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """Once, with both factors. A refusal leaves the pending session, which opens nothing."""
    person, client, browser = site.person(totp=True), site.client(), site.browser()
    with function(monkeypatch, {"decision": "deny"}) as rules:
        hook(site.services, "sign_in", function=ARN)
        page = sign_in(site, browser, client, person)
        assert page.answer["error"] == "access_denied"
        assert [each[2]["sign_in"]["acr"] for each in rules.asked] == ["aal2"]
        assert pending(site, person) == [True]
        rules.answer = {"decision": "allow"}
        site.clock.advance(30)
        page = browser.submit(site.authorize(browser, client), {"code": person.code(site.clock())})
        assert page.answer["code"]


def test_a_session_that_exists_is_asked_about_for_each_app(site: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """Otherwise a sign-in at another app, or at the account page, would lead past a hook of one app. prompt=none too."""
    person, open_app, closed, browser = site.person(), site.client(), site.client(), site.browser()
    with function(monkeypatch, HOURS) as rules:
        hook(site.services, "sign_in", function=ARN, apps=[closed.id])
        assert sign_in(site, browser, open_app, person).answer["code"]
        assert rules.asked == []
        for parameters in ({}, {"prompt": "none"}):
            assert site.authorize(browser, closed, **parameters).answer["error"] == "access_denied"
        assert [each[2]["sign_in"]["session_is_new"] for each in rules.asked] == [False, False]
        assert site.authorize(browser, open_app).answer["code"]
    assert len(site.services.grants.of(person.user.id)) == 2  # both of the open app


def test_a_consent_page_does_not_lead_past_it(site: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """The session is asked about when it is made, and again when the person has allowed the app."""
    person, client, browser = site.person(), site.client(first_party=False), site.browser()
    with function(monkeypatch, {"decision": "allow"}) as rules:
        hook(site.services, "sign_in", function=ARN)
        page = sign_in(site, browser, client, person)
        rules.answer = HOURS
        page = browser.submit(page, button="approve")
        assert page.answer["error"] == "access_denied"
        assert len(rules.asked) == 2
    assert site.services.grants.of(person.user.id) == []


@pytest.mark.parametrize("totp", [True, False])
def test_a_hook_that_demands_a_second_factor_gets_it(site: World, monkeypatch: pytest.MonkeyPatch, *, totp: bool) -> None:
    """The session is pending until then, so the account page is no way around. A person without one sets one up."""
    person, client, browser = site.person(totp=totp), site.client(), site.browser()
    with function(monkeypatch, {"decision": "require_mfa"}):
        hook(site.services, "sign_in", function=ARN)
        if totp:
            assert sign_in(site, browser, client, person).answer["code"]
            return
        page = browser.submit(site.authorize(browser, client), {"email": person.email, "password": person.password})
        assert pending(site, person) == [True]
        assert page.status == 200
        assert "code" not in page.fields or "secret" in page.text
        assert "/enrol" in page.text
        assert browser.open("/account").text.count(person.email) == 0


def test_a_session_with_one_factor_steps_up(site: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """It existed before the hook. prompt=none tells the app that a page is needed."""
    person, client, browser = site.person(), site.client(), site.browser()
    assert sign_in(site, browser, client, person).answer["code"]
    with function(monkeypatch, {"decision": "require_mfa"}):
        hook(site.services, "sign_in", function=ARN)
        assert site.authorize(browser, client, prompt="none").answer["error"] == "interaction_required"
        page = site.authorize(browser, client)
        assert page.status == 200
        assert not page.redirected_to
        assert "/enrol" in page.text


@pytest.mark.parametrize(
    "answer", [500, 429, {}, {"decision": "deny", "reason": "<script>"}, ({"decision": "allow"}, "Unhandled"), "x" * 9000]
)
def test_without_an_answer_the_sign_in_is_refused(site: World, monkeypatch: pytest.MonkeyPatch, answer: Any) -> None:
    """To deny is the default, and one call is made."""
    person, client = site.person(), site.client()
    with function(monkeypatch, answer) as rules:
        hook(site.services, "sign_in", function=ARN)
        page = sign_in(site, site.browser(), client, person)
        assert page.answer["error"] == "access_denied"
        assert "unavailable" in page.answer["error_description"]
        assert len(rules.asked) == 1
    assert site.sessions(person) == []


def test_a_hook_may_let_people_in_without_an_answer(site: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """If an admin chose that. Another hook that denies still counts."""
    person, client = site.person(), site.client()
    with function(monkeypatch, 500):
        hook(site.services, "sign_in", function=ARN, on_failure="allow")
        assert sign_in(site, site.browser(), client, person).answer["code"]
        hook(site.services, "sign_in", cedar=NOBODY)
        assert sign_in(site, site.browser(), client, person).answer["error"] == "access_denied"


def test_an_operator_switches_a_hook_off_that_locks_every_admin_out(site: World) -> None:
    """By the command line, which needs no sign-in. It counts within half a minute."""
    person, client = site.person(admin=True, totp=True), site.client()
    broken = hook(site.services, "sign_in", cedar=NOBODY)
    assert sign_in(site, site.browser(), client, person).answer["error"] == "access_denied"
    site.services.hook_service.patch(broken.name, {"enabled": False}, scope=DEPLOYMENT, by=SYSTEM)
    site.clock.advance(30)
    assert sign_in(site, site.browser(), client, person).answer["code"]


def test_codes_from_mails_are_asked_about(site: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """With what was proved."""
    person, client = offering(site).person(), site.client()
    with function(monkeypatch, HOURS) as rules:
        hook(site.services, "sign_in", function=ARN)
        _, page = signed_in_by_mail(site, person, client)
        assert page.answer["error"] == "access_denied"
        assert [each[2]["sign_in"]["amr"] for each in rules.asked] == [["email"]]
    assert site.sessions(person) == []


def test_the_trail_says_which_hook_refused(site: World) -> None:
    """A support person sees why a person could not sign in."""
    person, client = site.person(), site.client()
    made = hook(site.services, "sign_in", cedar=NOBODY)
    sign_in(site, site.browser(), client, person)
    raws = site.services.database.scan("state")
    (told,) = [raw for raw in raws if raw.get("type") == {"S": "sign_in.failed"} and raw.get("subject") == {"S": person.user.id}]
    assert told["reason"] == {"S": "hook"}
    assert made.name in repr(told)


def test_without_hooks_a_sign_in_makes_no_call_more(site: World) -> None:
    """The copy of the hooks is fresh, and empty."""
    client, off = site.client(), _off(site)
    calls = []
    for each in (site, off):
        sign_in(each, each.browser(), client, each.person())  # reads keys, and the hooks
        person, browser = each.person(), each.browser()
        page = each.authorize(browser, client)
        with recorded(each) as made:
            assert browser.submit(page, {"email": person.email, "password": person.password}).answer["code"]
        calls.append(made)
    assert calls[0] == calls[1]


def _off(site: World) -> World:
    made = type(site)(replace(site.settings, hooks="off"))
    _ = made.services.database  # made while the environment names the engine
    return made


def test_a_refused_registration_makes_no_account_and_leaves_the_code(site: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """The form says so, and the same link makes the account when the hook allows it. The function gets no password."""
    open_site = opened(site)
    with function(monkeypatch, {"decision": "deny", "reason": "no_seats"}) as rules:
        hook(open_site.services, "registration", function=ARN)
        began = begin(open_site)
        page = prove(open_site, began)
        refused = finish(began, page)
        assert "no_seats" in error(refused)
        assert open_site.services.users.id_of(began.email) is None
        _, _, event = rules.asked[0]
        assert (event["person"]["id"], event["person"]["email"], event["registration"]["how"]) == (None, began.email, "sign_up")
        assert NEW_PASSWORD not in repr(rules.asked)
        rules.answer = {"decision": "require_mfa"}
        assert "unavailable" in error(finish(began, refused))
        rules.answer = {"decision": "allow"}
        finish(began, refused)
        assert open_site.services.users.id_of(began.email)


def test_invitations_are_asked_about(site: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """The person whom an admin invited gets no account, and the invitation stays."""
    invited = opened(site, sign_up="invited")
    with function(monkeypatch, {"decision": "deny"}) as rules:
        hook(invited.services, "registration", function=ARN)
        invitation = invited.services.invitation_service.create(invited.unused_email(), scope=DEPLOYMENT)
        browser = invited.browser()
        page = browser.open(link_in(mails(invited, invitation.email)[0]))
        browser.submit(page, {"new_password": NEW_PASSWORD}, button="create-account")
        assert invited.services.users.id_of(invitation.email) is None
        assert rules.asked[0][2]["registration"]["how"] == "invitation"
        assert invited.services.invitation_service.get(invitation.id, scope=DEPLOYMENT).email == invitation.email


def test_new_accounts_of_another_system_are_asked_about(site: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """Just-in-time, only if there is no account yet: a waiting one exists."""
    system, client = migrating(site, who="all"), site.client()
    email = site.unused_email()
    system.people[email] = OLD
    with function(monkeypatch, {"decision": "deny", "reason": "closed"}) as rules:
        hook(site.services, "registration", function=ARN)
        browser = site.browser()
        browser.submit(site.authorize(browser, client), {"email": email, "password": OLD})
        assert site.services.users.id_of(email) is None
        assert rules.asked[0][2]["registration"] == {"how": "connection", "connection": "old"}
        assert OLD not in repr(rules.asked)
        known = waiting(site, system)
        assert sign_in(site, site.browser(), client, known).answer["code"]
    old = site.services.connections.get("old")
    assert old
    assert site.services.connections.delete(old)


def test_accounts_of_connections_are_asked_about_and_so_are_their_sign_ins(
    alone: World, quick_endpoint: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A refusal makes neither an account nor a link."""
    world = with_connections(_world(replace(alone.settings, **ON), quick_endpoint, {quick_endpoint}, monkeypatch), connection())
    client, browser, email = world.client(), world.browser(), world.unused_email()
    who = identity("1", email)
    with function(monkeypatch, {"decision": "deny", "reason": "closed"}) as rules:
        hook(world.services, "registration", function=ARN)
        page = sign_in_as(world, browser, world.authorize(browser, client), who)
        assert "closed" in page.text
        assert world.services.users.id_of(email) is None
        assert rules.asked[0][2]["registration"] == {"how": "connection", "connection": "corp"}
        remove_hooks(world.services)
        hook(world.services, "sign_in", function=ARN)
        page = sign_in_as(world, browser, world.authorize(browser, client), who)
        assert page.answer["error"] == "access_denied"
        assert rules.asked[-1][2]["sign_in"]["connection"] == "corp"
        user_id = world.services.users.id_of(email)
        assert user_id
        assert world.services.sessions.of(user_id) == []


# --- organisations, and codes from mails ------------------------------------------------------------------------------------

SCOPE = "openid organization"


def client_of(world: World) -> Client:
    """An app that may ask for an organisation."""
    return world.client(organization="allowed", scopes=("openid", "email", "organization"))


def member_of(world: World, it: OrganisationProfile, **flags: Any) -> Person:
    """A person who is in the organisation."""
    person = world.person(**flags)
    join(world.services, person.user, it)
    return person


@pytest.mark.parametrize("totp", [False, True])
def test_a_new_session_is_told_with_its_organisation(site: World, monkeypatch: pytest.MonkeyPatch, *, totp: bool) -> None:
    """A session that exists is, so a fresh sign-in must not lead past a rule about the organisation."""
    it = organisation(site.services)
    client, person, browser = client_of(site), member_of(site, it, totp=totp), site.browser()
    with function(monkeypatch, {"decision": "allow"}) as rules:
        hook(site.services, "sign_in", function=ARN)
        assert sign_in(site, browser, client, person, scope=SCOPE, organization=it.id).answer["code"]
        assert [each[2]["org_id"] for each in rules.asked] == [it.id]
        assert site.authorize(browser, client, scope=SCOPE, organization=it.id).answer["code"]
        assert [each[2]["org_id"] for each in rules.asked] == [it.id, it.id]


def test_a_factor_that_the_organisation_demands_is_told_to_be_due(site: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """The person has none yet."""
    it = organisation(site.services, policy=OrganisationPolicy(mfa_required=True))
    client, person, browser = client_of(site), member_of(site, it), site.browser()
    with function(monkeypatch, {"decision": "allow"}) as rules:
        hook(site.services, "sign_in", function=ARN)
        page = site.authorize(browser, client, scope=SCOPE, organization=it.id)
        browser.submit(page, {"email": person.email, "password": person.password})
        assert [each[2]["sign_in"]["second_factor_due"] for each in rules.asked] == [True]


AAL1_ONLY = {"claims": '{"id_token": {"acr": {"essential": true, "value": "aal1"}}}'}


@pytest.mark.parametrize("parameters", [{}, AAL1_ONLY])
def test_a_code_from_a_mail_sets_no_second_factor_up(
    site: World, monkeypatch: pytest.MonkeyPatch, parameters: dict[str, str]
) -> None:  # fmt: skip
    """A hook demands one. Who reads the mail must not become who has the factor, so the password is asked for."""
    person, client = offering(site).person(), site.client()
    with function(monkeypatch, {"decision": "require_mfa"}):
        hook(site.services, "sign_in", function=ARN)
        browser, page = begun(site, person, client, **parameters)
        page = browser.submit(page, {"code": newest(site, person.email).code})
        assert pending(site, person) == [True]
        assert "/enrol" not in page.text
        assert "password" in page.fields


@pytest.mark.parametrize("parameters", [{}, AAL1_ONLY])
def test_a_code_from_a_mail_is_worth_one_factor_with_a_second_one_too(
    site: World, monkeypatch: pytest.MonkeyPatch, parameters: dict[str, str]
) -> None:  # fmt: skip
    """The hook is told so, and a demand for two is not met: the password is asked for, or the app is refused."""
    person, client = offering(site).person(totp=True), site.client()
    with function(monkeypatch, {"decision": "require_mfa"}) as rules:
        hook(site.services, "sign_in", function=ARN)
        browser, page = begun(site, person, client, **parameters)
        page = browser.submit(page, {"code": newest(site, person.email).code})
        page = browser.submit(page, {"code": person.code(site.clock())})
        assert [(each[2]["sign_in"]["acr"], each[2]["sign_in"]["amr"]) for each in rules.asked] == [("aal1", ["email", "otp"])]
        assert pending(site, person) == [True]
        if parameters:
            assert page.answer["error"] == "access_denied"
        else:
            assert "password" in page.fields
            page = browser.submit(page, {"password": person.password})
            site.clock.advance(30)
            assert browser.submit(page, {"code": person.code(site.clock())}).answer["code"]
    assert len(site.services.grants.of(person.user.id)) == (0 if parameters else 1)
