"""A record for a developer's terminal: one short line, and the place of an unexpected error."""

from __future__ import annotations

from typing import TYPE_CHECKING

from idp.telemetry.line import outcome, plain

if TYPE_CHECKING:
    from idp.telemetry.record import Record

_COLOURS = {"ok": "32", "refused": "33", "error": "31"}


def pretty(record: Record, *, took_ms: float, colour: bool = False) -> str:
    """Method, route, status, reason, time and calls. `took_ms` in milliseconds."""
    result = outcome(record)
    status = f"\033[{_COLOURS[result]}m{record.status}\033[0m" if colour else str(record.status)
    parts = [f"{record.method:4} {record.route} {status}"]
    parts += [" ".join(plain(part) for part in (record.reason, record.detail) if part)]
    parts += [plain(record.decision)]
    parts += [f"client {plain(record.client_id)}" if record.client_id else "", f"{took_ms:.0f} ms"]
    parts += [f"{record.calls} calls" if record.calls else ""]
    lines = [" · ".join(part for part in parts if part), *(f"     ! {plain(note)}" for note in record.notes)]
    if record.error:
        kind, places = record.error
        lines += [f"     {kind}, request {record.request_id}", *(f"       {place}" for place in places)]
    return "\n".join(lines)
