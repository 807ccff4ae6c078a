"""Counting foreign hashes: what is counted, what is stored, and how many writes it takes."""

from __future__ import annotations

from typing import Any

import pytest

from idp.domain.errors import Unavailable
from idp.domain.factors.hash_mix import HashMix
from idp.services.factors.hash_counts import MOST_KINDS, HashCounts

OWN = "$argon2id$v=19$m=64,t=1,p=1$"
BCRYPT, OURS = "$2b$12$" + "a" * 53, OWN + "A" * 22 + "$" + "A" * 43
OTHER_ARGON2 = "$argon2id$v=19$m=65536,t=3,p=4$" + "A" * 22 + "$" + "A" * 43


class Found:
    """A stored item."""

    def __init__(self, mix: HashMix) -> None:
        self._mix, self.counted_at = mix, 7

    def mix(self) -> HashMix:
        return self._mix


class Store:
    """A store and a keyring in memory. `down`: whether it fails."""

    def __init__(self) -> None:
        self.mix: HashMix | None = None
        self.writes: list[tuple[Any, ...]] = []
        self.down = False

    def get(self) -> Found | None:
        return Found(self.mix) if self.mix else None

    def hash_mix(self) -> HashMix | None:
        return self.mix

    def take(self, label: str, number: int) -> bool:
        if self.down:
            raise Unavailable
        self.writes.append(("take", label, number))
        return True

    def add(self, counts: dict[str, int], people: int) -> None:
        self.writes.append(("add", dict(counts), people))

    def put(self, mix: HashMix, now: int) -> None:
        self.mix = mix
        self.writes.append(("put", now))


@pytest.fixture
def store() -> Store:
    return Store()


def counts(store: Store, draw: int = 0) -> HashCounts:
    """Return the service. `draw`: what the random number is."""
    return HashCounts(store, store, lambda: 99, lambda below: min(draw, below - 1), OWN)  # type: ignore[arg-type]  # a stand-in for both stores


def test_a_slice_of_an_import_is_added_by_label(store: Store) -> None:
    """Our own hashes and people without a password are not kinds; Argon2id with other parameters is one."""
    counts(store).add([BCRYPT, BCRYPT, OTHER_ARGON2, OURS, None, "damaged"])
    assert store.writes == [("add", {"bcrypt:12": 2, "argon2id:65536,3,4,19,32": 1}, 5)]


@pytest.mark.parametrize("stored", [[], [None], [OURS, OURS], ["damaged"]])
def test_an_import_without_foreign_hashes_stores_nothing(store: Store, stored: list[str | None]) -> None:
    """Nor does a count."""
    counts(store).add(stored)
    counts(store).count_all(stored)
    assert store.writes == []


def test_people_with_our_hash_count_where_there_are_others(store: Store) -> None:
    """The shares would be wrong otherwise."""
    store.mix = HashMix(1, {"bcrypt:12": 1}, {"bcrypt:12": 1})
    counts(store).add([OURS, OURS])
    assert store.writes == [("add", {}, 2)]


def test_a_count_keeps_how_many_came(store: Store) -> None:
    """Those who came stay the same when people sign in, so an address keeps its kind; kinds of which none is left, too."""
    store.mix = HashMix(10, {"bcrypt:12": 8, "md5:": 1}, {"bcrypt:12": 8, "md5:": 1})
    assert counts(store).count_all([BCRYPT] * 3 + [OURS] * 9 + [None]) == HashMix(12, {"bcrypt:12": 8, "md5:": 1}, {"bcrypt:12": 3})


def test_many_kinds_are_counted_with_the_most_frequent_one(store: Store) -> None:
    """The item stays small, and the sum right."""
    kinds = [f"$pbkdf2-sha256$i={30_000 + number},l=32${'A' * 22}${'A' * 43}" for number in range(100)]
    found = counts(store).count_all([*kinds, kinds[7], kinds[7]])
    assert len(found.left) == MOST_KINDS
    assert sum(found.left.values()) == 102
    assert found.left["pbkdf2-sha256:30007,32"] == 3 + 100 - MOST_KINDS


@pytest.mark.parametrize(
    ("left", "draw", "writes"), [(1, 0, [1]), (511, 0, [1]), (512, 0, [2]), (512, 1, []), (256_000, 0, [1000]), (256_000, 999, [])]
)
def test_sign_ins_of_many_people_are_sampled(store: Store, left: int, draw: int, writes: list[int]) -> None:
    """One in so many is counted, as so many: a million first sign-ins do not all write one item."""
    store.mix = HashMix(left, {"bcrypt:12": left}, {"bcrypt:12": left})
    counts(store, draw).rehashed(BCRYPT)
    assert store.writes == [("take", "bcrypt:12", number) for number in writes]


@pytest.mark.parametrize("stored", [OURS, OTHER_ARGON2, "damaged", "$2b$10$" + "a" * 53])
def test_what_was_not_counted_is_not_taken(store: Store, stored: str) -> None:
    """A hash of ours that was made anew, another kind, a damaged one."""
    store.mix = HashMix(1, {"bcrypt:12": 1}, {"bcrypt:12": 1})
    counts(store).rehashed(stored)
    assert store.writes == []


def test_without_numbers_nothing_is_taken(store: Store) -> None:
    """Nothing was imported here."""
    counts(store).rehashed(BCRYPT)
    assert store.writes == []


def test_a_failing_store_does_not_fail_the_sign_in(store: Store) -> None:
    """The hash is written already; the next count corrects the number."""
    store.mix = HashMix(1, {"bcrypt:12": 1}, {"bcrypt:12": 1})
    store.down = True
    counts(store).rehashed(BCRYPT)
