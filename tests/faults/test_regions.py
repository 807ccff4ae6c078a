"""A sample of `python -m bench.regions`: with homes nothing is used twice, and without them the same runs do use things twice."""

from __future__ import annotations

import uuid
from pathlib import Path
from typing import Any

import pytest

from bench.faults.site import seeded, without_pauses
from bench.regions.pair import Pair
from bench.regions.replication import ReplicatedTransport, Replicator
from bench.regions.walk import Found, walk
from tests.support.clock import Clock


@pytest.fixture(scope="module")
def keys(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, list[dict[str, Any]]]:
    """A folder for the key file, and the keys that the first pair makes there."""
    return tmp_path_factory.mktemp("regions"), []


def found(endpoint: str, keys: tuple[Path, list[dict[str, Any]]], *, homes: bool) -> Found:
    """One run with a delay of ten seconds."""
    folder, made = keys
    with without_pauses():
        random = seeded("regions")
        pair = Pair((endpoint, endpoint), folder, f"r{uuid.uuid4().hex[:8]}", Clock(), random, delay=10, homes=homes, made=made)
        return walk(pair, seeded("a run"))


def test_with_homes_nothing_is_used_in_both_regions(quick_endpoint: str, keys: tuple[Path, list[dict[str, Any]]]) -> None:
    """Neither codes, tokens, requests, links and assertions. The price: the person signs in again."""
    run = found(quick_endpoint, keys, homes=True)
    assert (run.twice.total(), run.undetected, run.undone) == (0, 0, 0)
    assert run.tries == 7
    assert run.signed_out == run.signed_in == 1


def test_without_homes_the_same_run_uses_things_twice(quick_endpoint: str, keys: tuple[Path, list[dict[str, Any]]]) -> None:
    """So the runs can fail."""
    run = found(quick_endpoint, keys, homes=False)
    assert run.twice.total() > 0
    assert run.signed_out == 0


class Tables:
    """Keeps the items that a transport wrote."""

    def __init__(self) -> None:
        self.items: dict[str, Any] = {}

    def call(self, operation: str, request: Any) -> Any:
        """PutItem, DeleteItem and GetItem."""
        name = (request.get("Key") or request["Item"])["pk"]["S"]
        if operation == "PutItem":
            self.items[name] = request["Item"]
        elif operation == "DeleteItem":
            self.items.pop(name, None)
        return {"Item": self.items.get(name)}


def regions(delay: float) -> tuple[Clock, Replicator, list[ReplicatedTransport], list[Tables]]:
    """Two regions with a table each."""
    clock, tables = Clock(), [Tables(), Tables()]
    replicator = Replicator(clock, seeded("items"), delay)
    return clock, replicator, [ReplicatedTransport(each, replicator, "p") for each in tables], tables


def write(region: ReplicatedTransport, name: str, value: str) -> None:
    """Write an item."""
    region.call("PutItem", {"TableName": "p-state", "Item": {"pk": {"S": name}, "sk": {"S": "X"}, "value": {"S": value}}})


@pytest.mark.parametrize("later", [0, 1])
def test_of_two_writes_of_an_item_the_later_one_remains_in_both(later: int) -> None:
    """Whichever region wrote it."""
    clock, replicator, at, tables = regions(10)
    write(at[1 - later], "a", "earlier")
    clock.advance(1)
    write(at[later], "a", "later")
    replicator.settle()
    assert [each.items["a"]["value"]["S"] for each in tables] == ["later", "later"]


def test_items_overtake_each_other_and_an_older_one_does_not_come_back() -> None:
    """They arrive by their own time, and a write that arrives after a later one of the same item counts no more."""
    clock, replicator, at, tables = regions(10)
    for number in range(30):
        write(at[0], f"item {number}", "once")
        write(at[0], "same", str(number))
    seen: list[int] = []
    for _ in range(20):
        clock.advance(1)
        replicator.arrive(1)
        seen += [int(tables[1].items["same"]["value"]["S"])] if "same" in tables[1].items else []
    order = [int(name.split()[1]) for name in tables[1].items if name != "same"]
    assert sorted(order) == list(range(30)) != order
    assert seen == sorted(seen)
    assert seen[-1] == 29


def test_nothing_arrives_during_a_partition() -> None:
    clock, replicator, at, tables = regions(1)
    write(at[0], "a", "here")
    replicator.is_cut = True
    clock.advance(1000)
    at[1].call("GetItem", {"TableName": "p-state", "Key": {"pk": {"S": "a"}, "sk": {"S": "X"}}})
    assert not tables[1].items
    replicator.is_cut = False
    replicator.settle()
    assert tables[1].items["a"]["value"]["S"] == "here"


def test_a_deletion_is_replicated() -> None:
    _, replicator, at, tables = regions(1)
    write(at[0], "a", "here")
    replicator.settle()
    at[0].call("DeleteItem", {"TableName": "p-state", "Key": {"pk": {"S": "a"}, "sk": {"S": "X"}}})
    replicator.settle()
    assert not tables[1].items
