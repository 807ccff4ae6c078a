"""The introspection endpoint (RFC 7662 §2)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from starlette.responses import JSONResponse, Response

from idp.http.request import caller, form
from idp.http.services import services
from idp.oauth.resources.introspection import introspect

if TYPE_CHECKING:
    from starlette.requests import Request


JWT = "application/token-introspection+jwt"
"""A caller that accepts this type gets a signed JWT (RFC 9701 §4)."""


def introspection(request: Request) -> Response:
    """The introspection response, as JSON or as a signed JWT."""
    as_jwt = JWT in request.headers.get("accept", "")
    answer = introspect(services(request).provider, form(request), caller(request), as_jwt=as_jwt)
    return Response(answer, media_type=JWT) if isinstance(answer, str) else JSONResponse(answer)
