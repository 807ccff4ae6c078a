"""The finder of a person by a session of an upstream (`state`): for a logout token that names the session there, and no person.

It is written in the same call as the session here, and only if the upstream told its session (`sid`).
"""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

from pynamodb.attributes import UnicodeAttribute

from idp.store import connection_keys, keys
from idp.store.tables import StateItem

if TYPE_CHECKING:
    from collections.abc import Mapping

    from idp.domain.sessions.session import Session
    from idp.store.database import Database

MOST = 20
"""People that are found by one session of an upstream. It has one, unless several people use one browser."""


class UpstreamSessionItem(StateItem):
    """The item of a finder."""

    kind_name = "upstream_session"
    user_id = UnicodeAttribute()


def item(session: Session, *, lifetime: int) -> UpstreamSessionItem | None:
    """The finder of the person of a session; None if no upstream told its session. `lifetime`: the longest of a session, in seconds."""
    place = finder(session.upstream or {}, session.user_id)
    return UpstreamSessionItem.new(place, user_id=session.user_id, ttl=session.created_at + lifetime) if place else None


def finder(upstream: Mapping[str, str], user_id: str) -> keys.Key | None:
    """The key of the finder. `upstream`: as in `Session`."""
    return connection_keys.upstream_session(upstream["connection"], _digest(upstream["sid"]), user_id) if upstream.get("sid") else None


class UpstreamSessions:
    """Finds people."""

    def __init__(self, database: Database) -> None:
        self._db = database

    def users_of(self, connection_id: str, sid: str) -> list[str]:
        """The ids of the users who signed in here from this session of the upstream. One call."""
        found, _ = self._db.query("state", connection_keys.upstream_session_pk(connection_id, _digest(sid)), limit=MOST)
        return [one.user_id for one in UpstreamSessionItem.readable(found)]


def _digest(sid: str) -> str:
    """A text of an upstream may be too long for a key."""
    return hashlib.sha256(sid.encode("utf-8", "surrogatepass")).hexdigest()
