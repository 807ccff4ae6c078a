"""Users and their emails (`directory`). An email belongs to one user: a second item, written on a condition in the same transaction."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from pynamodb.attributes import BooleanAttribute, NumberAttribute, UnicodeAttribute

from idp.domain.errors import Unavailable
from idp.domain.people.user import User
from idp.store import keys
from idp.store.attributes import ObjectAttribute, TextMapAttribute
from idp.store.database import Database, Refused
from idp.store.tables import LISTING, DirectoryItem

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from pynamodb.expressions.update import RemoveAction, SetAction

    from idp.store.look_through import Found
    from idp.store.transport import Raw

_TRIES = 3
_TOGETHER = 98
"""The number of writes in a transaction (100) without the user and the email."""


class UserItem(DirectoryItem):
    """The item of a user."""

    kind_name = "user"
    user_id = UnicodeAttribute()
    email = UnicodeAttribute()
    email_verified = BooleanAttribute(default=False)
    password_hash = UnicodeAttribute(null=True)
    password_changed_at = NumberAttribute(null=True)
    disabled = BooleanAttribute(default=False)
    admin = BooleanAttribute(default=False)
    totp_enabled = BooleanAttribute(default=False)
    mfa_required = BooleanAttribute(default=False)
    security_stamp = NumberAttribute(default=0)
    factor_stamp = NumberAttribute(default=0)
    claims = ObjectAttribute(null=True)
    roles = TextMapAttribute(null=True)
    groups = TextMapAttribute(null=True)
    attributes = ObjectAttribute(null=True)
    passkeys = TextMapAttribute(null=True)
    terms = TextMapAttribute(null=True)
    former_emails = TextMapAttribute(null=True)
    deleting_until = NumberAttribute(null=True)
    created_at = NumberAttribute(default=0)
    updated_at = NumberAttribute(default=0)
    version = NumberAttribute(default=1)
    listing_pk = UnicodeAttribute()
    listing_sk = UnicodeAttribute()

    def user(self) -> User:
        """Convert it to the domain's class."""
        return User(
            id=self.user_id, email=self.email, email_verified=self.email_verified, password_hash=self.password_hash, disabled=self.disabled,
            admin=self.admin, totp_enabled=self.totp_enabled, mfa_required=self.mfa_required, security_stamp=int(self.security_stamp),
            factor_stamp=int(self.factor_stamp),
            claims=self.claims or {}, roles=self.roles or {}, groups=self.groups or {}, attributes=self.attributes or {},
            passkeys=self.passkeys or {}, terms=self.terms or {}, former_emails=self.former_emails or {},
            password_changed_at=int(self.password_changed_at or 0),
            deleting_until=int(self.deleting_until or 0), created_at=int(self.created_at), updated_at=int(self.updated_at),
            version=int(self.version),
        )  # fmt: skip


class EmailItem(DirectoryItem):
    """The item by which an email is taken, with the id of its user.

    `reserved_until`: its user gave it up, and no other user gets it before this time (epoch seconds).
    Until then nothing finds the user by it.
    """

    kind_name = "email"
    user_id = UnicodeAttribute()
    reserved_until = NumberAttribute(null=True)

    def is_free(self, now: int) -> bool:
        """Whether it was given up, and its reservation is over at `now` (epoch seconds)."""
        return self.reserved_until is not None and self.reserved_until <= now


def item(user: User) -> UserItem:
    """The item of a user. `user.email` is already in canonical form (domain.email)."""
    return UserItem.new(
        keys.user(user.id), user_id=user.id, email=user.email, email_verified=user.email_verified, password_hash=user.password_hash,
        disabled=user.disabled, admin=user.admin, totp_enabled=user.totp_enabled, mfa_required=user.mfa_required,
        security_stamp=user.security_stamp, factor_stamp=user.factor_stamp, claims=dict(user.claims) or None,
        roles=dict(user.roles) or None,
        groups=dict(user.groups) or None, attributes=dict(user.attributes) or None, passkeys=dict(user.passkeys) or None,
        password_changed_at=user.password_changed_at or None, terms=dict(user.terms) or None,
        former_emails=dict(user.former_emails) or None, deleting_until=user.deleting_until or None,
        created_at=user.created_at, updated_at=user.updated_at, version=user.version,
        listing_pk="USER", listing_sk=user.email,
    )  # fmt: skip


def take_email(database: Database, user: User) -> Raw:
    """The part of a transaction that takes the email for this user, if it is free at `user.updated_at`.

    A reserved email is free for the user who gave it up, and for everyone when the time is over (threats M-14).
    """
    reserved = EmailItem.reserved_until.exists() & ((EmailItem.user_id == user.id) | (EmailItem.reserved_until <= user.updated_at))
    return database.put_part(EmailItem.new(keys.email(user.email), user_id=user.id), EmailItem.pk.does_not_exist() | reserved)


def free_email(database: Database, user: User, email: str) -> Raw:
    """The part of a transaction that frees the email, if it is this user's."""
    mine = EmailItem.pk.does_not_exist() | (EmailItem.user_id == user.id)
    return database.delete_part(EmailItem, keys.email(email), mine)


class Users:
    """Reads and writes users."""

    def __init__(self, database: Database) -> None:
        self._db = database

    def get(self, user_id: str) -> User | None:
        """The user, or None."""
        found = self._db.get(UserItem, keys.user(user_id))
        return found.user() if found else None

    def id_of(self, email: str) -> str | None:
        """The id of the user with this canonical email, or None, also for an email that a user gave up."""
        found = self._db.get(EmailItem, keys.email(email))
        return found.user_id if found and found.reserved_until is None else None

    def create(self, user: User, *, use: Raw | None = None, also: Sequence[Raw] = ()) -> bool:
        """Write a new user and take the email. False, with nothing written, if the email or the id is taken.

        `use`: the part that uses a ticket up. Two attempts with one ticket may write equal users. Only the ticket tells a retry of this
        attempt, whose own use it accepts, from another one. False if the ticket was used by another attempt.
        `also`: parts that are written in the same transaction; False, too, if the condition of one does not hold.
        """
        new, used = item(user), [use] if use else []
        refused = self._db.transact(self._db.put_part(new, UserItem.pk.does_not_exist()), take_email(self._db, user), *used, *also)
        return refused is None or (self._db.was_written(refused[0], new) and not any(refused[2 : 2 + len(used)]))

    def replace(self, user: User, *, email_was: str | None = None, also: Sequence[Raw] = ()) -> User | None:
        """Write the user if it was not written since `user.version` was read. Returns the written user (version + 1), else None.

        `email_was`: the canonical email before a change. The same transaction takes the new email and frees the old one.
        `also`: parts of the same transaction; None, too, with nothing written, if the condition of one does not hold.

        Raises:
            EmailTakenError: another user has the new email.
        """
        written = replace(user, version=user.version + 1)
        new, unchanged = item(written), UserItem.version == user.version
        moved = [] if email_was in {None, user.email} else [take_email(self._db, user), free_email(self._db, user, email_was or "")]
        if not (moved or also):
            return None if self._db.put(new, unchanged) else written
        refused = self._db.transact(self._db.put_part(new, unchanged), *moved, *also)
        if refused is None or (self._db.was_written(refused[0], new) and not any(refused[len(moved) + 1 :])):
            return written
        if moved and refused[1] and not refused[0]:
            raise EmailTakenError
        return None

    def set_password(self, user_id: str, password_hash: str, *, was: str | None, now: int, end_everything: bool) -> bool:
        """Set the hash if it still is `was`. Without `end_everything` it is another hash of the same password.

        `end_everything` moves the security stamp, which ends every session and grant.
        """
        actions = [UserItem.password_hash.set(password_hash), UserItem.updated_at.set(now), UserItem.version.add(1)]
        if end_everything:
            actions += [UserItem.security_stamp.add(1), UserItem.password_changed_at.set(now)]
        same = UserItem.password_hash == was if was is not None else UserItem.password_hash.does_not_exist()
        done = self._db.update(UserItem, keys.user(user_id), actions, UserItem.pk.exists() & same)
        if not isinstance(done, Refused):
            return True
        old = UserItem.of(done.old)
        return old is not None and old.password_hash == password_hash  # hashes are salted, so an equal one was written by this call

    def reset_password_part(self, user: User, password_hash: str, *, now: int, kept: User | None = None) -> Raw:
        """The part of a transaction that sets the hash and ends every session and grant.

        Its condition: the user's address and security stamp are those that were read, and the user is not disabled.
        `kept`: the user with the factors that stay, if some are removed. Then also the version must be the one that was read.
        """
        actions = [
            UserItem.password_hash.set(password_hash), UserItem.password_changed_at.set(now), UserItem.security_stamp.add(1),
            UserItem.updated_at.set(now), UserItem.version.add(1),
        ]  # fmt: skip
        unchanged = (UserItem.email == user.email) & (UserItem.security_stamp == user.security_stamp) & (UserItem.disabled == False)  # noqa: E712  # a condition of pynamodb
        if kept is not None:
            actions += _factors(kept)
            unchanged &= UserItem.version == user.version
        return self._db.update_part(UserItem, keys.user(user.id), actions, unchanged)

    def reset_by_passkey_part(self, user: User, after: User, *, now: int) -> Raw:
        """The part of a transaction that removes the password, stores the factors of `after`, and ends every session and grant.

        Its condition: the version, the address and the security stamp of the user are those that were read, and the user is not disabled.
        """
        actions = [
            UserItem.password_hash.remove(), UserItem.password_changed_at.remove(), *_factors(after), UserItem.security_stamp.add(1),
            UserItem.updated_at.set(now), UserItem.version.add(1),
        ]  # fmt: skip
        unchanged = (UserItem.email == user.email) & (UserItem.security_stamp == user.security_stamp) & (UserItem.disabled == False)  # noqa: E712  # a condition of pynamodb
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
        unchanged = (UserItem.email == user.email) & (UserItem.security_stamp == user.security_stamp) & (UserItem.disabled == False)  # noqa: E712  # a condition of pynamodb
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

    def end_everything_with(self, user: User, now: int, *, parts: list[Raw], kept: User | None = None) -> bool:
        """The same in one transaction with other parts. False, with nothing written, if everything ended since `user` was read.

        `kept`: the user with the factors that stay, if some are removed. Then also False if the user was written since.
        """
        actions = [UserItem.security_stamp.add(1), UserItem.updated_at.set(now), UserItem.version.add(1)]
        same = UserItem.security_stamp == user.security_stamp
        if kept is not None:
            actions += _factors(kept)
            same &= UserItem.version == user.version
        return self._db.transact(self._db.update_part(UserItem, keys.user(user.id), actions, same), *parts) is None

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

    def listing(self, *, email_prefix: str = "", limit: int = 50, start: Raw | None = None) -> tuple[list[User], Raw | None]:
        """One page of users by email, and the key of the next page. From an index: for lists, never for a decision."""
        found, more = self._db.query("directory", "USER", sk_begins=email_prefix, index=LISTING, limit=limit, start=start)
        return [i.user() for i in self._db.read_listed(UserItem, found)], more

    def search(self, fits: Callable[[User], bool], *, email_prefix: str = "", limit: int = 50, start: Raw | None = None) -> Found[User]:
        """The next `limit` users by email that fit, out of the next `look_through.MOST`. For lists, never for a decision."""
        from idp.store.look_through import look_through  # sign-ins and tokens list nothing, and a cold start pays for each import

        found = look_through(self._db, UserItem, "USER", lambda it: fits(it.user()), begins=email_prefix, limit=limit, start=start)
        return found.convert(UserItem.user)


def _factors(kept: User) -> list[SetAction | RemoveAction]:
    """The actions that write the factors that a user keeps."""
    passkeys = UserItem.passkeys.set(dict(kept.passkeys)) if kept.passkeys else UserItem.passkeys.remove()
    return [passkeys, UserItem.totp_enabled.set(kept.totp_enabled)]


def _finder(place: keys.Key) -> keys.Key | None:
    """The second item of a link or a passkey, by which its user is found; None for other items."""
    if place.sk.startswith(keys.LINK):
        return keys.issuer_subject(place.sk.removeprefix(keys.LINK))
    return keys.credential(place.sk.removeprefix(keys.PASSKEY)) if place.sk.startswith(keys.PASSKEY) else None


class EmailTakenError(Exception):
    """Another user has the email."""
