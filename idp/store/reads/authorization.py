"""The facts that /authorize reads: the client, and for a browser with a session its user, the session and the consent."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from idp.store import keys
from idp.store.clients import place
from idp.store.consents import ConsentItem
from idp.store.reads.client import StoredClient, to_stored_client
from idp.store.reads.client import read as read_client
from idp.store.sessions import SessionItem
from idp.store.user_items import UserItem

if TYPE_CHECKING:
    from collections.abc import Sequence

    from idp.domain.people.consent import Consent
    from idp.domain.people.user import User
    from idp.domain.sessions.session import Session
    from idp.store.database import Database
    from idp.store.keys import Key
    from idp.store.tables import Item

    More = Sequence[tuple[type[Item], Key]]


class AuthorizationFacts(NamedTuple):
    """A member is None if its item is not stored. Whether the session and the client are live is for the caller to check."""

    client: StoredClient | None
    user: User | None = None
    session: Session | None = None
    consent: Consent | None = None
    more: tuple[Any, ...] = ()


def read(database: Database, client_id: str, session: tuple[str, str] | None, more: More) -> AuthorizationFacts:
    """`session`: the id of its user and its own id, from the cookie. `more`: what the caller wants to read in the same call."""
    if session is None:
        if not more:
            return AuthorizationFacts(read_client(database, client_id))
        item, *others = database.batch_get(place(client_id), *more)
        return AuthorizationFacts(to_stored_client(item), more=tuple(others))
    user_id, session_id = session
    client, user, found, consent, *others = database.batch_get(
        place(client_id), (UserItem, keys.user(user_id)), (SessionItem, keys.session(user_id, session_id)),
        (ConsentItem, keys.consent(user_id, client_id)), *more,
    )  # fmt: skip
    return AuthorizationFacts(
        to_stored_client(client), user.user() if user else None, found.session() if found else None,
        consent.consent() if consent else None, tuple(others),
    )  # fmt: skip
