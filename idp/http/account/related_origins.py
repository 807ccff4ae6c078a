"""The origins that may use passkeys of this RP ID (WebAuthn Level 3 §5.11). Browsers fetch it from the RP ID's own domain."""

from __future__ import annotations

from typing import TYPE_CHECKING

from starlette.exceptions import HTTPException
from starlette.responses import JSONResponse

from idp.http.services import services

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response


def show(request: Request) -> Response:
    """GET /.well-known/webauthn. 404 unless IDP_RELATED_ORIGINS names some."""
    related = services(request).settings.related
    if not related:
        raise HTTPException(404)
    return JSONResponse({"origins": list(related)}, headers={"Cache-Control": "public, max-age=3600"})
