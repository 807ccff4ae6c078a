"""The pushed authorization request endpoint (RFC 9126 §2)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from starlette.responses import JSONResponse

from idp.http.request import caller, form
from idp.http.services import services
from idp.oauth.authorization.pushed_request import push

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response


def par(request: Request) -> Response:
    """The request_uri of the pushed request: 201 (§2.2)."""
    return JSONResponse(push(services(request).provider, form(request), caller(request)), 201)
