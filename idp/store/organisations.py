"""Reads and writes of organisations (`directory`). Their members are in `memberships`, their roles in `organisation_roles`."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from idp.store import organisation_keys as keys
from idp.store.organisation_items import (
    OrganisationEndingItem,
    OrganisationItem,
    OrganisationSlugItem,
    organisation_item,
    organisation_place,
    policy_members,
)
from idp.store.organisation_name_items import name_parts
from idp.store.tables import LISTING

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from pynamodb.expressions.update import Action

    from idp.domain.organisations.profile import OrganisationProfile
    from idp.store.database import Database, Raw


class Organisations:
    """Reads and writes the profiles of organisations."""

    def __init__(self, database: Database) -> None:
        self._db = database

    def get(self, org_id: str) -> OrganisationProfile | None:
        """The organisation, or None. One that is being deleted is returned; its `live` is false."""
        found = self._db.get(*organisation_place(org_id))
        return found.profile() if found else None

    def by_slug(self, slug: str) -> OrganisationProfile | None:
        """The organisation that has this slug, or None. Two calls."""
        taken = self._db.get(OrganisationSlugItem, keys.organisation_slug(slug))
        found = self.get(taken.org_id) if taken else None
        return found if found and found.slug == slug else None

    def several(self, org_ids: Iterable[str]) -> dict[str, OrganisationProfile]:
        """Those of these organisations that exist, by id. 100 in one call."""
        wanted = [organisation_place(each) for each in dict.fromkeys(org_ids)]
        found = self._db.batch_get(*wanted) if wanted else []
        return {item.org_id: item.profile() for item in found if item}

    def create(self, new: OrganisationProfile, *, also: Sequence[Raw] = (), once: bool = False) -> bool:
        """Write a new organisation and take its slug. False, with nothing written, if the slug is taken.

        `also`: parts of the same transaction. `once`: the last of them is a `once_part`.
        """
        item, slug = organisation_item(new), self._take_slug(new)
        names = name_parts(self._db, None, new)
        refused = self._db.transact(self._db.put_part(item, OrganisationItem.pk.does_not_exist()), slug, *names, *also)
        if refused is None or (once and self._db.was_applied(refused)):
            return True
        return not once and self._db.was_written(refused[0], item)

    def replace(
        self, changed: OrganisationProfile, *, was: OrganisationProfile, also: Sequence[Raw] = (), once: bool = False
    ) -> OrganisationProfile | None:  # fmt: skip
        """Write the profile if it was not written since `was` was read. The written one (version + 1), else None.

        The counts of members and admins stay as they are. `once`: the last part of `also` is a `once_part`.

        Raises:
            SlugTakenError: another organisation has the new slug.
        """
        written = replace(changed, version=was.version + 1)
        unchanged = (OrganisationItem.version == was.version) & OrganisationItem.deleting_since.does_not_exist()
        parts = [self._db.update_part(OrganisationItem, keys.organisation(was.id), _actions(written), unchanged)]
        moves = written.slug != was.slug
        if moves:
            parts += [self._take_slug(written), self._free_slug(was)]
        parts += name_parts(self._db, was, written)
        refused = self._db.transact(*parts, *also)
        if refused is None or (once and self._db.was_applied(refused)):
            return written
        if not once and self._is_written(refused[0], written):
            return written
        if moves and refused[1] and not refused[0]:
            raise SlugTakenError
        return None

    def unchanged_part(self, was: OrganisationProfile) -> Raw:
        """A part of a transaction that is refused if the profile was written since `was` was read, and writes a new version of it.

        So two transactions that each depend on what was read cannot both succeed.
        """
        unchanged = (OrganisationItem.version == was.version) & OrganisationItem.deleting_since.does_not_exist()
        return self._db.update_part(OrganisationItem, keys.organisation(was.id), [OrganisationItem.version.add(1)], unchanged)

    def listing(self, *, prefix: str = "", limit: int = 50, start: Raw | None = None) -> tuple[list[OrganisationProfile], Raw | None]:
        """One page of organisations by slug, and the key of the next page. From an index: for lists, never for a decision. Two calls."""
        found, more = self._db.query("directory", keys.LISTED, sk_begins=prefix, index=LISTING, limit=limit, start=start)
        return [item.profile() for item in self._db.read_listed(OrganisationItem, found)], more

    def begin_deletion(self, gone: OrganisationProfile, *, by: str, now: int, also: Sequence[Raw] = (), once: bool = False) -> bool:
        """Begin a deletion: the organisation gives nothing any more, is in no list, and its slug is free. False if it was written since.

        The marks that the daily job reads are written in the same transaction.
        """
        actions = [
            OrganisationItem.deleting_since.set(now), OrganisationItem.disabled.set(True), OrganisationItem.security_stamp.add(1),
            OrganisationItem.updated_at.set(now), OrganisationItem.version.add(1),
            OrganisationItem.listing_pk.remove(), OrganisationItem.listing_sk.remove(),
        ]  # fmt: skip
        unchanged = (OrganisationItem.version == gone.version) & OrganisationItem.deleting_since.does_not_exist()
        refused = self._db.transact(
            self._db.update_part(OrganisationItem, keys.organisation(gone.id), actions, unchanged), self._free_slug(gone),
            *name_parts(self._db, gone, None),
            self._db.put_part(OrganisationEndingItem.new(keys.ending(gone.id), org_id=gone.id, since=now, by=by)), *also,
        )  # fmt: skip
        return refused is None or (once and self._db.was_applied(refused))

    def ending(self, *, limit: int) -> list[OrganisationEndingItem]:
        """Organisations whose deletion is not finished. One call."""
        found, _ = self._db.query("directory", keys.ENDING, limit=limit)
        return OrganisationEndingItem.readable(found)

    def finish_deletion(self, org_id: str, *, also: Sequence[Raw] = ()) -> bool:
        """Remove the organisation and its mark, if it has no members any more. False if it has, or if another run removed it before."""
        empty = OrganisationItem.deleting_since.exists() & (OrganisationItem.members == 0)
        refused = self._db.transact(
            self._db.delete_part(OrganisationItem, keys.organisation(org_id), empty),
            self._db.delete_part(OrganisationEndingItem, keys.ending(org_id)), *also,
        )  # fmt: skip
        return refused is None

    def _take_slug(self, it: OrganisationProfile) -> Raw:
        free = OrganisationSlugItem.pk.does_not_exist()
        return self._db.put_part(OrganisationSlugItem.new(keys.organisation_slug(it.slug), org_id=it.id), free)

    def _free_slug(self, it: OrganisationProfile) -> Raw:
        return self._db.delete_part(OrganisationSlugItem, keys.organisation_slug(it.slug), OrganisationSlugItem.org_id == it.id)

    @staticmethod
    def _is_written(reason: Raw | None, written: OrganisationProfile) -> bool:
        """Whether the update was refused because this call wrote the profile before, and the reply was lost."""
        found = OrganisationItem.of(reason.get("Item")) if reason else None
        return found is not None and replace(found.profile(), members=written.members, admins=written.admins) == written


def _actions(it: OrganisationProfile) -> list[Action]:
    """The actions that write all of a profile but the counts."""
    item = OrganisationItem
    policy = policy_members(it.policy)
    return [
        item.slug.set(it.slug), item.listing_sk.set(it.slug), item.name.set(it.name), item.disabled.set(it.disabled),
        item.policy.set(policy) if policy else item.policy.remove(),
        item.branding.set(dict(it.branding)) if it.branding else item.branding.remove(),
        item.metadata.set(dict(it.metadata)) if it.metadata else item.metadata.remove(),
        item.security_stamp.set(it.security_stamp), item.updated_at.set(it.updated_at), item.version.set(it.version),
    ]  # fmt: skip


class SlugTakenError(Exception):
    """Another organisation has the slug."""
