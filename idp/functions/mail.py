"""Sends one mail that `idp.adapters.mail_function` queued. After an error Lambda retries twice; then the mail is a dead letter."""

from __future__ import annotations

import os
from typing import Any

from idp.adapters.ses import Ses
from idp.domain.mail.rendered_mail import RenderedMail

ses = Ses(
    os.environ.get("IDP_MAIL_FROM", ""),
    region=os.environ.get("AWS_REGION", "us-east-1"),
    endpoint=os.environ.get("AWS_ENDPOINT_URL_SESV2") or None,
)


def handler(event: dict[str, Any], context: object) -> None:
    """Send one mail. An event that is only there to take the same time (`deliver` 0) sends nothing.

    Events that an earlier version queued have neither `deliver` nor `html`.
    """
    del context
    if event.get("deliver", 1):
        ses.send(event["to"], RenderedMail(event["subject"], event["text"], event.get("html", "")))
