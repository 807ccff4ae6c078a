"""Which second factors count as added by a stranger when an owner takes an account back (threats H-15, M-12)."""

from __future__ import annotations

import pytest

from idp.domain.factors.added import KNOWN_LONG, is_strange
from idp.domain.tickets.ticket import LIFETIMES, NOT_ME

SINCE = 1_900_000_000


def test_a_browser_is_known_long_when_the_mail_about_it_could_not_be_disowned_any_more() -> None:
    """Until then the link of that mail removes what was added there."""
    assert LIFETIMES[NOT_ME] == KNOWN_LONG


@pytest.mark.parametrize(
    ("added", "known", "strange"),
    [
        (0, SINCE, True),
        (0, SINCE + 1, True),
        (0, SINCE - KNOWN_LONG + 1, True),
        (0, SINCE - KNOWN_LONG, False),
        (0, 0, False),
        (5000, SINCE, True),
        (0, None, True),
        (-1, None, False),
        (-1, SINCE, False),
    ],
)
def test_a_factor_is_strange_if_it_is_new_and_its_browser_was_not_known_long(added: int, known: int | None, *, strange: bool) -> None:
    """A factor whose browser is unknown counts as added in a new browser."""
    assert is_strange(added_at=SINCE + added, browser_known_since=known, since=SINCE) is strange
