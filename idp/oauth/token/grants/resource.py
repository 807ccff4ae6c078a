"""resource at the token endpoint: a part of what was granted (RFC 8707 §2.2, B-14)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from idp.domain.errors import OAuthError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from idp.domain.apps.client import Client
    from idp.oauth.params import Params


def narrow_audience(params: Params, client: Client, granted: Sequence[str] = ()) -> tuple[str, ...]:
    """The audience of the token: the requested resources, else all allowed ones (RFC 8707 §2, §2.2).

    `granted`: the resources of the grant; empty for all of the client. Resources that the client lost since are left out.

    Raises:
        OAuthError: invalid_target, also if the client lost all resources of the grant.
    """
    allowed = tuple(resource for resource in (granted or client.resources) if resource in client.resources)
    asked = tuple(dict.fromkeys(params.all("resource")))
    if (granted and not allowed) or not set(asked) <= set(allowed):
        raise OAuthError("invalid_target", "grant.resource_refused")
    return asked or allowed
