"""state: echoed as it came (RFC 6749 §4.1.1)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from idp.domain.errors import OAuthError

if TYPE_CHECKING:
    from idp.domain.client import Client
    from idp.oauth.checks import Draft
    from idp.oauth.params import Params


MAX_LENGTH = 4096


def check(params: Params, client: Client, draft: Draft) -> None:
    """Any text up to MAX_LENGTH characters."""
    del client
    state = params.get("state")
    if state is not None and len(state) > MAX_LENGTH:
        raise OAuthError("invalid_request", f"The state is longer than {MAX_LENGTH} characters.")
    draft["state"] = state
