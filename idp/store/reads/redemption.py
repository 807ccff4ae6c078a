"""The facts that the redemption of a code or refresh token reads: the client, the user and the grant."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from idp.store import keys
from idp.store.clients import place
from idp.store.grants import GrantItem
from idp.store.reads.client import StoredClient, to_stored_client
from idp.store.user_items import UserItem

if TYPE_CHECKING:
    from idp.domain.people.user import User
    from idp.domain.tokens.grant import Grant
    from idp.store.database import Database


class GrantFacts(NamedTuple):
    """A member is None if its item is not stored."""

    user: User | None
    grant: Grant | None


class RedemptionFacts(NamedTuple):
    """A member is None if its item is not stored; user and grant also if no grant was asked for."""

    client: StoredClient | None
    user: User | None = None
    grant: Grant | None = None


def read(database: Database, client_id: str, grant: tuple[str, str] | None) -> RedemptionFacts:
    """`grant`: the id of its user and its own id."""
    if grant is None:
        (client,) = database.batch_get(place(client_id))
        return RedemptionFacts(to_stored_client(client))
    client, *found = database.batch_get(place(client_id), (UserItem, keys.user(grant[0])), (GrantItem, keys.grant(*grant)))
    return RedemptionFacts(to_stored_client(client), *_values(*found))


def read_grant(database: Database, grant: tuple[str, str]) -> GrantFacts:
    """`grant`: the id of its user and its own id."""
    return GrantFacts(*_values(*database.batch_get((UserItem, keys.user(grant[0])), (GrantItem, keys.grant(*grant)))))


def _values(user: UserItem | None, grant: GrantItem | None) -> tuple[User | None, Grant | None]:
    return user.user() if user else None, grant.grant() if grant else None
