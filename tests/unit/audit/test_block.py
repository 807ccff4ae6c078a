"""A block binds its entries, their order and the block before it (threats R-06)."""

from __future__ import annotations

import hashlib
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from idp.domain.audit import merkle
from idp.domain.audit.block import SHARDS, Block, Entry, next_block, shard_of

NOW = 1_800_000_000
ENTRIES = tuple(Entry(f"{NOW * 1000 + n:013d}#e{n}", NOW + 9, f"leaf{n}") for n in range(5))


def by_the_rfc(entries: list[bytes]) -> bytes:
    """The root as RFC 9162 §2.1.1 defines it, by recursion."""
    if not entries:
        return hashlib.sha256().digest()
    if len(entries) == 1:
        return hashlib.sha256(b"\0" + entries[0]).digest()
    split = 1 << ((len(entries) - 1).bit_length() - 1)
    return hashlib.sha256(b"\1" + by_the_rfc(entries[:split]) + by_the_rfc(entries[split:])).digest()


@given(st.lists(st.binary(max_size=4), max_size=40))
def test_the_root_is_that_of_the_rfc(entries: list[bytes]) -> None:
    assert merkle.root(entries) == by_the_rfc(entries)


@given(st.lists(st.binary(max_size=2), max_size=9), st.lists(st.binary(max_size=2), max_size=9))
def test_two_lists_have_two_roots(one: list[bytes], other: list[bytes]) -> None:
    assert (merkle.root(one) == merkle.root(other)) == (one == other)


def test_a_block_names_the_one_before_it() -> None:
    first = next_block(None, 2, ENTRIES[:2], now=NOW, keep=100)
    second = next_block(first, 2, ENTRIES[2:], now=NOW + 1, keep=100)
    assert (first.number, first.previous, first.previous_until) == (1, "", 0)
    assert (second.number, second.previous, second.previous_until) == (2, first.hash, NOW + 100)
    assert first.is_whole
    assert second.is_whole


def test_entries_are_in_the_order_of_their_places() -> None:
    """The stream delivers them in the order of the partitions."""
    assert next_block(None, 0, ENTRIES[::-1], now=NOW, keep=1).entries == ENTRIES


def test_a_block_is_not_older_than_the_one_before_it() -> None:
    """Neither its time nor its end, if a clock is behind or the setting became shorter."""
    first = next_block(None, 0, ENTRIES[:1], now=NOW, keep=1000)
    second = next_block(first, 0, ENTRIES[1:], now=NOW - 60, keep=10)
    assert (second.at, second.until) == (NOW, NOW + 1000)


@pytest.mark.parametrize(
    "changed",
    [{"shard": 1}, {"number": 3}, {"previous": "x"}, {"previous_until": 1}, {"root": "x"}, {"at": 1}, {"until": 1}],
    ids=str,
)  # fmt: skip
def test_every_change_of_a_block_changes_its_hash(changed: dict[str, object]) -> None:
    made = next_block(next_block(None, 0, ENTRIES[:1], now=NOW, keep=9), 0, ENTRIES[1:], now=NOW, keep=9)
    assert replace(made, **changed).hash != made.hash  # type: ignore[arg-type]  # a table of changes


@pytest.mark.parametrize(
    "entries",
    [
        ENTRIES[:-1], ENTRIES[1:], ENTRIES[::-1], (*ENTRIES, ENTRIES[-1]), (), (replace(ENTRIES[0], until=1), *ENTRIES[1:]),
        (replace(ENTRIES[0], leaf="other"), *ENTRIES[1:]), (replace(ENTRIES[0], place="0"), *ENTRIES[1:]),
    ],
)  # fmt: skip
def test_other_entries_are_not_those_of_the_root(entries: tuple[Entry, ...]) -> None:
    made = next_block(None, 0, ENTRIES, now=NOW, keep=9)
    assert not replace(made, entries=entries).is_whole


@given(st.text())
def test_an_event_belongs_to_one_shard(event_id: str) -> None:
    assert shard_of(event_id) == shard_of(event_id)
    assert 0 <= shard_of(event_id) < SHARDS


def test_ids_are_spread_over_the_shards() -> None:
    assert {shard_of(str(number)) for number in range(50)} == set(range(SHARDS))


def test_a_block_without_entries_has_the_root_of_nothing() -> None:
    assert Block(0, 1, "", 0, next_block(None, 0, (), now=NOW, keep=1).root, NOW, NOW, ()).is_whole
