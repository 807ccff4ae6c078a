"""The steps of TOTP: RFC 6238. Threats H-01, H-02."""

# ruff: noqa: RUF001 -- characters that look like others are what is tested

import pytest

from idp.domain.factors.totp import acceptable_steps, parse_code, step_at


@pytest.mark.parametrize(("epoch", "step"), [(0, 0), (29, 0), (30, 1), (59, 1), (1111111109, 0x23523EC), (20000000000, 0x27BC86AA)])
def test_a_step_is_thirty_seconds_from_the_epoch(epoch: int, step: int) -> None:
    """RFC 6238, Appendix B."""
    assert step_at(epoch) == step


def test_one_step_to_each_side_is_accepted() -> None:
    assert acceptable_steps(300, None) == (11, 10, 9)


@pytest.mark.parametrize(("last_step", "steps"), [(8, (11, 10, 9)), (9, (11, 10)), (10, (11,)), (11, ()), (12, ()), (10**9, ())])
def test_a_used_step_and_earlier_ones_are_refused(last_step: int, steps: tuple[int, ...]) -> None:
    """H-01."""
    assert acceptable_steps(300, last_step) == steps


def test_there_is_no_step_before_the_epoch() -> None:
    assert acceptable_steps(0, None) == (1, 0)


@pytest.mark.parametrize("typed", ["123456", "123 456", " 12 34 56 ", "1 2 3 4 5 6"])
def test_spaces_in_a_code_are_ignored(typed: str) -> None:
    """Authenticators show codes with a space."""
    assert parse_code(typed) == "123456"


@pytest.mark.parametrize(
    "typed",
    ["", "12345", "1234567", "12345a", "-12345", "+12345", "12345\n", "123\t456", "１２３４５６", "١٢٣٤٥٦", "1_2345", " " * 100 + "123456"],
)
def test_a_code_that_is_not_six_ascii_digits_is_refused(typed: str) -> None:
    assert parse_code(typed) is None


@pytest.mark.parametrize(("typed", "digits"), [("12345678", 6), ("123456", 8), ("1234567", 7), ("1234567", 8), ("", 0), ("1234567a", 8)])
def test_a_code_of_another_length_is_refused(typed: str, digits: int) -> None:
    """Only six or eight, and only as many as the authenticator shows."""
    assert parse_code(typed, digits) is None
    assert parse_code("1234 5678", 8) == "12345678"
