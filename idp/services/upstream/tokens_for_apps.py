"""Access tokens of an upstream for the apps that its connection names. They are refreshed when they are asked for.

    find    Query [kept tokens of the person], BatchGet [connection, link]
    give    nothing while the access token is valid; else UpdateItem [lease], the request to the upstream, UpdateItem [tokens], the event

While one request refreshes, others wait for its result, so that the upstream sees each refresh token once.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from idp.domain.errors import IdpError, Unavailable
from idp.services.upstream import token_request, token_seal
from idp.services.upstream.kept_tokens import kept_from
from idp.services.upstream.patience import Patience
from idp.services.upstream.refusal import UpstreamRefused
from idp.store import connection_keys, issuer_keys
from idp.store.connection_items import ConnectionItem
from idp.store.issuer_links import IssuerLinkItem

if TYPE_CHECKING:
    from collections.abc import Callable

    from idp.adapters.outgoing import Fetcher
    from idp.domain.apps.client import Client
    from idp.domain.clock import Clock, NewId
    from idp.domain.connections.connection import Connection
    from idp.domain.connections.kept_tokens import KeptTokens
    from idp.domain.people.user import User
    from idp.domain.sessions.request_origin import Origin
    from idp.services.audit.recorder import Audit
    from idp.services.keys.keyring import Keyring
    from idp.services.upstream.token_seal import OpenedToken
    from idp.store.database import Database
    from idp.store.upstream_tokens import UpstreamTokenStore

EARLY = 60
"""Seconds before its end at which an access token is refreshed."""
LEASE = 15
"""Seconds for which one request may refresh. It is longer than the request to the upstream may take (`Patience`)."""
TRIES, PAUSE = 16, 0.25
"""How often, and after how many seconds, the tokens are read again while another request refreshes them."""


class NotForThisApp(IdpError):
    """The connection does not exist, is off, keeps no tokens, or does not name the app. The caller is not told which."""


class SignInNeeded(IdpError):
    """There is no token for the person, or the upstream does not refresh it any more. A sign-in by the connection gets a new one."""


class Found(NamedTuple):
    """A connection that gives the app tokens, and the tokens of the person. `kept`: None without them, or without the link."""

    connection: Connection
    client: Client
    kept: KeptTokens | None


class Given(NamedTuple):
    """An access token of the upstream. `expires_in`: seconds, None if the upstream did not tell."""

    access_token: str
    scope: str
    expires_in: int | None

    def __repr__(self) -> str:
        return "Given(...)"


class TokensForApps:
    """Finds, refreshes and gives access tokens of upstreams."""

    def __init__(
        self, *, database: Database, store: UpstreamTokenStore, keyring: Keyring, outgoing: Callable[[], Fetcher], audit: Audit,
        clock: Clock, new_id: NewId, wait: Callable[[float], None],
    ) -> None:  # fmt: skip
        """`wait`: returns after this number of seconds."""
        self._db, self._store, self._keyring, self._outgoing = database, store, keyring, outgoing
        self._audit, self._clock, self._new_id, self._wait = audit, clock, new_id, wait

    def find(self, connection_id: str, user: User, client: Client) -> Found:
        """Return the tokens of this person. Connection and link are read strongly each time.

        Raises:
            NotForThisApp: the connection gives this app no tokens.
        """
        kept = self._store.of(user.id, connection_id)
        link = [(IssuerLinkItem, issuer_keys.issuer_link(user.id, kept.link_id))] if kept else []
        item, *linked = self._db.batch_get((ConnectionItem, connection_keys.connection(connection_id)), *link)
        connection = item.connection() if item else None
        if connection is None or not connection.gives_tokens_to(client.id, client.incarnation):
            raise NotForThisApp
        return Found(connection, client, kept if linked and linked[0] else None)

    def opened(self, found: Found) -> OpenedToken:
        """Return the kept access token, which may have expired, with its scope.

        Raises:
            SignInNeeded: there is none.
        """
        opened = token_seal.open_access(self._keyring, found.kept, token_seal.bound_to(found.connection)) if found.kept else None
        if opened is None:
            raise SignInNeeded
        return opened

    def give(self, found: Found, user: User, *, origin: Origin) -> Given:
        """Return an access token that is valid now. It is refreshed if it ends within `EARLY` seconds and there is a refresh token.

        Raises:
            SignInNeeded: there is none that is valid, and it cannot be refreshed.
            NotForThisApp: the connection changed meanwhile.
            Unavailable: the upstream does not answer, or another request still refreshes. What is stored stays as it was.
        """
        for _ in range(TRIES):
            opened, now = self.opened(found), self._clock()
            kept, ends = found.kept, found.kept.expires_at if found.kept else None
            if kept is None or ends is None or ends - now > EARLY:
                return _given(opened, ends, now)
            refresh_token = token_seal.open_refresh(self._keyring, kept, token_seal.bound_to(found.connection))
            if not refresh_token and ends <= now:
                raise SignInNeeded
            attempt = self._new_id()
            leased = bool(refresh_token) and self._store.lease(kept, attempt=attempt, now=now, until=now + LEASE)
            if leased:
                if refreshed := self._refresh(found, kept, opened, refresh_token, attempt, origin):
                    return refreshed
            elif ends > now:
                return _given(opened, ends, now)
            else:
                self._wait(PAUSE)
            found = self.find(found.connection.id, user, found.client)
        raise Unavailable(detail=f"upstream {found.connection.id}: another request refreshes the tokens")

    def _refresh(
        self, found: Found, kept: KeptTokens, opened: OpenedToken, refresh_token: str, attempt: str, origin: Origin
    ) -> Given | None:
        """Ask the upstream, and store what it gave. None if the stored tokens changed meanwhile: they are read again."""
        now, connection = self._clock(), found.connection
        try:
            tokens = token_request.refresh(
                self._outgoing(), self._keyring, connection, refresh_token, patience=Patience(), now=now
            )  # fmt: skip
        except token_request.RefreshTokenRefused as refused:
            if not self._store.remove(kept, attempt=attempt):
                return None
            self._record("upstream_token.lost", found, kept, origin)
            raise SignInNeeded(detail=refused.detail) from refused
        except UpstreamRefused as refused:
            self._store.release(kept, attempt=attempt)
            if kept.expires_at and kept.expires_at > now:
                return _given(opened, kept.expires_at, now)
            raise Unavailable(detail=refused.detail) from refused
        renewed = kept_from(self._keyring, connection, kept.user_id, kept.link_id, tokens, scope=opened.scope, now=now)
        if not self._store.replace(renewed, attempt=attempt):
            return None
        self._record("upstream_token.refreshed", found, kept, origin)
        return _given(token_seal.OpenedToken(tokens.access_token, tokens.scope or opened.scope), renewed.expires_at, now)

    def _record(self, type_: str, found: Found, kept: KeptTokens, origin: Origin) -> None:
        app, connection = found.client.id, found.connection.id
        self._audit.record(type_, origin=origin, actor=app, subject=kept.user_id, target=connection, client_id=app, link=kept.link_id)


def _given(opened: OpenedToken, expires_at: int | None, now: int) -> Given:
    return Given(opened.token, opened.scope, None if expires_at is None else expires_at - now)
