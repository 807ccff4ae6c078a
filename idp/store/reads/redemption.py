"""The facts that the redemption of a code or refresh token reads: the client, the user and the grant."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from idp.store import keys
from idp.store.clients import place
from idp.store.grants import GrantItem
from idp.store.reads.client import StoredClient, to_stored_client
from idp.store.user_items import UserItem

if TYPE_CHECKING:
    from idp.domain.organisations.belonging import Belonging
    from idp.domain.people.user import User
    from idp.domain.tokens.grant import Grant
    from idp.store.database import Database


class GrantFacts(NamedTuple):
    """A member is None if its item is not stored."""

    user: User | None
    grant: Grant | None
    belonging: Belonging | None = None


class RedemptionFacts(NamedTuple):
    """A member is None if its item is not stored; user and grant also if no grant was asked for."""

    client: StoredClient | None
    user: User | None = None
    grant: Grant | None = None
    belonging: Belonging | None = None


def read(database: Database, client_id: str, grant: tuple[str, str] | None, org_id: str) -> RedemptionFacts:
    """`grant`: the id of its user and its own id. `org_id`: of the grant's organisation, or empty."""
    if grant is None:
        (client,) = database.batch_get(place(client_id))
        return RedemptionFacts(to_stored_client(client))
    client, *found = database.batch_get(place(client_id), *_places(grant, org_id))
    return RedemptionFacts(to_stored_client(client), *_values(*found))


def read_grant(database: Database, grant: tuple[str, str], org_id: str) -> GrantFacts:
    """`grant`: the id of its user and its own id. `org_id`: of the grant's organisation, or empty."""
    return GrantFacts(*_values(*database.batch_get(*_places(grant, org_id))))


def _places(grant: tuple[str, str], org_id: str) -> list[tuple[Any, keys.Key]]:
    own: list[tuple[Any, keys.Key]] = [(UserItem, keys.user(grant[0])), (GrantItem, keys.grant(*grant))]
    if not org_id:
        return own
    from idp.store.reads import belonging  # almost no grant is for an organisation

    return [*own, *belonging.wanted(grant[0], org_id)]


def _values(user: UserItem | None, grant: GrantItem | None, *more: Any) -> tuple[User | None, Grant | None, Belonging | None]:
    facts = user.user() if user else None, grant.grant() if grant else None
    if not more:
        return *facts, None
    from idp.store.reads import belonging

    return *facts, belonging.found(*more)
