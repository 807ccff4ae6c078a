"""A command with an argument that is a base64url identifier."""

from __future__ import annotations

import re
from typing import Any

from typer.core import TyperCommand

_IDENTIFIER = re.compile("[A-Za-z0-9_-]{43}|-[A-Za-z0-9_][A-Za-z0-9_-]{2,15}")
"""A SHA-256 in base64url (a thumbprint by RFC 7638, the id of a passkey), or the shorter id of a sealing key that begins with "-"."""


class TakesIdentifier(TyperCommand):
    """A command whose last argument is an identifier. One in sixty-four begins with "-" and must not be read as an option."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        identifiers = [arg for arg in args if _IDENTIFIER.fullmatch(arg)]
        return super().parse_args(ctx, [*(arg for arg in args if arg not in identifiers), "--", *identifiers])
