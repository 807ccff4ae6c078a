"""Links between subjects of trusted issuers and users, as admins manage them. A link gives no access without an assertion of the issuer."""

from __future__ import annotations

from typing import TYPE_CHECKING

from idp.domain.access.trusted_issuer import IssuerLink, issuer_id
from idp.domain.errors import Conflict, Invalid, NotFound
from idp.store.issuer_links import MOST

if TYPE_CHECKING:
    from idp.domain.access.tenancy import Scope
    from idp.domain.clock import Clock
    from idp.domain.people.user import User
    from idp.services.audit.recorder import Actor, Audit
    from idp.services.delegation.organisation_people import OrganisationPeople
    from idp.services.sessions.sessions_and_grants import Access
    from idp.store.grants import Grants
    from idp.store.issuer_links import IssuerLinks
    from idp.store.trusted_issuers import TrustedIssuers
    from idp.store.users import Users

_TRIES = 5
_LONGEST_SUBJECT = 255
"""OIDC Core §2: "It MUST NOT exceed 255 ASCII characters in length"."""


class IssuerLinkService:
    """Manages links. Its methods raise Invalid, Conflict, NotFound or Forbidden; then nothing was written."""

    def __init__(
        self, users: Users, issuers: TrustedIssuers, links: IssuerLinks, grants: Grants, access: Access, audit: Audit, clock: Clock,
        people: OrganisationPeople,
    ) -> None:  # fmt: skip
        self._users, self._issuers, self._links, self._grants = users, issuers, links, grants
        self._access, self._audit, self._clock, self._people = access, audit, clock, people

    def of(self, user_id: str, *, scope: Scope) -> list[IssuerLink]:
        """Return all links of a user."""
        scope.require_deployment()
        self._user(user_id)
        return self._links.of(user_id)

    def create(self, user_id: str, issuer: str, subject: str, *, scope: Scope, by: Actor) -> IssuerLink:
        """Link a subject of an issuer to a user. A subject can be linked to one user only."""
        scope.require_deployment()
        if not 0 < len(subject) <= _LONGEST_SUBJECT or not subject.isprintable():
            raise Invalid("issuer_link.subject_malformed", longest=_LONGEST_SUBJECT, field="subject")
        trusted = self._issuers.get(issuer_id(issuer))
        if trusted is None:
            raise Invalid("issuer_link.issuer_unknown", field="issuer")
        link = IssuerLink(user_id, issuer, trusted.tenant, subject, self._clock())
        for _ in range(_TRIES):
            user = self._user(user_id)
            self._people.require_power_over(user, by, scope=scope)
            there = self._links.of(user_id)
            if any(each.id == link.id for each in there):
                raise Conflict("issuer_link.taken")
            if len(there) >= MOST:
                raise Conflict("issuer_link.too_many", maximum=MOST)
            if self._links.create(link, user):
                self._audit.act("issuer_link.created", by, subject=user_id, target=link.id, issuer=issuer, scope=scope)
                return link
            if self._links.user_of(link.id) is not None:
                raise Conflict("issuer_link.taken")
        raise Conflict("user.busy")

    def delete(self, user_id: str, link_id: str, *, scope: Scope, by: Actor) -> None:
        """Remove a link, and revoke the grants that assertions about its subject made. With that of a connection, its sessions end, too."""
        scope.require_deployment()
        user = self._user(user_id)
        self._people.require_power_over(user, by, scope=scope)
        removed = self._links.delete(user_id, link_id)
        # Also if the link is gone: a request that ended in between is repeated, and ends what it left (threats FI-4).
        of_it = [grant for grant in self._grants.of(user_id) if grant.session_id == link_id and grant.revoked_at is None]
        self._grants.revoke_all(of_it, self._clock())
        self._access.end_by_link(user, link_id, None, by, scope=scope)
        if not removed:
            raise NotFound("issuer_link.unknown")
        self._audit.act("issuer_link.deleted", by, subject=user_id, target=link_id, scope=scope)

    def _user(self, user_id: str) -> User:
        found = self._users.get(user_id)
        if found is None:
            raise NotFound("user.unknown")
        return found
