"""Sessions (`state`), in the user's partition. A completed sign-in is its own audit event, with `day` and `at` for the index."""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING

from pynamodb.attributes import BooleanAttribute, NumberAttribute, UnicodeAttribute

from idp.domain.sessions.session import Session
from idp.store import keys
from idp.store.attributes import TextMapAttribute
from idp.store.database import FEW, Refused
from idp.store.tables import StateItem
from idp.store.time_shards import partition

if TYPE_CHECKING:
    from collections.abc import Sequence

    from idp.domain.clock import NewId
    from idp.store.database import Database
    from idp.store.transport import Raw


class SessionItem(StateItem):
    """The item of a session. It is kept after the session has ended, as the record of the sign-in, until the audit's retention ends."""

    kind_name = "session"
    always_written = ("security_stamp",)
    session_id = UnicodeAttribute()
    user_id = UnicodeAttribute()
    created_at = NumberAttribute()
    auth_time = NumberAttribute()
    amr = UnicodeAttribute()
    expires_at = NumberAttribute()
    last_seen_at = NumberAttribute()
    security_stamp = NumberAttribute(default=0)
    pending = BooleanAttribute(default=False)
    proved_for = UnicodeAttribute(default="")
    ended_at = NumberAttribute(null=True)
    ended_by = UnicodeAttribute(null=True)
    user_agent = UnicodeAttribute(default="")
    first_id = UnicodeAttribute(default="")
    earlier = UnicodeAttribute(default="")
    remembered_device = UnicodeAttribute(null=True)
    browser_known_since = NumberAttribute(null=True)
    upstream = TextMapAttribute(null=True)
    type = UnicodeAttribute(null=True)
    outcome = UnicodeAttribute(null=True)
    actor = UnicodeAttribute(null=True)
    subject = UnicodeAttribute(null=True)
    client_id = UnicodeAttribute(null=True)
    address = UnicodeAttribute(default="")
    country = UnicodeAttribute(null=True)
    request_id = UnicodeAttribute(null=True)
    day = UnicodeAttribute(null=True)
    at = UnicodeAttribute(null=True)
    salt = UnicodeAttribute(null=True)

    def session(self) -> Session:
        """Convert it to the domain's class."""
        return Session(
            id=self.session_id, user_id=self.user_id, created_at=int(self.created_at), auth_time=int(self.auth_time),
            amr=tuple(self.amr.split()), expires_at=int(self.expires_at), last_seen_at=int(self.last_seen_at), pending=self.pending,
            proved_for=self.proved_for, ended_at=None if self.ended_at is None else int(self.ended_at), address=self.address,
            country=self.country or "",
            user_agent=self.user_agent, security_stamp=int(self.security_stamp), first_id=self.first_id,
            earlier=tuple(each for each in self.earlier.split() if each != self.first_id),
            remembered_device=self.remembered_device or "", upstream=self.upstream or None,
            browser_known_since=None if self.browser_known_since is None else int(self.browser_known_since),
        )  # fmt: skip


def item(session: Session, *, retention: int, client_id: str = "", request_id: str = "", sharded: bool = False) -> SessionItem:
    """The item of a session. `retention`: seconds for which the record of the sign-in is kept. A pending session has no such record.

    `sharded`: where the record is listed by time (`time_shards`).
    """
    made = SessionItem.new(
        keys.session(session.user_id, session.id), session_id=session.id, user_id=session.user_id, created_at=session.created_at,
        auth_time=session.auth_time, amr=" ".join(session.amr), expires_at=session.expires_at, last_seen_at=session.last_seen_at,
        pending=session.pending, proved_for=session.proved_for, ended_at=session.ended_at, address=session.address,
        country=session.country or None,
        user_agent=session.user_agent, security_stamp=session.security_stamp, first_id=session.first_id, earlier=_earlier_ids(session),
        remembered_device=session.remembered_device or None, browser_known_since=session.browser_known_since,
        upstream=dict(session.upstream) if session.upstream else None,
        ttl=session.expires_at if session.pending else max(session.expires_at, session.created_at + retention),
    )  # fmt: skip
    if not session.pending and session.auth_time == session.created_at:  # a session that got a new id is not a new sign-in
        made.type, made.outcome, made.actor, made.subject = "sign_in.succeeded", "success", session.user_id, session.user_id
        made.client_id, made.request_id = client_id or None, request_id or None
        made.day = partition(session.created_at * 1000, session.id, sharded=sharded)
        made.at = f"{session.created_at * 1000:013d}#{session.id}"
        made.salt = secrets.token_urlsafe(16)
    return made


def _earlier_ids(session: Session) -> str:
    """The earlier ids with `first_id`, because the previous release ignores `first_id` and reads the item during a deployment."""
    return " ".join(dict.fromkeys(each for each in (*session.earlier, session.first_id) if each))


class Sessions:
    """Reads and writes sessions. `new_id` makes the attempt ids of endings."""

    def __init__(self, database: Database, new_id: NewId = secrets.token_urlsafe) -> None:
        self._db, self._new_id = database, new_id

    def get(self, user_id: str, session_id: str) -> Session | None:
        """The session, or None. The caller checks whether it is live."""
        found = self._db.get(SessionItem, keys.session(user_id, session_id))
        return found.session() if found else None

    def touch(self, session: Session, now: int) -> None:
        """Store that the session was used at `now` (epoch seconds), unless it has ended."""
        live = SessionItem.pk.exists() & SessionItem.ended_at.does_not_exist()
        self._db.update(SessionItem, keys.session(session.user_id, session.id), [SessionItem.last_seen_at.set(now)], live)

    def end(self, user_id: str, session_id: str, now: int) -> Session | None:
        """End a session. The session for the one call that ended it, also if its reply was lost; None for all others. One write.

        `now` in epoch seconds.
        """
        attempt = self._new_id()
        live = SessionItem.pk.exists() & SessionItem.ended_at.does_not_exist()
        actions = [SessionItem.ended_at.set(now), SessionItem.ended_by.set(attempt)]
        done = self._db.update(SessionItem, keys.session(user_id, session_id), actions, live)
        found = SessionItem.of(done.old) if isinstance(done, Refused) else done
        return found.session() if found and found.ended_by == attempt else None

    def end_part(self, session: Session, now: int) -> Raw:
        """The part of a transaction that ends a session, on the condition that it has not ended. `now` in epoch seconds."""
        live = SessionItem.pk.exists() & SessionItem.ended_at.does_not_exist()
        actions = [SessionItem.ended_at.set(now), SessionItem.ended_by.set(self._new_id())]
        return self._db.update_part(SessionItem, keys.session(session.user_id, session.id), actions, live)

    def end_all(self, sessions: Sequence[Session], now: int) -> list[Session]:
        """End sessions, 25 per write. Returns those that had not ended before. `now` in epoch seconds."""
        places = {keys.session(session.user_id, session.id): session for session in sessions}
        if len(places) <= FEW:
            return [session for session in places.values() if self.end(session.user_id, session.id, now)]
        marked = self._db.mark_all(SessionItem, places, "ended_at", now)
        return [session for place, session in places.items() if place in marked]

    def of(self, user_id: str) -> list[Session]:
        """All sessions of a user, also ended ones."""
        found = self._db.query_all("state", keys.user_pk(user_id), sk_begins="SESSION#")
        return [i.session() for i in SessionItem.readable(found)]
