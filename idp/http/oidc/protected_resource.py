"""Protected resource metadata (RFC 9728) of the admin API: the tokens that it accepts, and their issuer."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from idp.domain.access import admin_scopes
from idp.domain.tokens.verified_algorithms import ALGORITHMS
from idp.http.oidc.cacheable import cacheable
from idp.http.services import services

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response


def protected_resource(request: Request) -> Response:
    """The document (§2), under the path of the resource (§3.1)."""
    settings = services(request).settings
    document: dict[str, Any] = {
        "resource": settings.admin_resource,
        "authorization_servers": [settings.issuer],
        "jwks_uri": f"{settings.issuer}/jwks",
        "scopes_supported": sorted(admin_scopes.ALL),
        "bearer_methods_supported": ["header"],
        "dpop_signing_alg_values_supported": list(ALGORITHMS),
        "resource_name": f"{settings.brand} admin API",
        "resource_documentation": f"{settings.issuer}/admin/v1/openapi.json",
    }
    if settings.mtls_url:
        document["tls_client_certificate_bound_access_tokens"] = True
    return cacheable(request, document)
