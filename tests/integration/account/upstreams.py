"""Connections, and a stand-in of the relying party that says which identity came back. The pages and the accounts are the real ones."""

from __future__ import annotations

import json
import secrets
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs, urlencode, urlsplit

from idp.domain.connections.connection import Connection
from idp.domain.connections.identity import UpstreamIdentity
from idp.domain.connections.pending_link import pending_link
from idp.domain.message import Message
from idp.services.upstream.logout_token import LoggedOut
from idp.services.upstream.sign_in import Begun, Finished, UpstreamRefused
from idp.services.upstream.token_request import UpstreamTokens
from tests.support.world import World

if TYPE_CHECKING:
    from collections.abc import Mapping

    from idp.domain.access.trusted_issuer import IssuerLink
    from idp.store.database import Raw
    from idp.store.used_once import UsedOnce
    from tests.support.forms import Browser, Page
    from tests.support.people import Person

UPSTREAM = "https://up.example/authorize"
CALLBACK = "/upstream/{}/callback"


def connection(name: str = "corp", **changes: Any) -> Connection:
    """A connection that any app uses."""
    made = Connection(id=name, type="oidc", name=name.title(), issuer=f"https://{name}.example")
    return replace(made, **{"email_trust": "verified", **changes})


def identity(subject: str = "", email: str | None = None, *, of: str = "corp", **changes: Any) -> UpstreamIdentity:
    """An identity of that connection. With an address, the upstream says that it verified it."""
    made = UpstreamIdentity(
        connection_id=of, issuer=f"https://{of}.example", tenant="", subject=subject or secrets.token_hex(8), email=email,
        email_verified=email is not None, email_authoritative=False, email_is_relay=False, claims={}, amr=(), acr="", auth_time=None,
        sid="",
    )  # fmt: skip
    return replace(made, **changes)


@dataclass
class Upstream:
    """In place of `UpstreamSignIn`. It keeps the attempts that began, and answers each with `who`."""

    used_once: UsedOnce
    who: UpstreamIdentity | None = None
    tokens: UpstreamTokens | None = None
    begun: list[dict[str, Any]] = field(default_factory=list)

    def begin(self, connection: Connection, **values: Any) -> Begun:
        self.begun.append({"connection": connection.id, **values})
        state = str(len(self.begun) - 1)
        return Begun(f"{UPSTREAM}?{urlencode({'state': state})}", self.cookie_name(connection, state, 0) or "", f"secret-{state}")

    def cookie_name(self, connection: Connection, state: str, now: int) -> str | None:
        del connection, now
        return f"__Host-up-{state}" if state.isdigit() else None

    def finish(self, connection: Connection, params: Mapping[str, str], cookie: str | None, now: int) -> Finished:
        state = params.get("state", "")
        attempt = self.begun[int(state)] if state.isdigit() and int(state) < len(self.begun) else None
        if attempt is None or cookie != f"secret-{state}" or attempt["connection"] != connection.id:
            raise UpstreamRefused(Message("upstream.other_browser"), "state")
        if "error" in params or self.who is None:
            refused = UpstreamRefused(Message("upstream.cancelled", name=connection.name), "error")
            raise refused.carrying(attempt["purpose"], attempt["carried"])
        used = (state, now + 600)
        kept = self.tokens if connection.keeps_tokens else None
        return Finished(attempt["purpose"], attempt["carried"], self.who, self.mark_of(used), used, kept)

    def logged_out(self, connection: Connection, token: str, now: int) -> LoggedOut:
        """The token is the JSON of what it says: sub, sid, jti."""
        try:
            told = json.loads(token)
        except ValueError:
            raise UpstreamRefused(Message("upstream.answer_invalid", name=connection.name), "token") from None
        return LoggedOut(connection.issuer, told.get("sub", ""), told.get("sid", ""), told["jti"], now + 120)

    def mark_of(self, attempt: tuple[str, int]) -> Raw:
        return self.used_once.use_part("upstream", attempt[0], expires_at=attempt[1], attempt=secrets.token_hex(8))


def with_connections(world: World, *made: Connection, **settings: Any) -> World:
    """The same deployment with these connections, and with the stand-in."""
    again = World(replace(world.settings, **{"sign_up": "open", "tickets_hourly_per_network": 1000, **settings}))
    _ = again.services.database  # made while the environment names the engine
    put(again, *made)
    again.services.__dict__["upstream_sign_in"] = Upstream(again.services.used_once)
    return again


def put(world: World, *made: Connection) -> None:
    """Store these connections, each in place of the one with its id."""
    store = world.services.connections
    for one in made:
        before = store.get(one.id)
        assert store.replace(replace(one, version=before.version)) if before else store.create(one)


def upstream_of(world: World) -> Upstream:
    """The stand-in of this world."""
    found = world.services.__dict__["upstream_sign_in"]
    assert isinstance(found, Upstream)
    return found


def go(browser: Browser, page: Page, values: dict[str, str] | None = None, *, button: str = "connect-corp") -> str:
    """Press the button that leads to the connection. Returns the state."""
    browser.stop, stop = UPSTREAM, browser.stop
    away = browser.submit(page, values, button=button)
    browser.stop = stop
    assert away.redirected_to, away
    return parse_qs(urlsplit(away.redirected_to).query)["state"][0]


def leave(browser: Browser, page: Page, name: str = "corp") -> str:
    """Press the button of the connection on the page of a sign-in. Returns the state with which the browser left."""
    return go(browser, page, button=f"connection-{name}")


def return_as(world: World, browser: Browser, who: UpstreamIdentity, state: str, name: str = "corp") -> Page:
    """Come back from the connection as this identity."""
    upstream_of(world).who = who
    return browser.open(CALLBACK.format(name), {"state": state, "code": "c"})


def sign_in_as(world: World, browser: Browser, page: Page, who: UpstreamIdentity, name: str = "corp") -> Page:
    """The page after a sign-in by the connection as this identity."""
    return return_as(world, browser, who, leave(browser, page, name), name)


def link_of(world: World, person: Person) -> list[Any]:
    """The links of a person."""
    return world.services.issuer_links.of(person.user.id)


def link(world: World, person: Person, who: UpstreamIdentity) -> IssuerLink:
    """Link an identity to a person, as a sign-in did before in a browser that is unknown."""
    found, user = world.services.connections.get(who.connection_id), world.services.users.get(person.user.id)
    assert found
    assert user
    made = pending_link(found, who).link(user.id, how="test", browser_known_since=None, now=world.clock())
    assert world.services.issuer_links.create(made, user)
    return made
