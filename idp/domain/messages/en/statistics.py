"""Messages about numbers of hours and days."""

from __future__ import annotations

TEMPLATES = {
    "statistics.until_before_since": "This has to be after since.",
    "statistics.too_long": "There are at most {days} days in one answer. Ask for a shorter time.",
}
