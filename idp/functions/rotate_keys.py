"""Runs once a day: rotates signing and sealing keys that are due. The first run creates the keys of a new deployment."""

from __future__ import annotations

from typing import Any

from idp import settings
from idp.telemetry.record import count
from idp.wiring import build_services

services = build_services(settings.load())


def handler(event: dict[str, Any], context: object) -> dict[str, Any]:
    """Rotate what is older than IDP_KEY_ROTATION_DAYS, and retire keys whose time is over."""
    del event
    with services.journal.job("rotate_keys", context):
        if services.stands_by:
            return {}
        keys = services.key_rotation
        keys.ensure()
        due = keys.due()
        if due:
            keys.rotate(*due)
        keys.retire()
        sealing = services.sealing_keys
        if sealing.is_due():
            sealing.rotate()
        sealing.retire()
        count("SigningKeyAgeDays", keys.age_days())
        count("SealingKeyAgeDays", sealing.age_days())
        return {"rotated": due, "keys": {key.kid: key.state for key in keys.listing() if key.state not in {"retired", "revoked"}}}
