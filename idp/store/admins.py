"""The list of live admins (`directory`): one item, changed in the transaction that changes an admin, so that one always stays (J-05)."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from pynamodb.attributes import UnicodeSetAttribute
from pynamodb.expressions.condition import size

from idp.store import keys
from idp.store.factors import RecoveryItem, TotpItem
from idp.store.passkeys import erasing
from idp.store.tables import DirectoryItem
from idp.store.user_items import EmailTakenError, UserItem, free_email, item, take_email

if TYPE_CHECKING:
    from collections.abc import Sequence

    from idp.domain.people.user import User
    from idp.store.database import Database, Raw

MOST = 1000
"""The greatest number of admins. The item stays far below DynamoDB's 400 KB."""

_KEY = keys.Key("ADMINS", "ADMINS")


class AdminsItem(DirectoryItem):
    """The ids of all users who are admins and not disabled."""

    kind_name = "admins"
    ids = UnicodeSetAttribute(null=True)


class Admins:
    """Changes of a user that concern other items too: the list of admins, the second factor. `Users` has all other changes."""

    def __init__(self, database: Database) -> None:
        self._db = database

    def all(self) -> list[User]:
        """All live admins. Two calls, up to 100 admins; one more for each 100 further ones."""
        listed = self._db.get(AdminsItem, _KEY)
        wanted = [(UserItem, keys.user(user_id)) for user_id in sorted(listed.ids or ())] if listed else []
        return [found.user() for found in (self._db.batch_get(*wanted) if wanted else []) if found]

    def create(self, user: User) -> bool:
        """Write a new user who is an admin. False, with nothing written, if the email or the id is taken.

        Raises:
            TooManyAdminsError: nothing was written.
        """
        new = item(user)
        refused = self._db.transact(
            take_email(self._db, user), self._db.put_part(new, UserItem.pk.does_not_exist()), join_part(self._db, user)
        )
        if refused is None or self._db.was_written(refused[1], new):
            return True
        if refused[2] and not (refused[0] or refused[1]):
            raise TooManyAdminsError
        return False

    def replace(self, user: User, *, joins: bool, email_was: str | None = None, also: Sequence[Raw] = ()) -> User | None:
        """Like `Users.replace`, for a user who becomes (`joins`) a live admin or is no longer one.

        Raises:
            EmailTakenError: another user has the new email.
            LastAdminError: no other live admin would remain.
            TooManyAdminsError: nothing was written.
        """
        written = replace(user, version=user.version + 1)
        new = item(written)
        parts = [self._db.put_part(new, UserItem.version == user.version), join_part(self._db, user) if joins else self._leaves(user)]
        if email_was not in (None, user.email):
            parts += [take_email(self._db, user), free_email(self._db, user, email_was or "")]
        refused = self._db.transact(*parts, *also)
        if refused is None or (self._db.was_written(refused[0], new) and not any(refused[len(parts) :])):
            return written
        if not refused[0]:
            self._explain(refused[: len(parts)], joins=joins)
        return None

    def reset_factors(self, user: User) -> User | None:
        """Remove all second factors and what the user says of them, in one transaction. A flag without a factor would lock the user out.

        `user` still has the passkeys.
        """
        automatic = dict.fromkeys(user.automatic_passkeys, "")
        written = replace(user, totp_enabled=False, passkeys={}, automatic_passkeys=automatic, version=user.version + 1)
        new = item(written)
        refused = self._db.transact(
            self._db.put_part(new, UserItem.version == user.version),
            self._db.delete_part(TotpItem, keys.totp(user.id)),
            self._db.delete_part(RecoveryItem, keys.recovery_codes(user.id)),
            *erasing(self._db, user.id, user.all_passkeys),
        )
        return written if refused is None or self._db.was_written(refused[0], new) else None

    def scim_parts(self, user: User, wanted: User) -> list[Raw]:
        """The parts of the transaction that writes `wanted` by which SCIM clients do not list or count an admin (threats P-03).

        One call if the user becomes an admin or is one no longer, else none.
        """
        from idp.store.scim.people import ScimPeopleStore

        changes = wanted.admin != user.admin
        return ScimPeopleStore(self._db).admin_parts(user.id, admin=wanted.admin) if changes else []

    def _leaves(self, user: User) -> Raw:
        others = (_count() > 1) | (AdminsItem.ids.exists() & ~AdminsItem.ids.contains(user.id))
        return self._db.update_part(AdminsItem, _KEY, [AdminsItem.ids.delete({user.id})], others)

    @staticmethod
    def _explain(refused: list[Raw | None], *, joins: bool) -> None:
        if refused[1]:
            raise TooManyAdminsError if joins else LastAdminError
        if any(refused):
            raise EmailTakenError


def join_part(database: Database, user: User) -> Raw:
    """The part of a transaction that adds the user to the list, if there is room."""
    room = AdminsItem.pk.does_not_exist() | AdminsItem.ids.does_not_exist() | (_count() < MOST)
    return database.update_part(AdminsItem, _KEY, [AdminsItem.ids.add({user.id}), AdminsItem.kind.set(AdminsItem.kind_name)], room)


def _count() -> Any:
    return size(AdminsItem.ids)


class LastAdminError(Exception):
    """There is no other live admin."""


class TooManyAdminsError(Exception):
    """The list of admins is full."""
