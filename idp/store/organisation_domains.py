"""The domains of organisations (`directory`): claims, and for a proven domain the item that gives it to one organisation."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, NamedTuple

from pynamodb.attributes import NumberAttribute, UnicodeAttribute

from idp.domain.organisations.domain_claim import CHECKED_EVERY, CHECKED_WHEN_LOST, KEPT_WHEN_LOST, PENDING, PROVEN, DomainClaim
from idp.store import organisation_keys as keys
from idp.store.tables import LISTING, DirectoryItem

if TYPE_CHECKING:
    from collections.abc import Sequence

    from idp.store.database import Database, Raw
    from idp.store.keys import Key

_LISTED = "DOMAIN"
"""The partition of the listing index that has all proven domains, by the time at which they are due."""


class DomainClaimItem(DirectoryItem):
    """A claim of an organisation."""

    kind_name = "organisation_domain_claim"
    org_id = UnicodeAttribute()
    domain = UnicodeAttribute()
    value = UnicodeAttribute()
    state = UnicodeAttribute()
    connection_id = UnicodeAttribute(null=True)
    created_at = NumberAttribute(default=0)
    proven_at = NumberAttribute(default=0)
    checked_at = NumberAttribute(default=0)
    lost_since = NumberAttribute(default=0)
    version = NumberAttribute(default=1)

    def claim(self) -> DomainClaim:
        """Convert it to the domain's class."""
        return DomainClaim(
            org_id=self.org_id, domain=self.domain, value=self.value, state=self.state, connection_id=self.connection_id or "",
            created_at=int(self.created_at), proven_at=int(self.proven_at), checked_at=int(self.checked_at),
            lost_since=int(self.lost_since), version=int(self.version),
        )  # fmt: skip


class OrganisationDomainItem(DirectoryItem):
    """A proven domain, also while its record is missing. `lost_since` is absent while the record is there."""

    kind_name = "organisation_domain"
    org_id = UnicodeAttribute()
    domain = UnicodeAttribute()
    state = UnicodeAttribute()
    connection_id = UnicodeAttribute(null=True)
    lost_since = NumberAttribute(null=True)
    listing_pk = UnicodeAttribute()
    listing_sk = UnicodeAttribute()

    def owner(self) -> DomainOwner:
        """Convert it to the facts that a sign-in needs."""
        return DomainOwner(self.org_id, self.domain, self.state, self.connection_id or "", int(self.lost_since or 0))


class DomainOwner(NamedTuple):
    """Who proved a domain. `connection_id`: where its people sign in, or "". `lost_since`: 0 while the record is there."""

    org_id: str
    domain: str
    state: str
    connection_id: str
    lost_since: int

    def counts(self, now: int) -> bool:
        """Return whether the domain is the organisation's at `now`: the record is there, or is missing for less than seven days."""
        return self.state == PROVEN or now < self.lost_since + KEPT_WHEN_LOST


def domain_place(domain: str) -> tuple[type[OrganisationDomainItem], Key]:
    """Where the owner of a domain is, to be read together with other items. `domain`: in lower case, in ASCII."""
    return OrganisationDomainItem, keys.domain(domain)


class OrganisationDomains:
    """Reads and writes claims and proven domains."""

    def __init__(self, database: Database) -> None:
        self._db = database

    def owner(self, domain: str) -> DomainOwner | None:
        """The organisation that proved this domain, or None. One call."""
        found = self._db.get(*domain_place(domain))
        return found.owner() if found else None

    def get(self, org_id: str, domain: str) -> DomainClaim | None:
        """The claim, or None."""
        found = self._db.get(DomainClaimItem, keys.domain_claim(org_id, domain))
        return found.claim() if found else None

    def of_organisation(self, org_id: str) -> list[DomainClaim]:
        """All claims of an organisation, by domain. One call."""
        found = self._db.query_all("directory", keys.org_pk(org_id), sk_begins=keys.DOMAIN)
        return [item.claim() for item in DomainClaimItem.readable(found)]

    def due(self, now: int, *, limit: int) -> list[DomainOwner]:
        """Proven domains that have to be looked up again at `now`, the longest due first. Two calls."""
        found, _ = self._db.query("directory", _LISTED, index=LISTING, after=" ", before=f"{now:010d}~", limit=limit)
        return [item.owner() for item in self._db.read_listed(OrganisationDomainItem, found)]

    def create(self, new: DomainClaim, *, also: Sequence[Raw] = ()) -> bool:
        """Write a new claim. False if the organisation has one. `also`: the last part is a `once_part`."""
        return self._write([self._db.put_part(_claim_item(new), DomainClaimItem.pk.does_not_exist())], also)

    def replace(self, changed: DomainClaim, *, was: DomainClaim, also: Sequence[Raw] = ()) -> DomainClaim | None:
        """Write the claim if it was not written since `was` was read. The written one, else None.

        The item of the domain follows in the same transaction. `also`: the last part is a `once_part`.

        Raises:
            DomainTakenError: another organisation has proven the domain.
        """
        written = replace(changed, version=was.version + 1)
        same = (DomainClaimItem.version == was.version) & (DomainClaimItem.value == was.value)
        parts = [self._db.put_part(_claim_item(written), same)]
        if written.state != PENDING:
            mine = OrganisationDomainItem.pk.does_not_exist() | (OrganisationDomainItem.org_id == was.org_id)
            forfeited = OrganisationDomainItem.lost_since <= written.checked_at - KEPT_WHEN_LOST
            parts.append(self._db.put_part(_domain_item(written), mine | forfeited if written.state == PROVEN else mine))
        refused = self._db.transact(*parts, *also)
        if refused is None or (also and self._db.was_applied(refused)):
            return written
        if not also and self._db.was_written(refused[0], _claim_item(written)):
            return written
        if len(parts) > 1 and refused[1] and not refused[0]:
            raise DomainTakenError
        return None

    def delete(self, gone: DomainClaim, *, also: Sequence[Raw] = ()) -> bool:
        """Remove the claim, and the item of the domain if it is this organisation's. False if it was written since it was read."""
        same = (DomainClaimItem.version == gone.version) & (DomainClaimItem.value == gone.value)
        parts = [self._db.delete_part(DomainClaimItem, keys.domain_claim(gone.org_id, gone.domain), same)]
        owner = self.owner(gone.domain)
        if owner and owner.org_id == gone.org_id:
            mine = OrganisationDomainItem.pk.does_not_exist() | (OrganisationDomainItem.org_id == gone.org_id)
            parts.append(self._db.delete_part(OrganisationDomainItem, keys.domain(gone.domain), mine))
        return self._write(parts, also)

    def _write(self, parts: list[Raw], also: Sequence[Raw]) -> bool:
        refused = self._db.transact(*parts, *also)
        return refused is None or (bool(also) and self._db.was_applied(refused))


class DomainTakenError(Exception):
    """Another organisation has proven the domain."""


def _claim_item(it: DomainClaim) -> DomainClaimItem:
    return DomainClaimItem.new(
        keys.domain_claim(it.org_id, it.domain), org_id=it.org_id, domain=it.domain, value=it.value, state=it.state,
        connection_id=it.connection_id or None, created_at=it.created_at, proven_at=it.proven_at, checked_at=it.checked_at,
        lost_since=it.lost_since, version=it.version,
    )  # fmt: skip


def _domain_item(it: DomainClaim) -> OrganisationDomainItem:
    due = it.checked_at + (CHECKED_EVERY if it.state == PROVEN else CHECKED_WHEN_LOST)
    return OrganisationDomainItem.new(
        keys.domain(it.domain), org_id=it.org_id, domain=it.domain, state=it.state, connection_id=it.connection_id or None,
        lost_since=it.lost_since or None, listing_pk=_LISTED, listing_sk=f"{due:010d}#{it.domain}",
    )  # fmt: skip
