"""Takes what changed in the tables `directory` and `state` from their streams, for provisioning, webhooks and others."""

from __future__ import annotations

from typing import Any

from idp import settings
from idp.wiring import build_services

services = build_services(settings.load())


def handler(event: dict[str, Any], context: object) -> dict[str, Any]:
    """Take a batch of records (`Records`). Returns those that failed (`batchItemFailures`).

    `rebuilt`: the records are of `idp stream redrive`, and not of a stream.

    Raises:
        StandsBy: this region serves soon. Lambda gives the batch again, or makes it a dead letter, which `idp stream redrive` gives again.
    """
    with services.journal.job("stream", context):
        if not services.takes_changes:
            return {"batchItemFailures": []}
        return services.stream.take(event["Records"], rebuilt=event.get("rebuilt") is True)
