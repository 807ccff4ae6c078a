"""The leaf of an event covers all that the event says, and an erasure does not change it (threats R-06, R-07)."""

from __future__ import annotations

from dataclasses import fields, replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from idp.domain.audit.event import AuditEvent
from idp.domain.audit.leaf import PERSONAL, PLAIN, Cover, cover_after, hidden_values, leaf_of
from idp.domain.audit.pseudonymous import pseudonymous
from idp.store.events import new_salt

SALT = Cover("c2FsdCBvZiAxMjggYml0cw")
EVENT = AuditEvent(
    "e1", 1_800_000_000_123, "user.updated", "success", actor="usr_a", subject="usr_a", target="t", client_id="app", address="192.0.2.1",
    request_id="r1", reason="why", details={"changed": "email", "email": "ada@example.com"},
)  # fmt: skip
TEXT = st.text(max_size=20)
EVENTS = st.builds(
    AuditEvent, id=TEXT, at=st.integers(0, 10**13), type=TEXT, outcome=TEXT, actor=st.sampled_from(["", "usr_a", "usr_b"]),
    subject=st.sampled_from(["", "usr_a", "usr_b"]), target=TEXT, client_id=TEXT, address=TEXT, request_id=TEXT, reason=TEXT,
    details=st.dictionaries(st.sampled_from(["changed", "email", "name", "account", "method", ""]), TEXT, max_size=4),
)  # fmt: skip


def leaf(event: AuditEvent, cover: Cover = SALT) -> str:
    return leaf_of(event, hidden_values(event, cover))


def test_each_member_of_an_event_is_covered() -> None:
    """A new member that is in neither list would not be protected."""
    assert {"id", "at", *PLAIN, *PERSONAL} >= {each.name for each in fields(AuditEvent)}


@pytest.mark.parametrize(
    "changed",
    [
        {"id": "e2"}, {"at": EVENT.at + 1}, {"type": "user.created"}, {"outcome": "failure"}, {"actor": "usr_b"}, {"subject": "usr_b"},
        {"target": ""}, {"client_id": "other"}, {"reason": ""}, {"address": "192.0.2.2"}, {"address": ""}, {"request_id": "r2"},
        {"details": {}}, {"details": {"changed": "email", "email": "eve@example.com"}}, {"details": {"changed": "email"}},
        {"details": {**EVENT.details, "more": "x"}}, {"details": {"changed": "ada@example.com", "email": "email"}},
    ],
)  # fmt: skip
def test_every_change_of_an_event_changes_its_leaf(changed: dict[str, Any]) -> None:
    assert leaf(replace(EVENT, **changed)) != leaf(EVENT)


@given(EVENTS, EVENTS)
def test_two_events_have_two_leaves(one: AuditEvent, other: AuditEvent) -> None:
    """An empty detail says nothing, and does not count."""
    said = [replace(event, details={name: value for name, value in event.details.items() if value}) for event in (one, other)]
    assert (leaf(one) == leaf(other)) == (said[0] == said[1])


@given(EVENTS, st.permutations(["usr_a", "usr_b", "usr_c"]))
def test_erasures_of_any_people_in_any_order_keep_the_leaf(event: AuditEvent, people: list[str]) -> None:
    """The event is rewritten once for each of them."""
    cover, before = SALT, event
    for person in people:
        after = pseudonymous(before, person)
        cover = cover_after(before, after, cover)
        before = after
        assert leaf(before, cover) == leaf(event)
        assert (cover.salt, cover.rewritten) == ("", True)


def test_what_is_stored_after_an_erasure_does_not_lead_to_the_value() -> None:
    """Neither the salt nor the key of an erased value is there, so addresses cannot be guessed. The key of a value that stays is there."""
    told = replace(EVENT, actor="usr_admin")
    cover = cover_after(told, pseudonymous(told, "usr_a"), SALT)
    assert cover.salt == ""
    assert set(cover.keys) == {"address", "request_id", "details.changed"}
    assert set(cover.hidden) == {"", "details.email"}
    assert not any(value in str(cover) for value in ("ada@example.com", SALT.salt))


def test_the_same_value_is_covered_differently_in_two_events() -> None:
    """So events of one address cannot be found after its person was erased."""
    macs = [hidden_values(EVENT, Cover(new_salt()))["address"] for _ in range(2)]
    assert macs[0] != macs[1]


def test_a_value_put_back_into_an_erased_event_changes_its_leaf() -> None:
    """Also the true one: its key is gone, so it cannot be checked."""
    without = pseudonymous(EVENT, "usr_a")
    cover = cover_after(EVENT, without, SALT)
    assert leaf(without, cover) == leaf(EVENT)
    assert leaf(replace(without, address=EVENT.address), cover) != leaf(EVENT)
    assert leaf(replace(without, details={**without.details, "name": "Eve"}), cover) != leaf(EVENT)


def test_an_event_without_a_salt_is_covered_without_its_personal_values() -> None:
    """An event of an earlier release. Its leaf survives an erasure too, and protects what is not personal."""
    none, without = Cover(), pseudonymous(EVENT, "usr_a")
    cover = cover_after(EVENT, without, none)
    assert leaf(without, cover) == leaf(EVENT, none) == leaf(replace(EVENT, address="192.0.2.2"), none)
    assert leaf(replace(EVENT, type="user.created"), none) != leaf(EVENT, none)


def test_an_erased_event_without_personal_values_gets_none() -> None:
    """It had a salt and nothing to hide: what is added afterwards shows."""
    bare = replace(EVENT, address="", request_id="", details={})
    cover = cover_after(bare, bare, SALT)
    assert leaf(bare, cover) == leaf(bare)
    assert leaf(replace(bare, address="192.0.2.9"), cover) != leaf(bare)


def test_a_salt_that_was_removed_changes_the_leaf() -> None:
    """Otherwise an attacker could free the personal values by removing the salt."""
    assert leaf(EVENT, Cover()) != leaf(EVENT)
    assert leaf(EVENT, Cover(new_salt())) != leaf(EVENT)
    assert leaf(EVENT, Cover(rewritten=True)) != leaf(EVENT)
