"""The device authorization endpoint (RFC 8628 §3.1)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from starlette.responses import JSONResponse

from idp.http.request import caller, form
from idp.http.services import services
from idp.oauth import device_authorization as rules

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response


def device_authorization(request: Request) -> Response:
    """The device code and the user code."""
    return JSONResponse(rules.device_authorization(services(request).provider, form(request), caller(request)))
