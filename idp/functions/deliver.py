"""Every five minutes: logout tokens that an app did not take yet are sent again."""

from __future__ import annotations

from typing import Any

from idp import settings
from idp.wiring import build_services

services = build_services(settings.load())


def handler(event: dict[str, Any], context: object) -> dict[str, int]:
    """Send what is due."""
    del event
    with services.journal.job("deliver", context):
        return {"delivered": services.backchannel_logout.run()}
