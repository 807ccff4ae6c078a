"""The head of an hour: where the chain of each shard stood when the hour was sealed. It is what gets signed."""

from __future__ import annotations

import hashlib
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

from idp.domain.audit.block import SHARDS
from idp.domain.audit.leaf import text_of

if TYPE_CHECKING:
    from collections.abc import Mapping

HOUR = 3600
_FORMAT = "%Y-%m-%dT%H"


class Position(NamedTuple):
    """The last block of a shard: its number, 0 before the first one, its hash, and until when it is stored (epoch seconds)."""

    number: int
    hash: str
    until: int


START = Position(0, "", 0)


@dataclass(frozen=True, slots=True)
class Head:
    """`hour`: in UTC, such as 2026-11-29T10. `number`: heads are counted from 1, one for each hour. `positions`: by shard.

    `previous`: the digest of the signed head of the hour before, empty for the first one. `began`: when the first block was written.
    `at`: when it was signed. `until`: when the head may be gone, and `previous_until`: the one before. Times are epoch seconds.
    """

    hour: str
    number: int
    previous: str
    began: int
    at: int
    until: int
    previous_until: int
    positions: tuple[Position, ...]

    def claims(self, issuer: str) -> dict[str, Any]:
        """Return the claims that are signed."""
        return {
            "iss": issuer, "iat": self.at, "hour": self.hour, "number": self.number, "previous": self.previous, "began": self.began,
            "until": self.until, "previous_until": self.previous_until, "shards": [list(each) for each in self.positions],
        }  # fmt: skip


def head_of(claims: Mapping[str, Any]) -> Head:
    """Return the head of signed claims.

    Raises:
        ValueError: they are not those of a head.
    """
    try:
        positions = tuple(Position(int(number), str(digest), int(until)) for number, digest, until in claims["shards"])
        head = Head(
            str(claims["hour"]), int(claims["number"]), str(claims["previous"]), int(claims["began"]), int(claims["iat"]),
            int(claims["until"]), int(claims["previous_until"]), positions,
        )  # fmt: skip
        start_of(head.hour)
    except (KeyError, TypeError, OverflowError) as problem:
        raise ValueError(str(problem)) from problem
    if len(positions) != SHARDS:
        msg = "another number of shards"
        raise ValueError(msg)
    return head


def hour_of(at: int) -> str:
    """Return the hour of a moment (epoch seconds)."""
    return time.strftime(_FORMAT, time.gmtime(at))


def start_of(hour: str) -> int:
    """Return when an hour begins, epoch seconds.

    Raises:
        ValueError: it is not an hour such as 2026-11-29T10.
    """
    import calendar

    at = calendar.timegm(time.strptime(hour, _FORMAT))
    if hour_of(at) != hour:
        raise ValueError(hour[:40])
    return at


def digest_of(signed: str) -> str:
    """Return the digest of a signed head, which the next head names."""
    return text_of(hashlib.sha256(signed.encode()).digest())
