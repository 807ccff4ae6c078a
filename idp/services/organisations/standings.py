"""What the organisations of a person mean for a request that asks for one. Each read is strong, because a membership is authority."""

from __future__ import annotations

from typing import TYPE_CHECKING

from idp.domain.connections.ids import org_id_of
from idp.domain.organisations.belonging import Belonging
from idp.domain.organisations.profile import may_be_org_id
from idp.domain.requests.organisation_scope import ANY
from idp.domain.sessions.standing import Standing
from idp.store import connection_keys, organisation_keys
from idp.store.connection_items import ConnectionItem
from idp.store.organisation_items import OrganisationSlugItem, organisation_place
from idp.store.reads import belonging as belongings

if TYPE_CHECKING:
    from idp.domain.clock import Clock
    from idp.domain.people.user import User
    from idp.store.database import Database
    from idp.store.memberships import Memberships
    from idp.store.organisation_domains import OrganisationDomains


class Standings:
    """Finds the organisation that a request is for."""

    def __init__(
        self, database: Database, memberships: Memberships, domains: OrganisationDomains, clock: Clock, *, offers_connections: bool = False
    ) -> None:  # fmt: skip
        """`offers_connections`: connections that organisations made sign people in (IDP_ORGANIZATION_CONNECTIONS)."""
        self._db, self._memberships, self._domains, self._clock = database, memberships, domains, clock
        self._offers_connections = offers_connections

    def of(self, user: User, asked: str) -> Standing:
        """Return the person's standing. `asked`: an id or a slug, or ANY. No call for a person who is in no organisation.

        One call for an id, two for a slug or ANY; two more for the connections of an organisation that accepts no other sign-in.
        """
        if not user.memberships:
            return Standing()
        if asked != ANY:
            return self._for(user, self._one(user.id, asked))
        found = self._all(user.id)
        return self._for(user, found[0]) if len(found) == 1 else Standing(choices=tuple(found))

    def _one(self, user_id: str, asked: str) -> Belonging | None:
        taken = None if may_be_org_id(asked) else self._db.get(OrganisationSlugItem, organisation_keys.organisation_slug(asked))
        org_id = taken.org_id if taken else asked
        found = belongings.found(*self._db.batch_get(*belongings.wanted(user_id, org_id)))
        return found if found and asked in {found.organisation.id, found.organisation.slug} else None

    def _all(self, user_id: str) -> list[Belonging]:
        """Every live organisation of the person, by name."""
        memberships = self._memberships.of_user(user_id)
        items = self._db.batch_get(*(organisation_place(each.org_id) for each in memberships)) if memberships else []
        pairs = (Belonging.of(item.profile() if item else None, each) for item, each in zip(items, memberships, strict=True))
        return sorted((pair for pair in pairs if pair), key=lambda pair: (pair.organisation.name.casefold(), pair.organisation.id))

    def _for(self, user: User, belonging: Belonging | None) -> Standing:
        if belonging is None or not belonging.organisation.policy.connections_only:
            return Standing(belonging)
        return Standing(belonging, connections=self._connections(belonging.organisation.id, user.email))

    def _connections(self, org_id: str, email: str) -> tuple[str, ...]:
        """The connections of the organisation's proven domains that are on: first the one for the person's own address. Two calls."""
        domain, now = email.rpartition("@")[2], self._clock()
        routing = [claim for claim in self._domains.of_organisation(org_id) if claim.connection_id and claim.counts(now)]
        ordered = dict.fromkeys(claim.connection_id for claim in sorted(routing, key=lambda claim: claim.domain != domain))
        names = [name for name in ordered if self._offers_connections or not org_id_of(name)]
        found = self._db.batch_get(*((ConnectionItem, connection_keys.connection(name)) for name in names)) if names else []
        return tuple(name for name, item in zip(names, found, strict=True) if item and item.connection().enabled)
