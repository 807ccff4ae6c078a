"""How long an event is stored depends on its type (docs/audit.md, Retention)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, cast

import pytest

from idp.domain.access.tenancy import DEPLOYMENT
from idp.domain.audit.retention import MOST_RULES, Retention, parse
from idp.domain.sessions.request_origin import Origin
from idp.services.audit.recorder import SYSTEM, Audit
from idp.store.events import Events

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


WAYS: dict[str, Callable[[Audit, str], object]] = {
    "record": lambda audit, type_: audit.record(type_, origin=Origin()),
    "record_part": lambda audit, type_: audit.record_part(type_, origin=Origin()),
    "once_part": lambda audit, type_: audit.once_part(type_, origin=Origin()),
    "record_item": lambda audit, type_: audit.record_item(type_, origin=Origin()),
    "act": lambda audit, type_: audit.act(type_, SYSTEM, scope=DEPLOYMENT),
    "act of an organisation": lambda audit, type_: audit.act(type_, SYSTEM, scope=DEPLOYMENT, org_id="org_a"),
    "act_parts": lambda audit, type_: audit.act_parts(type_, SYSTEM, scope=DEPLOYMENT),
    "act_on_all": lambda audit, type_: audit.act_on_all(type_, SYSTEM, ["a", "b"], scope=DEPLOYMENT),
}


class Kept:
    """Stands for the store of events: each method notes the retention that it is given."""

    def __init__(self) -> None:
        self.seconds: list[int] = []

    def __getattr__(self, name: str) -> Callable[..., list[Any]]:
        def keep(_: object, *, retention: int) -> list[Any]:
            self.seconds.append(retention)
            return []

        return keep


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize(("type_", "days"), [("user.created", 30), ("client.created", 400)])
def test_each_way_to_write_an_event_obeys_the_time_of_its_type(way: str, type_: str, days: int) -> None:
    kept = Kept()
    WAYS[way](Audit(cast("Events", kept), lambda: 1_790_000_000, lambda: "id", RULES), type_)
    assert kept.seconds == [days * DAY]


def test_the_recorder_has_no_other_way_to_write_an_event() -> None:
    """A new one belongs into the list above."""
    public = {name for name in vars(Audit) if not name.startswith("_")}
    assert public == {each.partition(" ")[0] for each in WAYS}
