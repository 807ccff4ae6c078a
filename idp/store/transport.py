"""The interface between the store and DynamoDB: one function and two errors."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from collections.abc import Mapping

Raw = dict[str, Any]
"""An item, or part of a request, in DynamoDB's JSON form."""


class Refusal(Exception):
    """DynamoDB answered with an error. `code` is its name of the error, `answer` the whole reply."""

    def __init__(self, code: str, answer: Mapping[str, Any]) -> None:
        super().__init__(code)
        self.code = code
        self.answer = answer

    @property
    def message(self) -> str:
        """DynamoDB's message about the error."""
        return str(self.answer.get("Error", self.answer).get("Message", self.answer.get("message", "")))


class NoAnswer(Exception):
    """There was no reply, also after the last retry. A write may have been applied."""


SEND_ONCE = "SendOnce"
"""A member of a request, which is not sent. If it is true, the request is not repeated once it may have been carried out."""


class Transport(Protocol):
    """Sends requests. It repeats the identical request after a transient error, a transaction with the same token.

    A transaction whose `ClientRequestToken` is "" is sent without one. `SEND_ONCE`: see there.
    """

    def call(self, operation: str, request: Raw) -> Any:
        """Call an operation and return its answer.

        Raises:
            Refusal: DynamoDB answered with an error.
            NoAnswer: there was no reply.
        """
