"""How a request reaches DynamoDB. The store needs one function of it, and two ways for it to fail."""

from __future__ import annotations

import logging
import threading
from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pynamodb.connection import Connection

Raw = dict[str, Any]
"""An item, or part of a request, in DynamoDB's own form."""


class Refusal(Exception):
    """DynamoDB answered with an error: `code` is its name for it, `answer` what else it said."""

    def __init__(self, code: str, answer: Mapping[str, Any]) -> None:
        super().__init__(code)
        self.code = code
        self.answer = answer

    @property
    def message(self) -> str:
        """Its sentence about it."""
        return str(self.answer.get("Error", self.answer).get("Message", self.answer.get("message", "")))


class NoAnswer(Exception):
    """Nothing came back, after the last retry too: a write may or may not have been applied."""


class Transport(Protocol):
    """Sends, and retries what is transient with the very same request, a transaction with the same token."""

    def call(self, operation: str, request: Raw) -> Any:
        """The answer.

        Raises:
            Refusal: an error of DynamoDB's.
            NoAnswer: no answer at all.
        """


class PynamodbTransport:
    """Through pynamodb's connection. Timeouts: connect 1 s, read 3 s, so that a hung call ends before the gateway does."""

    def __init__(self, region: str, endpoint: str | None) -> None:
        # botocore and the client's description of DynamoDB are most of a cold start: not before the first call.
        self._region, self._endpoint = region, endpoint
        self._connection: Connection | None = None
        self._lock = threading.Lock()

    def call(self, operation: str, request: Raw) -> Any:
        """As the protocol says."""
        from botocore.exceptions import BotoCoreError, ClientError

        try:
            return self._connected().dispatch(operation, request)
        except ClientError as error:
            # pynamodb keeps the code and drops what stands beside it, such as the item that a condition met.
            answer: Mapping[str, Any] = error.__cause__.response if isinstance(error.__cause__, ClientError) else error.response
            raise Refusal(str(answer.get("Error", {}).get("Code", "")), answer) from error
        except BotoCoreError as error:
            raise NoAnswer(type(error).__name__) from error

    def _connected(self) -> Connection:
        with self._lock:
            if self._connection is None:
                self._connection = _connect(self._region, self._endpoint)
            return self._connection


def _connect(region: str, endpoint: str | None) -> Connection:
    from pynamodb.connection import Connection

    for library in ("pynamodb", "botocore"):  # they log whole items at DEBUG
        logging.getLogger(library).setLevel(logging.INFO)
    connection = Connection(
        region=region,
        host=endpoint,
        connect_timeout_seconds=1,
        read_timeout_seconds=3,
        retry_configuration={"total_max_attempts": 3, "mode": "standard"},
        max_pool_connections=50,
    )
    _ = connection.client  # made here, under the lock: making it is not thread-safe
    return connection
