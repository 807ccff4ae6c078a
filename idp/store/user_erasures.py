"""The erasure of a user's items in `directory`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from idp.domain.errors import Unavailable
from idp.store import keys
from idp.store.user_items import EmailItem, UserItem, free_email

if TYPE_CHECKING:
    from collections.abc import Sequence

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
                return done
        raise Unavailable(detail="the user was changed during each attempt to erase it")

    def _erase(self, user: User, also: Sequence[Raw]) -> bool | None:
        """As `delete`. None if another request wrote an item meanwhile."""
        found = list(self._db.query_all("directory", keys.user_pk(user.id)))
        places = [keys.Key(raw["pk"]["S"], raw["sk"]["S"]) for raw in found]
        now = next((one.user() for one in UserItem.readable(found)), user)
        if now.deleting_until != user.deleting_until:
            return False
        # Links and passkeys first: each one removes a second item, by which it is found.
        rest = sorted((place for place in places if place != keys.user(user.id)), key=lambda place: _finder(place) is None)
        mine = UserItem.pk.does_not_exist() | (UserItem.user_id == user.id)
        finders = [self._db.delete_part(UserItem, finder, mine) for place in rest if (finder := _finder(place))]
        room = _TOGETHER - len(finders) - len(also)
        self._db.batch_write(deletes=[(UserItem, place) for place in rest[room:]])  # consents that do not fit into one transaction
        parts = [*(self._db.delete_part(UserItem, place) for place in rest[:room]), *finders]
        if len(rest) < len(places):
            unchanged = UserItem.version == now.version
            parts += [*also, self._db.delete_part(UserItem, keys.user(user.id), unchanged), free_email(self._db, user, now.email)]
        return True if not parts or self._db.transact(*parts) is None else None

    def release_email(self, user_id: str, email: str) -> None:
        """Free a canonical email, if this user has it or gave it up. One call."""
        self._db.delete(EmailItem, keys.email(email), EmailItem.user_id == user_id)


def _finder(place: keys.Key) -> keys.Key | None:
    """The second item of a link or a passkey, by which its user is found; None for other items."""
    if place.sk.startswith(keys.LINK):
        return keys.issuer_subject(place.sk.removeprefix(keys.LINK))
    return keys.credential(place.sk.removeprefix(keys.PASSKEY)) if place.sk.startswith(keys.PASSKEY) else None
