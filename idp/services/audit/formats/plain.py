"""Our own form: a JSON object on a line, with the members of the admin API and the time with milliseconds."""

from __future__ import annotations

import json
import time
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from idp.domain.audit.event import AuditEvent

_TEXTS = ("type", "outcome", "actor", "subject", "target", "client_id", "org_id", "address", "request_id", "reason")


def line(event: AuditEvent) -> str:
    """Return the event as one line of JSON, without the end of the line. Empty members are left out."""
    told = {name: value for name in _TEXTS if (value := getattr(event, name, ""))}
    details = {"details": dict(event.details)} if event.details else {}
    return json.dumps({"id": event.id, "at": _instant(event.at), **told, **details}, ensure_ascii=True, separators=(",", ":"))


def _instant(at: int) -> str:
    """Epoch milliseconds in RFC 3339, UTC."""
    return f"{time.strftime('%Y-%m-%dT%H:%M:%S', time.gmtime(at // 1000))}.{at % 1000:03d}Z"
