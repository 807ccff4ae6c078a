"""Users, as admins and the command line manage them. Each change is one conditional write, has an audit event and takes effect at once."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from idp.domain.access.roles import RoleModel
from idp.domain.errors import Conflict, Forbidden, NotFound, PreconditionFailed
from idp.domain.people import email as email_addresses
from idp.domain.people.deletion import Deletion
from idp.domain.people.user import ID_PREFIX, User
from idp.domain.search_text import names, search
from idp.services.access import assignments
from idp.services.access.admin_protection import require_every_scope, require_power_over
from idp.services.audit.recorder import SYSTEM, Actor
from idp.services.people import organisation_rules, user_changes
from idp.services.search.people_search import place_without_rows
from idp.store.admins import LastAdminError, TooManyAdminsError, changes_lists
from idp.store.look_through import Found
from idp.store.user_items import EmailTakenError

if TYPE_CHECKING:
    from idp.domain.access.tenancy import Scope
    from idp.domain.clock import Clock, NewId
    from idp.services.audit.recorder import Audit
    from idp.services.delegation.organisation_people import OrganisationPeople
    from idp.services.factors.new_passwords import NewPasswords
    from idp.services.people.erasure import Erasure
    from idp.services.search.holder_search import HolderSearch
    from idp.services.search.people_search import PeopleSearch
    from idp.services.sessions.sessions_and_grants import Access
    from idp.store.admins import Admins
    from idp.store.database import Raw
    from idp.store.deletions import Deletions
    from idp.store.roles import Roles
    from idp.store.users import Users

_TRIES = 5

Write = Callable[[User, User], User | None]
"""Writes the second user if the first is still stored. Returns the written user, or None if another request changed it."""
Versions = Collection[int] | None
"""The versions that the caller accepts (If-Match); None accepts any version."""


class UserService:
    """Manages users. Its methods raise Invalid, Conflict, NotFound, Forbidden or PreconditionFailed; then nothing was written."""

    def __init__(
        self, users: Users, admins: Admins, access: Access, passwords: NewPasswords, audit: Audit, clock: Clock, new_id: NewId,
        roles: Roles, deletions: Deletions, erasure: Erasure, rows: PeopleSearch, holders: HolderSearch,
        people: OrganisationPeople,
    ) -> None:  # fmt: skip
        self._users, self._admins, self.access, self._roles = users, admins, access, roles
        self._deletions, self._erasure, self._rows, self._holders, self._people = deletions, erasure, rows, holders, people
        self._passwords, self._audit, self._clock, self._new_id = passwords, audit, clock, new_id

    def create(
        self, email: str, password: str | None = None, *, scope: Scope, email_verified: bool = False, admin: bool = False,
        claims: Mapping[str, Any] | None = None, mfa_required: bool = False, by: Actor = SYSTEM, **access: Any,
    ) -> User:  # fmt: skip
        """Create a user. Without a password the user cannot sign in until one is set. `access`: roles, groups, attributes, admin_scopes.

        The user whom an organisation's admin creates is a member whom the organisation owns.
        """
        if scope.organisation:
            given = {
                "password": password,
                "email_verified": email_verified,
                "admin": admin,
                "mfa_required": mfa_required,
                "claims": claims,
                **access,
            }
            organisation_rules.require_creatable(given)
        now = self._clock()
        address = user_changes.parse_email(email)
        user = User(
            id=ID_PREFIX + self._new_id(), email=address, email_verified=email_verified, admin=admin, mfa_required=mfa_required,
            claims=user_changes.merge_claims({}, claims or {}), created_at=now, updated_at=now,
        )  # fmt: skip
        user = user_changes.apply(user, access, now, self._model(access))
        require_power_over(user, by)
        if user.admin_scopes is not None:
            require_every_scope(by)
        if password is not None:
            user = replace(user, password_hash=self._passwords.hash(password, user, field="password"), password_changed_at=now)
        also: list[Raw] = []
        if scope.organisation:
            user, also = self._people.new_member(scope.organisation, user, now, scope=scope)
        if not (self._create_admin(user) if admin else self._users.create(user, also=also)):
            raise Conflict("email.taken")
        self._audit.act("user.created", by, subject=user.id, admin=str(admin).lower(), scope=scope, **_describe_assignments(None, user))
        return user

    def get(self, user_id: str, *, scope: Scope) -> User:
        """Return the user, by a strongly consistent read."""
        scope.require_deployment()
        user = self._users.get(user_id)
        if user is None:
            raise NotFound("user.unknown")
        return user

    def id_of(self, email: str, *, scope: Scope) -> str | None:
        """Return the id of the user with this email address, in any spelling, or None."""
        scope.require_deployment()
        return self._users.id_of(email_addresses.normalise(email))

    def search(
        self, email_prefix: str = "", *, scope: Scope, text: str = "", role: str | None = None, group: str | None = None, limit: int,
        start: Raw | None = None,
    ) -> Found[User]:  # fmt: skip
        """Return the next `limit` users by email address. The list may be a moment old.

        `email_prefix`: the beginning of the address. `text`: words that each occur in the address, in the id or in a name. `role`,
        `group`: a role that the users have, a group that they are in.
        A text, or a role or group alone, is looked up in rows, if every user has them (`idp.services.search`). Then the order is that of
        the rows. All other conditions but the prefix are checked by reading one user after the other, so a call ends after
        `look_through.MOST` users, even without a match.

        Raises:
            Unavailable: a role or group of one of the users cannot be read.
        """
        scope.require_deployment()
        prefix, wanted = email_prefix.strip().lower(), search(text)
        if not (wanted.words or role or group):
            users, more = self._users.listing(email_prefix=prefix, limit=limit, start=start)
            return Found(users, more, len(users))
        model = self._roles.model() if role or group else RoleModel()

        def has(user: User) -> bool:
            return not (role or group) or model.has(user.roles, user.groups, role=role, group=group)

        def fits(user: User) -> bool:
            return has(user) and wanted.fits(user.email, user.id, *names(user.claims))

        def fits_beside(user: User) -> bool:
            return has(user) and user.email.startswith(prefix)

        by_rows = self._rows.find(text, fits_beside, scope=scope, limit=limit, start=start)
        if by_rows is None and not (wanted.words or prefix):
            by_rows = self._holders.find(model, has, role=role, group=group, scope=scope, limit=limit, start=start)
        return by_rows or self._users.search(fits, email_prefix=prefix, limit=limit, start=place_without_rows(start))

    def patch(self, user_id: str, changes: Mapping[str, Any], *, scope: Scope, by: Actor = SYSTEM, expected: Versions = None) -> User:
        """Change members of `user_changes.WRITABLE` by an RFC 7396 patch. Disabling ends all sessions and grants; roles apply to later
        tokens. A user who is being deleted is disabled until the deletion is cancelled.

        An organisation's admin can change claims and disable a person whom the organisation owns.
        """
        organisation_rules.require_changeable(changes, scope)
        now, model = self._clock(), self._model(changes)

        def edit(user: User) -> User:
            if "disabled" in changes and user.deleting_until:
                raise Conflict("user.deleting")
            if scope.organisation:
                return organisation_rules.apply(user, changes, now, scope.organisation)
            return user_changes.apply(user, changes, now, model)

        before, after = self._change(user_id, edit, by, scope, expected)
        if after.version == before.version:
            return after
        if after.disabled and not before.disabled:
            self.access.notify_ended(after, now)
        names = " ".join(user_changes.list_changes(before, after))
        self._audit.act(
            user_changes.choose_event_type(before, after),
            by,
            subject=user_id,
            changed=names,
            scope=scope,
            **_describe_assignments(before, after),
        )
        return after

    def set_password(self, user_id: str, password: str, *, scope: Scope, by: Actor = SYSTEM, expected: Versions = None) -> User:
        """Set a new password and end all sessions and grants, so that a person who knew the old one has no access (C-04)."""
        scope.require_deployment()
        now = self._clock()
        encoded = self._passwords.hash(password, self.get(user_id, scope=scope), field="password")
        new = {"password_hash": encoded, "password_changed_at": now}
        _, after = self._change(user_id, lambda user: _end_access(user, now, **new), by, scope, expected)
        self.access.notify_ended(after, now)
        self._audit.act("user.password_set", by, subject=user_id, scope=scope)
        return after

    def reset_factors(self, user_id: str, *, scope: Scope, by: Actor = SYSTEM, expected: Versions = None) -> User:
        """Remove the second factor and the recovery codes, and end all sessions and grants.

        An organisation's admin can do so for a person whom the organisation owns.
        """
        now = self._clock()
        _, after = self._change(
            user_id,
            lambda user: _end_access(user, now, totp_enabled=False),
            by,
            scope,
            expected,
            write=lambda _, wanted: self._admins.reset_factors(wanted),
        )
        self.access.notify_ended(after, now)
        self._audit.act("user.factors_reset", by, subject=user_id, scope=scope)
        return after

    def delete(self, user_id: str, *, scope: Scope, by: Actor = SYSTEM, expected: Versions = None) -> None:
        """Erase the user. First one write disables and demotes them, and stores that they are being deleted.

        So a crash leaves no usable account, and the daily job finishes what it left (`idp.services.people.erasure`).
        """
        scope.require_deployment()
        now, attempt = self._clock(), self._new_id()

        def write(user: User, wanted: User) -> User | None:
            earlier = [self._deletions.drop_part(user.id, user.deleting_until)] if user.deleting_until not in {0, now} else []
            return self._write(user, wanted, also=[*earlier, self._deletions.put_part(_deletion(user, wanted, by, attempt))])

        before, after = self._change(
            user_id,
            lambda user: _end_access(user, now, disabled=True, admin=False, deleting_until=now),
            by,
            scope,
            expected,
            write=write,
        )
        self.access.notify_ended(after, now)
        self._erasure.erase(_deletion(before, after, by, attempt), by=by, scope=scope)

    def _change(
        self, user_id: str, edit: Callable[[User], User], by: Actor, scope: Scope, expected: Versions, *, write: Write | None = None
    ) -> tuple[User, User]:
        """Read, edit and write the user if no other request changed it meanwhile. Without `expected`, try again if one did."""
        for _ in range(_TRIES):
            user = self._read(user_id, scope, by)
            if expected is not None and user.version not in expected:
                raise PreconditionFailed("user.changed")
            wanted = edit(user)
            if scope.organisation:
                require_power_over(user, by)
            else:
                self._people.require_power_over(user, by, scope=scope)
            self._may_become(user, wanted, by)
            written = user if wanted == user else (write or self._write)(user, wanted)
            if written is not None:
                return user, written
        raise Conflict("user.busy")

    def _read(self, user_id: str, scope: Scope, by: Actor) -> User:
        """Return the user to change. For an organisation it owns the account: the version that is written is the one that was judged."""
        org_id = scope.organisation
        return self._people.owned(org_id, user_id, scope=scope, by=by) if org_id else self.get(user_id, scope=scope)

    def _write(self, user: User, wanted: User, also: Sequence[Raw] = ()) -> User | None:
        also = [*also, *self._admins.scim_parts(user, wanted)]
        try:
            if changes_lists(user, wanted):
                return self._admins.replace(wanted, before=user, also=also)
            return self._users.replace(wanted, email_was=user.email, also=also)
        except EmailTakenError:
            raise Conflict("email.taken_by_another") from None
        except LastAdminError:
            raise Forbidden("user.last_admin") from None
        except TooManyAdminsError:
            raise Conflict("user.too_many_admins") from None

    def _create_admin(self, user: User) -> bool:
        try:
            return self._admins.create(user)
        except TooManyAdminsError:
            raise Conflict("user.too_many_admins") from None

    def _may_become(self, user: User, wanted: User, by: Actor) -> None:
        require_power_over(wanted, by)
        if user.id == by.id and ((user.admin and not wanted.admin) or (wanted.disabled and not user.disabled)):
            raise Forbidden("user.is_yourself")
        if user.id == by.id and any(getattr(user, name) != getattr(wanted, name) for name in user_changes.ACCESS | {"admin_scopes"}):
            raise Forbidden("user.own_access")
        if user.admin_scopes != wanted.admin_scopes:
            require_every_scope(by)

    def _model(self, changes: Mapping[str, Any]) -> RoleModel:
        """Return all roles and groups if the changes contain roles or groups."""
        return self._roles.model() if {"roles", "groups"} & set(changes) else RoleModel()


def _end_access(user: User, now: int, **changes: Any) -> User:
    """Return the changed user with all sessions and grants ended."""
    return replace(user, **changes, security_stamp=user.security_stamp + 1, updated_at=now)


def _deletion(before: User, after: User, by: Actor, attempt: str) -> Deletion:
    """Return the record of a deletion that an admin begins. An owner who asked for it before gets the receipt."""
    emails = (after.email, *after.former_emails)
    own, language = before.deleting_until > 0, str(before.claims.get("locale") or "")
    return Deletion(after.id, after.deleting_until, emails, by.id, own=own, admin=before.admin, attempt=attempt, language=language)


def _describe_assignments(before: User | None, after: User) -> dict[str, str]:
    """Return the roles and groups that the user got and lost, and the new limit of an admin, for the audit event."""
    limit = {"admin_scopes": "all" if after.admin_scopes is None else " ".join(sorted(after.admin_scopes))}
    limit = limit if after.admin_scopes != (before.admin_scopes if before else None) else {}
    roles = assignments.describe_difference(before.roles if before else {}, after.roles, "roles")
    return limit | roles | assignments.describe_difference(before.groups if before else {}, after.groups, "groups")
