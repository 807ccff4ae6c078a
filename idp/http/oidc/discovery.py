"""Discovery and JWKS. Both are public and cacheable, and a warm function reads nothing for them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from idp.http.oidc.cacheable import cacheable
from idp.http.services import services
from idp.oauth.metadata import metadata

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response


def discovery(request: Request) -> Response:
    """The metadata document (OpenID Connect Discovery 1.0 §4, RFC 8414 §3)."""
    s = services(request)
    types = s.offered_types.names() if s.settings.authorization_details == "on" else ()
    return cacheable(request, metadata(s.settings, detail_types=types))


def jwks(request: Request) -> Response:
    """The public keys of this provider (RFC 7517 §5). The next key is among them, so that caches have it before it signs."""
    return cacheable(request, services(request).keyring.jwks())
