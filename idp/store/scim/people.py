"""The people of SCIM clients. The user itself is written by `idp.store.users`; the parts from here are in its transaction."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, NamedTuple

from idp.domain.organisations.membership import SCIM
from idp.domain.scim.resources import ScimUser
from idp.store import keys
from idp.store.organisation_items import membership_place
from idp.store.scim import keys as scim_keys
from idp.store.scim.finders import ScimFinders
from idp.store.scim.items import PERSON, ScimFinderItem, ScimUserItem, user_item
from idp.store.user_items import UserItem

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from idp.domain.organisations.membership import Membership
    from idp.domain.people.user import User
    from idp.store.database import Database
    from idp.store.transport import Raw


class Person(NamedTuple):
    """What a client said about a person, and the user. `membership`: in the organisation of the client; None for one of the deployment."""

    said: ScimUser
    user: User
    membership: Membership | None = None


class ScimPeopleStore:
    """Reads and writes the people of SCIM clients."""

    def __init__(self, database: Database) -> None:
        self._db, self.finders = database, ScimFinders(database, PERSON)

    def read(self, client_id: str, user_ids: Sequence[str]) -> list[Person]:
        """Those of the users whom this client made, in the given order. One call for 50 users."""
        wanted = [pair for id_ in user_ids for pair in ((ScimUserItem, scim_keys.user(id_, client_id)), (UserItem, keys.user(id_)))]
        found = self._db.batch_get(*wanted) if wanted else []
        pairs = zip(found[::2], found[1::2], strict=True)
        return [Person(said.scim_user(), user.user()) for said, user in pairs if said and user]

    def read_members(self, client_id: str, org_id: str, user_ids: Sequence[str]) -> list[Person]:
        """Those of the users whom this client of the organisation made, and who are its members by that. One call for 33 users."""
        wanted = [
            place
            for id_ in user_ids
            for place in ((ScimUserItem, scim_keys.user(id_, client_id)), (UserItem, keys.user(id_)), membership_place(id_, org_id))
        ]
        found = self._db.batch_get(*wanted) if wanted else []
        triples = zip(found[::3], found[1::3], found[2::3], strict=True)
        there = ((said, user, member) for said, user, member in triples if said and user and member and member.source == SCIM)
        return [Person(said.scim_user(), user.user(), member.membership()) for said, user, member in there]

    def ended_parts(self, user_id: str, org_id: str) -> list[Raw]:
        """The parts of the transaction that ends a membership: what SCIM clients of the organisation said about the person goes.

        One call, or two.
        """
        found = ScimUserItem.readable(self._db.query_all("directory", keys.user_pk(user_id), sk_begins=scim_keys.said_by(org_id)))
        user = self._db.get(UserItem, keys.user(user_id)) if found else None
        parts: list[Raw] = []
        for said in (each.scim_user() for each in found):
            parts.append(self._db.delete_part(ScimUserItem, scim_keys.user(user_id, said.client_id)))
            parts += self.gone_parts(said, admin=user is not None and user.admin)
        return parts

    def owned(self, client_id: str, user_ids: Iterable[str]) -> set[str]:
        """Those of the ids whose users this client made, except admins. One call for 100 users."""
        wanted = [(ScimFinderItem, scim_keys.owned(client_id, id_)) for id_ in user_ids]
        return {item.found for item in (self._db.batch_get(*wanted) if wanted else []) if item}

    def members(self, client_id: str, org_id: str, user_ids: Iterable[str]) -> dict[str, Membership]:
        """The memberships, by user, of those whom this client of the organisation made, except admins of the deployment.

        One call for 50 users.
        """
        places = [place for id_ in user_ids for place in ((ScimFinderItem, scim_keys.owned(client_id, id_)), membership_place(id_, org_id))]
        found = self._db.batch_get(*places) if places else []
        pairs = zip(found[::2], found[1::2], strict=True)
        return {made.found: it.membership() for made, it in pairs if made and it and it.source == SCIM}

    def page(self, client_id: str, *, after: str = "", limit: int) -> tuple[list[str], bool]:
        """The ids of the next people after an id, and whether there are more. One call for about 5,000 ids."""
        return page(self._db, client_id, scim_keys.PEOPLE, after=after, limit=limit)

    def create_parts(self, it: ScimUser) -> list[Raw]:
        """The parts of the transaction of a new user. The second one is refused if the client has the userName already."""
        return [
            self._db.put_part(user_item(it), ScimUserItem.pk.does_not_exist()),
            self.finders.take_name_part(it.client_id, it.user_name, it.id),
            *self.finders.external_parts(it.client_id, it.id, was="", is_=it.external_id),
            *self._listed_parts(it.client_id, it.id),
        ]

    def change_parts(self, before: ScimUser, after: ScimUser) -> list[Raw]:
        """The parts of a transaction that write a person, if it was not written since `before` was read."""
        parts = [self._db.put_part(user_item(replace(after, version=before.version + 1)), ScimUserItem.version == before.version)]
        if before.user_name != after.user_name:
            parts.append(self.finders.take_name_part(after.client_id, after.user_name, after.id))
            parts.append(self.finders.free_name_part(after.client_id, before.user_name, after.id))
        return [*parts, *self.finders.external_parts(after.client_id, after.id, was=before.external_id, is_=after.external_id)]

    def gone_parts(self, it: ScimUser, *, admin: bool) -> list[Raw]:
        """The parts of the transaction that erases a user, beside what is in the user's own partition. An admin is in no list."""
        return [
            self.finders.free_name_part(it.client_id, it.user_name, it.id),
            *self.finders.external_gone_parts(it.client_id, it.id, it.external_id),
            *([] if admin else self._unlisted_parts(it.client_id, it.id)),
        ]

    def admin_parts(self, user_id: str, *, admin: bool) -> list[Raw]:
        """The parts of the transaction in which a user becomes an admin, or is one no longer. No client lists or counts an admin.

        One call, which finds the clients that made the user; this never changes while the user exists.
        """
        made = ScimUserItem.readable(self._db.query_all("directory", keys.user_pk(user_id), sk_begins=scim_keys.SAID))
        parts = self._unlisted_parts if admin else self._listed_parts
        return [part for each in made for part in parts(each.scim_user().client_id, user_id)]

    def _listed_parts(self, client_id: str, user_id: str) -> list[Raw]:
        listed = ScimFinderItem.new(scim_keys.owned(client_id, user_id), found=user_id, about=PERSON)
        return [self._db.put_part(listed), self.finders.count_part(client_id, user_id, 1)]

    def _unlisted_parts(self, client_id: str, user_id: str) -> list[Raw]:
        listed = self._db.delete_part(ScimFinderItem, scim_keys.owned(client_id, user_id))
        return [listed, self.finders.count_part(client_id, user_id, -1)]


def page(db: Database, client_id: str, begins: str, *, after: str, limit: int) -> tuple[list[str], bool]:
    """The ids at the next sort keys of a client's partition that begin so, and whether there are more."""
    pk, ids = scim_keys.pk(client_id), []  # type: str, list[str]
    start: Raw | None = {"pk": {"S": pk}, "sk": {"S": begins + keys.part(after)}} if after else None
    while len(ids) < limit:
        found, start = db.query("directory", pk, sk_begins=begins, limit=limit - len(ids), start=start)
        ids += [raw["found"]["S"] if "found" in raw else raw["group_id"]["S"] for raw in found]
        if start is None:
            return ids, False
    return ids, True
