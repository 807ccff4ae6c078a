"""Keeps the accounts of people at apps: sends what is due each minute, and compares all each night. The stream says what is due."""

from __future__ import annotations

from typing import Any

from idp import settings
from idp.wiring import build_services

services = build_services(settings.load())


def handler(event: dict[str, Any], context: object) -> dict[str, Any]:
    """Begin the nightly comparison (`nightly`), or send what is due."""
    with services.journal.job("provision", context):
        if services.stands_by:
            return {}
        if event.get("nightly"):
            services.provisioning_nightly.run()
        return {"sent": services.provisioning_worker.run()}
