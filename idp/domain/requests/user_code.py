"""User codes (RFC 8628 §6.1): short enough to be typed, and hard to get wrong.

"[a] user code that is easy to type … 20-character set [without vowels, so that no words come up]: BCDFGHJKLMNPQRSTVWXZ": eight of them are
20^8, some 34.5 bits, which the throttling of typed codes makes enough for the minutes that one lives (§5.1).
"""

from __future__ import annotations

import secrets

ALPHABET = "BCDFGHJKLMNPQRSTVWXZ"
LENGTH = 8
_LONGEST = 64


def new() -> str:
    """A code, as it is stored."""
    return "".join(secrets.choice(ALPHABET) for _ in range(LENGTH))


def format_code(code: str) -> str:
    """As a person sees it: in two groups."""
    return f"{code[: LENGTH // 2]}-{code[LENGTH // 2 :]}"


def parse(typed: str) -> str | None:
    """The code that was typed, or None for what is none.

    §6.1: "the server should … strip[] dashes and other punctuation" and compare without regard to case.
    """
    if len(typed) > _LONGEST:
        return None
    code = "".join(c for c in typed.upper() if c.isascii() and c.isalnum())
    return code if len(code) == LENGTH and set(code) <= set(ALPHABET) else None
