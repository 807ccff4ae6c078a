"""The heat meter of `make bench`, on an engine: units of each partition key, of the table and of its index."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import botocore.session
import pytest

from bench.heat.meter import HeatMeter
from bench.heat.units import Place, size
from idp.store.tables import definitions

KEY = {"pk": {"S": "USER#1"}, "sk": {"S": "SESSION#1"}}
LISTED = {**KEY, "day": {"S": "2026-01-02"}, "at": {"S": "1#a"}, "type": {"S": "sign_in"}}
TABLE, INDEX = Place("state", "", "USER#1"), Place("state", "by_time", "2026-01-02")


@pytest.fixture
def meter(quick_endpoint: str) -> Iterator[HeatMeter]:
    with HeatMeter(quick_endpoint) as running:
        yield running


@pytest.fixture
def at(meter: HeatMeter) -> Any:
    return botocore.session.get_session().create_client("dynamodb", endpoint_url=meter.url)


@pytest.fixture
def state(at: Any, table_prefix: str) -> str:
    """The table `state`, empty."""
    table = next(each for each in definitions(table_prefix.rstrip("-")) if each["TableName"].endswith("state"))
    at.create_table(**table)
    return str(table["TableName"])


def test_an_index_takes_a_write_when_an_item_enters_moves_and_leaves(meter: HeatMeter, at: Any, state: str) -> None:
    """A move is two writes, one for each key; what the index does not hold costs it nothing."""
    at.put_item(TableName=state, Item=LISTED)
    assert meter.take().writes == {TABLE: 1.0, INDEX: 1.0}
    at.put_item(TableName=state, Item={**LISTED, "last_seen_at": {"N": "5"}})
    assert meter.take().writes == {TABLE: 1.0}
    at.put_item(TableName=state, Item={**LISTED, "day": {"S": "2026-01-03"}})
    assert meter.take().writes == {TABLE: 1.0, INDEX: 1.0, Place("state", "by_time", "2026-01-03"): 1.0}
    at.delete_item(TableName=state, Key=KEY)
    assert meter.take().writes == {TABLE: 1.0, Place("state", "by_time", "2026-01-03"): 1.0}


def test_an_item_without_the_attributes_of_the_index_does_not_enter_it(meter: HeatMeter, at: Any, state: str) -> None:
    """A session of which no sign-in was recorded writes to its person only."""
    at.put_item(TableName=state, Item={**KEY, "day": {"S": "2026-01-02"}})
    assert meter.take().writes == {TABLE: 1.0}


def test_a_refused_write_costs_the_table_and_not_the_index(meter: HeatMeter, at: Any, state: str) -> None:
    """Its condition is checked at the price of a write."""
    at.put_item(TableName=state, Item=LISTED)
    meter.take()
    with pytest.raises(at.exceptions.ConditionalCheckFailedException):
        at.put_item(TableName=state, Item={**LISTED, "day": {"S": "2026-01-03"}}, ConditionExpression="attribute_not_exists(pk)")
    assert meter.take().writes == {TABLE: 1.0}


def test_a_transaction_costs_the_table_twice(meter: HeatMeter, at: Any, state: str) -> None:
    """Also the item that it only checks."""
    check = {"TableName": state, "Key": {"pk": {"S": "X"}, "sk": {"S": "X"}}, "ConditionExpression": "attribute_not_exists(pk)"}
    at.transact_write_items(TransactItems=[{"Put": {"TableName": state, "Item": LISTED}}, {"ConditionCheck": check}])
    assert meter.take().writes == {TABLE: 2.0, INDEX: 1.0, Place("state", "", "X"): 2.0}


def test_reads_cost_by_size_and_queries_are_those_of_their_partition(meter: HeatMeter, at: Any, state: str) -> None:
    """A strong read is 1 unit for 4 KB; an eventual one half of it. A page of the index is read of its key."""
    at.batch_write_item(RequestItems={state: [{"PutRequest": {"Item": {**LISTED, "user_agent": {"S": "x" * 5000}}}}]})
    assert meter.take().writes == {TABLE: 5.0, INDEX: 1.0}
    at.get_item(TableName=state, Key=KEY, ConsistentRead=True)
    at.batch_get_item(RequestItems={state: {"Keys": [KEY, {"pk": {"S": "none"}, "sk": {"S": "none"}}]}})
    assert meter.take().reads == {TABLE: 3.0, Place("state", "", "none"): 0.5}
    named = {"KeyConditionExpression": "#p = :p", "ExpressionAttributeNames": {"#p": "day"}}
    at.query(TableName=state, IndexName="by_time", ExpressionAttributeValues={":p": {"S": "2026-01-02"}}, **named)
    assert meter.take().reads == {INDEX: 0.5}


def test_sizes_are_those_of_dynamodb() -> None:
    """Names count, a number takes about half a byte a digit, and a map 3 bytes and 1 for each member."""
    assert size({"a": {"S": "é"}, "b": {"N": "1234"}}) == 1 + 2 + 1 + 3
    assert size({"m": {"M": {"x": {"BOOL": True}}}}) == 1 + 3 + 1 + 1 + 1
    assert size({"l": {"L": [{"S": "ab"}]}, "s": {"SS": ["a", "bc"]}}) == 1 + 3 + 1 + 2 + 1 + 3
