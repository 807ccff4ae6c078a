"""Works on the import job that runs: when it is started, by itself after each slice, and every five minutes if a slice was cut off."""

from __future__ import annotations

from contextlib import suppress
from typing import Any

from idp import settings
from idp.domain.errors import Unavailable
from idp.wiring import build_services

services = build_services(settings.load())

_LEFT = 180_000
"""Milliseconds that must be left to begin with another batch: 20 s, and much longer while tables are throttled."""


def handler(event: dict[str, Any], context: Any) -> dict[str, bool]:
    """Work on one slice, and let another environment go on if there is more to do."""
    del event
    with services.journal.job("import", context):
        if services.stands_by:
            return {"more": False}
        if not services.settings.import_bucket:
            return {"more": False}
        more = services.import_worker.run(has_time=lambda: context.get_remaining_time_in_millis() > _LEFT)
        if more:
            with suppress(Unavailable):  # the schedule starts it again
                services.wake_import()
        return {"more": more}
