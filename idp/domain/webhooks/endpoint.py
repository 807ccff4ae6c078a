"""A webhook endpoint: a URL of another system that gets events."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from idp.domain.events.event import Event

MOST = 50
"""The greatest number of endpoints."""
GONE, FAILING, BY_ADMIN = "gone", "failing", "admin"
"""Why an endpoint is switched off: it answered 410, it failed for days, or an admin did it."""


@dataclass(frozen=True, slots=True)
class SigningSecret:
    """A secret that signs events. `sealed`: encrypted under the data key. `until`: epoch seconds, or None for the present one."""

    sealed: str = field(repr=False)
    until: int | None = None


@dataclass(frozen=True, slots=True)
class WebhookEndpoint:
    """An endpoint. Its id never changes.

    `events`: types, or first words of types; empty for all. `org_id`: only events of this organisation, or "" for all.
    `secrets`: the present one first, then at most one that was replaced and still signs. `disabled_why`: nothing is sent if it is not "".
    """

    id: str
    url: str
    events: tuple[str, ...] = ()
    org_id: str = ""
    description: str = ""
    secrets: tuple[SigningSecret, ...] = ()
    disabled_why: str = ""
    version: int = 1
    created_at: int = 0
    updated_at: int = 0

    def wants(self, event: Event) -> bool:
        """Return whether the endpoint gets this event. "user" stands for user.created and all others that begin so."""
        if self.disabled_why or (self.org_id and self.org_id != event.org_id):
            return False
        return not self.events or any(f"{event.type}.".startswith(f"{each}.") for each in self.events)
