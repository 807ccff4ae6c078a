"""Writes and reads items of the store where no use case does what a test needs."""

from __future__ import annotations

import secrets
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from idp.domain.audit.event import AuditEvent
from idp.store import keys, sign_in_keys
from idp.store.events import Events
from idp.store.factors import totp_item
from idp.store.throttles import Failures, ThrottleItem, failures_of
from idp.store.tokens import RevokedTokenItem

if TYPE_CHECKING:
    from idp.domain.people.user import User
    from idp.store.database import Database
    from idp.store.factors import Totp
    from idp.store.transport import Raw
    from idp.store.users import Users


def change_user(users: Users, user_id: str, **members: Any) -> User:
    """Write the user with these members changed. Returns the user as written."""
    found = users.get(user_id)
    assert found
    written = users.replace(replace(found, **members))
    assert written
    return written


def once(database: Database) -> Raw:
    """A new event, as the last part of a transaction that is recognised by it."""
    name = secrets.token_hex(8)
    return Events(database).once_part(AuditEvent(id=name, at=1, type="factor.removed", subject=f"usr_{name}"), retention=60)


def put_totp(database: Database, totp: Totp) -> None:
    """Write a TOTP credential without the flag of its user."""
    database.put(totp_item(totp))


def is_revoked(database: Database, jti: str, now: int) -> bool:
    """Whether the token with this jti is marked as revoked at `now` (epoch seconds)."""
    mark = database.get(RevokedTokenItem, keys.revoked_token(jti))
    return mark is not None and mark.is_in_force(now)


def read_failures(database: Database, kind: str, digest: str, now: int) -> Failures:
    """The failures that a counter has at `now` (epoch seconds)."""
    return failures_of(database.get(ThrottleItem, sign_in_keys.throttle(kind, digest)), now)
