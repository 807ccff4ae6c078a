"""Throttling of guesses: NIST SP 800-63B-4 §3.2.2. Threats G-04, G-07, H-03."""

import pytest

from idp.domain.factors.throttle import FREE, TOTP_CAP, is_totp_disabled, may_disclose_verdict, retry_after, wait_seconds


@pytest.mark.parametrize(
    ("failures", "wait"),
    [(-1, 0), (0, 0), (4, 0), (5, 30), (6, 60), (7, 120), (8, 240), (9, 480), (10, 960), (11, 1920), (12, 3600), (13, 3600), (10**6, 3600)],
)
def test_waits_double_from_half_a_minute_to_an_hour(failures: int, wait: int) -> None:
    """G-07: an hour is the maximum, so that others cannot lock a user out for longer."""
    assert wait_seconds(failures) == wait


def test_the_caller_sets_the_number_of_free_attempts() -> None:
    assert [wait_seconds(n, free=20) for n in (19, 20, 21)] == [0, 30, 60]
    assert wait_seconds(0, free=0) == 30


def test_a_lock_ends_by_itself() -> None:
    """G-07."""
    assert [retry_after(5, 1000, now) for now in (1000, 1001, 1029, 1030, 9999)] == [30, 29, 1, 0, 0]
    assert retry_after(4, 1000, 1000) == 0
    assert retry_after(10**6, 1000, 4600) == 0


def test_only_the_free_attempts_of_a_burst_are_answered() -> None:
    """G-04: fifty parallel attempts that all read zero."""
    assert sum(may_disclose_verdict(position, 0) for position in range(1, 51)) == FREE


def test_one_attempt_of_a_burst_after_a_wait_is_answered() -> None:
    assert [position for position in range(8, 58) if may_disclose_verdict(position, 7)] == [8]


def test_a_burst_from_before_a_reset_gets_only_the_free_attempts() -> None:
    """The user signs in while fifty attempts that read a count of 20 are in progress."""
    assert sum(may_disclose_verdict(position, 20) for position in range(1, 21)) == FREE


def test_totp_failures_have_a_cumulative_cap() -> None:
    """H-03: three of a million codes are correct at any moment. All guesses together stay below the odds that NIST allows."""
    assert not is_totp_disabled(TOTP_CAP - 1)
    assert is_totp_disabled(TOTP_CAP)
    assert TOTP_CAP <= 100
    assert 1 - (1 - 3e-6) ** TOTP_CAP < 2e-4
