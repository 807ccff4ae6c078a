"""Runs every five minutes: sends logout tokens again that an app has not accepted yet."""

from __future__ import annotations

from typing import Any

from idp import settings
from idp.wiring import build_services

services = build_services(settings.load())


def handler(event: dict[str, Any], context: object) -> dict[str, int]:
    """Send the deliveries that are due."""
    del event
    with services.journal.job("deliver", context):
        if services.stands_by:
            return {}
        return {"delivered": services.backchannel_logout.run()}
