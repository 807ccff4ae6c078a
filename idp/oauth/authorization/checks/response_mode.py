"""response_mode: query, form_post, or either as a signed JWT (Multiple Response Types §2.1, Form Post §2, JARM §2.3)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from idp.domain.errors import OAuthError

if TYPE_CHECKING:
    from idp.domain.apps.client import Client
    from idp.oauth.authorization.checks.draft import Draft
    from idp.oauth.params import Params


SUPPORTED = ("query", "form_post", "jwt", "query.jwt", "form_post.jwt")


def check(params: Params, client: Client, draft: Draft) -> None:
    """Accept a supported mode (Multiple Response Types §2.1). The mode fragment would leak a code (RFC 9700 §4.3)."""
    del client
    asked = params.get("response_mode") or "query"
    if asked not in SUPPORTED:
        raise OAuthError("invalid_request", "request.response_mode_unknown")
    draft["response_mode"] = asked


def of_error(params: Params) -> str:
    """The mode in which an error is sent: the one that the request names, if it is supported (JARM §2.1)."""
    asked = params.get("response_mode")
    return asked if asked in SUPPORTED else "query"
