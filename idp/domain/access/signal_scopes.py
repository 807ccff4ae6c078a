"""The OAuth scopes of shared signals (CAEP Interoperability Profile 1.0 §2.7.2)."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from idp.domain.apps.client import Client

MANAGE, READ = "ssf.manage", "ssf.read"
"""MANAGE allows a receiver to manage its stream, and everything that READ allows: to read its configuration, and to poll."""
DESCRIPTIONS: Mapping[str, str] = MappingProxyType(
    {
        MANAGE: "Manage the app's own stream of security events",
        READ: "Read the app's own stream of security events",
    }
)
SCOPES = frozenset(DESCRIPTIONS)


def is_receiver(client: Client, resource: str) -> bool:
    """Return whether an admin lets this app get events about people. `resource`: of shared signals. Ask it at each event.

    A client that registered itself is no receiver, whatever scopes it got by default. One of an organisation has no people who use it.
    """
    allowed = resource in client.resources and not SCOPES.isdisjoint(client.scopes)
    return allowed and not client.disabled and not client.registered_by and not client.org_id
