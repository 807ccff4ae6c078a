"""Once a day: keys that are due move along (DESIGN: Tokens and keys). The first run makes what a new deployment lacks."""

from __future__ import annotations

from typing import Any

from idp import settings
from idp.services.audit import SYSTEM
from idp.telemetry.record import count
from idp.wiring import build_services

services = build_services(settings.load())


def handler(event: dict[str, Any], context: object) -> dict[str, Any]:
    """Rotate if the active key is older than IDP_KEY_ROTATION_DAYS; in any case retire what has verified its last token."""
    del event
    with services.journal.job("rotate_keys", context):
        keys = services.key_rotation
        keys.ensure()
        due = keys.due()
        for alg in due:
            services.audit.act("key.rotated", SYSTEM, target=keys.rotate(alg).kid)
        keys.retire()
        count("SigningKeyAgeDays", keys.age_days())
        return {"rotated": due, "keys": {key.kid: key.state for key in keys.listing() if key.state not in {"retired", "revoked"}}}
