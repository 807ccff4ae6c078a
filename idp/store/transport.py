"""How a request reaches DynamoDB. The store needs one function of it, and two ways for it to fail."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from collections.abc import Mapping

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
