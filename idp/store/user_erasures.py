"""The erasure of a user's items in `directory`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from idp.domain.errors import Unavailable
from idp.store import factor_keys, issuer_keys, keys
from idp.store.invitations import InvitationItem
from idp.store.memberships import Memberships
from idp.store.organisation_keys import INVITE, MEMBER, org_pk
from idp.store.scim import keys as scim_keys
from idp.store.scim.items import ScimMembershipItem, ScimUserItem
from idp.store.scim.members import ScimMembers
from idp.store.scim.people import ScimPeopleStore
from idp.store.source_marks import erased_id_part
from idp.store.user_items import EmailItem, UserItem, free_email

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from idp.domain.people.user import User
    from idp.store.database import Database
    from idp.store.transport import Raw

_TRIES = 3
_TOGETHER = 98
"""The number of writes in a transaction (100) without the user and the email."""


class UserErasures:
    """Erases users. `idp.store.erasures` erases what `state` has about them."""

    def __init__(self, database: Database) -> None:
        self._db = database

    def delete(self, user: User, *, also: Sequence[Raw] = ()) -> bool:
        """Erase the items of the user in `directory`: credentials, consents, email and user, in one transaction.

        Former emails stay reserved; `release_email` frees each.
        `also`: parts of the transaction that removes the user. False, with the user still there, if the user has another
        `deleting_until` by now. True if the user was gone before; then `also` is not written again.

        Raises:
            Unavailable: other requests changed the user again and again.
        """
        for _ in range(_TRIES):
            if (done := self._erase(user, also)) is not None:
                if done:  # a request that added the user to a group or an organisation may have written after the first look
                    left = list(self._db.query_all("directory", keys.user_pk(user.id)))
                    self._leave_groups(user.id, left)
                    self._leave_organisations(user.id, left)
                return done
        raise Unavailable(detail="the user was changed during each attempt to erase it")

    def _erase(self, user: User, also: Sequence[Raw]) -> bool | None:
        """As `delete`. None if another request wrote an item meanwhile."""
        found = list(self._db.query_all("directory", keys.user_pk(user.id)))
        if self._leave_organisations(user.id, found):
            found = list(self._db.query_all("directory", keys.user_pk(user.id)))
            if self._leave_organisations(user.id, found):
                return None
        places = [keys.Key(raw["pk"]["S"], raw["sk"]["S"]) for raw in found]
        now = next((one.user() for one in UserItem.readable(found)), user)
        if now.deleting_until != user.deleting_until:
            return False
        self._leave_groups(user.id, found)
        # Links, passkeys and what SCIM clients said first: each one removes other items, by which it is found.
        rest = sorted((place for place in places if place != keys.user(user.id)), key=_order)
        mine = UserItem.pk.does_not_exist() | (UserItem.user_id == user.id)
        finders = [self._db.delete_part(UserItem, finder, mine) for place in rest if (finder := _finder(place))]
        finders += self._scim_parts(found, admin=now.admin)
        room = _TOGETHER - len(finders) - len(also)
        self._db.batch_write(deletes=[(UserItem, place) for place in rest[room:]])  # consents that do not fit into one transaction
        parts = [*(self._db.delete_part(UserItem, place) for place in rest[:room]), *finders]
        if len(rest) < len(places):
            unchanged = UserItem.version == now.version
            parts += [*also, self._db.delete_part(UserItem, keys.user(user.id), unchanged), free_email(self._db, user, now.email)]
        return True if not parts or self._db.transact(*parts) is None else None

    def _leave_organisations(self, user_id: str, found: Iterable[Raw]) -> bool:
        """Remove the user from the organisations, whose items hold the id, and count down. Whether there were any.

        Invitations that the person made go too, because they are not valid any more.

        A repetition changes nothing. A user who is gone or is being deleted cannot join an organisation.
        """
        joined = [raw["org_id"]["S"] for raw in found if raw["sk"]["S"].startswith(MEMBER)]
        for org_id in joined:
            made = [raw for raw in self._db.query_all("state", org_pk(org_id), sk_begins=INVITE) if raw["invited_by"] == {"S": user_id}]
            self._db.batch_write(deletes=[(InvitationItem, keys.Key(raw["pk"]["S"], raw["sk"]["S"])) for raw in made])
            Memberships(self._db).leave(user_id, org_id)
        return bool(joined)

    def _leave_groups(self, user_id: str, found: Iterable[Raw]) -> None:
        """Remove the user from the groups of SCIM clients, which hold the id. A repetition changes nothing."""
        for item in ScimMembershipItem.readable(found):
            ScimMembers(self._db).remove(item.client_id, item.group_id, [user_id])

    def _scim_parts(self, found: Sequence[Raw], *, admin: bool) -> list[Raw]:
        """The parts that remove by what SCIM clients find the user."""
        said = ScimUserItem.readable(found)
        return [part for each in said for part in ScimPeopleStore(self._db).gone_parts(each.scim_user(), admin=admin)]

    def used_id_part(self, digest: str, now: int) -> Raw:
        """The part of a transaction that notes that this id is not used again. `digest`: its keyed hash."""
        return erased_id_part(self._db, digest, now)

    def release_email(self, user_id: str, email: str) -> None:
        """Free a canonical email, if this user has it or gave it up. One call."""
        self._db.delete(EmailItem, keys.email(email), EmailItem.user_id == user_id)


def _order(place: keys.Key) -> bool:
    return _finder(place) is None and not place.sk.startswith(scim_keys.SAID)


def _finder(place: keys.Key) -> keys.Key | None:
    """The second item of a link or a passkey, by which its user is found; None for other items."""
    if place.sk.startswith(issuer_keys.LINK):
        return issuer_keys.issuer_subject(place.sk.removeprefix(issuer_keys.LINK))
    return factor_keys.credential(place.sk.removeprefix(factor_keys.PASSKEY)) if place.sk.startswith(factor_keys.PASSKEY) else None
