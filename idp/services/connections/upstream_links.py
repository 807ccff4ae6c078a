"""The link of an upstream identity to an account, for a person who proved both."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from idp.domain.connections.of_organisation import may_open
from idp.domain.errors import Invalid
from idp.store.issuer_links import MOST

if TYPE_CHECKING:
    from idp.domain.connections.connection import Connection
    from idp.domain.connections.pending_link import PendingLink
    from idp.domain.people.user import User
    from idp.domain.sessions.request_origin import Origin
    from idp.services.audit.recorder import Audit
    from idp.services.connections.joining import ConnectionMembers
    from idp.services.mail.notices import Notices
    from idp.store.database import Database
    from idp.store.issuer_links import IssuerLinks

BY_UPSTREAM, BY_MAIL, BY_SIGN_IN, BY_RULE, BY_PERSON = "new_account", "new_account_by_mail", "sign_in", "verified_address", "account_page"
"""`IssuerLink.how`: with a new account, whose address the upstream vouched for, or a mail proved; after a sign-in to the account; silently
(`Connection.link_verified`); on the account page."""


class UpstreamLinks:
    """Links upstream identities to accounts that exist."""

    def __init__(self, database: Database, links: IssuerLinks, members: ConnectionMembers, audit: Audit, notices: Notices) -> None:
        self._db, self._links, self._members, self._audit, self._notices = database, links, members, audit, notices

    def link(
        self, connection: Connection, pending: PendingLink, user: User, *, how: str, browser_known_since: int | None, origin: Origin,
        now: int, parts: tuple[Any, ...] = (),
    ) -> None:  # fmt: skip
        """Link the identity to this user, who proved both. The owner gets a mail.

        `connection`: as read for this request. `browser_known_since`: of the visitor's session. `parts`: of the same transaction.
        One call more for a connection of an organisation: the membership may have ended since the person came back.

        Raises:
            Invalid: the connection of an organisation may not open this account, the person is no member by now, the identity is linked to
                another account, the account has too many links, or it was changed meanwhile.
        """
        if connection.org_id and not may_open(connection, pending.trusted, user):
            raise Invalid("upstream.account_of_others", name=pending.name)
        if connection.org_id and not self._members.may_come_in(user, connection.org_id):
            raise Invalid("upstream.no_member", name=pending.name)
        link = pending.link(user.id, how=how, browser_known_since=browser_known_since, now=now)
        there = self._links.of(user.id)
        if any(each.id == link.id for each in there):
            if parts:  # with the tokens of a person who connected it again; refused if the attempt was used
                self._db.transact(*parts)
            return
        if len(there) >= MOST:
            raise Invalid("issuer_link.too_many", maximum=MOST)
        event = self._audit.record_part(
            "upstream.linked", origin=origin, actor=user.id, subject=user.id, target=link.id, connection=link.connection_id, how=how
        )
        if not self._links.create(link, user, also=(*parts, event)):
            if self._links.user_of(link.id):
                raise Invalid("upstream.linked_elsewhere")
            raise Invalid("user.busy")
        self._notices.tell(user, "upstream_linked", origin=origin, now=now)
