"""The client registration endpoint (RFC 7591 §3) and the client configuration endpoint (RFC 7592 §2)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from starlette.responses import JSONResponse, Response

from idp.domain.errors import Invalid, OAuthError
from idp.http.admin.strict_json import parse
from idp.http.request import caller
from idp.http.services import services
from idp.oauth.clients import configuration as client_configuration
from idp.oauth.clients import registration

if TYPE_CHECKING:
    from starlette.requests import Request

JSON = "application/json"


def register(request: Request) -> Response:
    """Register a client: 201 with its registration (RFC 7591 §3.2.1)."""
    provider = services(request).provider
    registration.require_enabled(provider)
    return JSONResponse(registration.register(provider, _document(request), caller(request)), 201, {"Pragma": "no-cache"})


def configuration(request: Request) -> Response:
    """Read, replace or delete the registration of the calling client (RFC 7592 §2)."""
    provider, client_id = services(request).provider, request.path_params["client_id"]
    if request.method == "DELETE":
        client_configuration.delete(provider, client_id, caller(request))
        return Response(status_code=204, headers={"Pragma": "no-cache"})
    if request.method == "PUT":
        answer = client_configuration.replace(provider, client_id, _document(request), caller(request))
    else:
        answer = client_configuration.read(provider, client_id, caller(request))
    return JSONResponse(answer, headers={"Pragma": "no-cache"})


def _document(request: Request) -> dict[str, Any]:
    """RFC 7591 §3.1: "content type "application/json" … JSON object with all the metadata elements as top-level members"."""
    content_type = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    try:
        document = parse(request.scope["idp.body"]) if content_type == JSON else None
    except Invalid as error:
        raise OAuthError("invalid_client_metadata", error.message) from None
    if not isinstance(document, dict):
        raise OAuthError("invalid_client_metadata", "registration.not_json_object", type=JSON)
    return document
