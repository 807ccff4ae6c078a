"""resource at the token endpoint: within what was granted (RFC 8707 §2.2, B-14)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from idp.domain.errors import OAuthError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from idp.domain.apps.client import Client
    from idp.oauth.params import Params


def audience(params: Params, client: Client, granted: Sequence[str] = ()) -> tuple[str, ...]:
    """The audience of the token: what is asked for, else all that may be (RFC 8707 §2, §2.2).

    `granted`: what the authorization request was narrowed to. What the client lost meanwhile is gone; a grant of nothing else is over.
    """
    allowed = tuple(resource for resource in (granted or client.resources) if resource in client.resources)
    asked = tuple(dict.fromkeys(params.all("resource")))
    if (granted and not allowed) or not set(asked) <= set(allowed):
        raise OAuthError("invalid_target", "The resource was not granted to this client.")
    return asked or allowed
