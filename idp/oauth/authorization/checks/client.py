"""client_id: the client exists and is not disabled (RFC 6749 §4.1.1). Otherwise the error is a page, never a redirect."""

from __future__ import annotations

from typing import TYPE_CHECKING

from idp.domain.errors import PageError
from idp.telemetry import record

if TYPE_CHECKING:
    from idp.domain.apps.client import Client


def require_live_client(client: Client | None) -> Client:
    """The client, if it exists and is not disabled.

    Raises:
        PageError: it is missing or disabled (RFC 6749 §4.1.2.1).
    """
    if client is None or client.disabled:
        raise PageError("invalid_client", "page.app_unknown")
    record.client(client.id)
    return client
