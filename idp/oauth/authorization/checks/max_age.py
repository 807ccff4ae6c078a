"""max_age: the greatest allowed number of seconds since the sign-in (OIDC Core §3.1.2.1)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from idp.domain.errors import OAuthError

if TYPE_CHECKING:
    from idp.domain.apps.client import Client
    from idp.oauth.authorization.checks.draft import Draft
    from idp.oauth.params import Params


_DIGITS = 10


def check(params: Params, client: Client, draft: Draft) -> None:
    """Read max_age (OIDC Core §3.1.2.1). Zero requires a new sign-in.

    OIDC Registration §2: "default_max_age … The max_age request parameter overrides this default".
    """
    asked = params.get("max_age")
    if asked is None:
        if client.default_max_age is not None:
            draft["max_age"] = client.default_max_age
        return
    if not (asked.isascii() and asked.isdigit() and len(asked) <= _DIGITS):
        raise OAuthError("invalid_request", "request.max_age_malformed")
    draft["max_age"] = int(asked)
