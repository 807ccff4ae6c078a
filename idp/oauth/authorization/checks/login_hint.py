"""login_hint: shown in the sign-in form; it identifies no user (OIDC Core §3.1.2.1)."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from idp.domain.apps.client import Client
    from idp.oauth.authorization.checks.draft import Draft
    from idp.oauth.params import Params


_MAX = 254


def check(params: Params, client: Client, draft: Draft) -> None:
    """Keep the hint unless it is longer than an email address or has unprintable characters."""
    del client
    hint = params.get("login_hint")
    draft["login_hint"] = hint if hint and len(hint) <= _MAX and hint.isprintable() else None
