"""Writes the organisations of our own export: profiles, own roles, members and claimed domains (threats R-14).

Ids of organisations stay, because apps decide by them. Roles and memberships get new ids, so nothing that was given there counts here.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from idp.domain.access.organisation_scopes import ORGANISATION_SCOPES
from idp.domain.access.roles import Role, is_name
from idp.domain.errors import Conflict, Invalid, NotFound
from idp.domain.moving.fields import flag, moment, text, texts
from idp.domain.moving.person import RowError
from idp.domain.organisations.domain_claim import MOST_DOMAINS, DomainClaim
from idp.domain.organisations.membership import MOST_MEMBERSHIPS, SOURCES, Membership
from idp.domain.organisations.profile import OrganisationProfile, may_be_org_id
from idp.services.access.assignments import resolve_names
from idp.services.access.named_resources import check_description
from idp.services.access.roles import check_permissions
from idp.services.organisations import fields
from idp.services.organisations.domains import parse_domain
from idp.services.organisations.roles import MOST as MOST_ROLES
from idp.store.memberships import AlreadyMemberError, OrganisationGoneError, TooManyMembershipsError, UserGoneError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from idp.domain.clock import NewId
    from idp.store.connections import Connections
    from idp.store.memberships import Memberships
    from idp.store.organisation_domains import OrganisationDomains
    from idp.store.organisation_roles import OrganisationRoles
    from idp.store.organisations import Organisations


@dataclass(frozen=True, slots=True)
class OrganisationStores:
    """Where organisations are kept."""

    organisations: Organisations
    roles: OrganisationRoles
    domains: OrganisationDomains
    memberships: Memberships


class OwnOrganisations:
    """Writes organisations. Each method returns False if the object exists here, which stays as it is.

    `imported`: whether the person with this id was imported from our own export, also if they were erased since.
    """

    def __init__(
        self, to: OrganisationStores, connections: Connections, imported: Callable[[str], bool], new_id: NewId, *, with_admins: bool
    ) -> None:
        self._to, self._connections, self._imported, self._new_id, self._with_admins = to, connections, imported, new_id, with_admins
        self._last: tuple[str, Mapping[str, Role]] | None = None

    def organisation(self, line: Mapping[str, Any]) -> bool:
        """Write an organisation without members, under its id.

        Raises:
            RowError, Invalid: the line is malformed.
            Conflict: another organisation has the slug.
        """
        org_id = text(line, "id")
        if not may_be_org_id(org_id):
            raise RowError("moving.wrong_type", name="id")
        members = {name: line[name] for name in ("slug", "name", "disabled", "policy", "branding", "metadata")}
        made = replace(fields.apply(OrganisationProfile(org_id, "", ""), members, 0), created_at=_at(line, "created_at"))
        if self._to.organisations.create(replace(made, updated_at=_at(line, "updated_at"))):
            return True
        if self._to.organisations.get(org_id) is None:
            raise Conflict("organisation.slug_taken")
        return False

    def role(self, line: Mapping[str, Any]) -> bool:
        """Write an own role of an organisation, with a new id.

        Raises:
            RowError, Invalid: the line is malformed.
            NotFound: there is no such organisation.
            Conflict: the organisation has as many roles as possible.
        """
        org_id, name = self._there(line), text(line, "name")
        if not is_name(name):
            raise Invalid("role.name_malformed", field="name")
        permissions, description = check_permissions(line["permissions"]), check_description(line["description"])
        model = self._to.roles.model(org_id)
        if name in model.roles or name in model.unreadable_roles:
            return False
        if len(model.roles) >= MOST_ROLES:
            raise Conflict("role.too_many", maximum=MOST_ROLES)
        made = Role(name, self._new_id(), permissions, description, _at(line, "created_at"), _at(line, "updated_at"))
        return self._to.roles.create(org_id, made)

    def roles_of(self, org_id: str) -> Mapping[str, Role]:
        """Return the own roles of an organisation by name. The last answer is kept: members of one organisation are lines in a row.

        Raises:
            NotFound: there is no such organisation, or it is being deleted.
        """
        if self._last is None or self._last[0] != org_id:
            self._require_there(org_id)
            self._last = org_id, self._to.roles.model(org_id).roles
        return self._last[1]

    def member(self, line: Mapping[str, Any]) -> bool:
        """Write a membership: both items and both counts in one transaction. Without `with_admins` the organisation has no admin.

        Raises:
            RowError, Invalid: the line is malformed, names an unknown role, or the account is not the one of the export.
            NotFound: there is no such organisation.
            Conflict: the person is in as many organisations as possible.
        """
        made = self._membership(line)
        if not self._imported(made.user_id):
            raise Invalid("moving.member_not_imported", field="user_id")
        try:
            return self._to.memberships.add(made, leaving=True)
        except AlreadyMemberError:
            return False
        except UserGoneError:  # erased here since: they are not brought back, as `idp import` brings no person back
            return False
        except OrganisationGoneError:
            raise NotFound("organisation.unknown") from None
        except TooManyMembershipsError:
            raise Conflict("membership.too_many", maximum=MOST_MEMBERSHIPS) from None

    def domain(self, line: Mapping[str, Any]) -> bool:
        """Write the claim of a domain, which has to be proven here by a record with a new value.

        Raises:
            RowError, Invalid: the line is malformed, or there is no such connection.
            NotFound: there is no such organisation.
            Conflict: the organisation has as many claims as possible.
        """
        org_id, name, connection_id = self._there(line), parse_domain(line["domain"]), text(line, "connection_id")
        if connection_id and self._connections.get(connection_id) is None:
            raise Invalid("connection.unknown", field="connection_id")
        there = [each.domain for each in self._to.domains.of_organisation(org_id)]
        if name in there:
            return False
        if len(there) >= MOST_DOMAINS:
            raise Conflict("domain.too_many", maximum=MOST_DOMAINS)
        made = DomainClaim(org_id, name, self._new_id(), connection_id=connection_id, created_at=_at(line, "created_at"))
        return self._to.domains.create(made)

    def _membership(self, line: Mapping[str, Any]) -> Membership:
        org_id, user_id, source = (text(line, name) for name in ("org_id", "user_id", "source"))
        scopes = None if line.get("admin_scopes") is None else frozenset(texts(line, "admin_scopes"))
        if source not in SOURCES:
            raise RowError("moving.wrong_type", name="source")
        if scopes is not None and (not scopes or not scopes <= ORGANISATION_SCOPES):
            raise Invalid("membership.scopes_unknown", scopes=" ".join(sorted(ORGANISATION_SCOPES)), field="admin_scopes")
        admin = flag(line, "admin", absent=False) and self._with_admins
        return Membership(
            self._new_id(), org_id, user_id, resolve_names(texts(line, "roles"), self.roles_of(org_id), "roles"), admin,
            scopes if admin else None, flag(line, "owned", absent=False), source, _at(line, "joined_at"),
        )  # fmt: skip

    def _there(self, line: Mapping[str, Any]) -> str:
        org_id = text(line, "org_id")
        self._require_there(org_id)
        return org_id

    def _require_there(self, org_id: str) -> None:
        found = self._to.organisations.get(org_id) if may_be_org_id(org_id) else None
        if found is None or found.deleting_since:
            raise NotFound("organisation.unknown")


def _at(line: Mapping[str, Any], name: str) -> int:
    return moment(line.get(name), name)
