"""response_type: only `code` (RFC 6749 §3.1.1). The implicit and hybrid flows are not supported (RFC 9700 §2.1.2)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from idp.domain.errors import OAuthError

if TYPE_CHECKING:
    from idp.domain.apps.client import Client
    from idp.oauth.authorization.checks.draft import Draft
    from idp.oauth.params import Params


def check(params: Params, client: Client, draft: Draft) -> None:
    """Accept only `code`."""
    del client, draft
    asked = params.one("response_type")
    if asked != "code":
        raise OAuthError("unsupported_response_type", "request.response_type_unsupported")
