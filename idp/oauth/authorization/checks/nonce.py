"""nonce: copied into the ID Token unchanged (OIDC Core §3.1.2.1)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from idp.domain.errors import OAuthError

if TYPE_CHECKING:
    from idp.domain.apps.client import Client
    from idp.oauth.authorization.checks.draft import Draft
    from idp.oauth.params import Params


MAX_LENGTH = 1024


def check(params: Params, client: Client, draft: Draft) -> None:
    """Accept any text of at most MAX_LENGTH bytes."""
    del client
    nonce = params.get("nonce")
    if nonce is not None and len(nonce.encode()) > MAX_LENGTH:
        raise OAuthError("invalid_request", "request.nonce_too_long", maximum=MAX_LENGTH)
    draft["nonce"] = nonce
