"""authorization_details at the token endpoint: within what was granted (RFC 9396 §6)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

    from idp.domain.apps.client import Client
    from idp.domain.tokens.grant import Grant
    from idp.oauth.params import Params
    from idp.oauth.provider import DetailParts


def granted_details(params: Params, client: Client, grant: Grant) -> tuple[Mapping[str, Any], ...]:
    """The details of the grant that the token gets. Without details nothing is imported."""
    if not grant.authorization_details and params.get("authorization_details") is None:
        return ()
    from idp.oauth.authorization.details import narrow_details

    return narrow_details(params, client, grant.authorization_details)


def own_details(provider: DetailParts, params: Params, client: Client) -> tuple[Mapping[str, Any], ...]:
    """The details that a client requests for itself (client_credentials), checked against their types (RFC 9396 §5, §6)."""
    if params.get("authorization_details") is None:
        return ()
    from idp.oauth.authorization.details import parse_requested, require_types

    found = parse_requested(params, client)
    require_types(provider, found)
    return found
