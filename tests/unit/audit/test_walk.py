"""What a walk along the blocks of a shard finds: each block once, in order, without a gap (threats R-06)."""

from __future__ import annotations

from dataclasses import replace

import pytest

from idp.domain.audit.block import Block, Entry, next_block
from idp.domain.audit.head import START, Position
from idp.domain.audit.report import ALTERED, EXPIRED, FORKED, MISSING, REORDERED
from idp.domain.audit.walk import ShardWalk

NOW = 1_800_000_000
KEEP = 1000


def chain(length: int) -> list[Block]:
    """Blocks of the shard 2, ten seconds apart."""
    blocks: list[Block] = []
    for number in range(length):
        entry = Entry(f"{NOW * 1000 + number:013d}#e{number}", NOW + 9, f"leaf{number}")
        blocks.append(next_block(blocks[-1] if blocks else None, 2, [entry], now=NOW + 10 * number, keep=KEEP))
    return blocks


BLOCKS = chain(6)


def position(block: Block) -> Position:
    """Where the shard stands after a block."""
    return Position(block.number, block.hash, block.until)


def found(blocks: list[Block], *, before: Position | None = START, signed: Block = BLOCKS[-1], now: int = NOW) -> list[tuple[str, str]]:
    """What each finding is, and its sentence."""
    walk = ShardWalk(2, before, now)
    told = [each for block in blocks for each in walk.take(block)]
    return [(each.what, each.detail) for each in (*told, *walk.end(position(signed)))]


@pytest.mark.parametrize("before", [START, None, position(BLOCKS[0])], ids=["first", "unknown", "goes on"])
def test_a_whole_chain_has_no_finding(before: Position | None) -> None:
    assert found(BLOCKS[1:] if before and before.number else BLOCKS, before=before) == []


@pytest.mark.parametrize(
    ("order", "again"),
    [([0, 1, 1, 2, 3, 4, 5], 2), ([0, 1, 2, 3, 0, 4, 5], 1), ([0, 1, 2, 3, 4, 5, 5], 6)],
    ids=["twice", "an early one later", "the last one twice"],
)  # fmt: skip
def test_a_block_that_comes_again_is_told_once_and_the_walk_goes_on_behind_the_last_one(order: list[int], again: int) -> None:
    """The blocks after it still fit: it is neither a gap nor another chain."""
    assert found([BLOCKS[at] for at in order]) == [(REORDERED, f"block {again} of shard 2 comes again, or after a later one")]


def test_a_block_of_before_the_start_comes_again() -> None:
    """The head of the hour before named the third block."""
    assert found([BLOCKS[2], *BLOCKS[3:]], before=position(BLOCKS[2])) == [
        (REORDERED, "block 3 of shard 2 comes again, or after a later one")
    ]


def test_a_changed_block_that_comes_again_has_no_second_finding() -> None:
    """What it says is not looked at: the walk does not go back to it."""
    assert found([*BLOCKS[:3], replace(BLOCKS[1], entries=()), *BLOCKS[3:]]) == [
        (REORDERED, "block 2 of shard 2 comes again, or after a later one")
    ]


@pytest.mark.parametrize(
    ("gone", "words"),
    [
        ([0], "blocks 1 to 1"), ([2], "blocks 3 to 3"), ([1, 2, 3], "blocks 2 to 4"), ([5], "blocks 6 to 6"),
        ([4, 5], "blocks 5 to 6"), ([0, 1, 2, 3, 4, 5], "blocks 1 to 6"),
    ],
)  # fmt: skip
def test_a_gap_names_the_blocks_that_are_gone_and_says_whether_their_time_was_over(gone: list[int], words: str) -> None:
    """The block behind the gap, or the head, says until when the last of them was stored. It is the only finding."""
    left = [block for at, block in enumerate(BLOCKS) if at not in gone]
    until = BLOCKS[gone[-1]].until
    assert found(left, now=until - 1) == [(MISSING, f"{words} of shard 2 are gone")]
    assert found(left, now=until) == [(EXPIRED, f"{words} of shard 2 are gone")]


def test_two_gaps_are_two_findings() -> None:
    assert [text for _, text in found([BLOCKS[0], BLOCKS[2], BLOCKS[4], BLOCKS[5]])] == [
        "blocks 2 to 2 of shard 2 are gone", "blocks 4 to 4 of shard 2 are gone",
    ]  # fmt: skip


def test_a_gap_whose_end_is_not_told_is_no_expiry() -> None:
    """`previous_until` 0 is that of a first block: it excuses nothing."""
    assert (MISSING, "blocks 2 to 2 of shard 2 are gone") in found([BLOCKS[0], replace(BLOCKS[2], previous_until=0)], signed=BLOCKS[2])


def test_a_block_that_continues_another_one_is_altered() -> None:
    """Its number follows, and what it names as the block before does not."""
    other = next_block(BLOCKS[1], 2, BLOCKS[2].entries, now=NOW + 99, keep=KEEP)
    assert found([*BLOCKS[:2], other, *BLOCKS[3:]]) == [(ALTERED, "block 4 of shard 2 does not continue block 3")]


def test_other_entries_and_another_order_are_told_apart() -> None:
    both = next_block(None, 2, (*BLOCKS[0].entries, *BLOCKS[1].entries), now=NOW, keep=KEEP)
    turned, less = replace(both, entries=both.entries[::-1]), replace(both, entries=both.entries[:1])
    assert [state for state, _ in found([turned], signed=both)] == [REORDERED]
    for changed in (less, replace(both, entries=())):
        assert [state for state, _ in found([changed], signed=both)] == [ALTERED, FORKED]  # the hash has the number of entries


def test_the_signed_end_is_not_another_block_and_not_an_earlier_one() -> None:
    words = "of shard 2 is not the one that was signed"
    assert found(BLOCKS[:5], signed=replace(BLOCKS[4], at=1)) == [(FORKED, f"block 5 {words}")]
    assert found(BLOCKS, signed=BLOCKS[4]) == [(FORKED, f"block 6 {words}")]


def test_a_walk_without_a_known_start_takes_the_first_block_as_it_is() -> None:
    """Earlier blocks may have expired. From there on it is as strict."""
    assert found(BLOCKS[3:], before=None) == []
    assert [state for state, _ in found([BLOCKS[3], BLOCKS[5]], before=None)] == [MISSING]
    assert [state for state, _ in found([BLOCKS[3], BLOCKS[3], *BLOCKS[4:]], before=None)] == [REORDERED]
