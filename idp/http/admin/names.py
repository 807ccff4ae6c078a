"""Names that a caller sent, as an answer may repeat them."""

from __future__ import annotations

import re

_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_.-]{0,39}", re.ASCII)


def shown(name: str) -> str:
    """The name, if it can be nothing but one; else nothing, since what was sent is never repeated (threats K-03)."""
    return name if _NAME.fullmatch(name) else ""
