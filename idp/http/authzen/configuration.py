"""The metadata of the policy decision point (AuthZEN 1.0, section 9) and of its tokens (RFC 9728)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from starlette.responses import JSONResponse

from idp.domain.access.access_scopes import SCOPES
from idp.domain.tokens.verified_algorithms import ALGORITHMS
from idp.http.services import services

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response

_CACHED = {"Cache-Control": "public, max-age=300"}


def configuration(request: Request) -> Response:
    """The metadata (AuthZEN 1.0, sections 9 and 9.1). There are no search APIs, because Cedar decides about single questions."""
    issuer = services(request).settings.issuer
    document = {
        "policy_decision_point": issuer,
        "access_evaluation_endpoint": f"{issuer}/access/v1/evaluation",
        "access_evaluations_endpoint": f"{issuer}/access/v1/evaluations",
    }
    return JSONResponse(document, headers=_CACHED)


def protected_resource(request: Request) -> Response:
    """The protected resource metadata (RFC 9728, section 2), under the path of the resource."""
    settings = services(request).settings
    document = {
        "resource": settings.access_resource,
        "authorization_servers": [settings.issuer],
        "scopes_supported": sorted(SCOPES),
        "bearer_methods_supported": ["header"],
        "dpop_signing_alg_values_supported": list(ALGORITHMS),
        "resource_name": f"{settings.brand} policy decision point",
    }
    return JSONResponse(document, headers=_CACHED)
