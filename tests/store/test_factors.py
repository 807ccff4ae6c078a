"""Second factors: a code is used once, a failure counts once, and an enrolment is one transaction (threats H)."""

from __future__ import annotations

import pytest

from idp.domain.errors import Unavailable
from idp.domain.factors.totp import OURS, Parameters
from idp.domain.people.user import User
from idp.store.database import Database
from idp.store.enrolments import Enrolments
from idp.store.factors import Factors, Totp
from idp.store.users import Users
from tests.store.examples import NOW, new_id, user
from tests.support.stored import once, put_totp

STEP = NOW // 30


@pytest.fixture
def factors(database: Database) -> Factors:
    return Factors(database)


def enrolled(database: Database) -> str:
    """The id of a user with a TOTP credential."""
    user_id = new_id()
    put_totp(database, Totp(user_id, b"\x00sealed\xff", NOW, STEP, 0))
    return user_id


def test_a_credential_is_read_as_it_was_written(database: Database, factors: Factors) -> None:
    user_id = enrolled(database)
    assert factors.totp(user_id) == Totp(user_id, b"\x00sealed\xff", NOW, STEP, 0)
    assert factors.totp(new_id()) is None


def test_the_parameters_of_an_imported_credential_are_kept(database: Database, factors: Factors) -> None:
    """A credential without them, as earlier releases wrote it, has ours. One with others that are not known is not usable."""
    user_id = new_id()
    for parameters in (Parameters("SHA512", 60), Parameters("SHA256", 30), OURS):
        put_totp(database, Totp(user_id, b"\x00", NOW, STEP, 0, parameters=parameters))
        found = factors.totp(user_id)
        assert found
        assert found.parameters == parameters
    put_totp(database, Totp(user_id, b"\x00", NOW, STEP, 0, parameters=Parameters("MD5", 30)))
    with pytest.raises(Unavailable):
        factors.totp(user_id)


def test_a_totp_step_is_used_once_and_no_older_step_after_it(database: Database, factors: Factors) -> None:
    """RFC 6238 §5.2: "The verifier MUST NOT accept the second attempt of the OTP" (H-01)."""
    user_id = enrolled(database)
    assert not factors.use_totp(user_id, step=STEP, allowed=9, attempt="a"), "the code that confirmed the enrolment is used up"
    assert factors.use_totp(user_id, step=STEP + 2, allowed=9, attempt="a")
    for step in (STEP, STEP + 1, STEP + 2):
        assert not factors.use_totp(user_id, step=step, allowed=9, attempt="b")
    assert factors.use_totp(user_id, step=STEP + 3, allowed=9, attempt="c")


def test_a_retry_of_the_same_attempt_succeeds(database: Database, factors: Factors) -> None:
    """A retry finds its own write. At another step the same attempt is refused."""
    user_id = enrolled(database)
    for _ in range(2):
        assert factors.use_totp(user_id, step=STEP + 1, allowed=9, attempt="a")
    assert not factors.use_totp(user_id, step=STEP, allowed=9, attempt="a")


def test_failures_add_up_until_a_right_code(database: Database, factors: Factors) -> None:
    """A right code is accepted if at most `allowed` codes failed before it, and it resets the count (H-03)."""
    user_id = enrolled(database)
    assert [factors.fail_totp(user_id) for _ in range(3)] == [1, 2, 3]
    assert not factors.use_totp(user_id, step=STEP + 1, allowed=2, attempt="a")
    found = factors.totp(user_id)
    assert found
    assert (found.failures, found.last_step) == (3, STEP), "a refused code uses nothing up"
    assert factors.use_totp(user_id, step=STEP + 1, allowed=3, attempt="a")
    found = factors.totp(user_id)
    assert found
    assert found.failures == 0


def test_a_user_without_a_credential_has_no_codes_or_failures(factors: Factors) -> None:
    """Neither method creates an item."""
    user_id = new_id()
    assert not factors.use_totp(user_id, step=STEP, allowed=9, attempt="a")
    assert factors.fail_totp(user_id) == 0
    assert not factors.use_recovery_code(user_id, "d", attempt="a")
    assert (factors.totp(user_id), factors.recovery_codes_left(user_id)) == (None, 0)


def test_a_recovery_code_is_used_once(factors: Factors) -> None:
    """NIST SP 800-63B-4 §3.1.2: "a given secret from an authenticator SHALL be used successfully only once" (H-08)."""
    user_id = new_id()
    factors.put_recovery_codes(user_id, ["aa", "bb", "cc"], NOW)
    assert factors.use_recovery_code(user_id, "aa", attempt="1")
    assert not factors.use_recovery_code(user_id, "aa", attempt="2")
    assert not factors.use_recovery_code(user_id, "dd", attempt="2")
    assert factors.recovery_codes_left(user_id) == 2
    assert factors.use_recovery_code(user_id, "aa", attempt="1"), "a retry of the attempt that used it"
    assert factors.use_recovery_code(user_id, "bb", attempt="3")
    assert factors.recovery_codes_left(user_id) == 1


def test_no_attempt_id_makes_a_used_code_unused(factors: Factors) -> None:
    """A used code stays used for any id of an attempt."""
    user_id = new_id()
    factors.put_recovery_codes(user_id, ["aa"], NOW)
    assert factors.use_recovery_code(user_id, "aa", attempt="x")
    for attempt in ("-", "", "aa"):
        assert not factors.use_recovery_code(user_id, "aa", attempt=attempt)


def test_a_new_set_kills_the_old_one(factors: Factors) -> None:
    user_id = new_id()
    factors.put_recovery_codes(user_id, ["aa", "bb"], NOW)
    factors.put_recovery_codes(user_id, ["cc"], NOW)
    assert not factors.use_recovery_code(user_id, "bb", attempt="1")
    assert factors.recovery_codes_left(user_id) == 1


@pytest.mark.parametrize("odd", ["codes", "a.b", "a b", ":v", "#n", "kind", "ä\0", "x" * 300])
def test_a_digest_is_never_parsed_as_an_expression(factors: Factors, odd: str) -> None:
    """Any text as a digest addresses one entry of the map."""
    user_id = new_id()
    factors.put_recovery_codes(user_id, [odd, "other"], NOW)
    assert factors.use_recovery_code(user_id, odd, attempt="1")
    assert not factors.use_recovery_code(user_id, odd, attempt="2")
    assert factors.recovery_codes_left(user_id) == 1


def someone(database: Database) -> User:
    made = user()
    Users(database).create(made)
    return made


def test_an_enrolment_is_one_transaction_and_happens_once(database: Database, factors: Factors) -> None:
    """Credential, codes and flag are written together. A second enrolment changes none of them."""
    made, enrolments = someone(database), Enrolments(database)
    assert enrolments.enrol(Totp(made.id, b"first", NOW, STEP, 0), ["aa", "bb"])
    assert not enrolments.enrol(Totp(made.id, b"second", NOW, STEP, 0), ["cc"])
    found, totp = Users(database).get(made.id), factors.totp(made.id)
    assert found
    assert totp
    assert (found.totp_enabled, totp.sealed, factors.recovery_codes_left(made.id)) == (True, b"first", 2)


def test_a_deleted_user_cannot_enrol(database: Database, factors: Factors) -> None:
    """A credential without its user is not written."""
    gone = new_id()
    assert not Enrolments(database).enrol(Totp(gone, b"sealed", NOW, STEP, 0), ["aa"])
    assert (factors.totp(gone), factors.recovery_codes_left(gone)) == (None, 0)


def test_a_removal_of_a_factor_is_one_transaction(database: Database, factors: Factors) -> None:
    """All items are removed. A second removal reports that there was no factor."""
    made, enrolments = someone(database), Enrolments(database)
    enrolments.enrol(Totp(made.id, b"sealed", NOW, STEP, 0), ["aa"])
    assert enrolments.remove(made.id, NOW, event=once(database))
    found = Users(database).get(made.id)
    assert found
    assert (found.totp_enabled, factors.totp(made.id), factors.recovery_codes_left(made.id)) == (False, None, 0)
    assert not enrolments.remove(made.id, NOW, event=once(database))
