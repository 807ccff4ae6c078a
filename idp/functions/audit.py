"""Seals the hours of the audit chain that are over: completes them, signs them, and puts them into the bucket."""

from __future__ import annotations

from typing import Any

from idp import settings
from idp.wiring import build_services

services = build_services(settings.load())


def handler(event: dict[str, Any], context: object) -> dict[str, Any]:
    """Seal what is due. Runs every ten minutes and can end anywhere: the next run goes on."""
    del event
    with services.journal.job("audit", context):
        if services.stands_by:
            return {}
        return {"sealed": services.audit_sealing.run()}
