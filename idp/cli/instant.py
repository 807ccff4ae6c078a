"""Times in options."""

from __future__ import annotations

from datetime import UTC, datetime

import typer


def instant(text: str, option: str) -> int | None:
    """Return the time in epoch seconds, or None for no text. Without a zone it is UTC.

    Raises:
        typer.BadParameter: it is neither a time of RFC 3339 nor a day.
    """
    if not text:
        return None
    try:
        told = datetime.fromisoformat(text)
    except ValueError:
        raise typer.BadParameter(f"{text[:40]!r} is not a time such as 2026-11-29T10:00:00Z, or a day.", param_hint=option) from None
    return int((told if told.tzinfo else told.replace(tzinfo=UTC)).timestamp())
