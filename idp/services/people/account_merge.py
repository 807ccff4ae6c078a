"""Admins merge two accounts of one person (docs/merging.md). One conditional write decides and moves; the other account is then erased."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from typing import TYPE_CHECKING

from idp.domain.access.account_merge import MergeChoice, MergePlan, moved_link, moved_membership
from idp.domain.access.roles import MOST_ASSIGNED
from idp.domain.errors import Conflict, Forbidden, Invalid, NotFound, PreconditionFailed
from idp.domain.organisations.membership import MOST_MEMBERSHIPS, SCIM
from idp.domain.people.deletion import Deletion
from idp.services.access.admin_protection import require_power_over
from idp.services.audit.recorder import SYSTEM, Actor
from idp.store.account_merges import Move, TooMuchError
from idp.store.admins import LastAdminError
from idp.store.issuer_links import MOST as MOST_LINKS

if TYPE_CHECKING:
    from idp.domain.access.tenancy import Scope
    from idp.domain.clock import Clock, NewId
    from idp.domain.people.user import User
    from idp.services.audit.recorder import Audit
    from idp.services.delegation.organisation_people import OrganisationPeople
    from idp.services.mail.notices import Notices
    from idp.services.people.erasure import Erasure
    from idp.services.sessions.sessions_and_grants import Access
    from idp.store.account_merges import AccountMerges
    from idp.store.admins import Admins
    from idp.store.database import Raw
    from idp.store.deletions import Deletions
    from idp.store.issuer_links import IssuerLinks
    from idp.store.memberships import Memberships
    from idp.store.roles import Roles
    from idp.store.users import Users

_TRIES = 5
Versions = Collection[int] | None
"""The versions that the caller accepts; None accepts any version."""


class AccountMergeService:
    """Merges accounts. Its methods raise Invalid, Conflict, NotFound, Forbidden or PreconditionFailed; then nothing was written."""

    def __init__(
        self, *, users: Users, admins: Admins, merges: AccountMerges, links: IssuerLinks, memberships: Memberships, roles: Roles,
        deletions: Deletions, erasure: Erasure, access: Access, people: OrganisationPeople, audit: Audit, notices: Notices, clock: Clock,
        new_id: NewId,
    ) -> None:  # fmt: skip
        self._users, self._admins, self._merges, self._links, self._memberships = users, admins, merges, links, memberships
        self._roles, self._deletions, self._erasure, self._access, self._people = roles, deletions, erasure, access, people
        self._audit, self._notices, self._clock, self._new_id = audit, notices, clock, new_id

    def plan(self, kept_id: str, merged_id: str, *, scope: Scope, by: Actor = SYSTEM) -> MergePlan:
        """Return what a merge could move. It is refused as the merge itself would be."""
        scope.require_deployment()
        if kept_id == merged_id:
            raise Invalid("merge.same_account", field="user_id")
        found = self._users.several([kept_id, merged_id])
        if missing := {kept_id, merged_id} - found.keys():
            raise NotFound("user.unknown") if kept_id in missing else Invalid("user.unknown", field="user_id")
        kept, merged = found[kept_id], found[merged_id]
        self._require_allowed(kept, merged, by, scope)
        model = self._roles.model() if merged.roles or merged.groups else None
        roles = {name: merged.roles[name] for name in model.live_roles(merged.roles)} if model else {}
        groups = {name: merged.groups[name] for name in model.live_groups(merged.groups)} if model else {}
        of_kept = {each.org_id for each in self._memberships.of_user(kept.id)} if kept.memberships else set()
        of_merged = self._memberships.of_user(merged.id) if merged.memberships else []
        return MergePlan(
            kept, merged,
            {name: id_ for name, id_ in roles.items() if kept.roles.get(name) != id_},
            {name: id_ for name, id_ in groups.items() if kept.groups.get(name) != id_},
            tuple(self._links.of(merged.id)),
            tuple(each for each in of_merged if each.org_id not in of_kept and each.source != SCIM),
            tuple(each.org_id for each in of_merged if each.org_id in of_kept),
            len(self._links.of(kept.id)),
        )  # fmt: skip

    def merge(
        self, kept_id: str, merged_id: str, choice: MergeChoice, *, scope: Scope, by: Actor = SYSTEM, expected: Versions = None,
        expected_merged: Versions = None,
    ) -> User:  # fmt: skip
        """Move what was chosen to the kept account, and erase the other one. Return the kept account as written.

        Raises:
            PreconditionFailed: one of the accounts has another version than the caller read.
        """
        scope.require_deployment()
        for _ in range(_TRIES):
            plan = self.plan(kept_id, merged_id, scope=scope, by=by)
            if expected is not None and plan.kept.version not in expected:
                raise PreconditionFailed("user.changed")
            if expected_merged is not None and plan.merged.version not in expected_merged:
                raise PreconditionFailed("merge.other_changed")
            self._require_fitting(plan, choice, by)
            now, attempt = self._clock(), self._new_id()
            kept, merged = (
                replace(after, version=after.version + 1) for after in (plan.kept_after(choice, now), plan.merged_after(choice, now))
            )
            deletion = _deletion(plan.merged, merged, by, attempt)
            if self._write(plan, choice, kept, merged, deletion, scope, by):
                self._finish(kept, merged, plan, deletion, scope, by, now)
                return kept
        raise Conflict("user.busy")

    def _write(
        self, plan: MergePlan, choice: MergeChoice, kept: User, merged: User, deletion: Deletion, scope: Scope, by: Actor
    ) -> bool:  # fmt: skip
        links = [(link, moved_link(link, kept.id)) for link in plan.chosen_links(choice)]
        memberships = [(each, moved_membership(each, kept.id, self._new_id())) for each in plan.chosen_memberships(choice)]
        also = [self._deletions.put_part(deletion), *self._admins.scim_parts(plan.merged, merged)]
        for was, _ in memberships:
            also += self._audit.act_parts("membership.removed", by, scope=scope, subject=merged.id, org_id=was.org_id)
            also += self._audit.act_parts("membership.added", by, scope=scope, subject=kept.id, org_id=was.org_id)
        move = Move(links, memberships)
        try:
            return self._merges.write(
                (plan.kept, kept), (plan.merged, merged), move, also=also, event=self._events(plan, choice, move, scope, by)
            )
        except LastAdminError:
            raise Forbidden("user.last_admin") from None
        except TooMuchError:
            raise Conflict("merge.too_much") from None

    def _events(self, plan: MergePlan, choice: MergeChoice, move: Move, scope: Scope, by: Actor) -> list[Raw]:
        """Return one event in the trail of each account."""
        moved = {"roles_added": " ".join(plan.roles), "groups_added": " ".join(plan.groups)} if choice.roles else {}
        moved |= {"links": str(len(move.links)), "organizations": str(len(move.memberships))}
        moved = {name: value for name, value in moved.items() if value and value != "0"}
        away = self._audit.act_parts("user.merged_away", by, scope=scope, subject=plan.merged.id, target=plan.kept.id)
        return [*away, *self._audit.act_parts("user.merged", by, scope=scope, subject=plan.kept.id, target=plan.merged.id, **moved)]

    def _finish(self, kept: User, merged: User, plan: MergePlan, deletion: Deletion, scope: Scope, by: Actor, now: int) -> None:
        """Tell both addresses and the apps, and erase. What a crash leaves of the erasure is finished by the daily job."""
        self._notices.tell(kept, "account_merged", origin=by.origin, now=now)
        self._notices.tell(plan.merged, "account_merged_away", origin=by.origin, now=now)
        self._access.notify_ended(merged, now)
        self._erasure.erase(deletion, by=by, scope=scope)

    def _require_allowed(self, kept: User, merged: User, by: Actor, scope: Scope) -> None:
        if by.id in {kept.id, merged.id}:
            raise Forbidden("merge.yourself")
        for user in (kept, merged):
            require_power_over(user, by)
            self._people.require_power_over(user, by, scope=scope)
        for user in (kept, merged):
            if user.deleting_until:
                raise Conflict("user.deleting")
            if user.disabled:
                raise Conflict("merge.disabled")

    def _require_fitting(self, plan: MergePlan, choice: MergeChoice, by: Actor) -> None:
        """Check what was chosen: it is there, the kept account has room, and the caller may give it."""
        if choice.links - {link.id for link in plan.links}:
            raise Invalid("merge.link_unknown", field="links")
        if choice.organizations - {each.org_id for each in plan.memberships}:
            raise Invalid("merge.organization_unknown", field="organizations")
        gives = choice.roles and bool(plan.roles or plan.groups)
        needed = ({"roles:write"} if gives else set()) | ({"organizations:write"} if choice.organizations else set())
        if missing := needed - by.held:
            raise Forbidden("admin_api.needs_scope", scopes=" ".join(sorted(missing)))
        if choice.links and len(choice.links) + plan.kept_links > MOST_LINKS:
            raise Conflict("issuer_link.too_many", maximum=MOST_LINKS)
        if plan.kept.memberships + len(choice.organizations) > MOST_MEMBERSHIPS:
            raise Conflict("membership.too_many", maximum=MOST_MEMBERSHIPS)
        after = plan.kept_after(choice, 0)
        if gives and max(len(after.roles), len(after.groups)) > MOST_ASSIGNED:
            raise Conflict("merge.too_many_roles", maximum=MOST_ASSIGNED)


def _deletion(before: User, after: User, by: Actor, attempt: str) -> Deletion:
    """Return the record by which the daily job finishes the erasure. The mail about the merge takes the place of a receipt."""
    emails, language = (after.email, *after.former_emails), str(before.claims.get("locale") or "")
    return Deletion(after.id, after.deleting_until, emails, by.id, admin=before.admin, attempt=attempt, language=language)
