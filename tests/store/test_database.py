"""The calls of DynamoDB: few of them, strongly consistent, and in parts if a batch is too large."""

from __future__ import annotations

from typing import Any

import pytest

from idp.domain.errors import Unavailable
from idp.store import keys
from idp.store.database import Database
from idp.store.grants import GrantItem, Grants
from idp.store.user_items import UserItem
from idp.store.users import Users
from tests.store.conftest import Faulty
from tests.store.examples import grant, new_id, user


def test_many_items_are_read_in_the_given_order(database: Database) -> None:
    """From two tables, in more than one call, with one duplicate and one missing item."""
    users, grants = Users(database), Grants(database)
    known = user()
    users.create(known)
    made = [grant() for _ in range(110)]
    for one in made:
        grants.put(one)
    wanted = [(GrantItem, keys.grant(g.user_id, g.id)) for g in made]
    place = (UserItem, keys.user(known.id))
    found = database.batch_get(place, *wanted, (UserItem, keys.user(new_id())), place)
    assert [found[0].user(), found[-1].user()] == [known, known]
    assert [g.grant() for g in found[1:-2]] == made
    assert found[-2] is None
    assert database.batch_get() == []


def test_a_scan_reads_small_pages(lossy_store: Faulty, monkeypatch: pytest.MonkeyPatch) -> None:
    """A page of 1 MB of a large table can take longer than a call may. Every item is read once."""
    monkeypatch.setattr("idp.store.database._PAGE", 3)
    made = [grant() for _ in range(7)]
    for one in made:
        Grants(lossy_store.direct).put(one)
    lossy_store.proxy.take()
    found = [(raw["pk"]["S"], raw["sk"]["S"]) for raw in lossy_store.through.scan("state")]
    assert len(found) == len(set(found)) >= len(made)
    assert lossy_store.proxy.take()["Scan"] >= len(found) / 3 > 1


def test_every_read_for_a_decision_is_one_strongly_consistent_call(lossy_store: Faulty) -> None:
    """No read for a decision uses an index or an eventually consistent copy (docs/design.md, State 4). FI-6."""
    users, made = Users(lossy_store.through), user()
    users.create(made)
    lossy_store.proxy.take()
    users.get(made.id)
    users.id_of(made.email)
    Grants(lossy_store.through).of(made.id)
    lossy_store.through.batch_get((UserItem, keys.user(made.id)), (GrantItem, keys.grant(made.id, "g")))
    calls = lossy_store.proxy.calls
    assert [call.operation for call in calls] == ["GetItem", "GetItem", "Query", "BatchGetItem"]
    for call in calls:
        asked = call.parameters
        for part in asked.get("RequestItems", {"": asked}).values():
            assert part["ConsistentRead"] is True
            assert "IndexName" not in part


class Halves:
    """A transport that does half of each batch, as DynamoDB may when it is busy."""

    def __init__(self, behind: Any, never: bool = False) -> None:  # noqa: FBT002  # a test's switch
        self._behind, self._never = behind, never

    def call(self, operation: str, request: dict[str, Any]) -> Any:
        """Do the first half of the batch and return the rest as unprocessed."""
        asked = request.get("RequestItems")
        if not asked:
            return self._behind.call(operation, request)
        reads = operation == "BatchGetItem"
        parts = [(table, one) for table, of in asked.items() for one in (of["Keys"] if reads else of)]
        done = [] if self._never else parts[: (len(parts) + 1) // 2]
        answer = self._behind.call(operation, {"RequestItems": _request(done, reads=reads)}) if done else {"Responses": {}}
        return {**answer, "UnprocessedKeys" if reads else "UnprocessedItems": _request(parts[len(done) :], reads=reads)}


def _request(parts: list[tuple[str, Any]], *, reads: bool) -> dict[str, Any]:
    made: dict[str, Any] = {}
    for table, one in parts:
        made.setdefault(table, {"ConsistentRead": True, "Keys": []} if reads else [])
        (made[table]["Keys"] if reads else made[table]).append(one)
    return made


def test_the_rest_of_a_batch_is_requested_again(database: Database) -> None:
    """It is repeated until it is complete. If it never is, the answer is Unavailable, because an item that was not read is not missing."""
    paused: list[float] = []
    halves = Database(prefix=database.prefix, transport=Halves(database.transport), pause=paused.append)
    made = [grant() for _ in range(8)]
    places = [(GrantItem, keys.grant(g.user_id, g.id)) for g in made]
    Grants(database).put(made[0])
    assert halves.batch_get(*places)[0].grant() == made[0]
    assert paused == sorted(paused, key=bool)
    assert len(paused) == 3
    never = Database(prefix=database.prefix, transport=Halves(database.transport, never=True), pause=paused.append)
    with pytest.raises(Unavailable):
        never.batch_get(*places)
    with pytest.raises(Unavailable):
        never.batch_write(deletes=places)
    halves.batch_write(deletes=places)
    assert database.batch_get(*places) == [None] * 8
