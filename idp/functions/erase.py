"""Runs once a day: erases the people whose deletion is due."""

from __future__ import annotations

from typing import Any

from idp import settings
from idp.domain.access.tenancy import DEPLOYMENT
from idp.wiring import build_services

services = build_services(settings.load())

_LEFT = 15_000
"""Milliseconds that must be left to begin with another person."""


def handler(event: dict[str, Any], context: Any) -> dict[str, int]:
    """Erase those who are due, as many as there is time for."""
    del event
    with services.journal.job("erase", context):
        return {"erased": services.due_deletions.run(scope=DEPLOYMENT, has_time=lambda: context.get_remaining_time_in_millis() > _LEFT)}
