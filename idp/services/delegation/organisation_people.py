"""The people of one organisation, as its admins reach them (threats Q-02, Q-03). A person of another one does not exist here."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from idp.domain.access.organisation_scopes import ORGANISATION_SCOPES, delegated
from idp.domain.access.roles import RoleModel
from idp.domain.errors import Forbidden, NotFound
from idp.domain.organisations.membership import Membership
from idp.domain.organisations.person import OrganisationPerson
from idp.domain.people import email as email_addresses
from idp.domain.search_text import names, search
from idp.services.access.admin_protection import require_power_over
from idp.store.look_through import Found

if TYPE_CHECKING:
    from idp.domain.access.tenancy import Scope
    from idp.domain.clock import NewId
    from idp.domain.people.user import User
    from idp.services.audit.recorder import Actor
    from idp.store.database import Raw
    from idp.store.memberships import Memberships
    from idp.store.organisation_domains import OrganisationDomains
    from idp.store.organisation_people import OrganisationPeopleStore
    from idp.store.organisation_roles import OrganisationRoles


class OrganisationPeople:
    """Reads people within one organisation, and says what its admins may do with them."""

    def __init__(
        self, store: OrganisationPeopleStore, memberships: Memberships, roles: OrganisationRoles, domains: OrganisationDomains,
        new_id: NewId,
    ) -> None:  # fmt: skip
        self._store, self._memberships, self._roles, self._domains, self._new_id = store, memberships, roles, domains, new_id

    def find(self, org_id: str, user_id: str, *, scope: Scope) -> OrganisationPerson:
        """Return the person, by one strongly consistent call.

        Raises:
            NotFound: there is no such user, or they are no member: the refusal is the same.
        """
        scope.require_organisation(org_id)
        found = self._store.one(user_id, org_id)
        if found is None:
            raise NotFound("user.unknown")
        return found

    def owned(self, org_id: str, user_id: str, *, scope: Scope, by: Actor) -> User:
        """Return the user, if `by`, an admin of the organisation, may act on the account itself.

        Raises:
            NotFound: as `find`.
            Forbidden: the organisation does not own the account, or not alone; or the person administers it with rights that the caller
                lacks: one who could disable such an admin could do what the admin alone may (threats J-05).
        """
        scope.require_organisation(org_id)
        found = self.find(org_id, user_id, scope=scope)
        if not found.is_owned:
            raise Forbidden("organisation.person_not_owned")
        if not delegated(found.membership) <= by.held:
            raise Forbidden("organisation.admin_with_more_rights")
        return found.user

    def require_power_over(self, user: User, by: Actor, *, scope: Scope) -> None:
        """Check that a caller of the deployment holds all rights of the user, as an admin of it and of organisations. One call, or none.

        Raises:
            Forbidden: one is missing. A caller that could set the password of an admin could do what the admin may (threats J-05).
        """
        scope.require_deployment()
        require_power_over(user, by)
        if not user.memberships or by.held >= ORGANISATION_SCOPES:
            return
        if not all(delegated(each) <= by.held for each in self._memberships.of_user(user.id)):
            raise Forbidden("organisation.admin_with_more_rights")

    def search(
        self, org_id: str, email_prefix: str = "", *, scope: Scope, text: str = "", role: str | None = None, group: str | None = None,
        limit: int, start: Raw | None = None,
    ) -> Found[OrganisationPerson]:  # fmt: skip
        """Return the next `limit` members by id who match all conditions, read strongly. `role`: one of the organisation's own roles.

        Raises:
            Forbidden: `group` is given. Groups belong to the deployment.
        """
        scope.require_organisation(org_id)
        if group is not None:
            raise Forbidden("organisation.not_served")
        prefix, wanted = email_prefix.strip().lower(), search(text)
        model = self._roles.model(org_id) if role else None

        def fits(person: OrganisationPerson) -> bool:
            user, has = person.user, model is None or role in model.live_roles(person.membership.roles)
            return has and user.email.startswith(prefix) and wanted.fits(user.email, *names(user.claims))

        return Found(*self._store.page(org_id, fits, limit=limit, start=start))

    def model(self, org_id: str, *people: OrganisationPerson, scope: Scope) -> RoleModel:
        """Return the roles of the organisation, if one of these people has a role: one call, else none."""
        scope.require_organisation(org_id)
        return self._roles.model(org_id) if any(each.membership.roles for each in people) else RoleModel()

    def new_member(self, org_id: str, user: User, now: int, *, scope: Scope) -> tuple[User, list[Raw]]:
        """Return the user as a member whom the organisation owns, and the parts that write the membership in the user's transaction.

        Raises:
            Forbidden: the address is in no domain that the organisation proved, so it may be a stranger's.
        """
        scope.require_organisation(org_id)
        owner = self._domains.owner(email_addresses.identity(user.email).rpartition("@")[2])
        if owner is None or owner.org_id != org_id or not owner.counts(now):
            raise Forbidden("organisation.address_not_in_domain")
        made = Membership(self._new_id(), org_id, user.id, owned=True, source="admin", joined_at=now)
        return replace(user, memberships=1), self._memberships.add_parts(made, new_user=True)
