"""The engines: each starts, checks conditions and runs transactions. If one cannot start, the error says what to do."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

import botocore.session
import pytest
from botocore.config import Config

from tests.engines import launch
from tests.support.process import StartError

WORKERS = 20


def client(url: str) -> Any:
    config = Config(retries={"total_max_attempts": 1, "mode": "standard"}, max_pool_connections=WORKERS)
    return botocore.session.get_session().create_client("dynamodb", endpoint_url=url, config=config)


def test_one_of_many_conditional_writes_wins(dynamodb_endpoint: str, table_prefix: str) -> None:
    """Of 20 concurrent creations of one item one succeeds. Every test of a race relies on this."""
    at, table = client(dynamodb_endpoint), table_prefix + "race"
    at.create_table(
        TableName=table,
        BillingMode="PAY_PER_REQUEST",
        KeySchema=[{"AttributeName": "pk", "KeyType": "HASH"}],
        AttributeDefinitions=[{"AttributeName": "pk", "AttributeType": "S"}],
    )
    together = Barrier(WORKERS)

    def create(number: int) -> dict[str, Any] | None:
        together.wait()
        try:
            at.put_item(
                TableName=table,
                Item={"pk": {"S": "x"}, "by": {"N": str(number)}},
                ConditionExpression="attribute_not_exists(pk)",
                ReturnValuesOnConditionCheckFailure="ALL_OLD",
            )
        except at.exceptions.ConditionalCheckFailedException as lost:
            return dict(lost.response["Item"])
        return None

    with ThreadPoolExecutor(WORKERS) as pool:
        found = list(pool.map(create, range(WORKERS)))
    assert found.count(None) == 1, "one creation succeeds"
    assert sum(item is not None and item["pk"] == {"S": "x"} for item in found) == WORKERS - 1, "the refused ones are shown the winner's"


def test_an_engine_that_is_not_there_names_the_command(monkeypatch: pytest.MonkeyPatch, tmp_path: Any) -> None:
    """A missing engine is an error with the command that installs it, never a skip."""
    monkeypatch.setattr(launch, "DYNOXIDE", tmp_path / "dynoxide")
    with pytest.raises(StartError, match="make setup"), launch.dynoxide():
        pass
    monkeypatch.setattr(launch, "DYNAMODB_LOCAL", launch.ROOT / "nowhere")
    with pytest.raises(StartError, match="make"), launch.dynamodb_local():
        pass


def test_load_goes_to_this_machine_only(monkeypatch: pytest.MonkeyPatch) -> None:
    """A mistyped IDP_TEST_DYNAMODB must not send the load to an AWS account."""
    monkeypatch.setenv(launch.EXTERNAL, "https://dynamodb.us-east-1.amazonaws.com")
    with pytest.raises(StartError, match="this machine only"), launch.external():
        pass


def test_an_own_engine_takes_the_place_of_both(monkeypatch: pytest.MonkeyPatch) -> None:
    """With IDP_TEST_DYNAMODB the races run there; without it on dynamodb-local and dynoxide."""
    monkeypatch.delenv(launch.EXTERNAL, raising=False)
    assert launch.real_engines() == ["dynamodb-local", "dynoxide"]
    monkeypatch.setenv(launch.EXTERNAL, "http://127.0.0.1:8000")
    assert launch.real_engines() == ["external"]
