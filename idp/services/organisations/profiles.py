"""Organisations: their profile, and their deletion. Each change is one transaction with its audit event."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from idp.domain.errors import Conflict, Forbidden, Invalid, NotFound, PreconditionFailed
from idp.domain.organisations.profile import ID_PREFIX, OrganisationProfile, is_slug, may_be_org_id
from idp.services.audit.recorder import SYSTEM
from idp.services.organisations import fields
from idp.store.organisations import SlugTakenError

if TYPE_CHECKING:
    from idp.domain.access.tenancy import Scope
    from idp.domain.clock import Clock, NewId
    from idp.services.audit.recorder import Actor, Audit
    from idp.services.organisations.ending import OrganisationEnding
    from idp.services.organisations.ways_in import WaysIn
    from idp.store.database import Raw
    from idp.store.organisations import Organisations

_TRIES = 5
Versions = Collection[int] | None
"""The versions that the caller accepts (If-Match); None accepts any version."""


class OrganisationService:
    """Manages organisations. Its methods raise Invalid, Conflict, NotFound, Forbidden or PreconditionFailed; then nothing was written."""

    def __init__(
        self, organisations: Organisations, ending: OrganisationEnding, ways_in: WaysIn, audit: Audit, clock: Clock, new_id: NewId
    ) -> None:  # fmt: skip
        self._organisations, self._ending, self._audit, self._clock, self._new_id = organisations, ending, audit, clock, new_id
        self._ways_in = ways_in

    def create(self, slug: object, name: object, *, scope: Scope, by: Actor = SYSTEM, **members: Any) -> OrganisationProfile:
        """Create an organisation without members. `members`: policy, branding and metadata. One call."""
        scope.require_deployment()
        now = self._clock()
        empty = OrganisationProfile(ID_PREFIX + self._new_id(), "", "", created_at=now, updated_at=now)
        new = fields.apply(empty, {"slug": slug, "name": name, **members}, now)
        event = self._audit.act_parts("organization.created", by, scope=scope, target=new.id, org_id=new.id)
        if not self._organisations.create(new, also=event, once=True):
            raise Conflict("organisation.slug_taken")
        return new

    def get(self, org_id: str, *, scope: Scope) -> OrganisationProfile:
        """Return the organisation, by a strongly consistent read.

        Raises:
            NotFound: there is none, it is being deleted, or the caller administers another one.
        """
        scope.require_organisation(org_id)
        found = self._organisations.get(org_id)
        if found is None or found.deleting_since:
            raise NotFound("organisation.unknown")
        return found

    def several(self, org_ids: Iterable[str], *, scope: Scope) -> list[OrganisationProfile]:
        """Return those of these organisations that exist. 100 in one call."""
        scope.require_deployment()
        return [each for each in self._organisations.several(org_ids).values() if not each.deleting_since]

    def find(self, name: str, *, scope: Scope) -> OrganisationProfile:
        """Return the organisation with this id or slug."""
        scope.require_deployment()
        if may_be_org_id(name):
            return self.get(name, scope=scope)
        found = self._organisations.by_slug(name) if is_slug(name) else None
        if found is None or found.deleting_since:
            raise NotFound("organisation.unknown")
        return found

    def listing(
        self, slug_prefix: str = "", *, scope: Scope, limit: int, start: Raw | None = None
    ) -> tuple[list[OrganisationProfile], Raw | None]:
        """Return one page of organisations by slug, and the start of the next page. Two calls, also with many organisations.

        The list may be a moment old. A caller who administers one organisation gets this one only.
        """
        if scope.organisation:
            mine = self.get(scope.organisation, scope=scope)
            return [mine] if mine.slug.startswith(slug_prefix) else [], None
        return self._organisations.listing(prefix=slug_prefix, limit=limit, start=start)

    def patch(
        self, org_id: str, changes: Mapping[str, Any], *, scope: Scope, by: Actor = SYSTEM, expected: Versions = None
    ) -> OrganisationProfile:
        """Change the profile by an RFC 7396 patch. Disabling it ends what it gives its members.

        Its own admin may change the name, the branding, and the policy towards more demands.

        Raises:
            Forbidden: its own admin would change something else, or demand less than before.
            Conflict: its own admin would accept sign-ins by its connections only, and never signed in by one that is on.
        """
        scope.require_organisation(org_id)
        if scope.organisation and (others := sorted((fields.WRITABLE - fields.OF_ITS_ADMIN) & set(changes))):
            raise Forbidden("organisation.members_of_deployment", members=", ".join(others))
        for _ in range(_TRIES):
            before = self.get(org_id, scope=scope)
            if expected is not None and before.version not in expected:
                raise PreconditionFailed("organisation.changed")
            after = fields.apply(before, changes, self._clock())
            if scope.organisation:
                fields.require_stricter(before.policy, after.policy)
                if after.policy.connections_only and not before.policy.connections_only:
                    self._ways_in.require_used_by(org_id, by.id, scope=scope)
            if after is before:
                return before
            event = self._audit.act_parts(
                _type(before, after), by, scope=scope, target=org_id, org_id=org_id, changed=" ".join(sorted(changes))
            )  # fmt: skip
            try:
                written = self._organisations.replace(after, was=before, also=event, once=True)
            except SlugTakenError:
                raise Conflict("organisation.slug_taken") from None
            if written:
                return replace(written, members=before.members, admins=before.admins)
        raise Conflict("organisation.busy")

    def delete(self, org_id: str, *, scope: Scope, by: Actor = SYSTEM, expected: Versions = None) -> None:
        """Delete the organisation: at once it gives nothing, is in no list, and its slug is free.

        Its members, roles, domains and invitations are removed by this call up to a number, and by the daily job from then on. The people
        keep their accounts.
        """
        scope.require_deployment()
        for _ in range(_TRIES):
            found = self.get(org_id, scope=scope)
            if expected is not None and found.version not in expected:
                raise PreconditionFailed("organisation.changed")
            now = self._clock()
            event = self._audit.act_parts("organization.deleted", by, scope=scope, target=org_id, org_id=org_id)
            if self._organisations.begin_deletion(found, by=by.id, now=now, also=event, once=True):
                self._ending.clean_up(org_id, scope=scope)
                return
        raise Conflict("organisation.busy")


def require_slug_or_id(name: str) -> str:
    """Return the text, if it can be an id or a slug.

    Raises:
        Invalid: it can be neither.
    """
    if not (may_be_org_id(name) or is_slug(name)):
        raise Invalid("organisation.slug_malformed")
    return name


def _type(before: OrganisationProfile, after: OrganisationProfile) -> str:
    """Return the type of the audit event for this change."""
    if before.disabled != after.disabled:
        return "organization.disabled" if after.disabled else "organization.enabled"
    return "organization.updated"
