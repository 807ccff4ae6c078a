"""Which audit events are looked for."""

from __future__ import annotations

import ipaddress
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from idp.domain.audit.event import AuditEvent

Network = ipaddress.IPv4Network | ipaddress.IPv6Network


def network(text: str) -> Network:
    """The network of this text: an IP address alone, or with the length of its prefix.

    Raises:
        ValueError: it is neither.
    """
    return ipaddress.ip_network(text, strict=False)


@dataclass(frozen=True, slots=True)
class AuditFilter:
    """An event has to fit every member that is not empty. `type` is a whole type, or its first words: sign_in for sign_in.failed."""

    type: str = ""
    outcome: str = ""
    client_id: str = ""
    network: Network | None = None
    request_id: str = ""

    def __bool__(self) -> bool:
        """Whether anything is asked for."""
        return self != AuditFilter()

    def fits(self, event: AuditEvent) -> bool:
        """Whether the event is looked for."""
        return (
            (not self.type or f"{event.type}.".startswith(f"{self.type}."))
            and self.outcome in ("", event.outcome)
            and (not self.client_id or self.client_id in (event.client_id, event.actor))
            and self.request_id in ("", event.request_id)
            and (self.network is None or _inside(event.address, self.network))
        )


def _inside(address: str, network: Network) -> bool:
    """Whether the address lies in the network. What is no address lies in none."""
    try:
        return ipaddress.ip_address(address) in network
    except ValueError:
        return False
