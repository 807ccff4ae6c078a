"""Finds the visitor of a request: the session that its cookie names, the user, and what else the request needs.

One strongly consistent BatchGetItem reads all of it. A session that was ended, or a user who was disabled, a moment ago is seen as such.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from idp.domain.sessions.visitor import Visitor
from idp.services.sessions.browser_sessions import COOKIE
from idp.store import keys
from idp.store.clients import place
from idp.store.consents import ConsentItem
from idp.store.sessions import SessionItem
from idp.store.user_items import UserItem

if TYPE_CHECKING:
    from collections.abc import Callable

    from idp.services.keys.keyring import Keyring
    from idp.services.sessions.browser_sessions import SessionService
    from idp.store.database import Database
    from idp.store.keys import Key
    from idp.store.tables import Item

    More = Callable[[str], list[tuple[type[Item], Key]]]
    """From the id of the user in the cookie: what else to read in the same call."""


class Visitors:
    """Finds visitors by their session cookie."""

    def __init__(self, database: Database, keyring: Keyring, sessions: SessionService) -> None:
        self._db, self._keyring, self._sessions = database, keyring, sessions

    def signed_in(self, cookie: str | None, *, more: More | None = None) -> Visitor | None:
        """The visitor who is signed in completely with this cookie; None while a second factor is owed (H-04). `more`: as in `find`."""
        visitor = self.find(cookie, more=more)
        return None if visitor is None or visitor.owes_second_factor else visitor

    def find(self, cookie: str | None, *, client_id: str | None = None, more: More | None = None) -> Visitor | None:
        """The visitor with this session cookie; None if it names no live session, or one that this app does not accept.

        `more(user_id)`: what else to read in the same call.
        """
        payload = self._keyring.sealer().open(COOKIE, cookie) if cookie else None
        if not isinstance(payload, list):
            return None
        user_id, session_id = payload
        of_client = [place(client_id), (ConsentItem, keys.consent(user_id, client_id))] if client_id else []
        session, user, *rest = self._db.batch_get(
            (SessionItem, keys.session(user_id, session_id)), (UserItem, keys.user(user_id)), *of_client, *(more(user_id) if more else [])
        )
        if session is None or user is None:
            return None
        client_item, consent = rest[:2] if client_id else (None, None)
        client = client_item.client() if client_item else None
        if not self._sessions.is_accepted(session.session(), user.user(), client):
            return None
        return Visitor(
            session.session(), user.user(), client, consent.consent() if consent else None, tuple(rest[len(of_client) :])
        )  # fmt: skip
