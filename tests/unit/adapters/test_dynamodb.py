"""The transport gives the same answers as botocore, and repeats calls that may be repeated."""

from __future__ import annotations

import json
import threading
import zlib
from collections.abc import Iterator, Mapping
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import botocore.session
import pytest
from botocore.exceptions import ClientError

from idp.adapters.aws_client import AwsError, AwsUnreachableError, Limits
from idp.adapters.aws_json import DYNAMODB, AwsJson
from idp.adapters.dynamodb import DynamoDb
from tests.engines.lossy_proxy import LossyProxy

QUICK = Limits(connect=0.5, read=0.5, attempts=3, patience=3)
ITEM: dict[str, Any] = {
    "pk": {"S": "ключ #1"},
    "n": {"N": "1"},
    "b": {"B": b"\x00\xff raw"},
    "bs": {"BS": [b"\x01"]},
    "yes": {"BOOL": True},
    "no": {"NULL": True},
    "l": {"L": [{"S": "x"}, {"B": b"deep"}]},
    "m": {"M": {"B": {"S": "an attribute called B"}, "q": {"S": 'quote " and \\'}}},
    "ss": {"SS": ["a"]},
}
KEY = {"pk": ITEM["pk"]}


class RefusedError(Exception):
    """Stands for the store's exception of a refused operation."""

    def __init__(self, code: str, answer: Mapping[str, Any]) -> None:
        super().__init__(code)
        self.code, self.answer = code, answer


class SilenceError(Exception):
    """Stands for the store's exception of an operation without a reply."""


def ours(endpoint: str, limits: Limits = QUICK) -> DynamoDb:
    return DynamoDb(region="us-east-1", endpoint=endpoint, refusal=RefusedError, silence=SilenceError, limits=limits)


def botocores(endpoint: str) -> Any:
    return botocore.session.get_session().create_client("dynamodb", endpoint_url=endpoint)


@pytest.fixture
def table(quick_endpoint: str, table_prefix: str) -> Iterator[str]:
    name = table_prefix + "items"
    ours(quick_endpoint, Limits(read=30, attempts=1)).call(  # the first call of a process imports parts of moto
        "CreateTable",
        {
            "TableName": name,
            "BillingMode": "PAY_PER_REQUEST",
            "KeySchema": [{"AttributeName": "pk", "KeyType": "HASH"}],
            "AttributeDefinitions": [{"AttributeName": "pk", "AttributeType": "S"}],
        },
    )
    yield name
    ours(quick_endpoint).call("DeleteTable", {"TableName": name})


def without_metadata(answer: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in answer.items() if name != "ResponseMetadata"}


def test_each_operation_answers_as_botocore_does(quick_endpoint: str, table: str) -> None:
    """The same requests through both: the same answers, also with binary values and odd names."""
    add = {
        "TableName": table,
        "Key": KEY,
        "UpdateExpression": "ADD n :one",
        "ConditionExpression": "b = :b",
        "ExpressionAttributeValues": {":one": {"N": "1"}, ":b": ITEM["b"]},
        "ReturnValues": "ALL_OLD",
    }
    requests: list[tuple[str, dict[str, Any]]] = [
        ("put_item", {"TableName": table, "Item": ITEM}),
        ("get_item", {"TableName": table, "Key": KEY, "ConsistentRead": True}),
        ("get_item", {"TableName": table, "Key": {"pk": {"S": "nobody"}}}),
        ("batch_get_item", {"RequestItems": {table: {"Keys": [KEY], "ConsistentRead": True}}}),
        ("query", {"TableName": table, "KeyConditionExpression": "pk = :p", "ExpressionAttributeValues": {":p": ITEM["pk"]}}),
        ("scan", {"TableName": table}),
        ("transact_write_items", {"TransactItems": [{"Put": {"TableName": table, "Item": {**ITEM, "pk": {"S": "two"}}}}]}),
        ("batch_write_item", {"RequestItems": {table: [{"DeleteRequest": {"Key": {"pk": {"S": "two"}}}}]}}),
        ("put_item", {"TableName": table, "Item": ITEM, "ReturnValues": "ALL_OLD"}),
        ("describe_time_to_live", {"TableName": table}),
    ]
    theirs, transport = botocores(quick_endpoint), ours(quick_endpoint)
    for method, request in requests:
        operation = "".join(word.capitalize() for word in method.split("_"))
        assert transport.call(operation, request) == without_metadata(getattr(theirs, method)(**request)), operation
    assert transport.call("UpdateItem", add)["Attributes"] == ITEM
    assert theirs.get_item(TableName=table, Key=KEY)["Item"]["n"] == {"N": "2"}


def test_a_refusal_carries_the_old_item_as_botocores_does(quick_endpoint: str, table: str) -> None:
    """By the old item the store knows the reason without a second read."""
    refused = {
        "TableName": table,
        "Item": ITEM,
        "ConditionExpression": "attribute_not_exists(pk)",
        "ReturnValuesOnConditionCheckFailure": "ALL_OLD",
    }
    ours(quick_endpoint).call("PutItem", {"TableName": table, "Item": ITEM})
    with pytest.raises(ClientError) as theirs:
        botocores(quick_endpoint).put_item(**refused)
    with pytest.raises(RefusedError) as mine:
        ours(quick_endpoint).call("PutItem", refused)
    assert mine.value.code == theirs.value.response["Error"]["Code"] == "ConditionalCheckFailedException"
    assert mine.value.answer["Item"] == theirs.value.response["Item"] == ITEM  # type: ignore[typeddict-item]  # DynamoDB's own addition


def test_the_reasons_of_a_cancelled_transaction_are_botocores(quick_endpoint: str, table: str) -> None:
    """In the order of the writes."""
    ours(quick_endpoint).call("PutItem", {"TableName": table, "Item": ITEM})
    absent = {"TableName": table, "ConditionExpression": "attribute_not_exists(pk)", "ReturnValuesOnConditionCheckFailure": "ALL_OLD"}
    writes = {"TransactItems": [{"Put": {"TableName": table, "Item": {"pk": {"S": "free"}}}}, {"Put": {**absent, "Item": ITEM}}]}
    with pytest.raises(ClientError) as theirs:
        botocores(quick_endpoint).transact_write_items(**writes)
    with pytest.raises(RefusedError) as mine:
        ours(quick_endpoint).call("TransactWriteItems", writes)
    assert mine.value.code == theirs.value.response["Error"]["Code"] == "TransactionCanceledException"
    assert mine.value.answer["CancellationReasons"] == theirs.value.response["CancellationReasons"]


@pytest.mark.parametrize(
    "error", ["ProvisionedThroughputExceededException", "ThrottlingException", "RequestLimitExceeded", "InternalServerError"]
)
def test_a_transient_error_is_retried(lossy_quick: LossyProxy, table: str, error: str) -> None:
    """FI-1: refused twice, answered the third time."""
    lossy_quick.fail("GetItem", error, times=2)
    assert "Item" not in ours(lossy_quick.url).call("GetItem", {"TableName": table, "Key": KEY})
    assert lossy_quick.counts["GetItem"] == 3


def test_after_the_last_attempt_the_refusal_is_raised(lossy_quick: LossyProxy, table: str) -> None:
    """FI-1: permanent throttling is an error of its own, not a missing item."""
    lossy_quick.fail("GetItem", "ThrottlingException", times=9)
    with pytest.raises(RefusedError, match="ThrottlingException"):
        ours(lossy_quick.url).call("GetItem", {"TableName": table, "Key": KEY})
    assert lossy_quick.counts["GetItem"] == 3


def test_a_permanent_refusal_is_not_retried(lossy_quick: LossyProxy) -> None:
    """A wrong request stays wrong."""
    with pytest.raises(RefusedError, match="ResourceNotFoundException"):
        ours(lossy_quick.url).call("GetItem", {"TableName": "no-such-table", "Key": KEY})
    assert lossy_quick.counts["GetItem"] == 1


def test_a_request_whose_reply_was_lost_is_sent_again(lossy_quick: LossyProxy, table: str) -> None:
    """FI-3: the write was applied and its reply lost. The identical request is sent again."""
    lost = lossy_quick.drop_reply("PutItem")
    ours(lossy_quick.url).call("PutItem", {"TableName": table, "Item": ITEM})
    assert (lost.hits, lossy_quick.counts["PutItem"]) == (1, 2)
    first, second = (call.body for call in lossy_quick.calls if call.operation == "PutItem")
    assert first == second


def test_a_request_that_is_sent_once_is_not_repeated_after_a_lost_reply(lossy_quick: LossyProxy, table: str) -> None:
    """Nor after an error inside DynamoDB. It is repeated if it was surely not done, and its mark is not sent."""
    db, once = ours(lossy_quick.url), {"RequestItems": {table: [{"PutRequest": {"Item": ITEM}}]}, "SendOnce": True}
    for lose in (lossy_quick.drop_reply, lossy_quick.refuse):
        lossy_quick.heal()
        rule = lose("BatchWriteItem", times=1)
        with pytest.raises(SilenceError):
            db.call("BatchWriteItem", once)
        assert rule.hits == 1
    lossy_quick.heal()
    lossy_quick.fail("BatchWriteItem", "InternalServerError")
    with pytest.raises(RefusedError):
        db.call("BatchWriteItem", once)
    lossy_quick.heal()
    lossy_quick.fail("BatchWriteItem", "ThrottlingException", times=2)
    assert not db.call("BatchWriteItem", once)["UnprocessedItems"]
    assert not any("SendOnce" in call.parameters for call in lossy_quick.calls)


def test_a_repeated_transaction_has_the_same_token(lossy_quick: LossyProxy, table: str) -> None:
    """FI-3: by the token DynamoDB recognises a transaction that it has applied. Another transaction has another token."""
    writes = {"TransactItems": [{"Put": {"TableName": table, "Item": ITEM}}]}
    lossy_quick.refuse("TransactWriteItems", times=1)
    transport = ours(lossy_quick.url)
    transport.call("TransactWriteItems", writes)
    transport.call("TransactWriteItems", writes)
    one, again, other = (json.loads(call.body)["ClientRequestToken"] for call in lossy_quick.calls)
    assert one == again != other


def test_a_transaction_that_recognises_itself_has_no_token(lossy_quick: LossyProxy, table: str) -> None:
    """Its conditions tell a repetition, as in an import."""
    writes = {"TransactItems": [{"Put": {"TableName": table, "Item": ITEM}}], "ClientRequestToken": ""}
    ours(lossy_quick.url).call("TransactWriteItems", writes)
    (call,) = lossy_quick.calls
    assert json.loads(call.body).keys() == {"TransactItems"}


def test_a_hung_call_ends(lossy_quick: LossyProxy, table: str) -> None:
    """FI-8: a reply that is late is no reply. No attempt starts after the patience."""
    lossy_quick.delay("GetItem", seconds=5)
    with pytest.raises(SilenceError, match="TimeoutError"):
        ours(lossy_quick.url, Limits(read=0.2, attempts=9, patience=0.5)).call("GetItem", {"TableName": table, "Key": KEY})
    assert lossy_quick.counts["GetItem"] < 6


def test_connections_that_died_while_a_function_was_frozen_cost_one_retry(quick_endpoint: str, table: str) -> None:
    """FI-9: the other side closes all idle connections. The next call is answered after one retry."""
    with LossyProxy(quick_endpoint) as proxy:
        transport = ours(proxy.url)
        together = threading.Barrier(4)

        def read() -> None:
            together.wait()
            transport.call("GetItem", {"TableName": table, "Key": KEY})

        threads = [threading.Thread(target=read) for _ in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        proxy.refuse("GetItem", times=1)
        assert "Item" not in transport.call("GetItem", {"TableName": table, "Key": KEY})


def test_a_closed_port_is_no_answer() -> None:
    """A closed port counts as no answer."""
    with pytest.raises(SilenceError, match="ConnectionRefusedError"):
        ours("http://127.0.0.1:1").call("ListTables", {})


class Said(BaseHTTPRequestHandler):
    """Sends the server's answers one after the other."""

    protocol_version = "HTTP/1.1"

    def do_POST(self) -> None:
        """Send the next answer. The last one is repeated."""
        self.rfile.read(int(self.headers["Content-Length"]))
        answers: list[tuple[int, dict[str, str], bytes]] = self.server.answers  # type: ignore[attr-defined]  # the test sets it
        status, headers, body = answers.pop(0) if len(answers) > 1 else answers[0]
        self.send_response(status)
        for name, value in {"Content-Length": str(len(body)), **headers}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Write no log."""


@pytest.fixture
def saying(monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    """A server that answers what a test puts into its list. There is no pause before a retry."""
    monkeypatch.setattr("idp.adapters.aws_client._PAUSE", 0)
    server = ThreadingHTTPServer(("127.0.0.1", 0), Said)
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    yield server
    server.shutdown()
    server.server_close()
    thread.join()


def client(server: Any) -> AwsJson:
    return AwsJson(DYNAMODB, region="us-east-1", endpoint=f"http://127.0.0.1:{server.server_port}")


def test_a_damaged_reply_is_requested_again(saying: Any) -> None:
    """The checksum that DynamoDB sends with each reply is checked."""
    whole = b'{"TableNames":["t"]}'
    right = {"x-amz-crc32": str(zlib.crc32(whole))}
    saying.answers = [(200, right, whole.replace(b"t", b"x", 1)), (200, right, whole)]
    assert client(saying).call("ListTables", {}) == {"TableNames": ["t"]}


@pytest.mark.parametrize("body", [b"<html>", b"[1]", b"\xff\xfe", b'"text"', b"null"], ids=repr)
def test_a_reply_that_is_not_dynamodbs_is_no_answer(saying: Any, body: bytes) -> None:
    """A captive portal or a proxy's page is never an empty item."""
    saying.answers = [(200, {}, body)]
    with pytest.raises(AwsUnreachableError):
        client(saying).call("GetItem", {})


@pytest.mark.parametrize("status", [301, 400, 403, 413])
def test_a_status_without_a_name_is_a_refusal(saying: Any, status: int) -> None:
    """Only 200 is an answer."""
    saying.answers = [(status, {}, b"{}")]
    with pytest.raises(AwsError):
        client(saying).call("GetItem", {})


def test_threads_do_not_share_a_connection(quick_endpoint: str, table: str) -> None:
    """Eight threads, each reading its own item forty times: no thread gets another one's answer (F-14)."""
    transport = ours(quick_endpoint, Limits())
    wrong: list[str] = []

    def work(name: str) -> None:
        transport.call("PutItem", {"TableName": table, "Item": {"pk": {"S": name}}})
        for _ in range(40):
            got = transport.call("GetItem", {"TableName": table, "Key": {"pk": {"S": name}}, "ConsistentRead": True})
            if got["Item"]["pk"]["S"] != name:
                wrong.append(name)

    threads = [threading.Thread(target=work, args=(f"thread-{n}",)) for n in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not wrong
