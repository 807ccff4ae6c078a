"""Users with passkeys in the store."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from idp.store.passkeys import Passkeys
from idp.store.users import Users
from tests.store.examples import NOW, passkey, user

if TYPE_CHECKING:
    from idp.domain.passkeys.passkey import Passkey
    from idp.domain.people.user import User
    from idp.store.database import Database

ISSUED = NOW * 1000
"""When the challenge of their registration was issued (ms)."""


def someone(database: Database, **given: Any) -> User:
    """A stored user."""
    made = user(**given)
    assert Users(database).create(made)
    return made


def added(database: Database, owner: User, *, recovery: tuple[str, ...] = (), **given: Any) -> tuple[User, Passkey]:
    """The user after the passkey was added, and the passkey."""
    made = passkey(owner, **given)
    after = Passkeys(database).add(owner, made, issued=ISSUED, attempt="first", recovery=recovery)
    assert after
    return after, made
