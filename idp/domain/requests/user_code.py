"""User codes (RFC 8628 §6.1): short, and easy to type without errors.

"[a] user code that is easy to type … 20-character set [without vowels, so that no words come up]: BCDFGHJKLMNPQRSTVWXZ": eight of them are
20^8 codes, about 34.5 bits. Typed codes are throttled and a code is valid for minutes, so that is enough (§5.1).
"""

from __future__ import annotations

import secrets

ALPHABET = "BCDFGHJKLMNPQRSTVWXZ"
LENGTH = 8
_LONGEST = 64


def new() -> str:
    """Return a new code in its stored form."""
    return "".join(secrets.choice(ALPHABET) for _ in range(LENGTH))


def format_code(code: str) -> str:
    """Return the code as people see it: in two groups."""
    return f"{code[: LENGTH // 2]}-{code[LENGTH // 2 :]}"


def parse(typed: str) -> str | None:
    """Return the stored form of a typed code, or None if it is not a code.

    §6.1: "the server should … strip[] dashes and other punctuation" and compare without regard to case.
    """
    if len(typed) > _LONGEST:
        return None
    code = "".join(c for c in typed.upper() if c.isascii() and c.isalnum())
    return code if len(code) == LENGTH and set(code) <= set(ALPHABET) else None
