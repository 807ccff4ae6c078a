"""Memberships (`directory`): two items each, so that both directions are strongly consistent. One transaction writes both, and counts."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from idp.domain.errors import Unavailable
from idp.domain.organisations.membership import MOST_MEMBERSHIPS, SCIM
from idp.store import keys as user_keys
from idp.store import organisation_keys as keys
from idp.store.organisation_items import MemberItem, MembershipItem, OrganisationItem, membership_place, twins
from idp.store.user_items import UserItem

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from idp.domain.organisations.membership import Membership
    from idp.store.database import Database, Raw

_MEMBER, _MEMBERSHIP, _ORGANISATION, _USER = range(4)
"""The places of the parts of a transaction that adds or removes a membership."""
_TRIES = 5


class Memberships:
    """Reads and writes memberships."""

    def __init__(self, database: Database) -> None:
        self._db = database

    def get(self, user_id: str, org_id: str) -> Membership | None:
        """The membership, or None."""
        found = self._db.get(*membership_place(user_id, org_id))
        return found.membership() if found else None

    def several(self, user_ids: Iterable[str], org_id: str) -> dict[str, Membership]:
        """The memberships of those users who are members, by user. One call for 100 users."""
        places = [membership_place(id_, org_id) for id_ in user_ids]
        found = self._db.batch_get(*places) if places else []
        return {item.user_id: item.membership() for item in found if item}

    def of_user(self, user_id: str) -> list[Membership]:
        """All memberships of a user, in the order of the organisations' ids. One call."""
        found = self._db.query_all("directory", user_keys.user_pk(user_id), sk_begins=keys.MEMBER)
        return [item.membership() for item in MembershipItem.readable(found)]

    def of_organisation(self, org_id: str, *, limit: int = 50, start: Raw | None = None) -> tuple[list[Membership], Raw | None]:
        """One page of the members of an organisation by user id, and the key of the next page."""
        found, more = self._db.query("directory", keys.org_pk(org_id), sk_begins=keys.MEMBER, limit=limit, start=start)
        return [item.membership() for item in MemberItem.readable(found)], more

    def add(self, new: Membership, *, also: Sequence[Raw] = (), once: bool = False, leaving: bool = False) -> bool:
        """Add a membership. False, with nothing written, if only the condition of another part does not hold.

        `also`: parts of the same transaction. `once`: the last of them is a `once_part`. Without it, the membership's id, which is new in
        each attempt, tells a retry from another writer. `leaving`: also a user who is being deleted.

        Raises:
            OrganisationGoneError: there is no such organisation, or it is being deleted.
            AlreadyMemberError: the user is a member.
            UserGoneError: there is no such user, or they are being deleted.
            TooManyMembershipsError: the user is in 50 organisations.
        """
        refused = self._db.transact(*self.add_parts(new, leaving=leaving), *also)
        if refused is None or (once and self._db.was_applied(refused)):
            return True
        if self._db.was_written(refused[_MEMBER], twins(new)[0]):
            return True
        explain(refused)
        return False

    def add_parts(self, new: Membership, *, new_user: bool = False, leaving: bool = False) -> list[Raw]:
        """The parts of a transaction that add a membership. `explain` says which of them was refused.

        `new_user`: the same transaction creates the user, with `memberships` = 1. Then there is no part about the user.
        `leaving`: as of `add`.
        """
        member, membership = twins(new)
        counted = [OrganisationItem.members.add(1), *([OrganisationItem.admins.add(1)] if new.admin else [])]
        open_ = OrganisationItem.pk.exists() & OrganisationItem.deleting_since.does_not_exist()
        parts = [
            self._db.put_part(member, MemberItem.pk.does_not_exist()),
            self._db.put_part(membership, MembershipItem.pk.does_not_exist()),
            self._db.update_part(OrganisationItem, keys.organisation(new.org_id), counted, open_),
        ]
        if new_user:
            return parts
        room = UserItem.memberships.does_not_exist() | (UserItem.memberships < MOST_MEMBERSHIPS)
        stays = UserItem.pk.exists() if leaving else UserItem.pk.exists() & UserItem.deleting_until.does_not_exist()
        counts = [UserItem.memberships.add(1), UserItem.version.add(1)]
        return [*parts, self._db.update_part(UserItem, user_keys.user(new.user_id), counts, stays & room)]

    def replace(
        self, changed: Membership, *, was: Membership, keep_admin: bool = False, also: Sequence[Raw] = (), once: bool = False
    ) -> Membership | None:  # fmt: skip
        """Write both items if the membership is the one that was read. The written one, else None. `keep_admin`: an admin has to stay.

        Raises:
            LastAdminError: with `keep_admin`, no other admin of the organisation would remain.
        """
        written = replace(changed, version=was.version + 1)
        member, membership = twins(written)
        parts = [
            self._db.put_part(member, (MemberItem.version == was.version) & (MemberItem.membership_id == was.id)),
            self._db.put_part(membership, (MembershipItem.version == was.version) & (MembershipItem.membership_id == was.id)),
        ]
        if (step := changed.admin - was.admin) != 0:
            parts.append(self._count_part(was.org_id, admins=step, keep_admin=keep_admin))
        refused = self._db.transact(*parts, *also)
        if refused is None or (once and self._db.was_applied(refused)):
            return written
        if self._db.was_written(refused[_MEMBER], member) and not once:
            return written
        if step < 0 and refused[2] and not refused[_MEMBER]:
            raise LastAdminError
        return None

    def remove(self, gone: Membership, *, keep_admin: bool = False, also: Sequence[Raw] = (), once: bool = False) -> bool:
        """Remove a membership, if it is the one that was read, and count down. False, with nothing written, if it is not.

        Raises:
            LastAdminError: with `keep_admin`, no other admin of the organisation would remain.
        """
        refused = self._db.transact(*self._remove_parts(gone, keep_admin=keep_admin), *also)
        if refused is None or (once and self._db.was_applied(refused)):
            self._leave_groups(gone)
            return True
        if keep_admin and refused[_ORGANISATION] and not refused[_MEMBER]:
            raise LastAdminError
        return False

    def leave(self, user_id: str, org_id: str) -> None:
        """Remove a membership, whatever it is by now. If the organisation or the user is gone, only the other one is counted.

        It may run twice, and while others change the membership.

        Raises:
            Unavailable: other requests changed it again and again.
        """
        for _ in range(_TRIES):
            member, membership = self._db.batch_get((MemberItem, keys.member(org_id, user_id)), membership_place(user_id, org_id))
            if member is None and membership is None:
                return
            if member is None or membership is None:  # no transaction leaves one alone; a restore of an old item may
                self._db.batch_write(deletes=[(MemberItem, keys.member(org_id, user_id)), membership_place(user_id, org_id)])
                return
            gone = membership.membership()
            parts = self._remove_parts(gone, keep_admin=False)
            refused = self._db.transact(*parts)
            if refused and not (refused[_MEMBER] or refused[_MEMBERSHIP]):
                refused = self._db.transact(*[part for part, reason in zip(parts, refused, strict=True) if reason is None])
            if refused is None:
                self._leave_groups(gone)
                return
        raise Unavailable(detail="the membership was changed during each attempt to end it")

    def _remove_parts(self, gone: Membership, *, keep_admin: bool) -> list[Raw]:
        same_member = (MemberItem.version == gone.version) & (MemberItem.membership_id == gone.id)
        same_membership = (MembershipItem.version == gone.version) & (MembershipItem.membership_id == gone.id)
        counts = [UserItem.memberships.add(-1), UserItem.version.add(1)]
        return [
            self._db.delete_part(MemberItem, keys.member(gone.org_id, gone.user_id), same_member),
            self._db.delete_part(MembershipItem, keys.membership(gone.user_id, gone.org_id), same_membership),
            self._count_part(gone.org_id, members=-1, admins=-1 if gone.admin else 0, keep_admin=keep_admin),
            self._db.update_part(UserItem, user_keys.user(gone.user_id), counts, UserItem.pk.exists()),
            *self._scim_parts(gone),
        ]

    def same_part(self, it: Membership) -> Raw:
        """The part of a transaction that is refused if the membership is not the one that was read. It changes nothing."""
        same = (MembershipItem.version == it.version) & (MembershipItem.membership_id == it.id)
        return self._db.update_part(MembershipItem, keys.membership(it.user_id, it.org_id), [MembershipItem.version.add(0)], same)

    def beside(self, it: Membership, parts: Sequence[Raw]) -> bool:
        """Write parts that may be written twice, if the membership is the one that was read. It stays as it is."""
        return self._db.transact(self.same_part(it), *parts) is None

    def _leave_groups(self, gone: Membership) -> None:
        """Remove the person from the groups of the organisation's directories, which give nothing without the membership."""
        if gone.source != SCIM:
            return
        from idp.store.scim.members import ScimMembers

        ScimMembers(self._db).leave(gone.user_id, gone.org_id, mark=gone.id)

    def _scim_parts(self, gone: Membership) -> list[Raw]:
        """The parts that remove what the SCIM client that made the membership said about the person: it reaches them no longer."""
        if gone.source != SCIM:
            return []
        from idp.store.scim.people import ScimPeopleStore

        return ScimPeopleStore(self._db).ended_parts(gone.user_id, gone.org_id)

    def _count_part(self, org_id: str, *, members: int = 0, admins: int = 0, keep_admin: bool = False) -> Raw:
        actions = [OrganisationItem.members.add(members)] if members else []
        actions += [OrganisationItem.admins.add(admins)] if admins else []
        there = OrganisationItem.pk.exists()
        if keep_admin and admins < 0:
            there &= OrganisationItem.admins > 1
        return self._db.update_part(OrganisationItem, keys.organisation(org_id), actions, there)


def explain(refused: Sequence[Raw | None]) -> None:
    """Raise the error that says which part of `add_parts`, at the beginning of a transaction, was refused. Nothing if none was.

    Raises:
        OrganisationGoneError, AlreadyMemberError, UserGoneError, TooManyMembershipsError: as of `Memberships.add`.
    """
    if refused[_ORGANISATION]:
        raise OrganisationGoneError
    if refused[_MEMBER] or refused[_MEMBERSHIP]:
        raise AlreadyMemberError
    if len(refused) > _USER and (reason := refused[_USER]):
        user = UserItem.of(reason.get("Item"))
        raise UserGoneError if user is None or user.deleting_until else TooManyMembershipsError


class AlreadyMemberError(Exception):
    """The user is a member of the organisation."""


class TooManyMembershipsError(Exception):
    """The user is a member of as many organisations as one can be."""


class OrganisationGoneError(Exception):
    """There is no such organisation, or it is being deleted."""


class UserGoneError(Exception):
    """There is no such user, or they are being deleted."""


class LastAdminError(Exception):
    """The organisation would have no admin any more."""
