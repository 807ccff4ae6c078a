"""Keeps the accounts of people at apps: takes changes from the stream of `directory`, and sends what is due, each minute and each night."""

from __future__ import annotations

from typing import Any

from idp import settings
from idp.wiring import build_services

services = build_services(settings.load())


def handler(event: dict[str, Any], context: object) -> dict[str, Any]:
    """Take a batch of the stream (`Records`), begin the nightly comparison (`nightly`), or send what is due."""
    with services.journal.job("provision", context):
        if "Records" in event:
            return services.provisioning_changes.take(event["Records"])
        if event.get("nightly"):
            services.provisioning_nightly.run()
        return {"sent": services.provisioning_worker.run()}
