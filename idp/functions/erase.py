"""Runs once a day: erases the people whose deletion is due, ends deleted organisations, and looks their domains up again."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from idp import settings
from idp.domain.access.tenancy import DEPLOYMENT
from idp.domain.errors import Unavailable
from idp.wiring import build_services

if TYPE_CHECKING:
    from collections.abc import Callable

services = build_services(settings.load())

_LEFT = 15_000
"""Milliseconds that must be left to begin with another person."""


def handler(event: dict[str, Any], context: Any) -> dict[str, int]:
    """Do what is due, as much as there is time for. Erasures come first; a failure of one work does not stop the next one."""
    del event

    def has_time() -> bool:
        left: int = context.get_remaining_time_in_millis()
        return left > _LEFT

    works: dict[str, Callable[[], int]] = {
        "erased": lambda: services.due_deletions.run(scope=DEPLOYMENT, has_time=has_time),
        "organizations_ended": lambda: services.organisation_ending.run(scope=DEPLOYMENT, has_time=has_time),
        "domains_checked": lambda: services.domain_service.check_due(scope=DEPLOYMENT, has_time=has_time),
    }
    done: dict[str, int] = {}
    failed: Unavailable | None = None
    with services.journal.job("erase", context):
        if services.stands_by:
            return {}
        for name, work in works.items():
            try:
                done[name] = work()
            except Unavailable as trouble:
                failed = trouble
        if failed:
            raise failed
        return done
