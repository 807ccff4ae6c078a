"""Keys of the tokens of upstreams (`state`)."""

from __future__ import annotations

from idp.store.keys import Key, part, user_pk

TOKENS = "UPSTREAM_TOKENS#"
"""The beginning of the sort keys of kept tokens."""


def upstream_tokens(user_id: str, link_id: str) -> Key:
    """The tokens that are kept of a link of this user."""
    return Key(user_pk(user_id), TOKENS + part(link_id))


def waiting_tokens(attempt_id: str) -> Key:
    """The tokens of an attempt at an upstream whose person answers a form first."""
    return Key(f"UPSTREAM_WAITING#{part(attempt_id)}", "TOKENS")
