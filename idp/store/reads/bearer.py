"""The facts that an access token depends on: its client, its own revocation mark, and for a user's token the user and the grant."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from idp.store import keys
from idp.store.clients import place
from idp.store.grants import GrantItem
from idp.store.tokens import KEPT, RevokedTokenItem
from idp.store.user_items import UserItem

if TYPE_CHECKING:
    from idp.domain.apps.client import Client
    from idp.domain.people.user import User
    from idp.domain.tokens.grant import Grant
    from idp.store.database import Database


class BearerFacts(NamedTuple):
    """A member is None if its item is not stored. `revoked_until`: epoch seconds until which a revocation mark of this token counts."""

    client: Client | None
    revoked_until: int | None = None
    user: User | None = None
    grant: Grant | None = None


def read(database: Database, client_id: str, jti: str, grant: tuple[str, str] | None) -> BearerFacts:
    """`grant`: the id of its user and its own id."""
    own = (place(client_id), (RevokedTokenItem, keys.revoked_token(jti)))
    if grant is None:
        client, mark = database.batch_get(*own)
        return BearerFacts(client.client() if client else None, _counts_until(mark))
    client, mark, user, found = database.batch_get(*own, (UserItem, keys.user(grant[0])), (GrantItem, keys.grant(*grant)))
    return BearerFacts(
        client.client() if client else None, _counts_until(mark), user.user() if user else None, found.grant() if found else None
    )


def _counts_until(mark: RevokedTokenItem | None) -> int | None:
    return int(mark.expires_at) + KEPT if mark else None
