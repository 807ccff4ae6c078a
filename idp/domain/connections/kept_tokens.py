"""The tokens of an upstream that are kept of one person, for the apps that the connection names. Both are encrypted."""

from __future__ import annotations

from typing import NamedTuple

SCOPE_PREFIX = "upstream:"
"""An app asks for the access to the tokens of a connection by the OAuth scope `upstream:` and its id. The consent page names it."""


class KeptTokens(NamedTuple):
    """`access`: the access token with its scope; `refresh`: the refresh token, if there is one. Both are encrypted under the data key.

    `bound`, `refresh_bound`: what the connection was when each was issued; they count for that connection only. `expires_at`: of the access
    token, None if the upstream did not tell. `stored_at`: when the person signed in, or the token was refreshed. Times are epoch seconds.
    """

    user_id: str
    connection_id: str
    link_id: str
    bound: str
    access: bytes
    expires_at: int | None
    stored_at: int
    refresh: bytes | None = None
    refresh_bound: str = ""


def scope_of(connection_id: str) -> str:
    """Return the OAuth scope that gives an app access to the tokens of this connection."""
    return SCOPE_PREFIX + connection_id
