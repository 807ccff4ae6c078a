"""The store of the development server in a transaction."""

from __future__ import annotations

from typing import Any

import boto3
import pytest
from moto import mock_aws
from moto.dynamodb.models.table import Table

from idp.cli.local import table_copies
from idp.store.tables import definitions


@pytest.fixture
def client(monkeypatch: pytest.MonkeyPatch) -> Any:
    """DynamoDB in this process, with the tables of a deployment."""
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "test")
    with mock_aws():
        made = boto3.client("dynamodb", region_name="us-east-1")
        for table in definitions("idp"):
            made.create_table(**table)
        yield made


def put(number: int, **more: Any) -> dict[str, Any]:
    """A part of a transaction."""
    return {"Put": {"TableName": "idp-directory", "Item": {"pk": {"S": str(number)}, "sk": {"S": "X"}}, **more}}


def test_a_table_is_copied_once_in_a_transaction(client: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """Moto copies it for each part, so a thousand people took many minutes."""
    copied = list[Table]()
    real = Table.__reduce_ex__

    def noted(table: Table, protocol: Any) -> Any:
        copied.append(table)
        return real(table, protocol)

    monkeypatch.setattr(Table, "__reduce_ex__", noted)
    with table_copies.one_for_each_table():
        client.transact_write_items(TransactItems=[put(number) for number in range(50)])
    assert len(copied) == 1
    assert client.scan(TableName="idp-directory")["Count"] == 50


def test_a_cancelled_transaction_leaves_the_table_as_it_was(client: Any) -> None:
    """The one copy is from before the first write. The next transaction makes its own."""
    new = {"ConditionExpression": "attribute_not_exists(pk)"}
    for first in (0, 10):
        with table_copies.one_for_each_table():
            client.transact_write_items(TransactItems=[put(first), put(first + 1)])
        with table_copies.one_for_each_table(), pytest.raises(client.exceptions.TransactionCanceledException):
            client.transact_write_items(TransactItems=[put(first + 2), put(first, **new), put(first + 3)])
    found = client.scan(TableName="idp-directory")["Items"]
    assert sorted(each["pk"]["S"] for each in found) == ["0", "1", "10", "11"]
