"""The code of a ticket: eight digits that a person reads in a mail and types.

Eight digits are 10^8 codes. NIST SP 800-63B-4 §3.1.3.2 asks for six or more. A ticket accepts five tries.
"""

from __future__ import annotations

import secrets

LENGTH = 8
_LONGEST = 64
_SEPARATORS = frozenset(" \t\u00a0\u2009\u202f-\u2010\u2011\u2012\u2013\u2014\u2015")
"""Spaces, hyphens, and the dashes that phones put in place of hyphens."""


def new() -> str:
    """Return a new code in its stored form: eight ASCII digits."""
    return f"{secrets.randbelow(10**LENGTH):0{LENGTH}d}"


def format_code(code: str) -> str:
    """Return the code as people see it: `1234 5678`."""
    return f"{code[: LENGTH // 2]} {code[LENGTH // 2 :]}"


def parse(typed: str) -> str | None:
    """Return the stored form of a typed code, or None if it is not a code. Only ASCII digits count; spaces and dashes are ignored."""
    if len(typed) > _LONGEST:
        return None
    code = "".join(c for c in typed if c not in _SEPARATORS)
    return code if len(code) == LENGTH and code.isascii() and code.isdigit() else None
