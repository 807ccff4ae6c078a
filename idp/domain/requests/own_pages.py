"""Pages of this provider itself that ask for a sign-in, and where a person goes after it."""

from __future__ import annotations

import re

ACCOUNT, CONSOLE = "/account", "/console"
_SEGMENT = r"/(?!%2[Ee])[A-Za-z0-9_~%-][A-Za-z0-9._~%-]{0,127}"
_IN_CONSOLE = re.compile(f"{CONSOLE}(?:{_SEGMENT}){{0,4}}", re.ASCII)


def own_page(path: str) -> str:
    """Return the path if it is a page that may ask for a sign-in, else the account page (F-05). A query of ours may follow it.

    A path of the console has no empty segment and none that begins with a dot, also as `%2e`, which is one for browsers: so it stays on
    this site and in the console.
    """
    plain = path.partition("?")[0]
    return path if plain == ACCOUNT or is_in_console(plain) else ACCOUNT


def is_in_console(path: str) -> bool:
    """Return whether the path, without a query, is in the admin console. Its pages ask for two factors."""
    return _IN_CONSOLE.fullmatch(path) is not None
