"""The numbers of foreign hashes: additions add up, a count replaces them, and they are read with the keys."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest

from idp.domain.factors.hash_mix import HashMix
from idp.store import deployment_keys
from idp.store.database import Database
from idp.store.hash_mixes import HashMixes
from idp.store.signing_keys import KeyItems
from tests.store.examples import NOW

A, B = "bcrypt:12", "pbkdf2-sha256:27500,32"


@pytest.fixture
def mixes(fresh: Database) -> HashMixes:
    return HashMixes(fresh)


def mix(mixes: HashMixes) -> HashMix:
    found = mixes.get()
    assert found
    return found.mix()


def test_without_an_import_there_is_no_item(fresh: Database, mixes: HashMixes) -> None:
    """The keys are read as before."""
    assert mixes.get() is None
    assert KeyItems(fresh).load().hash_mix is None


def test_slices_of_an_import_add_up(fresh: Database, mixes: HashMixes) -> None:
    """Also with kinds that came later. The Query of the keys reads them."""
    mixes.add({A: 600, B: 200}, 1000)
    mixes.add({A: 100}, 100)
    mixes.add({}, 50)
    expected = HashMix(1150, {A: 700, B: 200}, {A: 700, B: 200})
    assert mix(mixes) == expected
    assert KeyItems(fresh).load().hash_mix == expected


def test_what_is_taken_is_left_out(mixes: HashMixes) -> None:
    """Only of those that are left; the numbers that came stay."""
    mixes.add({A: 3}, 3)
    assert mixes.take(A, 2)
    assert not mixes.take(A, 2)
    assert not mixes.take(B, 1)
    assert mix(mixes) == HashMix(3, {A: 3}, {A: 1})


def test_nothing_is_taken_where_nothing_was_counted(mixes: HashMixes) -> None:
    """The item is not made by that."""
    assert not mixes.take(A, 1)
    assert mixes.get() is None


def test_a_count_replaces_the_numbers(mixes: HashMixes) -> None:
    """With its time."""
    mixes.add({A: 3}, 3)
    mixes.put(HashMix(9, {A: 3}, {A: 1}), NOW)
    found = mixes.get()
    assert found
    assert (found.mix(), int(found.counted_at)) == (HashMix(9, {A: 3}, {A: 1}), NOW)


@pytest.mark.parametrize(
    "damage",
    [{"imported": {"S": "x"}}, {"left": {"M": {A: {"S": "x"}}}}, {"people": {"S": "many"}}, {"imported": {"M": {A: {"N": "1.5"}}}}],
)
def test_a_damaged_item_makes_no_key_unusable(fresh: Database, mixes: HashMixes, damage: dict[str, object]) -> None:
    """The keys are read without it."""
    mixes.add({A: 3}, 3)
    key = deployment_keys.hash_mix()
    whole = {"pk": {"S": key.pk}, "sk": {"S": key.sk}, "kind": {"S": "hash_mix"}, "imported": {"M": {}}, "left": {"M": {}}}
    fresh.write_raw("keys", [{**whole, **damage}])
    assert KeyItems(fresh).load().hash_mix is None


def test_concurrent_additions_and_sign_ins_are_all_counted(mixes: HashMixes) -> None:
    """None is lost."""
    mixes.add({A: 100}, 100)
    with ThreadPoolExecutor(8) as pool:
        added = [pool.submit(mixes.add, {A: 2, B: 1}, 5) for _ in range(20)]
        taken = [pool.submit(mixes.take, A, 1) for _ in range(20)]
    assert all(each.result() for each in taken)
    assert [each.result() for each in added] == [None] * 20
    assert mix(mixes) == HashMix(200, {A: 140, B: 20}, {A: 120, B: 20})
