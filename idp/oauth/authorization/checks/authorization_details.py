"""authorization_details: well formed, and of types that the client is registered for (RFC 9396 §2, §5)."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from idp.domain.apps.client import Client
    from idp.oauth.authorization.checks.draft import Draft
    from idp.oauth.params import Params


def check(params: Params, client: Client, draft: Draft) -> None:
    """Parse them. `authorization.details.require_types` compares them with their types afterwards."""
    if params.get("authorization_details") is not None:
        from idp.oauth.authorization.details import parse_requested

        draft["authorization_details"] = parse_requested(params, client)
