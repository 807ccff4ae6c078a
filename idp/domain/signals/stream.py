"""An event stream: what one receiver, an app, gets, and how (Shared Signals Framework 1.0 §8.1.1)."""

from __future__ import annotations

from dataclasses import dataclass, field

PUSH, POLL = "urn:ietf:rfc:8935", "urn:ietf:rfc:8936"
"""The delivery methods."""
ENABLED, PAUSED, DISABLED = "enabled", "paused", "disabled"
"""The values of `status` (§8.1.2.1)."""
STATUSES = (ENABLED, PAUSED, DISABLED)
PREFIX = "ssf_"
"""What ids of streams begin with. By it the function `webhooks` tells them from endpoints of webhooks."""
MOST = 100
"""The greatest number of streams."""


@dataclass(frozen=True, slots=True)
class SignalStream:
    """A stream. A client has one at most. Times in epoch seconds.

    `incarnation`: of the client that made it (`Client.incarnation`); a later client with the same id does not get it.
    `sealed_authorization`: the receiver's Authorization header for pushes, encrypted under the data key, or "".
    `verified_at`: when verification was last asked for. `reason`: why it has its status, or "".
    """

    id: str
    client_id: str
    incarnation: str = ""
    method: str = POLL
    endpoint_url: str = ""
    sealed_authorization: str = field(default="", repr=False)
    events_requested: tuple[str, ...] | None = None
    description: str = ""
    status: str = ENABLED
    reason: str = ""
    verified_at: int = 0
    version: int = 1
    created_at: int = 0

    @property
    def disabled_why(self) -> str:
        """Return why nothing is pushed, "" if it is: the worker of webhooks asks for this."""
        if self.method != PUSH:
            return "poll"
        return "" if self.status == ENABLED else self.status

    def delivers(self, type_: str, supported: tuple[str, ...]) -> bool:
        """Return whether it gets events of this type. A stream without `events_requested` gets every supported type."""
        return type_ in supported and (self.events_requested is None or type_ in self.events_requested)
