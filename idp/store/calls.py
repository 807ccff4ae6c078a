"""Calls of DynamoDB, repeated if that is safe and useful: items that a transaction locks, batches that were done in part.

The transport has already repeated throttled and lost requests. A call that still fails is Unavailable.
"""

from __future__ import annotations

import random
import time
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, TypeVar

from idp.domain.errors import Unavailable
from idp.store import faults
from idp.store.transport import SEND_ONCE, NoAnswer, Refusal

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from idp.store.transport import Raw, Transport

TRIES = 4
ANEW, PATIENCE = 3, 5.0
"""Attempts of a write that is made anew, and the seconds after the first one in which the next may begin."""
T = TypeVar("T")
WITHOUT_TOKEN: Mapping[str, str] = MappingProxyType({"ClientRequestToken": ""})
"""Tells the transport to send no token with a transaction."""


class Calls:
    """Calls DynamoDB through `transport`. `pause` waits for a number of seconds."""

    def __init__(self, transport: Transport, pause: Callable[[float], None]) -> None:
        self._transport = transport
        self._pause = pause

    def one(self, operation: str, wanted: Raw) -> Any:
        """Call one operation and return its answer.

        Raises:
            ConditionFailed: its condition did not hold.
            Cancelled: it was a transaction and was not applied.
            Invalid: an item is too large, or contains a value that cannot be stored.
            Unsure: it has `SEND_ONCE`, and it is unknown whether it was applied.
            Unavailable: any other failure. It is unknown whether a write was applied.
        """
        silent = faults.Unsure if wanted.get(SEND_ONCE) else Unavailable
        for _ in self._attempts():
            try:
                return self._transport.call(operation, wanted)
            except Refusal as refusal:
                if refusal.code == faults.INTERNAL:
                    raise silent(detail=f"{operation}: {refusal.code}") from refusal
                problem = faults.fault(operation, refusal)
                if not isinstance(problem, faults.Busy):
                    raise problem from refusal
            except NoAnswer as silence:
                raise silent(detail=f"{operation}: {silence}") from silence
        raise Unavailable(detail=f"{operation}: a transaction held the item")

    def anew(self, write: Callable[[], T]) -> T:
        """Call `write`, and again while it is unknown whether its call was applied. Each time it writes items with new keys.

        So a call that arrives after the next one writes what is used by no request: it cannot make a used code unused, or a session live
        that has ended. Attempts and their time are limited as those of the transport.

        Raises:
            Unsure: after the last attempt.
        """
        began = time.monotonic()
        for number in self._attempts():
            try:
                return write()
            except faults.Unsure:
                if number + 1 >= ANEW or time.monotonic() > began + PATIENCE:
                    raise
        raise AssertionError("not reached")

    def batch(self, operation: str, asked: Raw, left: str, *, once: bool = False) -> Iterator[Any]:
        """The answers to a batch. `left` names the member with the part of a batch that was not done; that part is requested again.

        `once`: it is not repeated if it may have been done. Then it raises Unsure.
        """
        for _ in self._attempts():
            answer = self.one(operation, {"RequestItems": asked, **({SEND_ONCE: True} if once else {})})
            yield answer
            asked = answer.get(left) or {}
            if not asked:
                return
        raise Unavailable(detail=f"{operation} was not completed")

    def transaction(self, writes: Sequence[Raw], *, with_token: bool = True) -> list[Raw | None] | None:
        """Apply a transaction. None if it was applied; else for each write the condition that failed, or None.

        Only a failed condition is an answer (threats FI-2). A conflict or throttling is tried again and then is Unavailable.
        """
        problem = ""
        for _ in self._attempts():
            try:
                self.one("TransactWriteItems", {"TransactItems": list(writes), **({} if with_token else WITHOUT_TOKEN)})
            except faults.Cancelled as cancelled:
                if faults.CONDITION in cancelled.codes:
                    return [reason if reason and reason["Code"] == faults.CONDITION else None for reason in cancelled.reasons]
                problem = str(cancelled)
            else:
                return None
        raise Unavailable(detail=problem)

    def _attempts(self) -> Iterator[int]:
        """The numbers of a few attempts, with a growing random pause between them."""
        for number in range(TRIES):
            if number:
                self._pause(random.uniform(0, 0.02 * 2**number))  # noqa: S311  # jitter, not a secret
            yield number
