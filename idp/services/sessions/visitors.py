"""The visitor of a request: the session that its cookie names, the session's user, and other items that the request needs.

One strongly consistent BatchGet reads them all, so a change of a moment ago is already visible.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from idp.domain.sessions.session import AAL2
from idp.services.sessions.browser_sessions import COOKIE
from idp.store import keys
from idp.store.clients import place
from idp.store.consents import ConsentItem
from idp.store.sessions import SessionItem
from idp.store.users import UserItem

if TYPE_CHECKING:
    from collections.abc import Callable

    from idp.domain.apps.client import Client
    from idp.domain.people.consent import Consent
    from idp.domain.people.user import User
    from idp.domain.sessions.session import Session
    from idp.services.keys.keyring import Keyring
    from idp.services.sessions.browser_sessions import SessionService
    from idp.store.database import Database
    from idp.store.keys import Key
    from idp.store.tables import Item

RECENT = 300
"""Seconds after a sign-in in which the user counts as present, for a change of factors (H-06)."""


@dataclass(frozen=True, slots=True)
class Visitor:
    """A live session and its user; `more`: the other items that were read. A pending session only allows the rest of the sign-in."""

    session: Session
    user: User
    client: Client | None = None
    consent: Consent | None = None
    more: tuple[Any, ...] = ()

    def recent(self, now: int) -> bool:
        """Return whether the user signed in recently, with the second factor if there is one."""
        proved = not self.session.pending and ("mfa" in self.session.amr or not self.user.totp_enabled)
        return proved and now < self.session.auth_time + RECENT


class Visitors:
    """Finds visitors by their cookie."""

    def __init__(self, database: Database, keyring: Keyring, sessions: SessionService) -> None:
        self._db, self._keyring, self._sessions = database, keyring, sessions

    def signed_in(self, cookie: str | None) -> Visitor | None:
        """Return the visitor who is completely signed in with this cookie; None while a second factor is due (H-04)."""
        visitor = self.find(cookie)
        if visitor is None or visitor.session.pending:
            return None
        return visitor if visitor.session.acr == AAL2 or not visitor.user.needs_second_factor else None

    def find(
        self, cookie: str | None, *, client_id: str | None = None, more: Callable[[str], list[tuple[type[Item], Key]]] | None = None
    ) -> Visitor | None:
        """Return the visitor with this cookie, or None if it names no live session. `more(user_id)`: keys of other items to read."""
        payload = self._keyring.sealer().open(COOKIE, cookie) if cookie else None
        if not isinstance(payload, list):
            return None
        user_id, session_id = payload
        of_client = [place(client_id), (ConsentItem, keys.consent(user_id, client_id))] if client_id else []
        session, user, *rest = self._db.batch_get(
            (SessionItem, keys.session(user_id, session_id)), (UserItem, keys.user(user_id)), *of_client, *(more(user_id) if more else [])
        )
        if session is None or user is None or not self._sessions.live(session.session(), user.user()):
            return None
        client, consent = rest[:2] if client_id else (None, None)
        return Visitor(
            session.session(), user.user(), client.client() if client else None, consent.consent() if consent else None,
            tuple(rest[len(of_client) :]),
        )  # fmt: skip
