"""The metadata of the transmitter (Shared Signals Framework 1.0 §7.1) and of its tokens (RFC 9728)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from starlette.responses import JSONResponse

from idp.domain.access.signal_scopes import SCOPES
from idp.domain.signals.stream import POLL, PUSH
from idp.domain.tokens.verified_algorithms import ALGORITHMS
from idp.http.services import services

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response

_CACHED = {"Cache-Control": "public, max-age=300"}


def configuration(request: Request) -> Response:
    """The transmitter configuration metadata (§7.1; CAEP Interoperability Profile 1.0 §2.3)."""
    settings = services(request).settings
    at = settings.signals_resource
    document = {
        "spec_version": "1_0",
        "issuer": settings.issuer,
        "jwks_uri": f"{settings.issuer}/jwks",
        "delivery_methods_supported": [PUSH, POLL],
        "configuration_endpoint": f"{at}/streams",
        "status_endpoint": f"{at}/status",
        "add_subject_endpoint": f"{at}/subjects/add",
        "remove_subject_endpoint": f"{at}/subjects/remove",
        "verification_endpoint": f"{at}/verification",
        "authorization_schemes": [{"spec_urn": "urn:ietf:rfc:6749"}],
        "default_subjects": "ALL",
    }
    return JSONResponse(document, headers=_CACHED)


def protected_resource(request: Request) -> Response:
    """The protected resource metadata (RFC 9728, section 2), under the path of the resource."""
    settings = services(request).settings
    document = {
        "resource": settings.signals_resource,
        "authorization_servers": [settings.issuer],
        "scopes_supported": sorted(SCOPES),
        "bearer_methods_supported": ["header"],
        "dpop_signing_alg_values_supported": list(ALGORITHMS),
        "resource_name": f"{settings.brand} shared signals",
    }
    return JSONResponse(document, headers=_CACHED)
