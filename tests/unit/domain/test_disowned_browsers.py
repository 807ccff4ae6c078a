"""Browsers that an owner disowned."""

from __future__ import annotations

from idp.domain.factors.disowned_browsers import BEFORE, MOST, add, covers
from idp.domain.factors.known_device import LIFETIME

SIGN_IN, NOW = 1_000_000, 1_100_000


def test_browsers_that_became_known_since_the_sign_in_are_covered() -> None:
    periods = add({}, SIGN_IN, NOW)
    for known_since, expected in ((SIGN_IN - BEFORE - 1, False), (SIGN_IN - 1, True), (SIGN_IN, True), (NOW, True), (NOW + 1, False)):
        assert covers(periods, known_since) == expected, known_since
    assert not covers({}, SIGN_IN)


def test_periods_end_with_the_cookies_and_their_number_is_bounded() -> None:
    assert add({"1": "5"}, LIFETIME + 100, LIFETIME + 200) == {str(LIFETIME + 100 - BEFORE): str(LIFETIME + 200)}
    periods: dict[str, str] = {}
    for step in range(3 * MOST):
        periods = add(periods, SIGN_IN + step * 1000, SIGN_IN + step * 1000 + 500)
        assert len(periods) <= MOST
        assert covers(periods, SIGN_IN + 100)
