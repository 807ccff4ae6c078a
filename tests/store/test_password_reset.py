"""The write of a reset password: on condition that the account is as it was read (threats H-12, M-05)."""

from __future__ import annotations

from dataclasses import replace

import pytest

from idp.domain.people.user import User
from idp.store.database import Database
from idp.store.users import Users
from tests.store.examples import NOW, user


@pytest.mark.parametrize("was", [{"security_stamp": 0}, {"email": "other@example.com"}], ids=["stamp", "address"])
def test_a_changed_account_keeps_its_password(database: Database, was: dict[str, object]) -> None:
    """Between the read and the write the stamp moved, or the address changed."""
    users, who = Users(database), user(security_stamp=1, password_hash="old")
    assert users.create(who)
    read: User = replace(who, **was)  # type: ignore[arg-type]  # members of the parameters
    assert database.transact(users.reset_password_part(read, "new", now=NOW))
    assert users.get(who.id) == who


def test_a_disabled_account_keeps_its_password(database: Database) -> None:
    users, who = Users(database), user(disabled=True, password_hash="old")
    assert users.create(who)
    assert database.transact(users.reset_password_part(replace(who, disabled=False), "new", now=NOW))
    assert users.get(who.id) == who


def test_an_erased_account_is_not_made_again(database: Database) -> None:
    users, who = Users(database), user()
    assert database.transact(users.reset_password_part(who, "new", now=NOW))
    assert users.get(who.id) is None


def test_the_password_is_set_and_everything_ends(database: Database) -> None:
    """One write: hash, the time of its change, stamp and version."""
    users, who = Users(database), user(security_stamp=1, password_hash="old")
    assert users.create(who)
    assert database.transact(users.reset_password_part(who, "new", now=NOW + 1)) is None
    assert users.get(who.id) == replace(
        who, password_hash="new", password_changed_at=NOW + 1, security_stamp=2, version=who.version + 1, updated_at=NOW + 1
    )
