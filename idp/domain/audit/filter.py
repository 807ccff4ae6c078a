"""Filters of audit events."""

from __future__ import annotations

import ipaddress
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from idp.domain.audit.event import AuditEvent

Network = ipaddress.IPv4Network | ipaddress.IPv6Network


def network(text: str) -> Network:
    """Return the network of this text: an IP address, with or without a prefix length.

    Raises:
        ValueError: it is neither.
    """
    return ipaddress.ip_network(text, strict=False)


@dataclass(frozen=True, slots=True)
class AuditFilter:
    """A filter. An event matches if it matches each member that is not empty. `type`: a whole type or its first words, such as sign_in for
    sign_in.failed. `client_id`: the app that it is about, or that acted. `actor`: who acted. `subject`: the user that it is about.
    """

    type: str = ""
    outcome: str = ""
    client_id: str = ""
    network: Network | None = None
    request_id: str = ""
    subject: str = ""
    actor: str = ""

    def __bool__(self) -> bool:
        """Return whether the filter has a condition."""
        return self != AuditFilter()

    def fits(self, event: AuditEvent) -> bool:
        """Return whether the event matches."""
        return (
            (not self.type or f"{event.type}.".startswith(f"{self.type}."))
            and self.outcome in ("", event.outcome)
            and (not self.client_id or self.client_id in (event.client_id, event.actor))
            and self.request_id in ("", event.request_id)
            and self.subject in ("", event.subject)
            and self.actor in ("", event.actor)
            and (self.network is None or _inside(event.address, self.network))
        )


def _inside(address: str, network: Network) -> bool:
    """Return whether the address is in the network. An invalid address is in no network."""
    try:
        return ipaddress.ip_address(address) in network
    except ValueError:
        return False
