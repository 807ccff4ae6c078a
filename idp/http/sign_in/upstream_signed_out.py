"""POST /upstream/<connection>/backchannel-logout: an upstream says that a person signed out there (Back-Channel Logout 1.0 §2.5).

The upstream's server sends it, without a cookie. The signature of the token is the only proof, so no other site can send one.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from starlette.responses import JSONResponse, Response

from idp.domain.access.tenancy import DEPLOYMENT
from idp.http.request import form, origin
from idp.http.services import services
from idp.services.upstream.refusal import UpstreamRefused
from idp.telemetry import record

if TYPE_CHECKING:
    from starlette.requests import Request

_NO_STORE = {"Cache-Control": "no-store"}
"""§2.8: "The RP's response SHOULD include the Cache-Control HTTP response header field with a no-store value"."""


def signed_out(request: Request) -> Response:
    """200 if the token counts, also if it ended nothing; else 400. A connection that does not exist is answered like a wrong token.

    See OpenID Connect Back-Channel Logout 1.0 §2.8.
    """
    s, sent = services(request), form(request)
    connection = s.sign_in_connections.get(request.path_params["connection"])
    if connection is None:
        return _refused()
    try:
        s.upstream_logout.end(connection, sent.get("logout_token") or "", origin=origin(request), now=s.clock(), scope=DEPLOYMENT)
    except UpstreamRefused as refused:
        record.note_refusal(refused)
        return _refused()
    return Response(status_code=200, headers=_NO_STORE)


def _refused() -> Response:
    """The answer (§2.8). It does not say which check failed."""
    return JSONResponse({"error": "invalid_request"}, status_code=400, headers=_NO_STORE)
