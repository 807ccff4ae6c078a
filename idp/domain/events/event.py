"""An event as other systems get it: by webhooks or EventBridge."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

LONGEST = 20 * 1024
"""Bytes of a body at most (Standard Webhooks 1.0.0, "Payload size")."""


@dataclass(frozen=True, slots=True)
class Event:
    """An event. `id`: the same each time the event is told. `at`: about when, in epoch seconds. `data`: thin, without an address or a name.

    `subject`: what it is about, such as user:usr_1; events of one subject are told in order. `order`: sorts them. `org_id`: the
    organisation that it is about, or "".
    """

    id: str
    type: str
    subject: str
    at: int
    order: str
    data: Mapping[str, Any]
    org_id: str = ""

    def body(self) -> str:
        """Return the JSON text that is sent, with `type`, `timestamp` and `data` (Standard Webhooks 1.0.0, "Payload structure").

        What would be too long has only ids.
        """
        text = self._text(self.data)
        return text if len(text) <= LONGEST else self._text({name: self.data[name] for name in self.data if name.endswith("id")})

    def _text(self, data: Mapping[str, Any]) -> str:
        moment = datetime.fromtimestamp(self.at, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
        return json.dumps({"type": self.type, "timestamp": moment, "data": dict(data)}, separators=(",", ":"))
