"""Reads and writes of users (`directory`)."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from idp.store import keys
from idp.store.database import Database, Refused
from idp.store.time_shards import is_on
from idp.store.user_items import EmailItem, EmailTakenError, UserItem, free_email, item, take_email

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from pynamodb.expressions.condition import Condition
    from pynamodb.expressions.update import RemoveAction, SetAction

    from idp.domain.people.user import User
    from idp.store.look_through import Found
    from idp.store.tables import Item
    from idp.store.transport import Raw

_MIGRATED = UserItem.awaits_migration.remove()
"""Part of each write of a password or passkey: from then on no other system is asked about the person's password."""


class Users:
    """Reads and writes users."""

    def __init__(self, database: Database) -> None:
        self._db = database

    def get(self, user_id: str) -> User | None:
        """The user, or None."""
        found = self._db.get(UserItem, keys.user(user_id))
        return found.user() if found else None

    def several(self, user_ids: Iterable[str]) -> dict[str, User]:
        """Those of these users that exist, by id. 100 per call."""
        wanted: list[tuple[type[Item], keys.Key]] = [(UserItem, keys.user(each)) for each in dict.fromkeys(user_ids)]
        found = self._db.batch_get(*wanted) if wanted else []
        return {user.id: user for user in (each.user() for each in found if each)}

    def id_of(self, email: str) -> str | None:
        """The id of the user with this canonical email, or None, also for an email that a user gave up."""
        found = self._db.get(EmailItem, keys.email(email))
        return found.user_id if found and found.reserved_until is None else None

    def ids_of(self, emails: Iterable[str]) -> dict[str, str]:
        """The ids of the users with these canonical emails, by email. Emails that a user gave up are left out. One call for 100."""
        wanted = list(dict.fromkeys(emails))
        found = self._db.batch_get(*((EmailItem, keys.email(each)) for each in wanted)) if wanted else []
        return {email: item.user_id for email, item in zip(wanted, found, strict=True) if item and item.reserved_until is None}

    def create(self, user: User, *, use: Raw | None = None, also: Sequence[Raw] = ()) -> bool:
        """Write a new user and take the email. False, with nothing written, if the email or the id is taken.

        `use`: the part that uses a ticket up. Two attempts with one ticket may write equal users. Only the ticket tells a retry of this
        attempt, whose own use it accepts, from another one. False if the ticket was used by another attempt.
        `also`: parts that are written in the same transaction; False, too, if the condition of one does not hold.
        """
        new, used = item(user, sharded=is_on(self._db)), [use] if use else []
        refused = self._db.transact(self._db.put_part(new, UserItem.pk.does_not_exist()), take_email(self._db, user), *used, *also)
        return refused is None or (self._db.was_written(refused[0], new) and not any(refused[2 : 2 + len(used)]))

    def replace(self, user: User, *, email_was: str | None = None, also: Sequence[Raw] = (), once: bool = False) -> User | None:
        """Write the user if it was not written since `user.version` was read. Returns the written user (version + 1), else None.

        `email_was`: the canonical email before a change. The same transaction takes the new email and frees the old one.
        `also`: parts of the same transaction; None, too, with nothing written, if the condition of one does not hold. `once`: the last of
        them is a `once_part`.

        Raises:
            EmailTakenError: another user has the new email.
        """
        written = replace(user, version=user.version + 1)
        new, unchanged = item(written, sharded=is_on(self._db)), UserItem.version == user.version
        moved = [] if email_was in {None, user.email} else [take_email(self._db, user), free_email(self._db, user, email_was or "")]
        if not (moved or also):
            return None if self._db.rewrite(new, unchanged) else written
        refused = self._db.transact(self._db.rewrite_part(new, unchanged), *moved, *also)
        if refused is None or (once and self._db.was_applied(refused)):
            return written
        if self._db.was_written(refused[0], new) and not any(refused[len(moved) + 1 :]):
            return written
        if moved and refused[1] and not refused[0]:
            raise EmailTakenError
        return None

    def set_password(self, user_id: str, password_hash: str, *, was: str | None, now: int, end_everything: bool) -> bool:
        """Set the hash if it still is `was`. Without `end_everything` it is another hash of the same password.

        `end_everything` moves the security stamp, which ends every session and grant.
        """
        actions = [UserItem.password_hash.set(password_hash), _MIGRATED, UserItem.updated_at.set(now), UserItem.version.add(1)]
        if end_everything:
            actions += [UserItem.security_stamp.add(1), UserItem.password_changed_at.set(now)]
        same = UserItem.password_hash == was if was is not None else UserItem.password_hash.does_not_exist()
        done = self._db.update(UserItem, keys.user(user_id), actions, UserItem.pk.exists() & same)
        if not isinstance(done, Refused):
            return True
        old = UserItem.of(done.old)
        return old is not None and old.password_hash == password_hash  # hashes are salted, so an equal one was written by this call

    def reset_password_part(
        self, user: User, password_hash: str, *, now: int, kept: User | None = None, disowned: Mapping[str, str] | None = None
    ) -> Raw:
        """The part of a transaction that sets the hash and ends every session and grant.

        Its condition: the user's address and security stamp are those that were read, and the user is not disabled.
        `kept`: the user with the factors that stay, if some are removed. Then also the version must be the one that was read.
        `disowned`: `User.disowned_browsers` from now on.
        """
        actions = [
            *_disowned(disowned), UserItem.password_hash.set(password_hash), UserItem.password_changed_at.set(now), _MIGRATED,
            UserItem.security_stamp.add(1), UserItem.updated_at.set(now), UserItem.version.add(1),
        ]  # fmt: skip
        unchanged = _is_as_read(user)
        if kept is not None:
            actions += _factors(kept)
            unchanged &= UserItem.version == user.version
        return self._db.update_part(UserItem, keys.user(user.id), actions, unchanged)

    def reset_by_passkey_part(self, user: User, after: User, *, now: int) -> Raw:
        """The part of a transaction that removes the password, stores the factors of `after`, and ends every session and grant.

        Its condition: the version, the address and the security stamp of the user are those that were read, and the user is not disabled.
        """
        actions = [
            UserItem.password_hash.remove(), UserItem.password_changed_at.remove(), _MIGRATED, *_factors(after),
            *_disowned(after.disowned_browsers), UserItem.security_stamp.add(1), UserItem.updated_at.set(now), UserItem.version.add(1),
        ]  # fmt: skip
        unchanged = _is_as_read(user)
        return self._db.update_part(UserItem, keys.user(user.id), actions, unchanged & (UserItem.version == user.version))

    @staticmethod
    def has_passkey(reason: Raw | None, passkey_id: str) -> bool:
        """Whether that part was refused because this call stored the passkey before, and the reply was lost."""
        old = UserItem.of(reason.get("Item")) if reason else None
        return old is not None and passkey_id in (old.passkeys or {})

    def remove_password(self, user: User, now: int) -> bool:
        """Remove the password and end every session and grant, if the user was not written since it was read."""
        actions = [
            UserItem.password_hash.remove(), UserItem.password_changed_at.remove(), UserItem.security_stamp.add(1),
            UserItem.updated_at.set(now), UserItem.version.add(1),
        ]  # fmt: skip
        done = self._db.update(UserItem, keys.user(user.id), actions, UserItem.version == user.version)
        if not isinstance(done, Refused):
            return True
        old = UserItem.of(done.old)  # the first try may have been written, and its reply lost
        return old is not None and not old.password_hash and int(old.version) == user.version + 1

    def verify_email_part(self, user: User, *, now: int) -> Raw:
        """The part of a transaction that marks the user's address as verified.

        Its condition: address and security stamp are those that were read, and the user is not disabled.
        """
        actions = [UserItem.email_verified.set(True), UserItem.updated_at.set(now), UserItem.version.add(1)]
        unchanged = _is_as_read(user)
        return self._db.update_part(UserItem, keys.user(user.id), actions, unchanged)

    @staticmethod
    def was_reset(reason: Raw | None, password_hash: str) -> bool:
        """Whether that part was refused because this call wrote the hash before, and the reply was lost. Hashes are salted."""
        old = UserItem.of(reason.get("Item")) if reason else None
        return old is not None and old.password_hash == password_hash

    def end_everything(self, user_id: str, now: int) -> User | None:
        """End every session and grant, also those that are being created, in one write. The written user; None if there is none."""
        actions = [UserItem.security_stamp.add(1), UserItem.updated_at.set(now), UserItem.version.add(1)]
        done = self._db.update(UserItem, keys.user(user_id), actions, UserItem.pk.exists())
        return None if isinstance(done, Refused) else done.user()

    def end_everything_with(
        self, user: User, now: int, *, parts: list[Raw], kept: User | None = None, disowned: Mapping[str, str] | None = None
    ) -> bool:  # fmt: skip
        """The same in one transaction with other parts. False, with nothing written, if everything ended since `user` was read.

        `kept`: the user with the factors that stay, if some are removed. Then also False if the user was written since.
        `disowned`: `User.disowned_browsers` from now on.
        """
        actions = [*_disowned(disowned), UserItem.security_stamp.add(1), UserItem.updated_at.set(now), UserItem.version.add(1)]
        same = UserItem.security_stamp == user.security_stamp
        if kept is not None:
            actions += _factors(kept)
            same &= UserItem.version == user.version
        return self._db.transact(self._db.update_part(UserItem, keys.user(user.id), actions, same), *parts) is None

    def listing(self, *, email_prefix: str = "", limit: int = 50, start: Raw | None = None) -> tuple[list[User], Raw | None]:
        """One page of users by email, and the key of the next page. From an index: for lists, never for a decision."""
        from idp.store import people_list  # sign-ins and tokens list nothing, and a cold start pays for each import

        found, more = people_list.page(self._db, begins=email_prefix, limit=limit, start=start)
        return [i.user() for i in self._db.read_listed(UserItem, found)], more

    def search(self, fits: Callable[[User], bool], *, email_prefix: str = "", limit: int = 50, start: Raw | None = None) -> Found[User]:
        """The next `limit` users by email that fit, out of the next `look_through.MOST`. For lists, never for a decision."""
        from idp.store import look_through, people_list

        listed = people_list.stream(self._db, begins=email_prefix, start=start, size=look_through.MOST // 2)
        found = look_through.look_through(self._db, UserItem, lambda it: fits(it.user()), listed=listed, limit=limit)
        return found.convert(UserItem.user)


def _is_as_read(user: User) -> Condition:
    """The condition that address and security stamp are those that were read, and that the user is not disabled."""
    is_enabled = UserItem.disabled == False  # noqa: E712  # a condition of pynamodb
    unchanged: Condition = (UserItem.email == user.email) & (UserItem.security_stamp == user.security_stamp) & is_enabled
    return unchanged


def _disowned(periods: Mapping[str, str] | None) -> list[SetAction | RemoveAction]:
    """The action that writes `User.disowned_browsers`. None without a period."""
    return [UserItem.disowned_browsers.set(dict(periods))] if periods else []


def _factors(kept: User) -> list[SetAction | RemoveAction]:
    """The actions that write the factors that a user keeps."""
    passkeys = UserItem.passkeys.set(dict(kept.passkeys)) if kept.passkeys else UserItem.passkeys.remove()
    automatic = UserItem.automatic_passkeys
    waiting = automatic.set(dict(kept.automatic_passkeys)) if kept.automatic_passkeys else automatic.remove()
    return [passkeys, waiting, UserItem.totp_enabled.set(kept.totp_enabled)]
