"""Sends one mail that `idp.adapters.mail_function` queued. After an error Lambda retries twice; then the mail is a dead letter."""

from __future__ import annotations

import os
from typing import Any

from idp.adapters.ses import Ses

ses = Ses(
    os.environ.get("IDP_MAIL_FROM", ""),
    region=os.environ.get("AWS_REGION", "us-east-1"),
    endpoint=os.environ.get("AWS_ENDPOINT_URL_SESV2") or None,
)


def handler(event: dict[str, Any], context: object) -> None:
    """Send one mail."""
    del context
    ses.send_text(event["to"], event["subject"], event["text"])
