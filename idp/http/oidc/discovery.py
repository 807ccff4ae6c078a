"""Discovery and JWKS: public, cacheable, no DynamoDB call on a warm function."""

from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING, Any

from starlette.responses import Response

from idp.http.services import services
from idp.oauth.metadata import metadata

if TYPE_CHECKING:
    from starlette.requests import Request

_MAX_AGE = 300


def discovery(request: Request) -> Response:
    """The metadata document (OpenID Connect Discovery 1.0 §4, RFC 8414 §3)."""
    s = services(request)
    types = s.offered_types.names() if s.settings.authorization_details == "on" else ()
    return _cacheable(request, metadata(s.settings, detail_types=types))


def jwks(request: Request) -> Response:
    """The keys that verify our tokens (RFC 7517 §5): public parts, the next one too, so that caches know it before it signs."""
    return _cacheable(request, services(request).keyring.jwks())


def _cacheable(request: Request, document: dict[str, Any]) -> Response:
    body = json.dumps(document, separators=(",", ":")).encode()
    etag = f'"{hashlib.sha256(body).hexdigest()[:32]}"'
    headers = {"Cache-Control": f"public, max-age={_MAX_AGE}", "ETag": etag}
    if _known(request.headers.get("if-none-match", ""), etag):
        return Response(status_code=304, headers=headers)
    return Response(body, media_type="application/json", headers=headers)


def _known(if_none_match: str, etag: str) -> bool:
    """RFC 9110 §13.1.2: a list, or *, compared weakly: whoever compresses on the way makes the tag a weak one."""
    tags = {tag.strip().removeprefix("W/") for tag in if_none_match.split(",")}
    return etag in tags or if_none_match.strip() == "*"
