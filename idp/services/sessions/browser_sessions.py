"""Browser sessions. They begin at a sign-in, get a new id when privileges change (F-01), and end at a sign-out."""

from __future__ import annotations

from dataclasses import replace
from itertools import count
from typing import TYPE_CHECKING, NamedTuple

from idp.domain.apps.mail_code_offer import is_offered
from idp.domain.errors import Invalid
from idp.domain.sessions.session import Session
from idp.store import keys
from idp.store.grants import item as grant_item
from idp.store.sessions import SessionItem, item
from idp.store.time_shards import is_on

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from idp.domain.apps.client import Client
    from idp.domain.clock import Clock, NewId
    from idp.domain.people.user import User
    from idp.domain.sessions.request_origin import Origin
    from idp.domain.tokens.grant import Grant
    from idp.services.sessions.remembered_devices import NewDevice
    from idp.settings import Settings
    from idp.store.database import Database
    from idp.store.keys import Key
    from idp.store.sessions import Sessions
    from idp.store.tables import Item
    from idp.store.transport import Raw

COOKIE = "session"
"""The purpose for which the cookie is sealed."""
SIGN_IN = "sign_in.succeeded"
"""The type of the audit event that a session records."""
_SECOND_FACTOR_TIME = 600
_USER_AGENT = 200


class Written(NamedTuple):
    """What `SessionService.write` wrote: what it was given, or the same under new ids."""

    session: Session
    grant: Grant | None = None
    remembers: NewDevice | None = None


class SessionService:
    """Creates and ends sessions. `begin` and `elevate` do not write: the caller writes the session together with its other items."""

    def __init__(self, settings: Settings, database: Database, sessions: Sessions, clock: Clock, new_id: NewId) -> None:
        self._settings, self._db, self._sessions, self._clock, self._new_id = settings, database, sessions, clock, new_id

    def begin(
        self, user: User, *, proved_for: str, origin: Origin, follows: Session | None = None, amr: tuple[str, ...] = ("pwd",),
        remembered_device: str = "", browser_known_since: int | None = None, upstream: Mapping[str, str] | None = None,
    ) -> Session:  # fmt: skip
        """Return a session whose first factor was just proved. If a second factor is due, it is pending and valid for ten minutes.

        `amr`: the proved methods. With "mfa" they stand for two factors.
        `remembered_device`: the id of the remembered device that stands for the second factor. Then the session is not pending.
        `browser_known_since`: as in `Session`.
        `upstream`: for a sign-in by a connection, what the session keeps of it (`Session.upstream`).
        `follows`: the former session of this browser. If it was of the same user and not ended together with all others, the new one keeps
        its `sid`, so that apps with access in the former session are told when the new one ends.
        """
        now = self._clock()
        same = follows if follows and follows.user_id == user.id and follows.security_stamp == user.security_stamp else None
        pending = user.needs_second_factor and "mfa" not in amr and not remembered_device
        lifetime = _SECOND_FACTOR_TIME if pending else self._settings.session_absolute_lifetime
        return Session(
            id=self._new_id(), user_id=user.id, created_at=now, auth_time=now, amr=amr, expires_at=now + lifetime, last_seen_at=now,
            pending=pending, proved_for=proved_for, address=origin.address, country=origin.country,
            user_agent=origin.user_agent[:_USER_AGENT],
            security_stamp=user.security_stamp, first_id=same.sid if same else "", earlier=same.earlier if same else (),
            remembered_device=remembered_device, browser_known_since=browser_known_since, upstream=upstream,
        )  # fmt: skip

    def hold(self, session: Session) -> Session:
        """Return the session as one that is pending: a second factor is demanded, and it is valid for ten minutes."""
        return replace(session, pending=True, expires_at=self._clock() + _SECOND_FACTOR_TIME)

    def elevate(self, session: Session, *, method: str | tuple[str, ...], proved_for: str) -> Session:
        """Return the session after a second factor: with a new id, not pending. `method`: RFC 8176 values, such as otp."""
        now = self._clock()
        methods = (method,) if isinstance(method, str) else method
        amr = tuple(dict.fromkeys((*session.amr, *methods, "mfa")))
        return replace(
            session, id=self._new_id(), created_at=now, auth_time=now, amr=amr, pending=False, proved_for=proved_for, last_seen_at=now,
            expires_at=now + self._settings.session_absolute_lifetime, first_id=session.sid, remembered_device="",
        )  # fmt: skip

    def renew(self, session: Session, user: User) -> Session:
        """Return the session with a new id and the user's present stamp, after a password change, which ends all former sessions."""
        now = self._clock()
        return replace(
            session, id=self._new_id(), created_at=now, last_seen_at=now, security_stamp=user.security_stamp, first_id="", earlier=()
        )

    def is_live(self, session: Session | None, user: User | None) -> bool:
        """Return whether this session of this user is valid now."""
        if session is None or user is None or session.user_id != user.id:
            return False
        return session.is_live(self._clock(), self._settings.session_idle_lifetime) and user.accepts(session.security_stamp)

    def is_accepted(self, session: Session | None, user: User | None, client: Client | None) -> bool:
        """Return whether this session is valid for this app, or for the account page without one.

        A session that began with a code from a mail counts only where such a code may begin one. At an app for connections only, a
        session of a connection counts only while this connection is on and is one of the app's. Then the connection is read.
        """
        if session is None or not self.is_live(session, user):
            return False
        if client and client.connections_only and session.upstream and not self._is_of(session.upstream["connection"], client):
            return False
        return not session.by_mail or is_offered(client, by_default=self._settings.signs_in_by_mail)

    def _is_of(self, connection_id: str, client: Client) -> bool:
        from idp.domain.connections.of_organisation import may_serve  # almost no session needs it
        from idp.store.connection_items import ConnectionItem
        from idp.store.connection_keys import connection as connection_key

        found = self._db.get(ConnectionItem, connection_key(connection_id))
        connection = found.connection() if found else None
        if connection is None or (connection.org_id and not self._settings.organization_connections):
            return False
        return connection.serves(client.id) and may_serve(connection, client)

    def write(
        self, session: Session, grant: Grant | None = None, *, replaces: Session | None = None, client_id: str = "", request_id: str = "",
        remembers: NewDevice | None = None, parts: Sequence[Raw] = (), ends: Session | None = None,
    ) -> Written:  # fmt: skip
        """Write a new session, the grant that was given with it, and the device that is remembered from now on, in one call.

        Returns what was written. The caller uses only that: if a call gets no answer, the next one writes the same under new ids, so that
        the first one, arriving after the code was redeemed or the session ended, does not undo this. The `sid` stays.

        `parts`: what is written in the same transaction, such as the use of a ticket. `ends`: a session that ends in it.

        A pending session that it replaces is deleted in the same call. Any other ends by a second call, since its record stays.

        Raises:
            Invalid: the condition of a part does not hold (`ticket.expired`). Nothing was written.
        """
        gone: list[tuple[type[Item], Key]] = []
        if replaces and replaces.pending:
            gone.append((SessionItem, keys.session(replaces.user_id, replaces.id)))
        if remembers:
            gone.extend(remembers.deletes)
        tries, given = count(), Written(session, grant, remembers)

        def write_once() -> Written:
            made = self._anew(given) if next(tries) else given
            self._db.batch_write(puts=self._items(made, client_id, request_id), deletes=gone, once=True)
            return made

        if parts:  # by a transaction, which DynamoDB recognises when it is repeated
            self._write_with(parts, self._items(given, client_id, request_id), gone, ends)
            written = given
        else:
            written = self._db.anew(write_once)
        if replaces and not replaces.pending:  # the record of that sign-in stays
            self._sessions.end(replaces.user_id, replaces.id, self._clock())
        return written

    def _items(self, made: Written, client_id: str, request_id: str) -> list[Item]:
        session, retention = made.session, self._settings.event_retention.seconds(SIGN_IN)
        new: list[Item] = [item(session, retention=retention, client_id=client_id, request_id=request_id, sharded=is_on(self._db))]
        if session.upstream and session.upstream.get("sid"):
            from idp.store import upstream_sessions  # only upstreams that tell their sessions need it

            new.extend(filter(None, [upstream_sessions.item(session, lifetime=self._settings.session_absolute_lifetime)]))
        if made.grant:
            new.append(grant_item(made.grant))
        return [*new, *made.remembers.puts] if made.remembers else new

    def _anew(self, given: Written) -> Written:
        """The same under new ids. Apps and devices know the session by its `sid`, so this stays."""
        session, grant, remembers = given
        return Written(
            replace(session, id=self._new_id(), first_id=session.sid), grant and replace(grant, id=self._new_id()),
            remembers and remembers.again(),
        )  # fmt: skip

    def _write_with(
        self, parts: Sequence[Raw], new: Sequence[Item], gone: Sequence[tuple[type[Item], Key]], ends: Session | None
    ) -> None:  # fmt: skip
        writes = [*parts, *map(self._db.put_part, new), *(self._db.delete_part(model, place) for model, place in gone)]
        end = [self._sessions.end_part(ends, self._clock())] if ends else []
        refused = self._db.transact(*writes, *end)
        if refused and end and not any(refused[:-1]):  # the session ended meanwhile
            refused = self._db.transact(*writes)
        if refused is not None:
            raise Invalid("ticket.expired")

    def touch(self, session: Session) -> None:
        """Store that the session is in use, at most ten times per idle lifetime, so that most visits write nothing."""
        now = self._clock()
        if not session.pending and now - session.last_seen_at > self._settings.session_idle_lifetime // 10:
            self._sessions.touch(session, now)

    def live(self, user_id: str, session_id: str) -> Session | None:
        """Return the session if it has not ended."""
        found = self._sessions.get(user_id, session_id)
        return found if found and found.ended_at is None else None

    def end(self, user_id: str, session_id: str) -> Session | None:
        """End the session. Returns it if it was live."""
        return self._sessions.end(user_id, session_id, self._clock())
