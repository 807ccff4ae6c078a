"""Users and the emails that find them (`directory`). One email, one user: a second item with a condition, in one transaction."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from pynamodb.attributes import BooleanAttribute, JSONAttribute, NumberAttribute, UnicodeAttribute

from idp.domain.user import User
from idp.store import keys
from idp.store.database import Database, Refused
from idp.store.tables import LISTING, DirectoryItem

if TYPE_CHECKING:
    from collections.abc import Iterable

    from idp.store.database import Raw


class UserItem(DirectoryItem):
    """A user."""

    kind_name = "user"
    user_id = UnicodeAttribute()
    email = UnicodeAttribute()
    email_verified = BooleanAttribute(default=False)
    password_hash = UnicodeAttribute(null=True)
    disabled = BooleanAttribute(default=False)
    admin = BooleanAttribute(default=False)
    totp_enabled = BooleanAttribute(default=False)
    mfa_required = BooleanAttribute(default=False)
    valid_after = NumberAttribute(default=0)
    claims = JSONAttribute(null=True)
    created_at = NumberAttribute(default=0)
    updated_at = NumberAttribute(default=0)
    version = NumberAttribute(default=1)
    listing_pk = UnicodeAttribute()
    listing_sk = UnicodeAttribute()

    def user(self) -> User:
        """As the domain sees it."""
        return User(
            id=self.user_id, email=self.email, email_verified=self.email_verified, password_hash=self.password_hash, disabled=self.disabled,
            admin=self.admin, totp_enabled=self.totp_enabled, mfa_required=self.mfa_required, valid_after=int(self.valid_after),
            claims=self.claims or {}, created_at=int(self.created_at), updated_at=int(self.updated_at), version=int(self.version),
        )  # fmt: skip


class EmailItem(DirectoryItem):
    """An email that is taken, and by whom."""

    kind_name = "email"
    user_id = UnicodeAttribute()


def item(user: User) -> UserItem:
    """The item of a user. `user.email` is in its canonical form already (domain.email)."""
    return UserItem.new(
        keys.user(user.id), user_id=user.id, email=user.email, email_verified=user.email_verified, password_hash=user.password_hash,
        disabled=user.disabled, admin=user.admin, totp_enabled=user.totp_enabled, mfa_required=user.mfa_required, valid_after=user.valid_after,
        claims=dict(user.claims) or None, created_at=user.created_at, updated_at=user.updated_at, version=user.version,
        listing_pk="USER", listing_sk=user.email,
    )  # fmt: skip


class Users:
    """Facts about users."""

    def __init__(self, database: Database) -> None:
        self._db = database

    def get(self, user_id: str) -> User | None:
        """The user, or None."""
        found = self._db.get(UserItem, keys.user(user_id))
        return found.user() if found else None

    def id_of(self, email: str) -> str | None:
        """The id of the user who has this canonical email."""
        found = self._db.get(EmailItem, keys.email(email))
        return found.user_id if found else None

    def create(self, user: User) -> bool:
        """Write a new user and take the email: True, or False with nothing written when the email or the id is taken.

        A lost reply is safe: DynamoDB recognises the retry by its request token for ten minutes.
        """
        mine = EmailItem.new(keys.email(user.email), user_id=user.id)
        refused = self._db.transact(
            self._db.put_part(mine, EmailItem.pk.does_not_exist()), self._db.put_part(item(user), UserItem.pk.does_not_exist())
        )
        return refused is None

    def replace(self, user: User, *, email_was: str | None = None) -> User | None:
        """Write the user if nobody wrote since `user.version` was read: the user as written (version + 1), else None.

        `email_was`: the canonical email before, when it changes; the new one is taken and the old one freed in the same transaction.

        Raises:
            EmailTakenError: the new email belongs to somebody else.
        """
        written = replace(user, version=user.version + 1)
        unchanged = UserItem.version == user.version
        if email_was in (None, user.email):
            return None if self._db.put(item(written), unchanged) else written
        taken = EmailItem.new(keys.email(user.email), user_id=user.id)
        refused = self._db.transact(
            self._db.put_part(item(written), unchanged),
            self._db.put_part(taken, EmailItem.pk.does_not_exist()),
            self._db.delete_part(EmailItem, keys.email(email_was or "")),
        )
        if refused and refused[1]:
            raise EmailTakenError
        return None if refused else written

    def set_password(self, user_id: str, password_hash: str, *, was: str | None, now: int, end_everything: bool) -> bool:
        """Set the hash if it still is `was`. `end_everything` ends every session and grant that began before `now`."""
        actions = [UserItem.password_hash.set(password_hash), UserItem.updated_at.set(now), UserItem.version.add(1)]
        if end_everything:
            actions.append(UserItem.valid_after.set(now))
        same = UserItem.password_hash == was if was is not None else UserItem.password_hash.does_not_exist()
        return not isinstance(self._db.update(UserItem, keys.user(user_id), actions, UserItem.pk.exists() & same), Refused)

    def set_flags(self, user_id: str, now: int, **flags: bool) -> User | None:
        """Set boolean attributes such as totp_enabled; None when there is no such user."""
        actions = [getattr(UserItem, name).set(value) for name, value in flags.items()]
        actions += [UserItem.updated_at.set(now), UserItem.version.add(1)]
        done = self._db.update(UserItem, keys.user(user_id), actions, UserItem.pk.exists())
        return None if isinstance(done, Refused) else done.user()

    def end_everything(self, user_id: str, now: int) -> bool:
        """Kill every session and grant that began before `now`: one write."""
        actions = [UserItem.valid_after.set(now), UserItem.updated_at.set(now), UserItem.version.add(1)]
        return not isinstance(self._db.update(UserItem, keys.user(user_id), actions, UserItem.pk.exists()), Refused)

    def delete(self, user: User) -> None:
        """Erase the user: first the user and the email, so that nothing works any more, then everything else in the partition."""
        self._db.transact(
            self._db.delete_part(UserItem, keys.user(user.id)),
            self._db.delete_part(EmailItem, keys.email(user.email), EmailItem.user_id == user.id),
        )
        rest = [keys.Key(raw["pk"]["S"], raw["sk"]["S"]) for raw in self._db.query_all("directory", keys.user_pk(user.id))]
        self._db.batch_write(deletes=[(UserItem, key) for key in rest])

    def listing(self, *, email_prefix: str = "", limit: int = 50, start: Raw | None = None) -> tuple[list[User], Raw | None]:
        """One page of users by email, and the key to go on from. From an index: for lists, never for a decision."""
        found, more = self._db.query("directory", "USER", sk_begins=email_prefix, index=LISTING, limit=limit, start=start)
        wanted = [(UserItem, keys.Key(raw["pk"]["S"], raw["sk"]["S"])) for raw in found]
        items: Iterable[UserItem | None] = self._db.batch_get(*wanted) if wanted else ()
        return [i.user() for i in items if i], more


class EmailTakenError(Exception):
    """The email belongs to another user."""
