"""A signal: what happened to a person, before it is made a SET for one receiver (RFC 8417)."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

_ID_BYTES = 16


@dataclass(frozen=True, slots=True)
class Signal:
    """A signal about a person. `cause`: the id of the change that it tells (`Change.event_id`). `at`: when, in epoch seconds.

    `session_id`: only this session is meant, or "" for the whole account. `client_id`: only this app is told, or "" for all.
    `order`: sorts the signals about a person. `consent_ended`: the person took the consent back, so this app hears nothing more.
    """

    type: str
    user_id: str
    cause: str
    at: int
    order: str
    claims: Mapping[str, Any] = field(default_factory=dict)
    session_id: str = ""
    client_id: str = ""
    consent_ended: bool = False


@dataclass(frozen=True, slots=True)
class QueuedSignal:
    """A signal as one stream gets it. `id`: the `jti` of its SET, the same each time when its change is read.

    `txn` (Shared Signals Framework 1.0 §4.1.9) is the same for all signals of a change in one stream. Between streams it differs, so that
    two receivers cannot find out by it which of their pairwise subjects are one person.
    """

    id: str
    type: str
    subject: str
    at: int
    order: str
    content: Mapping[str, Any]

    def body(self) -> str:
        """Return the text that waits in the queue. It has the id of the person, and no address."""
        return json.dumps(dict(self.content), separators=(",", ":"))


def queued(signal: Signal, stream_id: str, *, sid: str = "") -> QueuedSignal:
    """Return the signal for this stream. `sid`: the session as the receiver knows it."""
    content = {
        "user": signal.user_id, **({"sid": sid} if sid else {}), "event": dict(signal.claims), "at": signal.at,
        "txn": _digest("txn", stream_id, signal.cause),
    }  # fmt: skip
    jti = _digest("jti", stream_id, signal.cause, signal.type, sid)
    return QueuedSignal(jti, signal.type, f"user:{signal.user_id}", signal.at, signal.order, content)


def about_stream(type_: str, stream_id: str, jti: str, event: Mapping[str, Any], *, now: int) -> QueuedSignal:
    """Return an event about the stream itself, such as a verification (§8.1.4.1, §8.1.5)."""
    content = {"stream": stream_id, "event": dict(event), "at": now}
    return QueuedSignal(jti, type_, f"stream:{stream_id}", now, f"{now:010d}{jti}", content)


def _digest(*parts: str) -> str:
    text = "\0".join(parts)
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[: 2 * _ID_BYTES]
