"""The app in the values of a mail."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from idp.domain.apps.client import Client


def app_of_mail(client: Client | None) -> dict[str, str]:
    """Return the app's name and its branding as JSON, each empty if there is none. The mail has the app's look then."""
    if client is None:
        return {"app": "", "branding": ""}
    return {"app": client.name, "branding": json.dumps(client.branding) if client.branding else ""}
