"""Each invariant of `bench.faults.checker` catches a history that breaks it, and accepts one that does not."""

from __future__ import annotations

from typing import Any

import pytest

from bench.faults.checker import check
from bench.faults.history import Event, History
from bench.faults.stored import orphans


def history(*events: Event, **members: Any) -> History:
    """A history of these events."""
    made = History(**members)
    made.events.extend(events)
    return made


def event(act: str, start: int = 1, end: int = 2, **members: Any) -> Event:
    """An event."""
    return Event(act, start=start, end=end, **members)


BROKEN: dict[str, tuple[str, History]] = {
    "a code that gave tokens twice": (
        "I1", history(*(event("redeem", about="code", value=each) for each in ("one", "two"))),
    ),
    "two successors of one refresh token": (
        "I2", history(*(event("rotate", about="first", value=each) for each in ("second", "third"))),
    ),
    "a token accepted after the person was disabled": (
        "I3", history(event("end", 1, 2, about="usr"), event("accept", 3, 4, about="usr")),
    ),
    "a former password that signs in": (
        "I4", history(
            event("write", 1, 2, about="password", value="old"), event("write", 3, 4, about="password", value="new"),
            event("read", 5, 6, about="password", value="old"),
        ),
    ),
    "a password that was acknowledged and is refused": (
        "I4", history(
            event("write", 1, 2, about="password", value="new"), event("read", 3, 4, about="password", value="new", outcome="refused"),
        ),
    ),
    "an item without an owner": ("I5", history(orphans=["session has no user"])),
    "a recovery code used twice": ("I6", history(event("use", 1, 2, about="code"), event("use", 3, 4, about="code"))),
    "more wrong passwords than the limit": (
        "I7", history(*(event("fail", about="usr", value="wrong") for _ in range(6)), attempts=5),
    ),
    "an error of the function": ("I8", history(event("request", about="GET /", status=500))),
    "unavailable without a time to come back": ("I8", history(event("request", about="GET /", status=503))),
    "a valid refresh token that is denied": (
        "I8", history(event("request", about="POST /token", status=400, value="invalid_grant", due=True)),
    ),
    "an error that is a success": (
        "I8", history(event("request", about="POST /token", status=503, retry_after=True, outcome="ok")),
    ),
    "an answer for somebody else": ("I9", history(event("accept", about="usr", principal="ada", subject="bob"))),
    "a password in the log": ("I10", history(secrets={"nine wet walruses"}, logged=["{'sent': 'nine wet walruses'}"])),
}  # fmt: skip


@pytest.mark.parametrize(("invariant", "broken"), BROKEN.values(), ids=BROKEN)
def test_a_broken_history_is_caught(invariant: str, broken: History) -> None:
    """By its invariant and by no other."""
    assert {name for name, _ in check(broken)} == {invariant}


SOUND: dict[str, History] = {
    "the same tokens twice": history(*(event("redeem", about="code", value="one") for _ in range(2))),
    "a second redemption that is refused": history(
        event("redeem", about="code", value="one"), event("redeem", about="code", value="none", outcome="refused"),
    ),
    "a retry within the grace": history(*(event("rotate", about="first", value="second") for _ in range(2))),
    "a request that overlaps the end": history(event("end", 2, 5, about="usr"), event("accept", 3, 4, about="usr")),
    "an end that was not acknowledged": history(event("end", 1, 2, about="usr", outcome="unknown"), event("accept", 3, 4, about="usr")),
    "a write that may have happened, old value": history(
        event("write", 1, 2, about="p", value="old"), event("write", 3, 4, about="p", value="new", outcome="unknown"),
        event("read", 5, 6, about="p", value="old"),
    ),
    "a write that may have happened, new value": history(
        event("write", 1, 2, about="p", value="old"), event("write", 3, 4, about="p", value="new", outcome="unknown"),
        event("read", 5, 6, about="p", value="new"),
    ),
    "as many wrong passwords as the limit": history(*(event("fail", about="usr", value="wrong") for _ in range(5)), attempts=5),
    "unavailable": history(event("request", about="POST /token", status=503, retry_after=True, outcome="refused", due=True)),
    "a used code that is denied": history(event("request", about="POST /token", status=400, value="invalid_grant", outcome="refused")),
}  # fmt: skip


@pytest.mark.parametrize("sound", SOUND.values(), ids=SOUND)
def test_a_sound_history_is_accepted(sound: History) -> None:
    assert not check(sound)


USER = {"kind": {"S": "user"}, "pk": {"S": "USER#usr_1"}, "user_id": {"S": "usr_1"}, "email": {"S": "Ada@example.com"}}
EMAIL = {"kind": {"S": "email"}, "pk": {"S": "EMAIL#ada@example.com"}, "user_id": {"S": "usr_1"}}
SESSION = {"kind": {"S": "session"}, "pk": {"S": "USER#usr_1"}}


@pytest.mark.parametrize("items", [[USER], [EMAIL], [SESSION], [USER, EMAIL | {"user_id": {"S": "other"}}]], ids=str)
def test_items_without_an_owner_are_found(items: list[dict[str, Any]]) -> None:
    assert list(orphans(items))


def test_items_with_owners_are_none() -> None:
    assert not list(orphans([USER, EMAIL, SESSION]))
