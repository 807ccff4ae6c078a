"""Sessions: ended once, listed completely, and kept as the record of the sign-in."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from idp.domain.sessions.session import Session
from idp.store import keys
from idp.store.database import Database
from idp.store.sessions import SessionItem, Sessions, item
from tests.store.examples import NOW, new_id, session

YEAR = 365 * 86400


@pytest.fixture
def sessions(database: Database) -> Sessions:
    return Sessions(database)


def stored(database: Database, **given: object) -> Session:
    """A session in the table."""
    made = session(**given)
    database.put(item(made, retention=YEAR))
    return made


def test_a_session_is_read_as_it_was_written(database: Database, sessions: Sessions) -> None:
    made = stored(database, amr=("pwd", "otp", "mfa"), proved_for="r", address="192.0.2.1", user_agent="Mozilla/5.0 ü", pending=True,
                  first_id="first", earlier=("one", "two"))  # fmt: skip
    assert sessions.get(made.user_id, made.id) == made


@pytest.mark.parametrize("changed", [{"id": new_id()}, {"user_id": new_id()}])
def test_a_session_is_found_under_its_own_user_only(database: Database, sessions: Sessions, changed: dict[str, Any]) -> None:
    """Another user's id with this session's id finds no session."""
    made = replace(stored(database), **changed)
    assert sessions.get(made.user_id, made.id) is None
    assert not sessions.end(made.user_id, made.id, NOW)
    sessions.touch(made, NOW)
    assert sessions.get(made.user_id, made.id) is None, "nothing is made by asking"


def test_an_expired_session_is_not_live_before_ttl_removes_it(database: Database, sessions: Sessions) -> None:
    """TTL deletes up to two days late, so the reader checks the time (K-07)."""
    made = stored(database)
    found = sessions.get(made.user_id, made.id)
    assert found
    assert found.is_live(made.expires_at - 1, 86400)
    assert not found.is_live(made.expires_at, 86400)


def test_a_session_is_ended_once_and_not_used_after(database: Database, sessions: Sessions) -> None:
    """Only the first call gets the session, also within one second. A later use changes nothing."""
    made = stored(database)
    assert sessions.end(made.user_id, made.id, NOW + 1)
    assert not sessions.end(made.user_id, made.id, NOW + 1)
    assert not sessions.end(made.user_id, made.id, NOW + 2)
    sessions.touch(made, NOW + 3)
    assert sessions.get(made.user_id, made.id) == replace(made, ended_at=NOW + 1)


def test_the_last_use_is_stored(database: Database, sessions: Sessions) -> None:
    made = stored(database)
    sessions.touch(made, NOW + 60)
    assert sessions.get(made.user_id, made.id) == replace(made, last_seen_at=NOW + 60)


def test_a_completed_sign_in_is_recorded_and_a_pending_one_is_not(database: Database) -> None:
    """A completed sign-in is in the index by time until the audit's retention ends. A pending one expires."""
    done, pending = stored(database), stored(database, pending=True)
    record = database.get(SessionItem, keys.session(done.user_id, done.id))
    owed = database.get(SessionItem, keys.session(pending.user_id, pending.id))
    assert record
    assert owed
    assert (record.type, record.subject, record.ttl, record.day) == ("sign_in.succeeded", done.user_id, NOW + YEAR, "2027-01-15")
    assert owed.ttl == pending.expires_at
    assert not {"type", "subject", "day", "at"} & set(owed.raw())


def test_only_the_user_s_own_sessions_are_listed(database: Database, sessions: Sessions) -> None:
    user_id = new_id()
    made = {stored(database, user_id=user_id).id for _ in range(3)}
    stored(database, user_id=user_id + "x")
    assert {s.id for s in sessions.of(user_id)} == made
