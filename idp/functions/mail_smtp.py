"""Sends one mail by SMTP that `idp.adapters.mail_function` queued. After an error Lambda retries twice; then the mail is a dead letter."""

from __future__ import annotations

from typing import Any

from idp import settings
from idp.domain.mail.letter import Letter
from idp.wiring import build_services

services = build_services(settings.load())


def handler(event: dict[str, Any], context: object) -> None:
    """Send one mail. An event that is only there to take the same time (`deliver` is 0) sends nothing."""
    with services.journal.job("mail", context):
        if letter := Letter.of_event(event):
            services.delivery.deliver(letter, services.smtp_in_aws.submit)
