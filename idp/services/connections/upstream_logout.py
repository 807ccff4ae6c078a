"""A person signed out at an upstream: the sessions here that began with it end (OpenID Connect Back-Channel Logout 1.0 §2.5 to §2.8).

It reads the connection and the finder of the link, or of the upstream's session if there is no link, then user and sessions. The mark of
the token is one conditional write. Sessions, grants, events and deliveries to apps follow, and then the mark is closed. A function that
ended before that leaves the mark open: the upstream sends the token again, and the work is done to its end.
"""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

from idp.domain.access.trusted_issuer import link_id
from idp.services.audit.recorder import Actor
from idp.services.upstream.id_token import AHEAD
from idp.services.upstream.logout_token import LONGEST_LIFE
from idp.services.upstream.refusal import not_valid
from idp.store.used_once import Begun

if TYPE_CHECKING:
    from idp.domain.access.tenancy import Scope
    from idp.domain.clock import NewId
    from idp.domain.connections.connection import Connection
    from idp.domain.sessions.request_origin import Origin
    from idp.services.audit.recorder import Audit
    from idp.services.sessions.sessions_and_grants import Access
    from idp.services.upstream.logout_token import LoggedOut
    from idp.services.upstream.sign_in import UpstreamSignIn
    from idp.store.issuer_links import IssuerLinks
    from idp.store.upstream_sessions import UpstreamSessions
    from idp.store.used_once import UsedOnce
    from idp.store.users import Users

USED = "upstream_logout"
"""The kind of the mark that a logout token was used."""


class UpstreamLogout:
    """Ends sessions that began at an upstream."""

    def __init__(
        self, *, sign_in: UpstreamSignIn, users: Users, links: IssuerLinks, upstream_sessions: UpstreamSessions, access: Access,
        used_once: UsedOnce, audit: Audit, new_id: NewId,
    ) -> None:  # fmt: skip
        self._sign_in, self._users, self._links, self._upstream_sessions = sign_in, users, links, upstream_sessions
        self._access, self._used_once, self._audit, self._new_id = access, used_once, audit, new_id

    def end(self, connection: Connection, token: str, *, origin: Origin, now: int, scope: Scope) -> None:
        """End the sessions that a logout token is about. It may find none. A connection that is off is believed, too.

        See OpenID Connect Back-Channel Logout 1.0 §2.5 and §2.7.

        Raises:
            UpstreamRefused: the token fails a check, or was used before.
            Unavailable: the store does not answer. The upstream may send the same token again.
        """
        scope.require_deployment()
        told = self._sign_in.logged_out(connection, token, now)
        name = _name(connection, told)
        begun = self._used_once.begin(USED, name, expires_at=told.expires_at, attempt=self._new_id())
        if begun is Begun.USED:
            raise not_valid(connection, "logout token: it was used before")
        since = now - LONGEST_LIFE - AHEAD if begun is Begun.AGAIN else None
        self._end(connection, told, since, origin=origin, scope=scope)
        self._used_once.finish(USED, name)

    def _end(self, connection: Connection, told: LoggedOut, since: int | None, *, origin: Origin, scope: Scope) -> None:
        """`since`: sessions that ended from then on count, too, because an attempt with this token did not finish its work."""
        link = link_id(told.issuer, "", told.subject, connection.id) if told.subject else ""
        found = self._links.user_of(link) if link else None
        people = [found] if found else self._upstream_sessions.users_of(connection.id, told.sid) if told.sid else []
        for user_id in people:
            user = self._users.get(user_id)
            if user is None:
                continue
            by = Actor("", origin, frozenset())
            ended = self._access.end_by_upstream(user, connection.id, link if found else "", told.sid, by, since=since, scope=scope)
            if ended:
                self._audit.record("upstream.signed_out", origin=origin, actor="", subject=user.id, connection=connection.id)


def _name(connection: Connection, told: LoggedOut) -> str:
    """The name of the mark. An id of an upstream may be too long for a key, and counts for its connection and issuer only."""
    return hashlib.sha256(f"{connection.id}\n{told.issuer}\n{told.id}".encode("utf-8", "surrogatepass")).hexdigest()
