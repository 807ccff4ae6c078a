"""Rules for the client's authorization requests (OIDC Registration §2, RFC 9101 §10.5, RFC 9126 §6)."""

from __future__ import annotations

from idp.domain.sessions.session import AAL1, AAL2
from idp.services.apps.client_metadata.values import Member, algorithm, among, flag, seconds, uris

MEMBERS: dict[str, Member] = {
    "request_object_signing_alg": ("request_object_signing_alg", algorithm),
    "request_uris": ("request_uris", uris),
    "require_signed_request_object": ("require_signed_request_object", flag),
    "require_pushed_authorization_requests": ("require_pushed_authorization_requests", flag),
    "default_max_age": ("default_max_age", seconds),
    "require_auth_time": ("require_auth_time", flag),
    "default_acr_values": ("default_acr_values", among((AAL1, AAL2))),
}
REMOVABLE = frozenset({"request_object_signing_alg", "request_uris", "default_max_age", "default_acr_values"})
