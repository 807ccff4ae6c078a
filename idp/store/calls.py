"""Calls of DynamoDB, repeated where that is safe and of use: items that a transaction holds, batches that were done in part.

The transport has repeated already what was throttled or lost; what still fails then is Unavailable.
"""

from __future__ import annotations

import random
from typing import TYPE_CHECKING, Any

from idp.domain.errors import Unavailable
from idp.store import faults
from idp.store.transport import NoAnswer, Refusal

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from idp.store.transport import Raw, Transport

TRIES = 4


class Calls:
    """One transport and the patience with it. `pause` waits that many seconds."""

    def __init__(self, transport: Transport, pause: Callable[[float], None]) -> None:
        self._transport = transport
        self._pause = pause

    def one(self, operation: str, wanted: Raw) -> Any:
        """The answer to one call.

        Raises:
            ConditionFailed: its condition did not hold.
            Cancelled: as a transaction it was not applied.
            Invalid: an item that is too large, or holds what cannot be stored.
            Unavailable: everything else; whether a write was applied is not known.
        """
        for _ in self._tries():
            try:
                return self._transport.call(operation, wanted)
            except Refusal as refusal:
                problem = faults.fault(operation, refusal)
                if not isinstance(problem, faults.Busy):
                    raise problem from refusal
            except NoAnswer as silence:
                raise Unavailable(detail=f"{operation}: {silence}") from silence
        raise Unavailable(detail=f"{operation}: a transaction held the item")

    def batch(self, operation: str, asked: Raw, left: str) -> Iterator[Any]:
        """The answers to a batch, each of which may leave some of it (`left`) for the next."""
        for _ in self._tries():
            answer = self.one(operation, {"RequestItems": asked})
            yield answer
            asked = answer.get(left) or {}
            if not asked:
                return
        raise Unavailable(detail=f"{operation} was left unfinished")

    def transaction(self, writes: Sequence[Raw]) -> list[Raw | None] | None:
        """None when all was written; otherwise, for each write, the condition that failed or None.

        Only a failed condition is an answer (threats FI-2); a conflict or throttling is tried again, then Unavailable.
        """
        problem = ""
        for _ in self._tries():
            try:
                self.one("TransactWriteItems", {"TransactItems": list(writes)})
            except faults.Cancelled as cancelled:
                if faults.CONDITION in cancelled.codes:
                    return [reason if reason and reason["Code"] == faults.CONDITION else None for reason in cancelled.reasons]
                problem = str(cancelled)
            else:
                return None
        raise Unavailable(detail=problem)

    def _tries(self) -> Iterator[int]:
        """A few, with a pause between them that grows and differs from anybody else's."""
        for number in range(TRIES):
            if number:
                self._pause(random.uniform(0, 0.02 * 2**number))  # noqa: S311  # jitter, no secret
            yield number
