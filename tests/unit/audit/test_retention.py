"""How long an event is stored depends on its type (docs/audit.md, Retention)."""

from __future__ import annotations

import pytest

from idp.domain.audit.retention import MOST_RULES, Retention, parse

DAY = 86400
RULES = Retention.of(400, "sign_in:90,sign_in.locked:700,user:30")


@pytest.mark.parametrize(
    ("type_", "days"),
    [
        ("sign_in.failed", 90), ("sign_in", 90), ("sign_in.locked", 700), ("sign_in.locked.again", 700), ("user.created", 30),
        ("sign_ins.failed", 400), ("users.read", 400), ("client.created", 400), ("", 400), (".", 400), ("sign_in.lockedx", 90),
    ],
)  # fmt: skip
def test_the_longest_matching_beginning_counts(type_: str, days: int) -> None:
    """Whole words only: `user` says nothing about `users.read`."""
    assert RULES.seconds(type_) == days * DAY


def test_without_rules_every_type_has_the_same_time() -> None:
    assert Retention.of(7, "").seconds("sign_in.failed") == 7 * DAY
    assert Retention.of(7, "").longest == 7 * DAY


def test_the_longest_time_is_that_of_any_type() -> None:
    assert RULES.longest == 700 * DAY
    assert Retention.of(400, "sign_in:90").longest == 400 * DAY


@pytest.mark.parametrize(
    "text",
    [
        "sign_in", "sign_in:", ":90", "sign_in:0", "sign_in:-1", "sign_in:1.5", "sign_in:090", "sign_in:99999", "sign_in:3661", "a:1,a:2",
        "a:1,,b:2", "a:1,", ",a:1", "a:1 ,b:2", " a:1", "A:1", "a..b:1", ".a:1", "a.:1", "1a:1", "a:1\n", "*:1", "a;b:1", "a:\u0661",
        ",".join(f"t{number}:1" for number in range(MOST_RULES + 1)),
    ],
)  # fmt: skip
def test_another_form_is_refused(text: str) -> None:
    with pytest.raises(ValueError):  # noqa: PT011  # its text is the wrong part
        parse(text)
