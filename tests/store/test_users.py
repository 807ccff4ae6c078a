"""Users and their emails: one email has one user, also after concurrent changes and faults."""

from __future__ import annotations

from dataclasses import replace

import pytest

from idp.domain.people.consent import Consent
from idp.domain.people.user import User
from idp.store import keys
from idp.store.consents import item as consent
from idp.store.database import Database
from idp.store.factors import Factors, Totp
from idp.store.user_erasures import UserErasures
from idp.store.user_items import EmailTakenError, UserItem
from idp.store.users import Users
from tests.store.examples import NOW, new_id, user
from tests.support.stored import change_user, put_totp


@pytest.fixture
def users(database: Database) -> Users:
    return Users(database)


@pytest.fixture
def erasures(database: Database) -> UserErasures:
    return UserErasures(database)


def stored(users: Users, **given: object) -> User:
    """A user in the table."""
    made = user(**given)
    assert users.create(made)
    return made


def test_a_user_is_read_as_it_was_written(users: Users) -> None:
    """Also found by email."""
    made = stored(users, password_hash="$argon2id$x", claims={"name": "Zoë", "address": {"country": "DE"}}, mfa_required=True)
    assert users.get(made.id) == made
    assert users.id_of(made.email) == made.id


def test_an_unknown_user_or_email_is_none(users: Users) -> None:
    assert users.get(new_id()) is None
    assert users.id_of(new_id()) is None


def test_an_email_belongs_to_one_user(users: Users) -> None:
    """The refused creation leaves neither a user nor an email (FI-5)."""
    first = stored(users)
    second = user(email=first.email)
    assert not users.create(second)
    assert users.get(second.id) is None
    assert users.id_of(first.email) == first.id


def test_a_taken_id_is_refused(users: Users) -> None:
    """A second user with the same id takes no email."""
    first = stored(users)
    second = user(id=first.id)
    assert not users.create(second)
    assert users.get(first.id) == first
    assert users.id_of(second.email) is None


def test_a_change_needs_the_version_that_was_read(users: Users) -> None:
    """Of two changes from the same version, the second is refused and writes nothing."""
    made = stored(users)
    written = users.replace(replace(made, disabled=True))
    assert written
    assert (written.version, users.get(made.id)) == (made.version + 1, written)
    assert users.replace(replace(made, admin=True)) is None
    assert users.get(made.id) == written


def test_a_change_does_not_create_a_user(users: Users) -> None:
    """A deleted user stays deleted."""
    gone = user()
    assert users.replace(gone) is None
    assert users.replace(gone, email_was=gone.email) is None
    assert users.replace(gone, email_was="other@example.com") is None
    assert not users.set_password(gone.id, "h", was=None, now=NOW, end_everything=True)
    assert not users.end_everything(gone.id, NOW)
    assert users.get(gone.id) is None
    assert users.id_of(gone.email) is None


def test_a_new_email_is_taken_and_the_old_one_freed(users: Users) -> None:
    """In one transaction. Another user may then take the old one."""
    made = stored(users)
    moved = users.replace(replace(made, email=f"new-{made.email}"), email_was=made.email)
    assert moved
    assert users.id_of(moved.email) == made.id
    assert users.id_of(made.email) is None
    assert users.create(user(email=made.email))


def test_the_email_of_another_user_is_not_taken(users: Users) -> None:
    """The refused change leaves both users unchanged."""
    one, other = stored(users), stored(users)
    with pytest.raises(EmailTakenError):
        users.replace(replace(one, email=other.email), email_was=one.email)
    assert users.get(one.id) == one
    assert (users.id_of(one.email), users.id_of(other.email)) == (one.id, other.id)


def test_a_change_of_email_needs_the_version_too(users: Users) -> None:
    """A change from an old version neither frees nor takes an email."""
    made = stored(users)
    change_user(users, made.id, mfa_required=True)
    assert users.replace(replace(made, email=f"new-{made.email}"), email_was=made.email) is None
    assert users.id_of(made.email) == made.id
    assert users.id_of(f"new-{made.email}") is None


def test_no_change_frees_another_user_s_email(users: Users) -> None:
    """Even if the caller passes the wrong one as the old email."""
    one, other = stored(users), stored(users)
    assert users.replace(replace(one, email=f"new-{one.email}"), email_was=other.email) is None
    assert users.id_of(other.email) == other.id


def test_a_password_is_set_if_it_is_still_the_one_that_was_read(users: Users) -> None:
    """Of two concurrent changes one succeeds. `end_everything` moves the security stamp in the same write."""
    made = stored(users)
    assert users.set_password(made.id, "h1", was=None, now=NOW + 1, end_everything=False)
    assert not users.set_password(made.id, "h2", was=None, now=NOW + 2, end_everything=True)
    assert users.set_password(made.id, "h3", was="h1", now=NOW + 3, end_everything=True)
    found = users.get(made.id)
    assert found
    assert (found.password_hash, found.security_stamp, found.updated_at, found.version) == ("h3", 1, NOW + 3, 3)


def test_a_security_stamp_never_returns(users: Users) -> None:
    """A user never gets an earlier stamp again, independent of clocks (FI-13)."""
    made = stored(users)
    stamps = [made.security_stamp]
    for now in (NOW + 10, NOW + 5, NOW + 5):
        ended = users.end_everything(made.id, now)
        assert ended
        assert ended == users.get(made.id)
        assert not any(ended.accepts(stamp) for stamp in stamps)
        stamps.append(ended.security_stamp)
    assert users.replace(replace(made, claims={"name": "A"})) is None


def test_a_deletion_removes_every_item_of_the_user(database: Database, users: Users, erasures: UserErasures) -> None:
    """User, email, factors, and more consents than one transaction takes. Another user keeps all of these."""
    made, other = stored(users), stored(users)
    factors = Factors(database)
    put_totp(database, Totp(made.id, b"sealed", NOW, 1, 0))
    factors.put_recovery_codes(made.id, ["a", "b"], NOW)
    database.batch_write(puts=[consent(Consent(made.id, new_id(), ("openid",), NOW)) for _ in range(120)])
    erasures.delete(made)
    assert list(database.query_all("directory", keys.user_pk(made.id))) == []
    assert users.id_of(made.email) is None
    assert users.get(other.id) == other


def test_a_deletion_frees_the_current_email(users: Users, erasures: UserErasures) -> None:
    """The caller may have read an old version: the current email is freed, and no other."""
    made = stored(users)
    moved = users.replace(replace(made, email=f"new-{made.email}"), email_was=made.email)
    assert moved
    heir = user(email=made.email)
    assert users.create(heir)
    erasures.delete(made)
    assert users.get(made.id) is None
    assert users.id_of(moved.email) is None
    assert users.id_of(made.email) == heir.id


def test_a_deletion_that_was_undone_after_it_was_read_erases_nothing(users: Users, erasures: UserErasures) -> None:
    """The user has another `deleting_until` by now: the whole account stays."""
    made = stored(users)
    leaving = users.replace(replace(made, deleting_until=NOW, disabled=True))
    assert leaving
    kept = users.replace(replace(leaving, deleting_until=0, disabled=False))
    assert not erasures.delete(leaving)
    assert users.get(made.id) == kept
    assert users.id_of(made.email) == made.id
    assert kept
    assert erasures.delete(kept)


def test_a_second_deletion_changes_nothing(users: Users, erasures: UserErasures) -> None:
    """Also if another user has the email by then."""
    made = stored(users)
    erasures.delete(made)
    heir = user(email=made.email)
    assert users.create(heir)
    erasures.delete(made)
    assert users.id_of(made.email) == heir.id


def test_a_second_deletion_does_not_write_what_belongs_to_the_first(database: Database, users: Users, erasures: UserErasures) -> None:
    """Two runs of the daily job met. The first one has erased the user and finished, so the second one must not begin anew."""
    made, mark = stored(users), Consent(new_id(), new_id(), ("openid",), NOW)
    assert erasures.delete(made, also=[database.put_part(consent(mark))])
    assert list(database.query_all("directory", keys.user_pk(mark.user_id)))
    database.batch_write(deletes=[(UserItem, keys.consent(mark.user_id, mark.client_id))])
    assert erasures.delete(made, also=[database.put_part(consent(mark))])
    assert list(database.query_all("directory", keys.user_pk(mark.user_id))) == []


def test_users_are_listed_by_email(fresh: Database) -> None:
    """In order, over several pages, by prefix. Users that the index still lists after their deletion are left out."""
    users = Users(fresh)
    made = [user(email=f"{name}@example.com") for name in ("ada", "adam", "bob", "eve", "zoe")]
    for one in reversed(made):
        users.create(one)
    first, more = users.listing(limit=3)
    rest, end = users.listing(limit=3, start=more)
    assert [u.email for u in first + rest] == [u.email for u in made]
    assert end is None
    assert [u.id for u in users.listing(email_prefix="ada")[0]] == [made[0].id, made[1].id]
    assert users.listing(email_prefix="q") == ([], None)
    fresh.delete(UserItem, keys.user(made[0].id))
    assert made[0].id not in {u.id for u in users.listing()[0]}


@pytest.mark.parametrize("prefix", ["x" * 2000, "ü" * 600, "\0", "\ud800"])
def test_a_prefix_that_no_email_has_finds_no_user(users: Users, prefix: str) -> None:
    """A prefix that is too long for DynamoDB, or with odd characters: an empty list, no error."""
    assert users.listing(email_prefix=prefix) == ([], None)
