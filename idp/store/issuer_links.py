"""Links from a subject of an issuer to a user (`directory`): one item in the user's partition and one that finds it, written together."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pynamodb.attributes import NumberAttribute, UnicodeAttribute

from idp.domain.access.trusted_issuer import IssuerLink
from idp.store import issuer_keys, keys
from idp.store.tables import DirectoryItem
from idp.store.upstream_token_keys import upstream_tokens
from idp.store.upstream_tokens import UpstreamTokensItem
from idp.store.user_items import UserItem

if TYPE_CHECKING:
    from collections.abc import Sequence

    from idp.domain.people.user import User
    from idp.store.database import Database
    from idp.store.transport import Raw

MOST = 20
"""The greatest number of links of a user, so that one transaction can erase the user with all links."""


class IssuerLinkItem(DirectoryItem):
    """The item of a link, in the user's partition."""

    kind_name = "issuer_link"
    user_id = UnicodeAttribute()
    issuer = UnicodeAttribute()
    tenant = UnicodeAttribute(default="")
    subject = UnicodeAttribute()
    created_at = NumberAttribute()
    connection_id = UnicodeAttribute(null=True)
    email = UnicodeAttribute(null=True)
    how = UnicodeAttribute(null=True)
    browser_known_since = NumberAttribute(null=True)

    def link(self) -> IssuerLink:
        """Convert it to the domain's class."""
        return IssuerLink(
            self.user_id, self.issuer, self.tenant, self.subject, int(self.created_at), self.connection_id or "", self.email or "",
            self.how or "", None if self.browser_known_since is None else int(self.browser_known_since),
        )  # fmt: skip


class IssuerSubjectItem(DirectoryItem):
    """The item by which a subject of an issuer is linked to one user only."""

    kind_name = "issuer_subject"
    user_id = UnicodeAttribute()


def item(link: IssuerLink) -> IssuerLinkItem:
    """The item of a link."""
    return IssuerLinkItem.new(
        issuer_keys.issuer_link(link.user_id, link.id), user_id=link.user_id, issuer=link.issuer, tenant=link.tenant, subject=link.subject,
        created_at=link.created_at, connection_id=link.connection_id or None, email=link.email or None, how=link.how or None,
        browser_known_since=link.browser_known_since,
    )  # fmt: skip


class IssuerLinks:
    """Reads and writes links."""

    def __init__(self, database: Database) -> None:
        self._db = database

    def create(self, link: IssuerLink, user: User, *, also: Sequence[Raw] = ()) -> bool:
        """Write both items. False, with nothing written, if the subject is linked already, or the user changed since `user` was read.

        `also`: parts of the same transaction; False, too, if the condition of one does not hold.

        The user's item is written too, so that a concurrent erasure or link of the same user is noticed.
        """
        refused = self._db.transact(*self.create_parts(link), self._user_part(user), *also)
        return refused is None or self._db.was_written(refused[0], item(link))

    def create_parts(self, link: IssuerLink) -> tuple[Raw, Raw]:
        """Return the parts of a transaction that write both items, on the condition that the subject is not linked.

        For an account that the same transaction creates. Otherwise the user's item belongs to the transaction, too: `create`.
        """
        return (
            self._db.put_part(item(link), IssuerLinkItem.pk.does_not_exist()),
            self._db.put_part(
                IssuerSubjectItem.new(issuer_keys.issuer_subject(link.id), user_id=link.user_id), IssuerSubjectItem.pk.does_not_exist()
            ),
        )

    def user_of(self, link_id: str) -> str | None:
        """The id of the user that this subject is linked to, or None."""
        found = self._db.get(IssuerSubjectItem, issuer_keys.issuer_subject(link_id))
        return found.user_id if found else None

    def of(self, user_id: str) -> list[IssuerLink]:
        """All links of a user."""
        found = self._db.query_all("directory", keys.user_pk(user_id), sk_begins=issuer_keys.LINK)
        return [one.link() for one in IssuerLinkItem.readable(found)]

    def delete(self, user_id: str, link_id: str) -> bool:
        """Remove both items. False if the user has no such link."""
        return self._db.transact(*self.delete_parts(user_id, link_id)) is None

    def unlink(self, link: IssuerLink, user: User, *, event: Raw) -> bool:
        """Remove both items. False, with nothing removed, if the link is gone, or the user changed since `user` was read.

        `event`: the part that writes the event (`Database.once_part`). A retry after a lost reply is recognised by it.

        The user's item is written too, so that of two removals that each leave one way to sign in only one succeeds (threats O-18).
        """
        return self._db.was_applied(self._db.transact(*self.delete_parts(user.id, link.id), self._user_part(user), event))

    def delete_parts(self, user_id: str, link_id: str) -> tuple[Raw, Raw, Raw]:
        """Return the parts of a transaction that remove both items, on the condition that the user has the link.

        The tokens that are kept of the link go with it.
        """
        return (
            self._db.delete_part(IssuerLinkItem, issuer_keys.issuer_link(user_id, link_id), IssuerLinkItem.pk.exists()),
            self._db.delete_part(IssuerSubjectItem, issuer_keys.issuer_subject(link_id), IssuerSubjectItem.user_id == user_id),
            self._db.delete_part(UpstreamTokensItem, upstream_tokens(user_id, link_id)),
        )

    def _user_part(self, user: User) -> Raw:
        return self._db.update_part(UserItem, keys.user(user.id), [UserItem.version.add(1)], UserItem.version == user.version)
