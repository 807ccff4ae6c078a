"""The flows that begin at an upstream, as a person meets them: what came before, the request under test, another try from the start."""

from __future__ import annotations

import json
import secrets
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from tests.integration.account.migrating import OLD, OldSystem, migrating, waiting
from tests.integration.account.people import signed_in
from tests.integration.account.saml_visits import Left
from tests.integration.account.signing_up import code_in, mails
from tests.integration.account.upstreams import go, identity, leave, link, link_of, return_as, sign_in_as
from tests.support.forms import Page

if TYPE_CHECKING:
    from collections.abc import Callable

    from idp.domain.connections.identity import UpstreamIdentity
    from tests.support.forms import Browser
    from tests.support.world import World


@dataclass
class Try:
    """One person on the way. `act` sends the request under test; sent twice, it is the same request. `again` is another try of the person,
    from the start. `done` tells whether the purpose was reached.
    """

    world: World
    act: Callable[[], Page]
    again: Callable[[], object]
    done: Callable[[], bool]
    browser: Browser | None = None
    cookies: dict[str, str] = field(default_factory=dict)

    def repeat(self) -> Page:
        """The same request again, with the cookies of the first time: a reload, or an event that was delivered twice."""
        if self.browser is not None:
            for name, kept in self.cookies.items():
                self.browser.http.cookies.set(name, kept)
        return self.act()


def _try(
    world: World, browser: Browser, act: Callable[[], Page], again: Callable[[], object], done: Callable[[], bool], **more: Any
) -> Try:
    return Try(world, act, again, done, browser=browser, cookies=dict(browser.http.cookies), **more)


def _arrives(world: World, browser: Browser, app: Any, who: UpstreamIdentity, name: str = "corp") -> Page:
    """The page after another try in the same browser: at the app at once, if the first try signed the person in."""
    page = world.authorize(browser, app)
    return page if page.redirected_to else sign_in_as(world, browser, page, who, name)


def _has_code(world: World, browser: Browser, app: Any, who: UpstreamIdentity, name: str = "corp") -> Callable[[], None]:
    def sign_in() -> None:
        assert "code" in _arrives(world, browser, app, who, name).answer

    return sign_in


def _account(world: World, email: str) -> str:
    return world.services.users.id_of(email) or ""


def new_account(world: World) -> Try:
    """The first sign-in makes an account."""
    app, browser, email = world.client(), world.browser(), world.unused_email()
    who = identity("", email)
    state = leave(browser, world.authorize(browser, app))
    return _try(
        world, browser, lambda: return_as(world, browser, who, state), _has_code(world, browser, app, who),
        lambda: bool(_account(world, email) and world.services.sessions.of(_account(world, email))),
    )  # fmt: skip


def linked(world: World) -> Try:
    """A sign-in by a link."""
    app, browser, person, who = world.client(), world.browser(), world.person(), identity()
    link(world, person, who)
    state = leave(browser, world.authorize(browser, app))
    return _try(
        world, browser, lambda: return_as(world, browser, who, state), _has_code(world, browser, app, who),
        lambda: bool(world.sessions(person)),
    )  # fmt: skip


def proved_by_mail(world: World) -> Try:
    """An account whose address a mail proves."""
    app, browser, email, who = world.client(), world.browser(), world.unused_email(), identity()
    page = sign_in_as(world, browser, world.authorize(browser, app), who)
    asked = browser.submit(page, {"email": email}, button="send-code")
    finish = browser.submit(asked, {"code": code_in(mails(world, email)[0])})

    def again() -> None:
        page = _arrives(world, browser, app, who)
        if page.redirected_to is None and _account(world, email) == "":
            asked = browser.submit(page, {"email": email}, button="send-code")
            finish = browser.submit(asked, {"code": code_in(mails(world, email)[0])})
            page = browser.submit(finish, button="create-account")
        assert "code" in page.answer

    return _try(
        world, browser, lambda: browser.submit(finish, button="create-account"), again,
        lambda: bool(_account(world, email) and world.services.sessions.of(_account(world, email))),
    )  # fmt: skip


def silent(world: World) -> Try:
    """A link without a question (`link_verified`)."""
    app, browser, person = world.client(), world.browser(), world.person(email_verified=True)
    who = identity("", person.email, of="silent", email_authoritative=True)
    state = leave(browser, world.authorize(browser, app), "silent")

    return _try(
        world, browser, lambda: return_as(world, browser, who, state, "silent"), _has_code(world, browser, app, who, "silent"),
        lambda: len(link_of(world, person)) == 1 and bool(world.sessions(person)),
    )  # fmt: skip


def asked_to_link(world: World) -> Try:
    """The owner signed in and answers the question whether to link."""
    app, browser, person = world.client(), world.browser(), world.person()
    who = identity("", person.email)
    page = sign_in_as(world, browser, world.authorize(browser, app), who)
    question = browser.submit(page, {"email": person.email, "password": person.password})

    def again() -> None:
        if link_of(world, person):
            assert "code" in _arrives(world, browser, app, who).answer
            return
        other = world.browser()
        page = _arrives(world, other, app, who)
        page = other.submit(page, {"email": person.email, "password": person.password})
        assert "code" in other.submit(page, button="connect").answer

    return _try(
        world, browser, lambda: browser.submit(question, button="connect"), again, lambda: len(link_of(world, person)) == 1,
    )  # fmt: skip


def account_page(world: World) -> Try:
    """A person connects an account on the account page."""
    person, who = world.person(), identity()
    browser = signed_in(world, person)
    state = go(browser, browser.open("/account"))

    def again() -> None:
        if not link_of(world, person):
            page = return_as(world, browser, who, go(browser, browser.open("/account")))
            assert str(page.response.url).endswith("done=connected")

    return _try(
        world, browser, lambda: return_as(world, browser, who, state), again, lambda: len(link_of(world, person)) == 1
    )  # fmt: skip


def unlink(world: World) -> Try:
    """A person disconnects an account, by which another browser is signed in to an app."""
    person, who, app, theirs = world.person(), identity(), world.client(), world.browser()
    made = link(world, person, who)
    sign_in_as(world, theirs, world.authorize(theirs, app, scope="openid offline_access"), who)
    browser = signed_in(world, person)
    page = browser.open("/account")

    def again() -> None:
        fresh = browser.open("/account")
        if fresh.has_button(made.id):
            browser.submit(fresh, button=made.id)

    def done() -> bool:
        grants = world.services.grants.of(person.user.id)
        by_it = [one for one in world.sessions(person) if one.upstream]
        return not (link_of(world, person) or by_it or [one for one in grants if one.revoked_at is None])

    return _try(world, browser, lambda: browser.submit(page, button=made.id), again, done)


def saml(world: World) -> Try:
    """A response of a SAML identity provider: the request by GET that follows its form."""
    app, browser, name = world.client(), world.browser(), f"person-{secrets.token_hex(6)}"
    email = f"{name}@corp.example"

    def left() -> str:
        there = Left(world, browser, world.authorize(browser, app, prompt="login"))
        return there.post(there.answer(name_id=name, attributes={"email": [email]})).headers["location"]

    place = left()

    def again() -> None:
        assert "code" in browser.open(left()).answer

    return _try(
        world, browser, lambda: browser.open(place), again,
        lambda: bool(_account(world, email) and world.services.sessions.of(_account(world, email))),
    )  # fmt: skip


def just_in_time(world: World) -> Try:
    """The first sign-in of a person who waits, with the password of the old system."""
    system = world.services.__dict__.get("outgoing")
    system = system if isinstance(system, OldSystem) else migrating(world)
    person, app, browser = waiting(world, system), world.client(), world.browser()
    page = world.authorize(browser, app)
    sent = {"email": person.email, "password": OLD}

    def again() -> None:
        page = world.authorize(browser, app)
        assert "code" in (page if page.redirected_to else browser.submit(page, sent)).answer

    def done() -> bool:
        user = world.services.users.get(person.user.id)
        return bool(user and user.password_hash and not user.awaits_migration and world.services.sessions.of(user.id))

    return _try(world, browser, lambda: browser.submit(page, sent), again, done)


def logged_out(world: World) -> Try:
    """A logout token of the upstream ends a session with which an app has access. `again`: the upstream sends the same token again."""
    person, app, theirs = world.person(), world.client(backchannel_logout_uri="https://app.example/out"), world.browser()
    who = identity("", sid=secrets.token_hex(8))
    link(world, person, who)
    sign_in_as(world, theirs, world.authorize(theirs, app), who)
    token = json.dumps({"jti": secrets.token_hex(8), "sub": who.subject, "sid": who.sid})
    browser = world.browser()

    def send() -> Page:
        return Page(browser.http.post("/upstream/corp/backchannel-logout", data={"logout_token": token}))

    def again() -> None:
        if not done():
            assert send().status == 200

    def done() -> bool:
        told = [one for one in world.services.deliveries.due(world.clock() + 3600, limit=1000) if one.user_id == person.user.id]
        grants = world.services.grants.of(person.user.id)
        events = world.audited("upstream.signed_out", person)
        return not world.sessions(person) and bool(told and events) and not [one for one in grants if one.revoked_at is None]

    return _try(world, browser, send, again, done)


ALL = (new_account, linked, proved_by_mail, silent, asked_to_link, account_page, unlink, saml, just_in_time, logged_out)
