"""resource: one of the audiences that the client is registered for (RFC 8707 §2)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from idp.domain.errors import OAuthError

if TYPE_CHECKING:
    from idp.domain.apps.client import Client
    from idp.oauth.authorization.checks.draft import Draft
    from idp.oauth.params import Params


def check(params: Params, client: Client, draft: Draft) -> None:
    """Read the audience of the access tokens.

    Raises:
        OAuthError: invalid_target (RFC 8707 §2).
    """
    asked = tuple(dict.fromkeys(params.all("resource")))
    if not set(asked) <= set(client.resources):
        raise OAuthError("invalid_target", "client.resource_not_registered")
    draft["resources"] = asked
