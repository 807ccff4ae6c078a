"""The meter of `make bench`, on real engines: the units are those of DynamoDB's own rules."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import botocore.session
import pytest

from bench.meter import Meter

KEY = {"pk": {"S": "one"}}


@pytest.fixture
def meter(dynamodb_endpoint: str) -> Iterator[Meter]:
    with Meter(dynamodb_endpoint) as running:
        yield running


@pytest.fixture
def at(meter: Meter) -> Any:
    return botocore.session.get_session().create_client("dynamodb", endpoint_url=meter.url)


@pytest.fixture
def table(at: Any, table_prefix: str) -> str:
    name = table_prefix + "metered"
    at.create_table(
        TableName=name,
        BillingMode="PAY_PER_REQUEST",
        KeySchema=[{"AttributeName": "pk", "KeyType": "HASH"}],
        AttributeDefinitions=[{"AttributeName": "pk", "AttributeType": "S"}],
    )
    return name


def test_calls_and_units_are_those_of_dynamodb(meter: Meter, at: Any, table: str) -> None:
    """A small write is 1 unit, a strong read 1, an eventual one a half; the creation of a table is not counted."""
    at.put_item(TableName=table, Item=KEY)
    at.get_item(TableName=table, Key=KEY, ConsistentRead=True)
    at.get_item(TableName=table, Key=KEY)
    used = meter.take()
    assert used.calls == {"PutItem": 1, "GetItem": 2}
    assert (used.read_units, used.write_units) == (1.5, 1.0)
    assert used.dollars_per_million == pytest.approx(1.5 * 0.125 + 0.625)
    assert meter.take().calls == {}


def test_a_transaction_costs_twice(meter: Meter, at: Any, table: str) -> None:
    """Two small items in one transaction are one call and four write units."""
    at.transact_write_items(TransactItems=[{"Put": {"TableName": table, "Item": {"pk": {"S": name}}}} for name in ("a", "b")])
    used = meter.take()
    assert used.calls == {"TransactWriteItems": 1}
    assert used.write_units == 4.0


def test_a_refused_write_is_counted(meter: Meter, at: Any, table: str) -> None:
    """A write with a failed condition counts as a call."""
    at.put_item(TableName=table, Item=KEY)
    meter.take()
    with pytest.raises(at.exceptions.ConditionalCheckFailedException):
        at.put_item(TableName=table, Item=KEY, ConditionExpression="attribute_not_exists(pk)")
    assert meter.take().calls == {"PutItem": 1}
