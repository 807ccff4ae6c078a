"""The proxy's own test: each fault happens at exactly the call that the rule names."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import botocore.session
import pytest
from botocore.config import Config
from botocore.exceptions import ClientError, ConnectionClosedError, ReadTimeoutError

from tests.engines.lossy_proxy import LossyProxy

KEY = {"pk": {"S": "one"}}


def client(url: str, *, attempts: int = 1, read_timeout: float = 30) -> Any:
    """A botocore client with this number of attempts."""
    config = Config(retries={"total_max_attempts": attempts, "mode": "standard"}, read_timeout=read_timeout)
    return botocore.session.get_session().create_client("dynamodb", endpoint_url=url, config=config)


@pytest.fixture
def table(quick_endpoint: str, table_prefix: str) -> Iterator[str]:
    """A table with one item, whose `n` is 0."""
    name = table_prefix + "items"
    direct = client(quick_endpoint)
    direct.create_table(
        TableName=name,
        BillingMode="PAY_PER_REQUEST",
        KeySchema=[{"AttributeName": "pk", "KeyType": "HASH"}],
        AttributeDefinitions=[{"AttributeName": "pk", "AttributeType": "S"}],
    )
    direct.put_item(TableName=name, Item={**KEY, "n": {"N": "0"}})
    yield name
    direct.delete_table(TableName=name)


def add_one(at: Any, table: str) -> int:
    done = at.update_item(
        TableName=table, Key=KEY, UpdateExpression="ADD n :one", ExpressionAttributeValues={":one": {"N": "1"}}, ReturnValues="ALL_NEW"
    )
    return int(done["Attributes"]["n"]["N"])


def stored(quick_endpoint: str, table: str) -> int:
    return int(client(quick_endpoint).get_item(TableName=table, Key=KEY)["Item"]["n"]["N"])


def test_calls_pass_and_are_counted(lossy_quick: LossyProxy, table: str) -> None:
    """Without a rule the proxy changes nothing, and counts by operation."""
    through = client(lossy_quick.url)
    assert add_one(through, table) == 1
    assert through.get_item(TableName=table, Key=KEY)["Item"]["n"]["N"] == "1"
    assert lossy_quick.take() == {"UpdateItem": 1, "GetItem": 1}
    assert lossy_quick.take() == {}


def test_a_dropped_reply_leaves_the_write_applied(lossy_quick: LossyProxy, quick_endpoint: str, table: str) -> None:
    """The caller sees a closed connection; the engine has the write (threat FI-3)."""
    rule = lossy_quick.drop_reply("UpdateItem")
    with pytest.raises(ConnectionClosedError):
        add_one(client(lossy_quick.url), table)
    assert rule.hits == 1
    assert stored(quick_endpoint, table) == 1


def test_the_sdk_retries_a_dropped_reply_and_writes_twice(lossy_quick: LossyProxy, table: str) -> None:
    """The SDK repeats an unguarded write. The store must tolerate this."""
    lossy_quick.drop_reply("UpdateItem")
    assert add_one(client(lossy_quick.url, attempts=3), table) == 2
    assert lossy_quick.counts["UpdateItem"] == 2


def test_only_the_nth_matching_call_fails(lossy_quick: LossyProxy, table: str) -> None:
    """Calls of other operations and other tables do not count."""
    through = client(lossy_quick.url)
    lossy_quick.drop_reply("UpdateItem", table="other")
    rule = lossy_quick.drop_reply("UpdateItem", table="items", nth=2)
    through.get_item(TableName=table, Key=KEY)
    add_one(through, table)
    with pytest.raises(ConnectionClosedError):
        add_one(through, table)
    assert add_one(through, table) == 3
    assert (rule.seen, rule.hits) == (3, 1)


def test_a_refused_call_is_not_applied_nor_any_after_it(lossy_quick: LossyProxy, quick_endpoint: str, table: str) -> None:
    """A crash before the second call: the first call is applied, no later one."""
    through = client(lossy_quick.url)
    lossy_quick.refuse(nth=2)
    add_one(through, table)
    for _ in range(2):
        with pytest.raises(ConnectionClosedError):
            add_one(through, table)
    assert stored(quick_endpoint, table) == 1


@pytest.mark.parametrize(
    ("error", "status"),
    [("ProvisionedThroughputExceededException", 400), ("TransactionCanceledException", 400), ("InternalServerError", 500)],
)
def test_injected_errors_are_errors_of_dynamodb(lossy_quick: LossyProxy, quick_endpoint: str, table: str, error: str, status: int) -> None:
    """The SDK reads the same code and status as from the real service. No item is written."""
    lossy_quick.fail("UpdateItem", error)
    with pytest.raises(ClientError) as raised:
        add_one(client(lossy_quick.url), table)
    assert raised.value.response["Error"]["Code"] == error
    assert raised.value.response["ResponseMetadata"]["HTTPStatusCode"] == status
    assert stored(quick_endpoint, table) == 0


def test_cancellation_reasons_arrive(lossy_quick: LossyProxy, table: str) -> None:
    """The reply to a cancelled transaction has a reason for each of its items."""
    lossy_quick.fail("TransactWriteItems", "TransactionCanceledException", reasons=["None", "ConditionalCheckFailed"])
    through = client(lossy_quick.url)
    with pytest.raises(through.exceptions.TransactionCanceledException) as raised:
        through.transact_write_items(TransactItems=[{"Delete": {"TableName": table, "Key": KEY}}])
    assert [reason["Code"] for reason in raised.value.response["CancellationReasons"]] == ["None", "ConditionalCheckFailed"]


def test_a_delayed_call_outlives_the_caller_and_is_healed(lossy_quick: LossyProxy, table: str) -> None:
    """A delay longer than the read timeout is a timeout. Without the rule the call succeeds again."""
    rule = lossy_quick.delay("GetItem", seconds=5)
    through = client(lossy_quick.url, read_timeout=0.1)
    with pytest.raises(ReadTimeoutError):
        through.get_item(TableName=table, Key=KEY)
    assert rule.struck.wait(60)
    assert rule.hits == 1
    lossy_quick.heal()
    assert client(lossy_quick.url).get_item(TableName=table, Key=KEY)["Item"]
