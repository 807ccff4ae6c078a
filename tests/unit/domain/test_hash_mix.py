"""Unknown addresses pretend to have foreign hashes as often as people have them, and change as people do (threats R-09)."""

from __future__ import annotations

import hashlib
from collections import Counter

from idp.domain.factors.hash_mix import HashMix

MANY = 4000
"""Addresses. The tolerances below are six standard deviations and more, and the draws are the same in each run."""


def pretended(mix: HashMix, number: int) -> str:
    """Return what an address pretends to have."""

    def draw(word: str) -> float:
        digest = hashlib.sha256(f"{number} {word}".encode()).digest()
        return (int.from_bytes(digest[:6]) + 1) / 2**48

    return mix.pretend(draw)


def test_each_kind_is_as_frequent_as_among_people() -> None:
    """40 % bcrypt, 20 % PBKDF2, of which half have signed in since, 40 % ours: 40, 10 and 50."""
    mix = HashMix(1000, {"bcrypt:12": 400, "pbkdf2-sha256:27500,32": 200}, {"bcrypt:12": 400, "pbkdf2-sha256:27500,32": 100})
    found = Counter(pretended(mix, number) for number in range(MANY))
    assert set(found) == {"bcrypt:12", "pbkdf2-sha256:27500,32", ""}
    for label, share in (("bcrypt:12", 0.4), ("pbkdf2-sha256:27500,32", 0.1), ("", 0.5)):
        assert abs(found[label] / MANY - share) < 0.05, found


def test_one_address_always_has_the_same() -> None:
    """Otherwise asking twice would tell that there is no account."""
    mix = HashMix(10, {"a:1": 5, "b:1": 5}, {"a:1": 5, "b:1": 5})
    assert all(pretended(mix, number) == pretended(mix, number) for number in range(100))


def test_a_sign_in_of_people_moves_addresses_to_our_hash_only() -> None:
    """A person never goes back, and never changes from one foreign hash to another."""
    imported = {"a:1": 300, "b:1": 300}
    before = HashMix(1000, imported, {"a:1": 300, "b:1": 200})
    after = HashMix(1000, imported, {"a:1": 120, "b:1": 0})
    changes = Counter((pretended(before, number), pretended(after, number)) for number in range(MANY))
    assert {(one, other) for one, other in changes if one != other} == {("a:1", ""), ("b:1", "")}


def test_a_new_account_moves_addresses_to_our_hash_only() -> None:
    """People who sign up have our hash. The numbers are counted again from time to time."""
    hashes = {"a:1": 300, "b:1": 300}
    before, after = HashMix(700, hashes, hashes), HashMix(2000, hashes, hashes)
    changes = {(pretended(before, number), pretended(after, number)) for number in range(MANY)}
    assert {each for each in changes if each[0] != each[1]} == {("a:1", ""), ("b:1", "")}


def test_another_import_moves_addresses_to_the_new_hash_only() -> None:
    """And what an address had before stays otherwise."""
    before = HashMix(600, {"a:1": 300}, {"a:1": 300})
    after = HashMix(900, {"a:1": 300, "c:1": 300}, {"a:1": 300, "c:1": 300})
    changes = {(pretended(before, number), pretended(after, number)) for number in range(MANY)}
    assert {each for each in changes if each[0] != each[1]} == {("a:1", "c:1"), ("", "c:1")}


def test_when_all_have_signed_in_no_decoy_is_left() -> None:
    """The cost of decoys goes with the hashes."""
    mix = HashMix(500, {"a:1": 500}, {"a:1": 0})
    assert {pretended(mix, number) for number in range(500)} == {""}


def test_damaged_numbers_choose_some_hash() -> None:
    """Negative and missing numbers, and no people at all: never an exception."""
    for mix in (
        HashMix(0, {}, {}),
        HashMix(0, {"a:1": 0}, {}),
        HashMix(-5, {"a:1": -1}, {"a:1": 9}),
        HashMix(1, {"a:1": 9}, {}),
        HashMix(0, {}, {"a": 1}),
    ):
        assert {pretended(mix, number) for number in range(50)} <= {"", "a:1"}
