"""Marks addresses that SES reports: bounces and complaints come by SNS. A report that fails three times is a dead letter."""

from __future__ import annotations

import json
from typing import Any

from idp import settings
from idp.wiring import build_services

services = build_services(settings.load())


def handler(event: dict[str, Any], context: object) -> None:
    """Handle the reports of one event of SNS."""
    with services.journal.job("mail_events", context):
        for record in event["Records"]:
            services.mail_events.handle(json.loads(record["Sns"]["Message"]))
