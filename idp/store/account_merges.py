"""The write that merges two accounts (`directory`, `state`): one transaction, so that what moves is with one of them at any time."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from idp.store import issuer_keys
from idp.store import organisation_keys as org_keys
from idp.store.admins import LastAdminError, leave_part
from idp.store.issuer_links import IssuerLinkItem, IssuerSubjectItem
from idp.store.issuer_links import item as link_item
from idp.store.organisation_items import MemberItem, MembershipItem, OrganisationItem, twins
from idp.store.upstream_token_keys import upstream_tokens
from idp.store.upstream_tokens import UpstreamTokensItem
from idp.store.user_items import UserItem
from idp.store.user_items import item as user_item

if TYPE_CHECKING:
    from collections.abc import Sequence

    from idp.domain.access.trusted_issuer import IssuerLink
    from idp.domain.organisations.membership import Membership
    from idp.domain.people.user import User
    from idp.store.database import Database, Raw

MOST_PARTS = 100
"""DynamoDB's limit of a transaction."""
_KEPT, _MERGED, _ADMINS = range(3)


class Move(NamedTuple):
    """What moves: links and memberships, each as it was and as it becomes."""

    links: Sequence[tuple[IssuerLink, IssuerLink]] = ()
    memberships: Sequence[tuple[Membership, Membership]] = ()


class AccountMerges:
    """Merges accounts."""

    def __init__(self, database: Database) -> None:
        self._db = database

    def write(
        self, kept: tuple[User, User], merged: tuple[User, User], move: Move, *, also: Sequence[Raw], event: Sequence[Raw]
    ) -> bool:  # fmt: skip
        """Write both users, each as (before, after), and what moves. False, with nothing written, if one of the items changed meanwhile.

        `also`: further parts. `event`: the last parts; the very last is a `once_part`, by which a retry after a lost reply is recognised.

        Raises:
            LastAdminError: no other live admin without a limit would remain.
            TooMuchError: it does not fit into one transaction. Nothing was written.
        """
        admins = [leave_part(self._db, *merged)] if merged[0].is_live_admin else []
        parts = [self._user_part(*kept), self._user_part(*merged), *admins]
        parts += [part for pair in move.links for part in self._link_parts(*pair)]
        parts += [part for pair in move.memberships for part in self._membership_parts(*pair)]
        parts += [*also, *event]
        if len(parts) > MOST_PARTS:
            raise TooMuchError
        refused = self._db.transact(*parts)
        if self._db.was_applied(refused):
            return True
        if refused and admins and refused[_ADMINS] and not (refused[_KEPT] or refused[_MERGED]):
            raise LastAdminError
        return False

    def _user_part(self, before: User, after: User) -> Raw:
        return self._db.rewrite_part(user_item(after, sharded=bool(self._db.time_shards)), UserItem.version == before.version)

    def _link_parts(self, was: IssuerLink, new: IssuerLink) -> list[Raw]:
        """The link moves. The tokens that are kept of it are encrypted for the former user, so they go."""
        finder = IssuerSubjectItem.new(issuer_keys.issuer_subject(was.id), user_id=new.user_id)
        return [
            self._db.delete_part(IssuerLinkItem, issuer_keys.issuer_link(was.user_id, was.id), IssuerLinkItem.pk.exists()),
            self._db.put_part(link_item(new), IssuerLinkItem.pk.does_not_exist()),
            self._db.put_part(finder, IssuerSubjectItem.user_id == was.user_id),
            self._db.delete_part(UpstreamTokensItem, upstream_tokens(was.user_id, was.id)),
        ]

    def _membership_parts(self, was: Membership, new: Membership) -> list[Raw]:
        """The membership moves. The numbers of the organisation stay, and it must not be being deleted."""
        member, membership = twins(new)
        same_member = (MemberItem.version == was.version) & (MemberItem.membership_id == was.id)
        same_membership = (MembershipItem.version == was.version) & (MembershipItem.membership_id == was.id)
        there = OrganisationItem.pk.exists() & OrganisationItem.deleting_since.does_not_exist()
        return [
            self._db.delete_part(MemberItem, org_keys.member(was.org_id, was.user_id), same_member),
            self._db.delete_part(MembershipItem, org_keys.membership(was.user_id, was.org_id), same_membership),
            self._db.put_part(member, MemberItem.pk.does_not_exist()),
            self._db.put_part(membership, MembershipItem.pk.does_not_exist()),
            self._db.update_part(OrganisationItem, org_keys.organisation(was.org_id), [OrganisationItem.members.add(0)], there),
        ]


class TooMuchError(Exception):
    """More moves than one transaction can hold."""
