"""A sign-in by a connection where a fresh one is asked for: what the upstream cannot prove does not count (threats O-21)."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.integration.account.people import signed_in
from tests.integration.account.upstreams import connection, identity, link, link_of, sign_in_as, upstream_of, with_connections

if TYPE_CHECKING:
    from idp.domain.connections.identity import UpstreamIdentity
    from tests.support.forms import Browser, Page
    from tests.support.people import Person
    from tests.support.world import World

ASKED = [{"prompt": "login"}, {"max_age": "60"}, {"max_age": "100000"}]


def told(world: World, subject: str = "1", *, ago: int = 0) -> UpstreamIdentity:
    """An identity of an upstream that tells when it authenticated the person."""
    return identity(subject, auth_time=world.clock() - ago, tells_time=True)


def by_it(world: World, browser: Browser, page: Page, who: UpstreamIdentity) -> Page:
    return sign_in_as(world, browser, page, who)


@pytest.mark.parametrize("asked", ASKED, ids=str)
def test_an_upstream_that_cannot_tell_the_time_answers_no_fresh_request(alone: World, asked: dict[str, str]) -> None:
    """OAuth 2.0, and OpenID Connect without auth_time. The person confirms in another way, and is signed in then."""
    world = with_connections(alone, connection())
    person, app, browser = world.person(), world.client(), world.browser()
    link(world, person, identity("1"))
    page = by_it(world, browser, world.authorize(browser, app, **asked), identity("1"))
    assert page.redirected_to is None
    assert "cannot confirm" in page.text
    assert page.form({"password": ""}, "sign-in").fields["email"] == person.email
    again = by_it(world, browser, page, identity("1"))
    assert again.redirected_to is None
    assert "code" in browser.submit(again, {"password": person.password}, button="sign-in").answer


@pytest.mark.parametrize("asked", ASKED, ids=str)
def test_an_upstream_that_tells_a_fresh_time_answers_it(alone: World, asked: dict[str, str]) -> None:
    world = with_connections(alone, connection())
    person, app, browser = world.person(), world.client(), world.browser()
    link(world, person, identity("1"))
    page = by_it(world, browser, world.authorize(browser, app, **asked), told(world, ago=5))
    assert "code" in page.answer
    assert upstream_of(world).begun[-1]["max_age"] == int(asked.get("max_age", "0"))
    [grant] = world.services.grants.of(person.user.id)
    assert grant.auth_time == world.clock() - 5


def test_the_time_of_the_upstream_ages(alone: World) -> None:
    """§2.8: with max_age it is the upstream's time that counts from then on, not that of the return."""
    world = with_connections(alone, connection())
    person, app, browser = world.person(), world.client(), world.browser()
    link(world, person, identity("1"))
    assert "code" in by_it(world, browser, world.authorize(browser, app, max_age="3600"), told(world, ago=3000)).answer
    world.clock.advance(500)
    assert "code" in world.authorize(browser, app, max_age="3600").answer
    world.clock.advance(500)
    assert world.authorize(browser, app, max_age="3600").redirected_to is None


def test_an_earlier_sign_in_without_a_proof_is_no_fresh_one(alone: World) -> None:
    """Without the defence, a silent round trip before the request would answer it."""
    world = with_connections(alone, connection())
    person, app, browser = world.person(), world.client(), world.browser()
    link(world, person, identity("1"))
    for who in (identity("1"), identity("1", tells_time=True)):
        assert "code" in by_it(world, browser, world.authorize(browser, app, prompt="select_account"), who).answer
        assert "code" in world.authorize(browser, app).answer
        page = world.authorize(browser, app, max_age="600")
        assert page.redirected_to is None, who
    refused = world.authorize(browser, app, max_age="600", prompt="none")
    assert refused.answer["error"] == "login_required"


def test_a_person_whose_only_way_cannot_tell_the_time_is_not_locked_out(alone: World) -> None:
    world = with_connections(alone, connection())
    app, browser, email = world.client(), world.browser(), world.unused_email()
    for asked in ({}, *ASKED):
        assert "code" in by_it(world, browser, world.authorize(browser, app, **{"prompt": "login", **asked}), identity("1", email)).answer
    browser.stop = "https://up.example"
    assert browser.submit(browser.open("/account"), button="connect-corp").redirected_to


def test_an_app_for_connections_only_accepts_what_there_is(alone: World) -> None:
    """Its people cannot enter a password there."""
    world = with_connections(alone, connection())
    person, app, browser = world.person(), world.client(connections_only=True), world.browser()
    link(world, person, identity("1"))
    browser.stop, stop = "https://up.example", browser.stop
    world.authorize(browser, app, prompt="login")
    browser.stop = stop
    state = str(len(upstream_of(world).begun) - 1)
    upstream_of(world).who = identity("1")
    assert "code" in browser.open("/upstream/corp/callback", {"state": state, "code": "c"}).answer


def at_the_account_page(world: World, person: Person, who: UpstreamIdentity) -> Browser:
    """A browser that signed in to the account page by the connection."""
    browser = world.browser()
    by_it(world, browser, browser.open("/account"), who)
    assert world.sessions(person)
    return browser


@pytest.mark.parametrize("can_tell", [True, False])
def test_a_silent_sign_in_changes_no_factor(alone: World, can_tell: bool) -> None:
    """A person at an open browser can sign out and in again without a password. That is no confirmation."""
    world = with_connections(alone, connection(), connection("other"))
    person = world.person()
    made = link(world, person, identity("1"))
    browser = at_the_account_page(world, person, identity("1", tells_time=can_tell))
    page = browser.submit(browser.open("/account"), button=made.id)
    assert "password" in page.fields
    assert link_of(world, person) == [made]
    assert browser.submit(page, {"password": person.password}).status == 200
    assert link_of(world, person) == []


def test_a_fresh_proof_of_the_upstream_confirms_on_the_account_page(alone: World) -> None:
    """For a person without a password: plain OpenID Connect does not count, and the confirmation asks the upstream for a proof."""
    world = with_connections(alone, connection(), connection("other"))
    app, browser, email = world.client(), world.browser(), world.unused_email()
    by_it(world, browser, world.authorize(browser, app), identity("1", email, tells_time=True))
    page = browser.submit(browser.open("/account"), button="connect-other")
    again = browser.submit(page, button="sign-in-again")
    assert upstream_of(world).begun[-1]["max_age"] is None
    done = by_it(world, browser, again, told(world))
    assert upstream_of(world).begun[-1]["max_age"] == 0
    assert str(done.response.url).endswith("/account")
    browser.stop = "https://up.example"
    assert browser.submit(browser.open("/account"), button="connect-other").redirected_to


def test_a_password_still_confirms(alone: World) -> None:
    world = with_connections(alone, connection())
    person = world.person()
    browser = signed_in(world, person)
    browser.stop = "https://up.example"
    assert browser.submit(browser.open("/account"), button="connect-corp").redirected_to


def test_our_second_factor_confirms_after_a_silent_sign_in(alone: World) -> None:
    """The person proved a factor of this provider just now."""
    world = with_connections(alone, connection(), connection("other"))
    person, browser = world.person(totp=True), world.browser()
    link(world, person, identity("1"))
    page = by_it(world, browser, browser.open("/account"), identity("1"))
    browser.submit(page, {"code": person.code(world.clock())})
    browser.stop = "https://up.example"
    assert browser.submit(browser.open("/account"), button="connect-other").redirected_to
