"""The SCIM clients. Those of the deployment are few, in one partition; those of an organisation are in its own. A token names its client,
so one read finds both.
"""

from __future__ import annotations

from dataclasses import asdict, fields, replace
from typing import TYPE_CHECKING, Any

from pynamodb.attributes import NumberAttribute, UnicodeAttribute

from idp.domain.scim.client import ScimClient, ScimToken
from idp.store.attributes import ObjectAttribute, TextMapAttribute, has_shape
from idp.store.organisation_keys import org_pk
from idp.store.scim import keys as scim_keys
from idp.store.scim.items import ScimFinderItem
from idp.store.tables import DirectoryItem

if TYPE_CHECKING:
    from idp.domain.organisations.profile import OrganisationProfile
    from idp.store.database import Database

_OWN = frozenset({"id", "tokens", "version"})
_CLIENT = "Client"
_LISTS = frozenset({"domains", "fills_groups"})


class ScimClientItem(DirectoryItem):
    """The item of a client. `definition`: its members, and its tokens without their secrets. `used`: by token, the day of its last use."""

    kind_name = "scim_client"
    client_id = UnicodeAttribute()
    definition = ObjectAttribute()
    used = TextMapAttribute()
    version = NumberAttribute(default=1)

    def client(self) -> ScimClient:
        """Convert it to the domain's class. Members that a newer release wrote are ignored."""
        known = {f.name: self.definition[f.name] for f in fields(ScimClient) if f.name not in _OWN and f.name in self.definition}
        known |= {name: tuple(value) for name, value in known.items() if name in _LISTS}
        tokens = tuple(
            ScimToken(str(t["id"]), str(t["digest"]), int(t["created_at"]), int(t["expires_at"]), self.used.get(t["id"], ""))
            for t in self.definition["tokens"]
        )
        return ScimClient(id=self.client_id, tokens=tokens, version=int(self.version), **known)

    def check(self) -> None:
        """Raise an error if the item cannot be converted."""
        super().check()
        has_shape(
            self.definition, name=str, users=str, groups=str, enabled=bool, domains=list, fills_groups=list, tokens=list,
            sets_passwords=bool, reject_unknown=bool, connection_id=str,
        )  # fmt: skip
        self.client()


class ScimClients:
    """Reads and writes SCIM clients."""

    def __init__(self, database: Database) -> None:
        self._db = database

    def get(self, client_id: str) -> ScimClient | None:
        """The client, read strongly, or None."""
        found = self._db.get(ScimClientItem, scim_keys.client(client_id))
        return found.client() if found else None

    def get_with_organisation(self, client_id: str) -> tuple[ScimClient | None, OrganisationProfile | None]:
        """A client of an organisation, and the organisation, in one call. None for each that is not there."""
        from idp.store.organisation_items import OrganisationItem
        from idp.store.organisation_keys import organisation

        wanted = (ScimClientItem, scim_keys.client(client_id)), (OrganisationItem, organisation(client_id.partition(".")[0]))
        found, owner = self._db.batch_get(*wanted)
        return found.client() if found else None, owner.profile() if owner else None

    def all(self) -> list[ScimClient]:
        """All clients of the deployment by id."""
        return [item.client() for item in ScimClientItem.readable(self._db.query_all("directory", scim_keys.CLIENTS))]

    def of_organisation(self, org_id: str) -> list[ScimClient]:
        """All clients of an organisation by id."""
        found = self._db.query_all("directory", org_pk(org_id), sk_begins=scim_keys.CLIENT)
        return [item.client() for item in ScimClientItem.readable(found)]

    def create(self, it: ScimClient) -> bool:
        """Write a new client. False if the id is taken, or if its organisation is gone or is being deleted."""
        if it.org_id:
            return self._create_in_organisation(it)
        return self._db.put(_item(it), ScimClientItem.pk.does_not_exist()) is None

    def _create_in_organisation(self, it: ScimClient) -> bool:
        from idp.store.organisation_items import OrganisationItem
        from idp.store.organisation_keys import organisation

        new, there = _item(it), OrganisationItem.pk.exists() & OrganisationItem.deleting_since.does_not_exist()
        refused = self._db.transact(
            self._db.put_part(new, ScimClientItem.pk.does_not_exist()),
            self._db.update_part(OrganisationItem, organisation(it.org_id), [OrganisationItem.members.add(0)], there),
        )
        return refused is None or self._db.was_written(refused[0], new)

    def replace(self, it: ScimClient) -> ScimClient | None:
        """Write it if it was not written since `it.version` was read. Returns the written one (version + 1), else None."""
        written = replace(it, version=it.version + 1)
        return None if self._db.put(_item(written), ScimClientItem.version == it.version) else written

    def delete(self, it: ScimClient) -> bool:
        """Remove it. False if it is gone or was written since. The people and groups that it made stay.

        For one of an organisation a mark stays, by which the end of the organisation finds what it made.
        """
        as_read = ScimClientItem.version == it.version
        if not it.org_id:
            return self._db.delete(ScimClientItem, scim_keys.client(it.id), as_read) is None
        mark = ScimFinderItem.new(scim_keys.former(it.id), found=it.id, about=_CLIENT)
        return self._db.transact(self._db.delete_part(ScimClientItem, scim_keys.client(it.id), as_read), self._db.put_part(mark)) is None

    def former_of_organisation(self, org_id: str) -> list[str]:
        """The ids of the clients of an organisation that were deleted. One may have been made again."""
        found = self._db.query_all("directory", org_pk(org_id), sk_begins=scim_keys.FORMER)
        return [item.found for item in ScimFinderItem.readable(found)]

    def mark_used(self, client_id: str, token_id: str, day: str) -> None:
        """Write the day on which a token was last used."""
        item = ScimClientItem
        self._db.update(item, scim_keys.client(client_id), [item.used[token_id].set(day)], item.pk.exists())


def _item(it: ScimClient) -> ScimClientItem:
    members: dict[str, Any] = {name: value for name, value in asdict(it).items() if name not in _OWN}
    members["tokens"] = [
        {"id": each.id, "digest": each.digest, "created_at": each.created_at, "expires_at": each.expires_at} for each in it.tokens
    ]
    used = {each.id: each.used_day for each in it.tokens if each.used_day}
    return ScimClientItem.new(scim_keys.client(it.id), client_id=it.id, definition=members, used=used, version=it.version)
