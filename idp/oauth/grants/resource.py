"""resource at the token endpoint: within what was granted (RFC 8707 §2.2, B-14)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from idp.domain.errors import OAuthError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from idp.oauth.params import Params


def audience(params: Params, allowed: Sequence[str]) -> tuple[str, ...]:
    """The audience of the token: the one that is asked for, else all that are allowed."""
    asked = params.all("resource")
    if not set(asked) <= set(allowed):
        raise OAuthError("invalid_target", "The resource was not granted to this client.")
    return asked or tuple(allowed)
