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
    """What the tokens of a grant are for; nothing is loaded where nobody speaks of details."""
    if not grant.authorization_details and params.get("authorization_details") is None:
        return ()
    from idp.oauth.authorization.details import narrowed

    return narrowed(params, client, grant.authorization_details)


def own_details(provider: DetailParts, params: Params, client: Client) -> tuple[Mapping[str, Any], ...]:
    """What a client asks for itself (§6: "client_credentials"), held against its types."""
    if params.get("authorization_details") is None:
        return ()
    from idp.oauth.authorization.details import asked, require_types

    found = asked(params, client)
    require_types(provider, found)
    return found
