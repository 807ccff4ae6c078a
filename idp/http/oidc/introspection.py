"""The introspection endpoint (RFC 7662 §2)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from starlette.responses import JSONResponse

from idp.http.request import caller, form
from idp.http.services import services
from idp.oauth.introspection import introspect

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response


def introspection(request: Request) -> Response:
    """What is true of a token."""
    return JSONResponse(introspect(services(request).provider, form(request), caller(request)))
