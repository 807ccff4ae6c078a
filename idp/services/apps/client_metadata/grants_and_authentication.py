"""How the client gets tokens: grants, redirect URIs, scopes (RFC 7591 §2), authentication (RFC 7591 §2, RFC 8705 §2.1.2), sender
constraint.

`token_endpoint_auth_method` and `response_types` are RFC 7591's names for values that follow from other members. `apply` handles them.
"""

from __future__ import annotations

from idp.domain.apps.grant_types import MODULES
from idp.services.apps.client_metadata.values import Member, address, algorithm, among, flag, host, line, names, one_of, scope, uris

GRANT_TYPES = tuple(MODULES)
AUTH_METHODS = (
    "client_secret_basic",
    "client_secret_post",
    "private_key_jwt",
    "tls_client_auth",
    "self_signed_tls_client_auth",
    "none",
)

MEMBERS: dict[str, Member] = {
    "redirect_uris": ("redirect_uris", uris),
    "post_logout_redirect_uris": ("post_logout_redirect_uris", uris),
    "grant_types": ("grant_types", among(GRANT_TYPES)),
    "response_types": ("response_types", among(("code",))),
    "scope": ("scopes", scope),
    "authorization_details_types": ("authorization_details_types", names(50)),
    "token_endpoint_auth_method": ("token_endpoint_auth_method", one_of(AUTH_METHODS)),
    "token_endpoint_auth_signing_alg": ("token_endpoint_auth_signing_alg", algorithm),
    "tls_client_auth_subject_dn": ("tls_client_auth_subject_dn", line),
    "tls_client_auth_san_dns": ("tls_client_auth_san_dns", host),
    "tls_client_auth_san_uri": ("tls_client_auth_san_uri", line),
    "tls_client_auth_san_ip": ("tls_client_auth_san_ip", address),
    "tls_client_auth_san_email": ("tls_client_auth_san_email", line),
    "dpop_bound_access_tokens": ("dpop_bound_access_tokens", flag),
    "tls_client_certificate_bound_access_tokens": ("tls_client_certificate_bound_access_tokens", flag),
}
REMOVABLE = frozenset(name for name in MEMBERS if name.startswith("tls_client_auth_")) | {
    "token_endpoint_auth_signing_alg",
    "authorization_details_types",
}
