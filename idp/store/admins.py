"""The lists of live admins (`directory`): one item, changed in the transaction that changes an admin, so that one always stays (J-05)."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from pynamodb.attributes import UnicodeSetAttribute
from pynamodb.expressions.condition import size

from idp.store import factor_keys, keys
from idp.store.factors import RecoveryItem, TotpItem
from idp.store.passkey_items import erasing
from idp.store.tables import DirectoryItem
from idp.store.time_shards import is_on
from idp.store.user_items import EmailTakenError, UserItem, free_email, item, take_email

if TYPE_CHECKING:
    from collections.abc import Sequence

    from idp.domain.people.user import User
    from idp.store.database import Database, Raw

MOST = 1000
"""The greatest number of admins of each list. The item stays far below DynamoDB's 400 KB."""

_KEY = keys.Key("ADMINS", "ADMINS")


class AdminsItem(DirectoryItem):
    """The users who are admins and not disabled. `ids`: those without a limit, `restricted`: those with `User.admin_scopes`."""

    kind_name = "admins"
    ids = UnicodeSetAttribute(null=True)
    restricted = UnicodeSetAttribute(null=True)


class Admins:
    """Changes of a user that concern other items too: the list of admins, the second factor. `Users` has all other changes."""

    def __init__(self, database: Database) -> None:
        self._db = database

    def all(self) -> list[User]:
        """All live admins, with or without a limit. Two calls, up to 100 admins; one more for each 100 further ones."""
        listed = self._db.get(AdminsItem, _KEY)
        ids = {*(listed.ids or ()), *(listed.restricted or ())} if listed else set[str]()
        wanted = [(UserItem, keys.user(user_id)) for user_id in sorted(ids)]
        return [found.user() for found in (self._db.batch_get(*wanted) if wanted else []) if found]

    def create(self, user: User) -> bool:
        """Write a new user who is an admin. False, with nothing written, if the email or the id is taken.

        Raises:
            TooManyAdminsError: nothing was written.
        """
        new = item(user, sharded=is_on(self._db))
        refused = self._db.transact(
            take_email(self._db, user), self._db.put_part(new, UserItem.pk.does_not_exist()), join_part(self._db, user)
        )
        if refused is None or self._db.was_written(refused[1], new):
            return True
        if refused[2] and not (refused[0] or refused[1]):
            raise TooManyAdminsError
        return False

    def replace(self, user: User, *, before: User, also: Sequence[Raw] = ()) -> User | None:
        """Like `Users.replace`, for a user who joins or leaves a list of admins. `before`: the user as read.

        Raises:
            EmailTakenError: another user has the new email.
            LastAdminError: no other live admin without a limit would remain.
            TooManyAdminsError: nothing was written.
        """
        written = replace(user, version=user.version + 1)
        new = item(written, sharded=is_on(self._db))
        parts = [self._db.rewrite_part(new, UserItem.version == user.version), _move_part(self._db, before, user)]
        if before.email != user.email:
            parts += [take_email(self._db, user), free_email(self._db, user, before.email)]
        refused = self._db.transact(*parts, *also)
        if refused is None or (self._db.was_written(refused[0], new) and not any(refused[len(parts) :])):
            return written
        if not refused[0]:
            self._explain(refused[: len(parts)], leaves=before.is_full_admin)
        return None

    def reset_factors(self, user: User) -> User | None:
        """Remove all second factors and what the user says of them, in one transaction. A flag without a factor would lock the user out.

        `user` still has the passkeys.
        """
        automatic = dict.fromkeys(user.automatic_passkeys, "")
        written = replace(user, totp_enabled=False, passkeys={}, automatic_passkeys=automatic, version=user.version + 1)
        new = item(written, sharded=is_on(self._db))
        refused = self._db.transact(
            self._db.rewrite_part(new, UserItem.version == user.version),
            self._db.delete_part(TotpItem, factor_keys.totp(user.id)),
            self._db.delete_part(RecoveryItem, factor_keys.recovery_codes(user.id)),
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

    @staticmethod
    def _explain(refused: list[Raw | None], *, leaves: bool) -> None:
        if refused[1]:
            listed = AdminsItem.of(refused[1].get("Item"))
            raise LastAdminError if leaves and (listed is None or len(listed.ids or ()) <= 1) else TooManyAdminsError
        if any(refused):
            raise EmailTakenError


def join_part(database: Database, user: User) -> Raw:
    """The part of a transaction that adds the user, a live admin, to their list, if there is room."""
    return _move_part(database, None, user)


def leave_part(database: Database, before: User, after: User) -> Raw:
    """The part of a transaction in which a live admin is one no longer, if one admin without a limit stays."""
    return _move_part(database, before, after)


def changes_lists(before: User, after: User) -> bool:
    """Whether the user joins or leaves a list of admins by this change."""
    return _list(before) is not _list(after)


def _list(user: User | None) -> Any:
    """The list that the user is in, or None."""
    if user is None or not user.is_live_admin:
        return None
    return AdminsItem.ids if user.is_full_admin else AdminsItem.restricted


def _move_part(database: Database, before: User | None, after: User) -> Raw:
    """The part of a transaction that moves the user between the lists, if one admin without a limit stays and there is room."""
    left, joined, condition = _list(before), _list(after), None
    actions: list[Any] = [AdminsItem.kind.set(AdminsItem.kind_name)]
    if left is not None:
        actions.append(left.delete({after.id}))
    if left is AdminsItem.ids:
        condition = (size(left) > 1) | (left.exists() & ~left.contains(after.id))
    if joined is not None:
        room = AdminsItem.pk.does_not_exist() | joined.does_not_exist() | (size(joined) < MOST)
        actions.append(joined.add({after.id}))
        condition = room if condition is None else condition & room
    return database.update_part(AdminsItem, _KEY, actions, condition)


class LastAdminError(Exception):
    """There is no other live admin without a limit."""


class TooManyAdminsError(Exception):
    """The list of admins is full."""
