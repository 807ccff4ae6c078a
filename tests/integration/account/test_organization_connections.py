"""The connections of an organisation: its proven domain leads to one, and its policy may accept no other sign-in."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs, urlsplit

import pytest

from idp.domain.organisations.domain_claim import KEPT_WHEN_LOST
from idp.domain.organisations.profile import OrganisationPolicy
from tests.integration.account.upstreams import (
    UPSTREAM,
    connection,
    identity,
    link,
    put,
    return_as,
    sign_in_as,
    upstream_of,
    with_connections,
)
from tests.support.organising import change, domain, join, leave, organisation
from tests.support.pages import APP, recorded, sign_in

if TYPE_CHECKING:
    from idp.domain.apps.client import Client
    from idp.domain.organisations.profile import OrganisationProfile
    from tests.support.forms import Browser, Page
    from tests.support.world import World

ONLY = OrganisationPolicy(connections_only=True)
HIDDEN = connection(shown=False)


def client_of(world: World) -> Client:
    """An app that may ask for an organisation."""
    return world.client(organization="allowed", scopes=("openid", "email", "organization"))


def to_upstream(browser: Browser, page: Page) -> str:
    """The state of the attempt to which this page, or this redirect, leads."""
    assert page.redirected_to, page.text
    assert page.redirected_to.startswith(UPSTREAM)
    return parse_qs(urlsplit(page.redirected_to).query)["state"][0]


# --- routing --------------------------------------------------------------------------------------------------------------


def routed(world: World, email: str) -> bool:
    """Whether the button of the sign-in page leads a person with this address to the upstream."""
    browser = world.browser()
    browser.stop = UPSTREAM
    page = browser.submit(world.authorize(browser, world.client()), {"email": email}, button="organisation")
    if page.redirected_to is None:
        assert (page.status, "No organisation is set up" in page.text) == (422, True)
    return page.redirected_to is not None


def test_a_proven_domain_leads_to_the_connection(alone: World) -> None:
    """In any spelling of the address, with an account or without one. Neither a domain above nor below it."""
    world = with_connections(alone, HIDDEN)
    domain(world.services, organisation(world.services), "acme.example", connection_id="corp")
    known = world.person("ada@acme.example")
    assert routed(world, known.email)
    assert routed(world, " Grace@ACME.example ")
    assert upstream_of(world).begun[-1]["login_hint"] == " Grace@ACME.example "
    for other in ("a@sub.acme.example", "a@example", "a@notacme.example", "a@acme.example.evil", "acme.example", "@acme.example"):
        assert not routed(world, other)


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        ({"state": "pending", "connection_id": "corp"}, False), ({"connection_id": ""}, False), ({"connection_id": "gone"}, False),
        ({"state": "lost", "connection_id": "corp", "lost_since": 1 - KEPT_WHEN_LOST}, True),
        ({"state": "lost", "connection_id": "corp", "lost_since": -KEPT_WHEN_LOST}, False),
    ],
)  # fmt: skip
def test_a_domain_leads_nowhere_unless_it_is_proven(alone: World, facts: dict[str, Any], expected: int) -> None:
    """One whose record is missing counts for seven more days."""
    world = with_connections(alone, HIDDEN)
    since = {"lost_since": world.clock() + facts["lost_since"]} if "lost_since" in facts else {}
    domain(world.services, organisation(world.services), "acme.example", **{**facts, **since})
    browser = world.browser()
    browser.stop = UPSTREAM
    page = browser.submit(world.authorize(browser, world.client()), {"email": "a@acme.example"}, button="organisation")
    assert (page.redirected_to is not None) == expected
    assert expected or page.status == 422


def test_the_domain_of_a_disabled_organisation_leads_nowhere(alone: World) -> None:
    """It is read at each attempt."""
    world = with_connections(alone, HIDDEN)
    it = organisation(world.services)
    domain(world.services, it, "acme.example", connection_id="corp")
    change(world.services, it, disabled=True)
    assert not routed(world, "a@acme.example")
    change(world.services, it, disabled=False)
    assert routed(world, "a@acme.example")


# --- connections_only -----------------------------------------------------------------------------------------------------


def members_only(world: World, **facts: Any) -> OrganisationProfile:
    """An organisation that accepts its own connection only."""
    it = organisation(world.services, policy=ONLY)
    domain(world.services, it, f"{it.slug}.example", **{"connection_id": "corp", **facts})
    return it


def test_a_person_with_another_session_is_sent_to_the_connection(alone: World) -> None:
    """From the sign-in, from a session and with prompt=none. What comes back is answered, and stays enough."""
    world = with_connections(alone, HIDDEN)
    it, client, person, browser = members_only(world), client_of(world), world.person(), world.browser()
    join(world.services, person.user, it)
    link(world, person, identity("1"))
    assert sign_in(world, browser, client, person).answer["code"]
    assert world.authorize(browser, client, organization=it.id, prompt="none").answer["error"] == "login_required"
    browser.stop = UPSTREAM
    state = to_upstream(browser, world.authorize(browser, client, organization=it.id))
    browser.stop = APP
    assert "code" in return_as(world, browser, identity("1"), state).answer
    assert "code" in world.authorize(browser, client, organization=it.id, prompt="none").answer
    assert {grant.org_id for grant in world.services.grants.of(person.user.id)} == {"", it.id}


def test_after_a_password_the_browser_is_sent_to_the_connection_once(alone: World) -> None:
    """The password form leads on to the connection of the organisation, and the answer of that ends the sign-in."""
    world = with_connections(alone, HIDDEN)
    it, client, person, browser = members_only(world), client_of(world), world.person(), world.browser()
    join(world.services, person.user, it)
    link(world, person, identity("1"))
    browser.stop = UPSTREAM
    away = browser.submit(world.authorize(browser, client, organization=it.id), {"email": person.email, "password": person.password})
    state = to_upstream(browser, away)
    browser.stop = APP
    assert "code" in return_as(world, browser, identity("1"), state).answer
    assert len(upstream_of(world).begun) == 1


def test_another_identity_gets_no_grant_for_the_organisation(alone: World) -> None:
    """Who comes back is another person, who is no member: access_denied."""
    world = with_connections(alone, HIDDEN)
    it, client, person, other, browser = members_only(world), client_of(world), world.person(), world.person(), world.browser()
    join(world.services, person.user, it)
    link(world, other, identity("2"))
    browser.stop = UPSTREAM
    away = browser.submit(world.authorize(browser, client, organization=it.id), {"email": person.email, "password": person.password})
    state = to_upstream(browser, away)
    browser.stop = APP
    assert return_as(world, browser, identity("2"), state).answer["error"] == "access_denied"
    assert not world.services.grants.of(other.user.id)
    assert not world.services.grants.of(person.user.id)


def test_a_session_of_another_connection_is_not_enough(alone: World) -> None:
    """Only the connections of the organisation's domains count, while they are on and the domain is proven."""
    world = with_connections(alone, connection(), connection("google"))
    it, client, person, browser = members_only(world), client_of(world), world.person(), world.browser()
    join(world.services, person.user, it)
    link(world, person, identity("1", of="google"))
    assert "code" in sign_in_as(world, browser, world.authorize(browser, client), identity("1", of="google"), "google").answer
    assert world.authorize(browser, client, organization=it.id, prompt="none").answer["error"] == "login_required"
    domain(world.services, it, f"more-{it.slug}.example", connection_id="google")
    assert "code" in world.authorize(browser, client, organization=it.id, prompt="none").answer
    put(world, connection("google", enabled=False))
    assert world.authorize(browser, client, organization=it.id, prompt="none").answer["error"] == "login_required"


@pytest.mark.parametrize("facts", [{"state": "pending"}, {"connection_id": ""}, {"connection_id": "gone"}])
def test_an_organisation_without_a_usable_connection_is_refused(alone: World, facts: dict[str, Any]) -> None:
    """Fail closed: the policy cannot be met, so each sign-in for it is refused. The person is not sent in a circle."""
    world = with_connections(alone, HIDDEN)
    it, client, person, browser = members_only(world, **facts), client_of(world), world.person(), world.browser()
    join(world.services, person.user, it)
    assert sign_in(world, browser, client, person).answer["code"]
    assert world.authorize(browser, client, organization=it.id).answer["error"] == "access_denied"
    assert [event.reason for event in world.audited("sign_in.failed", person)] == ["no_connection"]


def test_a_connection_that_is_not_for_the_app_shows_the_page(alone: World) -> None:
    """It says why. A password there leads back to it, and never to a grant."""
    world = with_connections(alone, replace(HIDDEN, apps=("other",)))
    it, client, person, browser = members_only(world), client_of(world), world.person(), world.browser()
    join(world.services, person.user, it)
    page = sign_in(world, browser, client, person, organization=it.id)
    assert (page.status, "accepts its own sign-in only" in page.text) == (200, True)
    again = browser.submit(page, {"email": person.email, "password": person.password})
    assert "accepts its own sign-in only" in again.text
    assert not world.services.grants.of(person.user.id)


def test_the_connection_of_the_own_address_is_chosen(alone: World) -> None:
    """Of several domains with connections of their own."""
    world = with_connections(alone, connection("aaa", shown=False), HIDDEN)
    it, client, browser = organisation(world.services, policy=ONLY), client_of(world), world.browser()
    domain(world.services, it, "a.example", connection_id="aaa")
    domain(world.services, it, "b.example", connection_id="corp")
    for email, wanted in (("ada@a.example", "aaa"), ("ada@b.example", "corp"), (world.unused_email(), "aaa")):
        person, browser = world.person(email), world.browser()
        join(world.services, person.user, it)
        browser.stop = UPSTREAM
        browser.submit(world.authorize(browser, client, organization=it.id), {"email": person.email, "password": person.password})
        assert upstream_of(world).begun[-1]["connection"] == wanted


def test_the_policy_costs_two_calls_of_the_organisations_that_have_it(alone: World) -> None:
    """Domains and connections. A removed member is refused before that."""
    world = with_connections(alone, HIDDEN)
    it, client, person, browser = members_only(world), client_of(world), world.person(), world.browser()
    held = join(world.services, person.user, it)
    assert sign_in(world, browser, client, person).answer["code"]
    with recorded(world) as calls:
        assert world.authorize(browser, client, organization=it.id, prompt="none").answer["error"] == "login_required"
    assert calls == ["BatchGetItem", "BatchGetItem", "Query", "BatchGetItem"]
    leave(world.services, held)
    with recorded(world) as calls:
        assert world.authorize(browser, client, organization=it.id, prompt="none").answer["error"] == "access_denied"
    assert "Query" not in calls


# --- session_hours --------------------------------------------------------------------------------------------------------


def limited(world: World, **policy: Any) -> OrganisationProfile:
    """An organisation whose sign-ins are two hours old at most, with a connection."""
    it = organisation(world.services, policy=OrganisationPolicy(session_hours=2, **policy))
    domain(world.services, it, f"{it.slug}.example", connection_id="corp")
    return it


def test_a_silent_round_trip_to_an_upstream_is_no_new_sign_in(alone: World) -> None:
    """The person may have signed in there days ago: the upstream is asked for the age, once, without a page between."""
    world = with_connections(alone, connection())
    it, client, person, browser = limited(world), client_of(world), world.person(), world.browser()
    join(world.services, person.user, it)
    link(world, person, identity("1"))
    browser.stop = UPSTREAM
    page = world.authorize(browser, client, organization=it.id)
    away = sign_in_as(world, browser, page, identity("1", tells_time=True))
    state = to_upstream(browser, away)
    assert [each["max_age"] for each in upstream_of(world).begun] == [None, 7200]
    browser.stop = APP
    old = return_as(world, browser, identity("1", tells_time=True, auth_time=world.clock() - 7300), state)
    assert (old.redirected_to, old.status) == (None, 200)
    assert not world.services.grants.of(person.user.id)
    fresh = sign_in_as(world, browser, old, identity("1", tells_time=True, auth_time=world.clock() - 60))
    assert "code" in fresh.answer
    assert [grant.org_id for grant in world.services.grants.of(person.user.id)] == [it.id]
    assert "code" in world.authorize(browser, client, organization=it.id, prompt="none").answer
    world.clock.advance(7200)
    assert world.authorize(browser, client, organization=it.id, prompt="none").answer["error"] == "login_required"


def test_a_session_of_unknown_age_is_too_old_for_a_limit(alone: World) -> None:
    """It serves apps without an organisation as before."""
    world = with_connections(alone, connection())
    it, client, person, browser = limited(world), client_of(world), world.person(), world.browser()
    join(world.services, person.user, it)
    link(world, person, identity("1"))
    assert "code" in sign_in_as(world, browser, world.authorize(browser, client), identity("1", tells_time=True)).answer
    assert "code" in world.authorize(browser, client, prompt="none").answer
    assert world.authorize(browser, client, organization=it.id, prompt="none").answer["error"] == "login_required"


def test_an_upstream_that_cannot_tell_the_age_leads_nowhere_in_a_circle(alone: World) -> None:
    """OAuth 2.0: where the organisation accepts nothing else, its sign-in counts from the return."""
    world = with_connections(alone, HIDDEN)
    it, client, person, browser = limited(world, connections_only=True), client_of(world), world.person(), world.browser()
    join(world.services, person.user, it)
    link(world, person, identity("1"))
    browser.stop = UPSTREAM
    away = browser.submit(world.authorize(browser, client, organization=it.id), {"email": person.email, "password": person.password})
    state = to_upstream(browser, away)
    browser.stop = APP
    assert "code" in return_as(world, browser, identity("1", tells_time=False), state).answer


def test_a_sign_in_that_told_no_age_counts_in_no_later_request_either(alone: World) -> None:
    """The person could confirm with a password, so who goes away from the page and begins anew gets nothing."""
    world = with_connections(alone, connection())
    it, client, person, browser = limited(world), client_of(world), world.person(), world.browser()
    join(world.services, person.user, it)
    link(world, person, identity("1"))
    assert "code" in sign_in_as(world, browser, world.authorize(browser, client), identity("1", tells_time=False)).answer
    assert world.authorize(browser, client, organization=it.id, prompt="none").answer["error"] == "login_required"
    page = world.authorize(browser, client, organization=it.id)
    assert "code" in browser.submit(page, {"password": person.password}).answer
    assert "code" in world.authorize(browser, client, organization=it.id, prompt="none").answer
