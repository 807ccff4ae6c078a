"""Additional rules of the FAPI 2.0 Security Profile (Final) for clients with that profile. A row: the violation, the code, the sentence.

Other modules apply these rules, by properties of `Client`: pushed requests (must_push), PKCE (must_use_pkce), signed requests for Message
Signing (must_sign), sender-constrained tokens (is_sender_constrained). For all clients: response_type code only, S256 only, `iss` in the
response (RFC 9207), exact redirect URIs, 303, no access token in a query.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from idp.domain.errors import OAuthError
from idp.domain.message import Message

if TYPE_CHECKING:
    from collections.abc import Callable

    from idp.domain.apps.client import Client
    from idp.oauth.authorization.checks.draft import Draft
    from idp.oauth.params import Params

REQUEST: tuple[tuple[Callable[[Params, Client], bool], str, Message], ...] = (
    # §5.3.2.2: "shall require the redirect_uri parameter in pushed authorization requests"
    (lambda params, _: params.get("redirect_uri") is None, "invalid_request", Message("fapi.redirect_uri_missing")),
    # §5.3.2.2: "shall not allow clients to use the http scheme [but] native clients that use Loopback Interface Redirection"
    (
        lambda params, client: (params.get("redirect_uri") or "").lower().startswith("http:") and not client.is_native,
        "invalid_request",
        Message("fapi.redirect_uri_not_https"),
    ),
)


def check(params: Params, client: Client, draft: Draft) -> None:
    """Refuse a request of a FAPI client that violates the profile (FAPI 2.0 Security Profile §5.3.2.2)."""
    del draft
    for broken, code, message in REQUEST if client.is_fapi else ():
        if broken(params, client):
            raise OAuthError(code, message)
