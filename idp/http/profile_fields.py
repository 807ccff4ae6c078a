"""The values that `profile_fields.html` offers: languages and time zones."""

from __future__ import annotations

from typing import Any

from idp.domain import languages
from idp.domain.people import time_zones


def choices() -> dict[str, Any]:
    """Return the languages in which pages exist, each with its own name, and the time zones by area."""
    return {"languages": [(tag, languages.NAMES[tag]) for tag in languages.SHIPPED], "time_zones": time_zones.AREAS}
