"""Sends events to webhook endpoints and streams of shared signals: to one that has something, or each minute to all that have."""

from __future__ import annotations

from typing import Any

from idp import settings
from idp.wiring import build_services

services = build_services(settings.load())


def handler(event: dict[str, Any], context: object) -> dict[str, Any]:
    """Send what one endpoint has (`endpoint`), or have an invocation of its own send what each endpoint has."""
    with services.journal.job("webhooks", context):
        if services.stands_by:
            return {}
        if "endpoint" in event:
            endpoint = str(event["endpoint"])
            return {"sent": services.worker_of(endpoint).work(endpoint)}
        streams = services.signal_worker.look() if services.settings.sends_signals else 0
        return {"endpoints": services.webhook_worker.look() + streams}
