"""prompt: none, login, consent, select_account (OIDC Core §3.1.2.1)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from idp.domain.errors import OAuthError

if TYPE_CHECKING:
    from idp.domain.apps.client import Client
    from idp.oauth.authorization.checks.draft import Draft
    from idp.oauth.params import Params


SUPPORTED = frozenset({"none", "login", "consent", "select_account"})


def check(params: Params, client: Client, draft: Draft) -> None:
    """Accept known values only. `none` excludes all others."""
    del client
    asked = tuple(dict.fromkeys((params.get("prompt") or "").split()))
    if not SUPPORTED.issuperset(asked):
        raise OAuthError("invalid_request", "request.prompt_unknown")
    if "none" in asked and len(asked) > 1:
        raise OAuthError("invalid_request", "request.prompt_none_combined")
    draft["prompt"] = asked
