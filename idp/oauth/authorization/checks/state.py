"""state: returned unchanged (RFC 6749 §4.1.1)."""

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
    """Up to MAX_LENGTH bytes without control characters (RFC 6749 appendix A.5; characters beyond ASCII are accepted too)."""
    del client
    draft["state"] = read_state(params)


def read_state(params: Params) -> str | None:
    """The state of the request, or None.

    Raises:
        OAuthError: invalid_request: it is too long for a redirect, or has control characters.
    """
    state = params.get("state")
    if state is not None and len(state.encode()) > MAX_LENGTH:
        raise OAuthError("invalid_request", "request.state_too_long", maximum=MAX_LENGTH)
    if state is not None and _CONTROLS.search(state):
        raise OAuthError("invalid_request", "request.state_control_characters")
    return state


def of_error(params: Params) -> str | None:
    """The state that an error returns. None if the state itself is invalid."""
    try:
        return read_state(params)
    except OAuthError:
        return None
