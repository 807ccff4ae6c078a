"""The name of the scheme of a stored hash, without reading the rest."""

from __future__ import annotations

import re

_WRAPPED = re.compile(r"\$wrapped\$([a-z0-9-]{1,24})\$", re.ASCII)
_NAMES = {"2b": "bcrypt", "wp": "wp-bcrypt", "P": "phpass"}
_NAME = re.compile(r"\$([A-Za-z0-9-]{1,24})\$", re.ASCII)


def scheme_of(stored: str | None) -> str | None:
    """Return the scheme, such as argon2id, bcrypt or wrapped-md5; None without a hash; `unknown` for one that has no known form.

    `stored`: a hash as it is stored, which is in the notation that `notation.write` gives.
    """
    if stored is None:
        return None
    if wrapped := _WRAPPED.match(stored):
        return f"wrapped-{wrapped[1]}"
    found = _NAME.match(stored)
    return _NAMES.get(found[1], found[1]) if found else "unknown"
