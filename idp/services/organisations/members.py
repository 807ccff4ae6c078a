"""Members of organisations. Each change is one transaction: both items, the counts, and the audit event."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any, NamedTuple

from idp.domain.access.organisation_scopes import ORGANISATION_SCOPES, delegated
from idp.domain.errors import Conflict, Forbidden, Invalid, NotFound, PreconditionFailed
from idp.domain.organisations.membership import MOST_MEMBERSHIPS, Membership
from idp.domain.people import email as email_addresses
from idp.services.access import assignments
from idp.services.audit.recorder import SYSTEM
from idp.store.memberships import (
    AlreadyMemberError,
    LastAdminError,
    OrganisationGoneError,
    TooManyMembershipsError,
    UserGoneError,
)

if TYPE_CHECKING:
    from idp.domain.access.tenancy import Scope
    from idp.domain.clock import Clock, NewId
    from idp.domain.people.user import User
    from idp.services.audit.recorder import Actor, Audit
    from idp.store.database import Raw
    from idp.store.memberships import Memberships
    from idp.store.organisation_domains import OrganisationDomains
    from idp.store.organisation_roles import OrganisationRoles
    from idp.store.organisations import Organisations
    from idp.store.users import Users

_TRIES = 5
_OF_ITS_ADMIN = frozenset({"roles", "admin", "admin_scopes"})
WRITABLE = _OF_ITS_ADMIN | {"owned"}
Versions = Collection[int] | None
"""The versions that the caller accepts (If-Match); None accepts any version."""


class Member(NamedTuple):
    """A membership, and the user. `user` is None if the account was erased a moment ago."""

    membership: Membership
    user: User | None


class MemberService:
    """Manages members. Its methods raise Invalid, Conflict, NotFound, Forbidden or PreconditionFailed; then nothing was written."""

    def __init__(
        self, organisations: Organisations, memberships: Memberships, roles: OrganisationRoles, domains: OrganisationDomains, users: Users,
        audit: Audit, clock: Clock, new_id: NewId,
    ) -> None:  # fmt: skip
        self._organisations, self._memberships, self._roles, self._domains = organisations, memberships, roles, domains
        self._users, self._audit, self._clock, self._new_id = users, audit, clock, new_id

    def add(self, org_id: str, user_id: str, *, scope: Scope, by: Actor = SYSTEM, **members: Any) -> Membership:
        """Make a user a member. `members`: roles, admin, admin_scopes, owned.

        Only callers of the deployment may: an organisation's admin invites people, who decide themselves (threats Q-03). The account
        belongs to the organisation if its verified address is in a domain that the organisation proved, or if `owned` says so.
        """
        scope.require_deployment()
        user = self._users.get(user_id)
        if user is None:
            raise NotFound("user.unknown")
        now = self._clock()
        empty = Membership(self._new_id(), org_id, user_id, joined_at=now, owned=self.is_owned(org_id, user, now, scope=scope))
        new = self._edited(empty, members)
        _require_power(new, by)
        event = self._audit.act_parts("membership.added", by, scope=scope, subject=user_id, org_id=org_id, **_describe(None, new))
        try:
            if not self._memberships.add(new, also=event, once=True):
                raise Conflict("organisation.busy")
        except OrganisationGoneError:
            raise NotFound("organisation.unknown") from None
        except UserGoneError:
            raise NotFound("user.unknown") from None
        except AlreadyMemberError:
            raise Conflict("membership.exists") from None
        except TooManyMembershipsError:
            raise Conflict("membership.too_many", maximum=MOST_MEMBERSHIPS) from None
        return new

    def is_owned(self, org_id: str, user: User, now: int, *, scope: Scope) -> bool:
        """Return whether the verified address of the user is in a domain that the organisation proved. One call, or none."""
        scope.require_organisation(org_id)
        if not user.email_verified:
            return False
        owner = self._domains.owner(email_addresses.identity(user.email).rpartition("@")[2])
        return owner is not None and owner.org_id == org_id and owner.counts(now)

    def get(self, org_id: str, user_id: str, *, scope: Scope) -> Member:
        """Return one member, by strongly consistent reads.

        Raises:
            NotFound: there is no such organisation, or the user is not its member; the caller is not told which.
        """
        scope.require_organisation(org_id)
        found = self._memberships.get(user_id, org_id)
        if found is None:
            raise NotFound("membership.unknown")
        return Member(found, self._users.get(user_id))

    def listing(self, org_id: str, *, scope: Scope, limit: int, start: Raw | None = None) -> tuple[list[Member], Raw | None]:
        """Return one page of members by user id, read strongly, and the start of the next page. Three calls."""
        scope.require_organisation(org_id)
        self._require_there(org_id)
        found, more = self._memberships.of_organisation(org_id, limit=limit, start=start)
        users = self._users.several(one.user_id for one in found)
        return [Member(one, users.get(one.user_id)) for one in found], more

    def of_user(self, user_id: str, *, scope: Scope) -> list[Membership]:
        """Return the memberships of a user. One call."""
        scope.require_deployment()
        return self._memberships.of_user(user_id)

    def patch(
        self, org_id: str, user_id: str, changes: Mapping[str, Any], *, scope: Scope, by: Actor = SYSTEM, expected: Versions = None
    ) -> Membership:
        """Change roles, admin, admin_scopes or owned by an RFC 7396 patch.

        Raises:
            Forbidden: the caller would change their own access, or give or take OAuth scopes of an admin that they do not hold.
        """
        scope.require_organisation(org_id)
        allowed = _OF_ITS_ADMIN if scope.organisation else WRITABLE
        if others := sorted((WRITABLE - allowed) & set(changes)):
            raise Forbidden("organisation.members_of_deployment", members=", ".join(others))
        if by.id == user_id:
            raise Forbidden("membership.own_access")
        for _ in range(_TRIES):
            before = self._current(org_id, user_id, expected, scope)
            after = self._edited(before, changes)
            if after == before:
                return before
            _require_power(before, by)
            _require_power(after, by)
            event = self._audit.act_parts(
                "membership.changed", by, scope=scope, subject=user_id, org_id=org_id, **_describe(before, after)
            )  # fmt: skip
            try:
                written = self._memberships.replace(after, was=before, keep_admin=bool(scope.organisation), also=event, once=True)
            except LastAdminError:
                raise Conflict("membership.last_admin") from None
            if written:
                return written
        raise Conflict("organisation.busy")

    def remove(self, org_id: str, user_id: str, *, scope: Scope, by: Actor = SYSTEM, expected: Versions = None) -> None:
        """End a membership. The account stays; tokens for this organisation are not refreshed any more."""
        scope.require_organisation(org_id)
        for _ in range(_TRIES):
            before = self._current(org_id, user_id, expected, scope)
            _require_power(before, by)
            event = self._audit.act_parts("membership.removed", by, scope=scope, subject=user_id, org_id=org_id, **_describe(before, None))
            try:
                if self._memberships.remove(before, keep_admin=bool(scope.organisation), also=event, once=True):
                    return
            except LastAdminError:
                raise Conflict("membership.last_admin") from None
        raise Conflict("organisation.busy")

    def _edited(self, it: Membership, changes: Mapping[str, Any]) -> Membership:
        for member in changes:
            if member not in WRITABLE:
                raise Invalid("member.unknown", field=member if member.isidentifier() else "")
        wanted: dict[str, Any] = {name: _flag(name, changes[name]) for name in ("admin", "owned") if name in changes}
        if "roles" in changes:
            model = self._roles.model(it.org_id) if changes["roles"] else None
            wanted["roles"] = assignments.resolve_names(changes["roles"], model.roles if model else {}, "roles")
        if "admin_scopes" in changes:
            wanted["admin_scopes"] = _scopes(changes["admin_scopes"])
        changed = replace(it, **wanted)
        if changed.admin_scopes is not None and not changed.admin:
            if "admin_scopes" in changes and changes["admin_scopes"] is not None:
                raise Invalid("membership.scopes_without_admin", field="admin_scopes")
            changed = replace(changed, admin_scopes=None)
        return changed

    def _require_there(self, org_id: str) -> None:
        found = self._organisations.get(org_id)
        if found is None or found.deleting_since:
            raise NotFound("organisation.unknown")

    def _current(self, org_id: str, user_id: str, expected: Versions, scope: Scope) -> Membership:
        found = self.get(org_id, user_id, scope=scope).membership
        if expected is not None and found.version not in expected:
            raise PreconditionFailed("membership.changed_meanwhile")
        return found


def _require_power(it: Membership, by: Actor) -> None:
    """Check that the caller holds what an admin of the organisation has: one who could give more could take it (threats J-05)."""
    if not delegated(it) <= by.held:
        raise Forbidden("membership.scopes_not_held")


def _flag(name: str, value: object) -> bool:
    if not isinstance(value, bool):
        raise Invalid("value.not_boolean", field=name)
    return value


def _scopes(value: object) -> frozenset[str] | None:
    if value is None:
        return None
    if not isinstance(value, list | tuple | frozenset) or not value or not set(map(str, value)) <= ORGANISATION_SCOPES:
        raise Invalid("membership.scopes_unknown", scopes=" ".join(sorted(ORGANISATION_SCOPES)), field="admin_scopes")
    return frozenset(map(str, value))


def _describe(before: Membership | None, after: Membership | None) -> dict[str, str]:
    """Return the details of the audit event."""
    details = assignments.describe_difference(before.roles if before else {}, after.roles if after else {}, "roles")
    was, is_ = bool(before and before.admin), bool(after and after.admin)
    return details | ({"admin": str(is_).lower()} if was != is_ else {})
