"""The values that `profile_fields.html` offers: languages and time zones."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from idp.domain import languages
from idp.domain.people import time_zones

if TYPE_CHECKING:
    from idp.settings import Settings


def choices(settings: Settings) -> dict[str, Any]:
    """Return the languages of this deployment's pages, each with its own name, and the time zones by area."""
    return {"languages": [(tag, languages.NAMES[tag]) for tag in settings.page_languages], "time_zones": time_zones.AREAS}
