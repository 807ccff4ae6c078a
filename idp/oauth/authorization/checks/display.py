"""display and ui_locales: hints for the pages (OIDC Core §3.1.2.1). Every display value is served by the same pages."""

from __future__ import annotations

from typing import TYPE_CHECKING

from idp.domain.errors import OAuthError

if TYPE_CHECKING:
    from idp.domain.apps.client import Client
    from idp.oauth.authorization.checks.draft import Draft
    from idp.oauth.params import Params


DISPLAY = frozenset({"page", "popup", "touch", "wap"})
_MAX, _LONGEST_TAG = 10, 35  # RFC 5646 §4.4.1


def check(params: Params, client: Client, draft: Draft) -> None:
    """Unknown values of display are refused. Unknown locales are accepted, and the pages fall back to another language."""
    del client
    if (params.get("display") or "page") not in DISPLAY:
        raise OAuthError("invalid_request", "request.display_unknown")
    draft["ui_locales"] = tuple(tag for tag in (params.get("ui_locales") or "").split() if len(tag) <= _LONGEST_TAG)[:_MAX]
