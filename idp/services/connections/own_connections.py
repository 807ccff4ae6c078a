"""A person removes one of the accounts at other services that open their account."""

from __future__ import annotations

from typing import TYPE_CHECKING

from idp.domain.connections.of_organisation import may_open
from idp.domain.connections.tenants import issuers_of
from idp.domain.errors import Conflict, Forbidden, NotFound
from idp.services.audit.recorder import Actor

if TYPE_CHECKING:
    from collections.abc import Iterable

    from idp.domain.access.tenancy import Scope
    from idp.domain.access.trusted_issuer import IssuerLink
    from idp.domain.people.user import User
    from idp.domain.sessions.request_origin import Origin
    from idp.domain.sessions.visitor import Visitor
    from idp.services.audit.recorder import Audit
    from idp.services.connections.sign_in_connections import SignInConnections
    from idp.services.mail.notices import Notices
    from idp.services.sessions.sessions_and_grants import Access
    from idp.settings import Settings
    from idp.store.issuer_links import IssuerLinks
    from idp.store.memberships import Memberships
    from idp.store.passkeys import Passkeys


class OwnConnections:
    """Removes links of the visitor."""

    def __init__(
        self, settings: Settings, connections: SignInConnections, links: IssuerLinks, passkeys: Passkeys, memberships: Memberships,
        access: Access, audit: Audit, notices: Notices,
    ) -> None:  # fmt: skip
        self._settings, self._connections, self._links = settings, connections, links
        self._passkeys, self._memberships = passkeys, memberships
        self._access, self._audit, self._notices = access, audit, notices

    def unlink(self, visitor: Visitor, link_id: str, *, origin: Origin, now: int, scope: Scope) -> None:
        """Remove the link, and end all sessions and grants that came by it, except the visitor's own. The owner gets a mail.

        Raises:
            Forbidden: the visitor did not sign in recently, or it is the last way into the account (threats O-18).
            NotFound: there is no such link.
            Conflict: another request changed the account.
        """
        scope.require_deployment()
        user = visitor.user
        if not visitor.is_recent(now):
            raise Forbidden("factor.confirm_first")
        links = [one for one in self._links.of(user.id) if one.connection_id]
        link = next((one for one in links if one.id == link_id), None)
        if link is None:
            raise NotFound("issuer_link.unknown")
        if not self._has_other_way(user, [one for one in links if one.id != link_id]):
            raise Forbidden("upstream.last_way")
        # The sessions end first: after a crash in between, the link is still on the page, and the person can repeat it (threats FI-4).
        # They end again for a sign-in that was on its way meanwhile.
        by = Actor(user.id, origin, frozenset())
        self._access.end_by_link(user, link.id, visitor.session, by, scope=scope)
        event = self._audit.once_part(
            "upstream.unlinked", origin=origin, actor=user.id, subject=user.id, target=link.id, connection=link.connection_id
        )
        if not self._links.unlink(link, user, event=event):
            raise Conflict("user.busy")
        self._access.end_by_link(user, link.id, visitor.session, by, scope=scope)
        self._notices.tell(user, "upstream_unlinked", origin=origin, now=now)

    def _has_other_way(self, user: User, others: Iterable[IssuerLink]) -> bool:
        """Return whether the person can still sign in: by password, code from a mail, passkey alone, or another connection."""
        if user.password_hash is not None or (self._settings.sends_mail and self._settings.signs_in_by_mail):
            return True
        if self._settings.passkeys == "on" and any(one.alone for one in self._passkeys.of(user.id) if one.id in user.passkeys):
            return True
        return any(self._opens(one, user) for one in others)

    def _opens(self, link: IssuerLink, user: User) -> bool:
        """Return whether a sign-in by this link opens the account now.

        Its connection has to be on and to have the issuer of the link. One of an organisation opens only accounts of its members with an
        address in a domain that is proven now (threats Q-17).
        """
        found = self._connections.get(link.connection_id)
        if found is None or not found.enabled or link.issuer not in (issuers_of(found) or (found.issuer,)):
            return False
        if not found.org_id:
            return True
        return may_open(found, user.email, user) and self._memberships.get(user.id, found.org_id) is not None
