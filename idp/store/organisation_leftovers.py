"""What a deleted organisation leaves: clients, also of SCIM, connections, roles, claims, proven domains, invitations with links."""

from __future__ import annotations

from typing import TYPE_CHECKING

from idp.domain.scim.group_role import is_of_directory
from idp.store import connection_keys
from idp.store import organisation_keys as keys
from idp.store.clients import Clients
from idp.store.invitations import InvitationItem
from idp.store.keys import Key
from idp.store.organisation_domains import OrganisationDomainItem
from idp.store.organisation_items import OrganisationItem
from idp.store.organisation_roles import OrganisationRoles
from idp.store.scim import keys as scim_keys
from idp.store.scim.clients import ScimClientItem, ScimClients
from idp.store.scim.items import ScimFinderItem, ScimGroupItem
from idp.store.scim.members import ScimMembers

if TYPE_CHECKING:
    from idp.store.database import Database

_OWN = (keys.ROLE, keys.DOMAIN, connection_keys.CONNECTION, scim_keys.FORMER)


class OrganisationLeftovers:
    """Removes them. It may run twice."""

    def __init__(self, database: Database) -> None:
        self._db = database

    def remove(self, org_id: str) -> None:
        """Remove all of them. A proven domain goes before the claim, by which it is found; audit events stay until they expire.

        The ticket of an invitation stays: without the invitation its link opens nothing.
        """
        pk, clients = keys.org_pk(org_id), Clients(self._db)
        for client in clients.listing(prefix=f"{org_id}.", limit=100)[0]:  # an organisation has fewer
            if client.org_id == org_id:
                clients.delete_unchanged(client)
        for client_id in self._directories(org_id):
            made = scim_keys.pk(client_id)
            rows = list(self._db.query_all("directory", made))
            for group in ScimGroupItem.readable(raw for raw in rows if raw["sk"]["S"].startswith(scim_keys.GROUPS)):
                members = ScimMembers(self._db)
                members.remove(client_id, group.group_id, list(members.of(client_id, group.group_id)))
            self._db.batch_write(deletes=[(ScimFinderItem, Key(made, raw["sk"]["S"])) for raw in rows])
            self._db.delete(ScimClientItem, scim_keys.client(client_id))
        for raw in self._db.query_all("directory", pk, sk_begins=keys.DOMAIN):
            mine = OrganisationDomainItem.org_id == org_id
            self._db.delete(OrganisationDomainItem, keys.domain(raw["domain"]["S"]), mine)
        for begins in _OWN:
            found = self._db.query_all("directory", pk, sk_begins=begins)
            self._db.batch_write(deletes=[(OrganisationItem, Key(pk, raw["sk"]["S"])) for raw in found])
        invitations = self._db.query_all("state", pk, sk_begins=keys.INVITE)
        self._db.batch_write(deletes=[(InvitationItem, Key(pk, raw["sk"]["S"])) for raw in invitations])

    def _directories(self, org_id: str) -> list[str]:
        """The ids of its SCIM clients, and of those that were deleted.

        Their marks tell these. An earlier release wrote no mark: then the names of the roles of their groups do.
        """
        clients = ScimClients(self._db)
        there = {each.id for each in clients.of_organisation(org_id)} | set(clients.former_of_organisation(org_id))
        roles = OrganisationRoles(self._db).model(org_id).roles.values()
        return sorted(there | {f"{org_id}.{each.name.partition(':')[0]}" for each in roles if is_of_directory(each)})
