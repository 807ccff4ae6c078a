"""The facts that an access token depends on: its client, its own revocation mark, and for a user's token the user and the grant."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from idp.store import keys
from idp.store.clients import place
from idp.store.grants import GrantItem
from idp.store.tokens import KEPT, RevokedTokenItem
from idp.store.user_items import UserItem

if TYPE_CHECKING:
    from idp.domain.apps.client import Client
    from idp.domain.organisations.belonging import Belonging
    from idp.domain.organisations.profile import OrganisationProfile
    from idp.domain.people.user import User
    from idp.domain.tokens.grant import Grant
    from idp.store.database import Database


class BearerFacts(NamedTuple):
    """A member is None if its item is not stored. `revoked_until`: epoch seconds until which a revocation mark of this token counts."""

    client: Client | None
    revoked_until: int | None = None
    user: User | None = None
    grant: Grant | None = None
    organisation: OrganisationProfile | None = None
    belonging: Belonging | None = None


def read(database: Database, client_id: str, jti: str, grant: tuple[str, str] | None, org_id: str) -> BearerFacts:
    """`grant`: the id of its user and its own id. `org_id`: of the token's organisation, or empty."""
    own = (place(client_id), (RevokedTokenItem, keys.revoked_token(jti)))
    of_user: list[tuple[Any, keys.Key]] = [(UserItem, keys.user(grant[0])), (GrantItem, keys.grant(*grant))] if grant else []
    places = _organisation_places(grant, org_id) if org_id else []
    client, mark, *rest = database.batch_get(*own, *of_user, *places)
    user, found = rest[:2] if grant else (None, None)
    return BearerFacts(
        client.client() if client else None, _counts_until(mark), user.user() if user else None, found.grant() if found else None,
        *(_organisation_values(*rest[len(of_user) :]) if places else ()),
    )  # fmt: skip


def _organisation_places(grant: tuple[str, str] | None, org_id: str) -> list[tuple[Any, keys.Key]]:
    from idp.store.organisation_items import membership_place, organisation_place  # almost no token is for an organisation

    return [organisation_place(org_id), *([membership_place(grant[0], org_id)] if grant else [])]


def _organisation_values(organisation: Any, membership: Any = None) -> tuple[OrganisationProfile | None, Belonging | None]:
    from idp.store.reads import belonging

    return organisation.profile() if organisation else None, belonging.found(organisation, membership)


def _counts_until(mark: RevokedTokenItem | None) -> int | None:
    return int(mark.expires_at) + KEPT if mark else None
