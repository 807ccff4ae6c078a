"""The meaning of DynamoDB's errors. Only a failed condition is a fact; after any other error the result is unknown (threats FI-1, FI-2)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from idp.domain.errors import Invalid, Unavailable

if TYPE_CHECKING:
    from collections.abc import Sequence

    from idp.store.transport import Raw, Refusal

CONDITION = "ConditionalCheckFailed"
INTERNAL = "InternalServerError"
"""DynamoDB's name for every error of its own. The request may have been carried out."""


class ConditionFailed(Exception):
    """The condition of a single write did not hold. `old` is the item that it met."""

    def __init__(self, old: Raw | None) -> None:
        super().__init__("condition failed")
        self.old = old


class Cancelled(Exception):
    """A transaction was not applied. There is one reason per write; None if that write was not the cause."""

    def __init__(self, reasons: Sequence[Raw]) -> None:
        self.reasons = [reason if reason.get("Code") not in {None, "None"} else None for reason in reasons]
        self.codes = sorted({str(reason["Code"]) for reason in self.reasons if reason})
        super().__init__(f"transaction cancelled: {', '.join(self.codes)}")


class Unsure(Unavailable):
    """There was no answer to a write that is not repeated as it is (`Calls.anew`). It may have been applied, or arrive later."""


class Busy(Exception):
    """A transaction locks the item at the moment. The same write may succeed a little later."""


def fault(operation: str, refusal: Refusal) -> Exception:
    """The exception for a refusal of DynamoDB."""
    code, answer = refusal.code, refusal.answer
    if code == "ConditionalCheckFailedException":
        return ConditionFailed(answer.get("Item"))
    if code == "TransactionConflictException":
        return Busy(operation)
    if code == "TransactionCanceledException":
        reasons = answer.get("CancellationReasons") or []
        too_large = [r for r in reasons if r.get("Code") == "ValidationError" and _is_size(str(r.get("Message", "")))]
        return _too_large(operation) if too_large else Cancelled(reasons)
    if code == "SerializationException" or (code == "ValidationException" and _is_size(refusal.message)):
        return _too_large(operation) if code == "ValidationException" else Invalid("value.not_storable")
    return Unavailable(detail=f"{operation}: {code}")  # without DynamoDB's message, which may quote the request


def _is_size(message: str) -> bool:
    text = message.lower()
    return "size" in text and "exceeded" in text


def _too_large(operation: str) -> Invalid:
    return Invalid("value.too_large", detail=f"{operation}: an item or a key is too large")
