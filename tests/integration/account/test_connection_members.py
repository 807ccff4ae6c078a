"""Just-in-time membership: a sign-in by the connection of an organisation's proven domain makes a member, where its policy says so."""

from __future__ import annotations

import json
import re
from contextlib import contextmanager
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from idp.domain.access.tenancy import DEPLOYMENT
from idp.domain.organisations.domain_claim import KEPT_WHEN_LOST, LOST
from idp.domain.organisations.profile import OrganisationPolicy
from idp.store.copies import AGE
from idp.store.trail import Trail
from tests.integration.account.upstreams import connection, go, identity, link, put, return_as, sign_in_as, with_connections
from tests.support.organising import change, domain, join, leave, organisation
from tests.support.pages import recorded

if TYPE_CHECKING:
    from collections.abc import Iterator

    from idp.domain.apps.client import Client
    from idp.domain.connections.identity import UpstreamIdentity
    from idp.domain.organisations.membership import Membership
    from idp.domain.organisations.profile import OrganisationProfile
    from tests.support.forms import Page
    from tests.support.people import Person
    from tests.support.world import World

JOINS = OrganisationPolicy(joins_by_connection=True)
CORP = connection(domains=("acme.example",), email_trust="domains")


def client_of(world: World) -> Client:
    """An app that asks for an organisation."""
    return world.client(organization="required", scopes=("openid", "email", "organization"))


def acme(world: World, policy: OrganisationPolicy = JOINS, **facts: Any) -> OrganisationProfile:
    """An organisation whose proven domain leads to the connection."""
    it = organisation(world.services, policy=policy)
    domain(world.services, it, "acme.example", **{"connection_id": "corp", **facts})
    return it


def membership(world: World, email: str, it: OrganisationProfile) -> Membership | None:
    """The membership of the account with this address."""
    user = world.services.users.get(world.services.users.id_of(email) or "")
    assert user
    found = world.services.memberships.get(user.id, it.id)
    profile = world.services.organisations.get(it.id)
    assert profile
    assert (profile.members, user.memberships) == ((1, 1) if found else (0, 0))
    return found


def arrive(world: World, client: Client, who: UpstreamIdentity) -> Page:
    """The page after a sign-in in a new browser."""
    browser = world.browser()
    return sign_in_as(world, browser, world.authorize(browser, client), who)


def linked(world: World, email: str = "ada@acme.example") -> Person:
    """A person who signed in by the connection before."""
    person = world.person(email)
    link(world, person, identity("1"))
    return person


def test_a_new_account_is_a_member_at_once_and_signs_in_for_the_organisation(alone: World) -> None:
    """In the transaction that makes the account. The address is in the organisation's domain, so the account is its own."""
    world = with_connections(alone, CORP)
    it, browser = acme(world), world.browser()
    page = sign_in_as(world, browser, world.authorize(browser, client_of(world)), identity("1", "ada@acme.example"))
    assert "code" in page.answer
    found = membership(world, "ada@acme.example", it)
    assert found
    assert (found.source, found.owned, found.admin, dict(found.roles)) == ("connection", True, False, {})
    assert [grant.org_id for grant in world.services.grants.of(found.user_id)] == [it.id]
    trail, now = Trail(world.services.database), world.clock() * 1000
    found_events = trail.of_organisation(it.id, since=f"{now - 9000:013d}", before=f"{now + 9000:013d}", limit=10)
    (event,) = [each for each in found_events.events if each.type == "membership.added"]
    assert (event.actor, event.subject, event.details["connection"]) == (found.user_id, found.user_id, "corp")


def test_a_known_person_becomes_a_member_at_the_next_sign_in_and_stays_the_same_one(alone: World) -> None:
    """A second sign-in confirms the membership, and writes nothing of it."""
    world = with_connections(alone, CORP)
    it, client, person = acme(world), client_of(world), linked(world)
    assert "code" in arrive(world, client, identity("1", person.email)).answer
    found = membership(world, person.email, it)
    assert found
    assert "code" in arrive(world, client, identity("1", person.email)).answer
    assert membership(world, person.email, it) == found


def test_a_person_who_links_an_account_after_a_sign_in_becomes_a_member(alone: World) -> None:
    """The answer of the same request is for the organisation."""
    world = with_connections(alone, CORP)
    it, browser, person = acme(world), world.browser(), world.person("ada@acme.example")
    page = sign_in_as(world, browser, world.authorize(browser, client_of(world)), identity("1", person.email))
    question = browser.submit(page, {"password": person.password})
    assert membership(world, person.email, it) is None
    assert "code" in browser.submit(question, button="link").answer
    assert membership(world, person.email, it)


@pytest.mark.parametrize(
    ("change_", "known"),
    [
        ("off", True), ("off", False), ("disabled", True), ("pending", True), ("lost", True), ("elsewhere", True),
        ("another_address", True), ("untrusted", True), ("another_connection", True), ("another_connection", False),
    ],
)  # fmt: skip
def test_no_other_sign_in_makes_a_member(alone: World, change_: str, known: bool) -> None:
    """Off is the default. The domain has to be proven and lead to this connection, and the connection has to vouch for the address."""
    world = with_connections(alone, CORP, connection("other", domains=("other.example",), email_trust="domains"))
    facts: dict[str, dict[str, Any]] = {
        "pending": {"state": "pending"}, "lost": {"state": LOST, "lost_since": world.clock() - KEPT_WHEN_LOST},
        "elsewhere": {"connection_id": "other"},
    }  # fmt: skip
    it = acme(world, OrganisationPolicy() if change_ == "off" else JOINS, **facts.get(change_, {}))
    email = "ada@else.example" if change_ == "another_address" else "ada@acme.example"
    name = "other" if change_ == "another_connection" else "corp"
    if change_ in {"another_address", "untrusted"}:
        put(world, replace(CORP, email_trust="none" if change_ == "untrusted" else "verified"))
    if change_ == "another_connection":
        put(world, connection("other", email_trust="verified"))
    if change_ == "disabled":
        change(world.services, it, disabled=True)
    if known:
        link(world, world.person(email), identity("1", of=name))
    browser = world.browser()
    page = sign_in_as(world, browser, world.authorize(browser, world.client()), identity("1", email, of=name), name)
    assert "code" in page.answer
    assert membership(world, email, it) is None


def test_the_domain_is_read_again_when_the_account_is_made(alone: World) -> None:
    """The page that asks for terms may stay open while another organisation proves the domain."""
    world = with_connections(alone, CORP, sign_up_claims="nickname!")
    it, browser = acme(world), world.browser()
    page = sign_in_as(world, browser, world.authorize(browser, world.client()), identity("1", "ada@acme.example"))
    claim = world.services.organisation_domains.get(it.id, "acme.example")
    assert claim
    assert world.services.organisation_domains.delete(claim)
    assert "code" in browser.submit(page, {"claim_nickname": "ada"}).answer
    assert membership(world, "ada@acme.example", it) is None


def test_an_account_with_another_address_is_a_member_and_not_owned(alone: World) -> None:
    """The organisation's upstream says who its people are, not whose their accounts are."""
    world = with_connections(alone, CORP)
    it, person = acme(world), linked(world, "ada@home.example")
    arrive(world, client_of(world), identity("1", "ada@acme.example"))
    found = membership(world, person.email, it)
    assert found
    assert not found.owned


def test_a_person_who_cannot_become_a_member_signs_in_without(alone: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """Fifty organisations are the most."""
    world = with_connections(alone, CORP)
    it, person = acme(world), linked(world)
    monkeypatch.setattr("idp.store.memberships.MOST_MEMBERSHIPS", 1)
    join(world.services, person.user, organisation(world.services))
    page = arrive(world, world.client(), identity("1", person.email))
    assert "code" in page.answer
    assert world.services.memberships.get(person.user.id, it.id) is None


def test_only_the_sign_in_that_makes_a_member_makes_one_call_more(alone: World) -> None:
    """Without an organisation, with one whose policy is off, and as a member: the same calls."""
    world = with_connections(alone, CORP)
    client, person = world.client(), linked(world)

    def calls() -> list[str]:
        browser = world.browser()
        state = go(browser, world.authorize(browser, client), button="connection-corp")
        with recorded(world) as made:
            assert "code" in return_as(world, browser, identity("1", person.email), state).answer
        return list(made)

    calls()  # the first one of the browser's network
    without = calls()
    it = acme(world, OrganisationPolicy())
    assert calls() == without
    change(world.services, it, policy=JOINS)
    joining = calls()
    assert sorted(joining) == sorted([*without, "TransactWriteItems"])
    assert calls() == without
    found = world.services.memberships.get(person.user.id, it.id)
    assert found
    leave(world.services, found)
    assert calls() == joining  # who was removed becomes a member again


def popular(world: World, copies: int = 3) -> None:
    """Give the connection copies."""
    assert world.services.connection_copies.set("corp", copies, scope=DEPLOYMENT).copies == copies


def test_a_domain_that_none_has_proven_is_read_once_a_minute_with_a_popular_connection(alone: World) -> None:
    """Else all people with addresses in it would read one item. Without copies it is read each time."""
    world = with_connections(alone, CORP)
    client, person = world.client(), linked(world)

    def domains_read() -> int:
        browser, before = world.browser(), len(asked)
        state = go(browser, world.authorize(browser, client), button="connection-corp")
        assert "code" in return_as(world, browser, identity("1", person.email), state).answer
        return len(asked) - before

    with reads_of(world, "DOMAIN#acme.example") as asked:
        assert (domains_read(), domains_read()) == (1, 1)
        popular(world)
        assert (domains_read(), domains_read()) == (1, 0)
        world.clock.advance(AGE)
        assert (domains_read(), domains_read()) == (1, 0)
        popular(world, 0)
        assert (domains_read(), domains_read()) == (1, 1)


def test_a_proven_domain_makes_members_within_a_minute_with_a_popular_connection(alone: World) -> None:
    """Until then the person signs in without a membership: what is remembered gives no right."""
    world = with_connections(alone, CORP)
    popular(world)
    person = linked(world)
    assert "code" in arrive(world, world.client(), identity("1", person.email)).answer
    it = acme(world)
    assert "code" in arrive(world, world.client(), identity("1", person.email)).answer
    assert membership(world, person.email, it) is None
    world.clock.advance(AGE)
    assert "code" in arrive(world, world.client(), identity("1", person.email)).answer
    assert membership(world, person.email, it)


def test_each_sign_in_of_a_proven_domain_makes_a_member_with_a_popular_connection(alone: World) -> None:
    """Also the second one of the minute: only a domain without an owner is remembered."""
    world = with_connections(alone, CORP)
    popular(world)
    it = acme(world)
    for name in ("ada", "bea"):
        assert "code" in arrive(world, world.client(), identity(name, f"{name}@acme.example")).answer
        assert world.services.memberships.get(world.services.users.id_of(f"{name}@acme.example") or "", it.id)


def test_a_domain_that_is_lost_makes_no_members_at_once_with_a_popular_connection(alone: World) -> None:
    """The owner of a domain is never remembered."""
    world = with_connections(alone, CORP)
    popular(world)
    it = acme(world)
    assert "code" in arrive(world, world.client(), identity("1", "ada@acme.example")).answer
    assert membership(world, "ada@acme.example", it)
    claim = world.services.organisation_domains.get(it.id, "acme.example")
    assert claim
    assert world.services.organisation_domains.delete(claim)
    assert "code" in arrive(world, world.client(), identity("2", "bea@acme.example")).answer
    bea = world.services.users.get(world.services.users.id_of("bea@acme.example") or "")
    assert bea
    assert bea.memberships == 0


@contextmanager
def reads_of(world: World, partition: str) -> Iterator[list[str]]:
    """The reads of this partition, as they happen."""
    database, found = world.services.database, list[str]()
    to = database.transport.call

    def call(operation: str, request: Any) -> Any:
        found.extend(re.findall(re.escape(partition), json.dumps(request)) if "Get" in operation else [])
        return to(operation, request)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(database.transport, "call", call)
        yield found
