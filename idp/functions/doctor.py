"""Runs each hour with `console=on`: checks the deployment, and keeps the findings for the overview of the console.

It decrypts no key and reads no person. `idp doctor` checks more, with what only an operator has.
"""

from __future__ import annotations

from typing import Any

from idp import settings
from idp.services.doctor import run
from idp.wiring import build_services

services = build_services(settings.load())


def handler(event: dict[str, Any], context: object) -> dict[str, int]:
    """Make the checks. Returns how many findings there are by state. In a region that stands by it does nothing."""
    del event
    with services.journal.job("doctor", context):
        if services.stands_by:
            return {}
        return run.run(services.doctor_parts, services.doctors_findings)
