"""state: echoed as it came (RFC 6749 §4.1.1)."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from idp.domain.errors import OAuthError

if TYPE_CHECKING:
    from idp.domain.apps.client import Client
    from idp.oauth.authorization.checks.draft import Draft
    from idp.oauth.params import Params


MAX_LENGTH = 4096
_CONTROLS = re.compile(r"[\x00-\x1f\x7f]")


def check(params: Params, client: Client, draft: Draft) -> None:
    """Up to MAX_LENGTH bytes without control characters (RFC 6749 appendix A.5; other characters than its are let through)."""
    del client
    draft["state"] = carried(params)


def carried(params: Params) -> str | None:
    """The state, if it can be carried: in a redirect, and sealed in the pages before it.

    Raises:
        OAuthError: invalid_request.
    """
    state = params.get("state")
    if state is not None and len(state.encode()) > MAX_LENGTH:
        raise OAuthError("invalid_request", f"The state is longer than {MAX_LENGTH} bytes.")
    if state is not None and _CONTROLS.search(state):
        raise OAuthError("invalid_request", "The state has control characters.")
    return state


def of_error(params: Params) -> str | None:
    """The state that goes back with an error, whatever is wrong: none where it is the state that cannot be carried."""
    try:
        return carried(params)
    except OAuthError:
        return None
