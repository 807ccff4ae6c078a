"""The revocation endpoint (RFC 7009 §2)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from starlette.responses import Response

from idp.http.request import caller, form
from idp.http.services import services
from idp.oauth.resources.revocation import revoke

if TYPE_CHECKING:
    from starlette.requests import Request


def revocation(request: Request) -> Response:
    """Revoke a token: 200 with an empty body, also for an unknown token (§2.2)."""
    revoke(services(request).provider, form(request), caller(request))
    return Response(status_code=200)
