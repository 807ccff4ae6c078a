"""The items of a user and of their email (`directory`). An email belongs to one user: a second item, written on a condition in the same
transaction.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from pynamodb.attributes import BooleanAttribute, NumberAttribute, UnicodeAttribute

from idp.domain.people.user import User
from idp.store import keys
from idp.store.attributes import ObjectAttribute, TextMapAttribute
from idp.store.expressions import TELLS_OLD
from idp.store.tables import DirectoryItem
from idp.store.time_shards import people_partition

if TYPE_CHECKING:
    from idp.store.database import Database
    from idp.store.transport import Raw


class UserItem(DirectoryItem):
    """The item of a user."""

    kind_name = "user"
    always_written = ("security_stamp",)
    stays = frozenset({"listing_pk"})
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
    automatic_passkeys = TextMapAttribute(null=True)
    terms = TextMapAttribute(null=True)
    former_emails = TextMapAttribute(null=True)
    disowned_browsers = TextMapAttribute(null=True)
    awaits_migration = BooleanAttribute(null=True)
    deleting_until = NumberAttribute(null=True)
    created_at = NumberAttribute(default=0)
    updated_at = NumberAttribute(default=0)
    version = NumberAttribute(default=1)
    listing_pk = UnicodeAttribute()
    listing_sk = UnicodeAttribute()
    deactivated_by = UnicodeAttribute(null=True)
    admin_scopes = UnicodeAttribute(null=True)
    memberships = NumberAttribute(null=True)

    def user(self) -> User:
        """Convert it to the domain's class."""
        return User(
            id=self.user_id, email=self.email, email_verified=self.email_verified, password_hash=self.password_hash, disabled=self.disabled,
            admin=self.admin, totp_enabled=self.totp_enabled, mfa_required=self.mfa_required, security_stamp=int(self.security_stamp),
            factor_stamp=int(self.factor_stamp),
            claims=self.claims or {}, roles=self.roles or {}, groups=self.groups or {}, attributes=self.attributes or {},
            passkeys=self.passkeys or {}, automatic_passkeys=self.automatic_passkeys or {},
            terms=self.terms or {}, former_emails=self.former_emails or {},
            disowned_browsers=self.disowned_browsers or {}, awaits_migration=bool(self.awaits_migration),
            password_changed_at=int(self.password_changed_at or 0),
            deleting_until=int(self.deleting_until or 0), created_at=int(self.created_at), updated_at=int(self.updated_at),
            version=int(self.version), deactivated_by=self.deactivated_by or "", memberships=int(self.memberships or 0),
            admin_scopes=None if self.admin_scopes is None else frozenset(self.admin_scopes.split()),
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


_FREE = {
    "ConditionExpression": "attribute_not_exists(pk) OR (attribute_exists(reserved_until) AND (user_id = :u OR reserved_until <= :n))"
} | TELLS_OLD


def item(user: User, *, sharded: bool) -> UserItem:
    """The item of a user. `user.email` is already in canonical form (domain.email). `sharded`: where it is listed (`time_shards`)."""
    return UserItem.new(
        keys.user(user.id), user_id=user.id, email=user.email, email_verified=user.email_verified, password_hash=user.password_hash,
        disabled=user.disabled, admin=user.admin, totp_enabled=user.totp_enabled, mfa_required=user.mfa_required,
        security_stamp=user.security_stamp, factor_stamp=user.factor_stamp, claims=dict(user.claims) or None,
        roles=dict(user.roles) or None,
        groups=dict(user.groups) or None, attributes=dict(user.attributes) or None, passkeys=dict(user.passkeys) or None,
        automatic_passkeys=dict(user.automatic_passkeys) or None,
        password_changed_at=user.password_changed_at or None, terms=dict(user.terms) or None,
        former_emails=dict(user.former_emails) or None, disowned_browsers=dict(user.disowned_browsers) or None,
        awaits_migration=user.awaits_migration or None,
        deleting_until=user.deleting_until or None,
        created_at=user.created_at, updated_at=user.updated_at, version=user.version,
        listing_pk=people_partition(user.email, sharded=sharded), listing_sk=user.email, deactivated_by=user.deactivated_by or None,
        admin_scopes=None if user.admin_scopes is None else " ".join(sorted(user.admin_scopes)),
        memberships=user.memberships or None,
    )  # fmt: skip


def take_email(database: Database, user: User) -> Raw:
    """The part of a transaction that takes the email for this user, if it is free at `user.updated_at`.

    A reserved email is free for the user who gave it up, and for everyone when the time is over (threats M-14).
    """
    values = {":u": {"S": user.id}, ":n": {"N": str(user.updated_at)}}
    return database.put_part(EmailItem.new(keys.email(user.email), user_id=user.id), _FREE | {"ExpressionAttributeValues": values})


def free_email(database: Database, user: User, email: str) -> Raw:
    """The part of a transaction that frees the email, if it is this user's."""
    mine = EmailItem.pk.does_not_exist() | (EmailItem.user_id == user.id)
    return database.delete_part(EmailItem, keys.email(email), mine)


class EmailTakenError(Exception):
    """Another user has the email."""
