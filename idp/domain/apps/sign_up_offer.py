"""Whether people may create an account themselves."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from idp.domain.apps.client import Client

OPEN, INVITED, CLOSED = "open", "invited", "closed"
"""IDP_SIGN_UP: every person may; only a person whom an admin invited; no person."""


def is_offered(sign_up: str, client: Client | None) -> bool:
    """Return whether a person may create an account on the way to this app. `sign_up`: the setting. `client`: None without an app."""
    return sign_up == OPEN and (client is None or client.sign_up)
