"""Passkeys: each belongs to one user, a challenge is used once, and the user knows what exists (threats N-02, N-05, N-08)."""

from __future__ import annotations

from dataclasses import replace

import pytest

from idp.domain.passkeys.passkey import Passkey
from idp.store import factor_keys
from idp.store.admins import Admins
from idp.store.database import Database
from idp.store.enrolments import Enrolments
from idp.store.factors import Factors, Totp
from idp.store.passkey_items import CredentialItem
from idp.store.passkeys import CredentialTakenError, Passkeys, Used
from idp.store.user_erasures import UserErasures
from idp.store.users import Users
from tests.store.examples import NOW, passkey, user
from tests.store.passkeys import ISSUED, added, someone
from tests.support.stored import once


def use(database: Database, made: Passkey, *, issued: int = ISSUED + 1, sign_count: int = 0, attempt: str = "use") -> Used:
    return Passkeys(database).use(
        made, sign_count=sign_count, backed_up=True, verified=True, issued=issued, now=NOW + 5, attempt=attempt
    )  # fmt: skip


def test_a_passkey_is_read_as_it_was_written(database: Database) -> None:
    owner = someone(database)
    after, made = added(database, owner)
    assert Passkeys(database).of(owner.id) == [made]
    assert Users(database).get(owner.id) == replace(after, updated_at=NOW)
    assert after.passkeys == {made.id: made.summary}


def test_any_change_of_the_user_keeps_the_passkeys(database: Database) -> None:
    after, made = added(database, someone(database))
    written = Users(database).replace(replace(after, claims={"name": "A"}))
    assert written
    found = Users(database).get(after.id)
    assert found
    assert found.passkeys == {made.id: made.summary}


def test_a_credential_id_belongs_to_one_user(database: Database) -> None:
    """N-05: nothing is written for the second one."""
    owner, thief = someone(database), someone(database)
    _, made = added(database, owner)
    for other in (thief, Users(database).get(owner.id)):
        assert other
        stolen = replace(made, user_id=other.id, public_key=b"other")
        with pytest.raises(CredentialTakenError):
            Passkeys(database).add(other, stolen, issued=ISSUED, attempt="second", recovery=["aa"])
    assert Passkeys(database).of(thief.id) == []
    assert Passkeys(database).of(owner.id) == [made]
    assert Users(database).get(thief.id) == thief
    assert Factors(database).recovery_codes_left(thief.id) == 0


def test_a_page_adds_one_passkey(database: Database) -> None:
    """N-02: the user has the version that the page was made for, once."""
    owner = someone(database)
    added(database, owner)
    late = passkey(owner)
    assert Passkeys(database).add(owner, late, issued=ISSUED, attempt="second") is None
    assert len(Passkeys(database).of(owner.id)) == 1
    assert database.get(CredentialItem, factor_keys.credential(late.id)) is None


def test_a_deleted_user_gets_no_passkey(database: Database) -> None:
    gone = user()
    assert Passkeys(database).add(gone, passkey(gone), issued=ISSUED, attempt="a") is None
    assert Passkeys(database).of(gone.id) == []


def test_a_challenge_is_used_once(database: Database) -> None:
    """N-02: nor one that was issued before it, nor that of the registration. The same attempt recognises its own write."""
    _, made = added(database, someone(database))
    assert use(database, made, issued=ISSUED) is Used.NEWER_CHALLENGE
    assert use(database, made, issued=ISSUED + 10) is Used.DONE
    assert use(database, made, issued=ISSUED + 10) is Used.DONE
    assert use(database, made, issued=ISSUED + 10, attempt="other") is Used.NEWER_CHALLENGE
    assert use(database, made, issued=ISSUED + 9, attempt="other") is Used.NEWER_CHALLENGE
    assert use(database, made, issued=ISSUED + 11, attempt="other") is Used.DONE


@pytest.mark.parametrize(
    ("kept", "sent", "result"),
    [(0, 0, Used.DONE), (0, 3, Used.DONE), (3, 4, Used.DONE), (3, 3, Used.COPIED), (3, 2, Used.COPIED), (3, 0, Used.COPIED)],
)
def test_the_counter_grows_or_stays_zero(database: Database, kept: int, sent: int, result: Used) -> None:
    """N-08: in the condition, because the counter that was read may be old."""
    owner = someone(database)
    _, made = added(database, owner, sign_count=kept)
    assert use(database, made, sign_count=sent) is result
    [now] = Passkeys(database).of(owner.id)
    assert now.sign_count == (sent if result is Used.DONE else kept)
    assert (now.used_at, now.user_verified) == ((NOW + 5, True) if result is Used.DONE else (None, False))


def test_a_removed_passkey_cannot_be_used(database: Database) -> None:
    """And makes no item."""
    owner = someone(database)
    after, made = added(database, owner)
    assert Passkeys(database).remove(after, made.id, now=NOW, last_factor=True, event=once(database))
    assert use(database, made) is Used.GONE
    assert Passkeys(database).of(owner.id) == []
    found = Users(database).get(owner.id)
    assert found
    assert found.passkeys == {}
    assert database.get(CredentialItem, factor_keys.credential(made.id)) is None


def test_a_removed_credential_can_be_added_again(database: Database) -> None:
    after, made = added(database, someone(database))
    gone = Passkeys(database).remove(after, made.id, now=NOW, last_factor=True, event=once(database))
    assert gone
    assert Passkeys(database).add(gone, made, issued=ISSUED, attempt="again")


def test_a_removal_needs_the_version_that_was_read(database: Database) -> None:
    """Two tabs that each leave one passkey cannot remove both."""
    one, first = added(database, someone(database))
    two, second = added(database, one)
    assert Passkeys(database).remove(two, first.id, now=NOW, last_factor=False, event=once(database))
    assert Passkeys(database).remove(two, second.id, now=NOW, last_factor=False, event=once(database)) is None
    assert [each.id for each in Passkeys(database).of(two.id)] == [second.id]


def test_of_two_removals_one_removes(database: Database) -> None:
    """The other one writes no event."""
    after, made = added(database, someone(database))
    answers = [Passkeys(database).remove(after, made.id, now=NOW, last_factor=True, event=once(database)) for _ in range(2)]
    assert answers[0]
    assert answers[1] is None


def test_the_recovery_codes_go_with_the_last_factor(database: Database) -> None:
    one, first = added(database, someone(database), recovery=("aa", "bb"))
    two, second = added(database, one)
    assert Factors(database).recovery_codes_left(two.id) == 2
    left = Passkeys(database).remove(two, first.id, now=NOW, last_factor=False, event=once(database))
    assert left
    assert Factors(database).recovery_codes_left(two.id) == 2
    assert Passkeys(database).remove(left, second.id, now=NOW, last_factor=True, event=once(database))
    assert Factors(database).recovery_codes_left(two.id) == 0


def test_an_authenticator_app_is_removed_without_the_codes_while_a_passkey_stays(database: Database) -> None:
    """If the passkey went at the same time, the app stays: one factor is left."""
    owner, enrolments = someone(database), Enrolments(database)
    assert enrolments.enrol(Totp(owner.id, b"sealed", NOW, 1, 0), ["aa"])
    assert not enrolments.remove(owner.id, NOW, event=once(database), passkeys_stay=True)
    found = Users(database).get(owner.id)
    assert found
    assert found.totp_enabled
    added(database, found)
    assert enrolments.remove(owner.id, NOW, event=once(database), passkeys_stay=True)
    assert Factors(database).recovery_codes_left(owner.id) == 1


def test_a_reset_of_the_factors_removes_all_passkeys(database: Database) -> None:
    one, first = added(database, someone(database), recovery=("aa",))
    two, second = added(database, one)
    written = Admins(database).reset_factors(two)
    assert written
    found = Users(database).get(two.id)
    assert found
    assert (found.passkeys, found.totp_enabled) == ({}, False)
    assert Passkeys(database).of(two.id) == []
    assert [database.get(CredentialItem, factor_keys.credential(each.id)) for each in (first, second)] == [None, None]
    assert Factors(database).recovery_codes_left(two.id) == 0


def test_an_erased_user_leaves_no_passkey(database: Database) -> None:
    """Nor a finder, so the authenticator can be used with another account."""
    one, first = added(database, someone(database))
    two, second = added(database, one)
    UserErasures(database).delete(two)
    assert Passkeys(database).of(two.id) == []
    assert [database.get(CredentialItem, factor_keys.credential(each.id)) for each in (first, second)] == [None, None]


def test_a_passkey_gets_another_name(database: Database) -> None:
    owner = someone(database)
    _, made = added(database, owner)
    assert Passkeys(database).rename(owner.id, made.id, "Key ring")
    assert [one.name for one in Passkeys(database).of(owner.id)] == ["Key ring"]
    assert not Passkeys(database).rename(owner.id, "unknown", "x")


def test_the_deployment_knows_whether_there_is_a_passkey(fresh: Database) -> None:
    assert not Passkeys(fresh).exist()
    owner = someone(fresh)
    assert not Passkeys(fresh).exist()
    added(fresh, owner)
    assert Passkeys(fresh).exist()
