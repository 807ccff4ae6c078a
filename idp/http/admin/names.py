"""Names in a request, as an answer may repeat them."""

from __future__ import annotations

import re

_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_.-]{0,39}", re.ASCII)


def show_name(name: str) -> str:
    """Return the name if it is certainly a name, else "". Other input is never repeated (threats K-03)."""
    return name if _NAME.fullmatch(name) else ""
