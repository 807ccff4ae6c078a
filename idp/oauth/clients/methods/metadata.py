"""The members of the metadata document about client authentication: RFC 8414 §2, RFC 8705 §3.3 and §5."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from idp.settings import Settings

ALGORITHMS = ("PS256", "ES256", "Ed25519", "EdDSA", "RS256")
"""The algorithms of client assertions. EdDSA is the name of Ed25519 before RFC 9864."""
_ENDPOINTS = ("token", "revocation", "introspection")
_ALIASES = ("token", "revocation", "introspection", "userinfo", "pushed_authorization_request", "device_authorization")


def members(settings: Settings, endpoints: dict[str, Any]) -> dict[str, Any]:
    """The methods of each endpoint (RFC 8414 §2). Mutual TLS is listed if the deployment has an address for it (RFC 8705 §5)."""
    tls = ["tls_client_auth", "self_signed_tls_client_auth"] if settings.mtls_url else []
    confidential = ["client_secret_basic", "client_secret_post", "private_key_jwt", *tls]
    found: dict[str, Any] = {}
    for endpoint in _ENDPOINTS:
        # RFC 7662 §2.1: introspection "MUST also require some form of authorization".
        found[f"{endpoint}_endpoint_auth_methods_supported"] = confidential + ([] if endpoint == "introspection" else ["none"])
        found[f"{endpoint}_endpoint_auth_signing_alg_values_supported"] = list(ALGORITHMS)
    if tls:
        here = [f"{name}_endpoint" for name in _ALIASES if f"{name}_endpoint" in endpoints]
        found["tls_client_certificate_bound_access_tokens"] = True
        found["mtls_endpoint_aliases"] = {name: settings.mtls_url + endpoints[name].removeprefix(settings.issuer) for name in here}
    return found
