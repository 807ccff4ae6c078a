"""The token endpoint (RFC 6749 §3.2)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from starlette.responses import JSONResponse

from idp.http.request import caller, form
from idp.http.services import services
from idp.oauth.token.endpoint import token as answer

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response


def token(request: Request) -> Response:
    """Tokens for a grant."""
    s = services(request)
    return JSONResponse(answer(s.provider, form(request), caller(request)), headers={"Pragma": "no-cache"})
