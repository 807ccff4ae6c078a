"""A record as one JSON object. `timestamp` and `level` are named as in Lambda's own JSON format."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from idp.telemetry.record import Record

LEVELS = {"DEBUG": 10, "INFO": 20, "WARN": 30, "WARNING": 30, "ERROR": 40, "CRITICAL": 50}
"""Lambda writes WARN, Python WARNING."""
_LONGEST = 300
_REFUSED, _FAILED, _UNAVAILABLE = 400, 500, 503


def level(record: Record) -> str:
    """ERROR for unexpected errors, WARN for what an operator should look at, else INFO."""
    if record.error or (record.status >= _FAILED and record.status != _UNAVAILABLE):
        return "ERROR"
    return "WARN" if record.status == _UNAVAILABLE or record.notes else "INFO"


def outcome(record: Record) -> str:
    """ok, refused or error."""
    if record.error or record.status >= _FAILED:
        return "error"
    return "refused" if record.reason or record.status >= _REFUSED else "ok"


def members(record: Record, *, at_ms: int, took_ms: float) -> dict[str, Any]:
    """The members of the line; empty ones are left out. `at_ms`: milliseconds since the epoch. `took_ms`: milliseconds."""
    seconds, milliseconds = divmod(at_ms, 1000)
    dynamodb = {"calls": record.calls, "read_units": record.read_units, "write_units": record.write_units}
    found: dict[str, Any] = {
        "timestamp": f"{time.strftime('%Y-%m-%dT%H:%M:%S', time.gmtime(seconds))}.{milliseconds:03d}Z",
        "level": level(record),
        "request_id": record.request_id,
        "trace_id": record.trace_id,
        "route": record.route,
        "method": record.method,
        "status": record.status,
        "outcome": outcome(record),
        "reason": plain(record.reason),
        "detail": plain(record.detail),
        "decision": plain(record.decision),
        "client_id": plain(record.client_id),
        "ms": round(took_ms, 1),
        "dynamodb": dynamodb if record.calls else None,
        "notes": [plain(note) for note in record.notes],
        "error": {"type": record.error[0], "at": record.error[1]} if record.error else None,
    }
    return {name: value for name, value in found.items() if value not in ("", None, [], 0)}


def plain(text: str) -> str:
    """The text as one line of printable characters, with a limited length (CWE-117)."""
    short = text[:_LONGEST]
    return short if short.isprintable() else "".join(c if c.isprintable() else "\ufffd" for c in short)
