"""How the client authenticates, and with which keys (RFC 7591 §2, OIDC Core §9, RFC 8705 §2)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from idp.domain.message import Message

if TYPE_CHECKING:
    from idp.domain.apps.client import Client
    from idp.services.apps.client_rules.grants import Problem
    from idp.settings import Settings

BY_DEFAULT = ("client_secret_basic", "client_secret_post")
"""The methods of a new client that names none: both ways in which client libraries send a secret. The first is RFC 7591's default (§2)."""
SECRET = frozenset(BY_DEFAULT)
_BY_CERTIFICATE = frozenset({"tls_client_auth", "self_signed_tls_client_auth"})
_BY_KEY = frozenset({"private_key_jwt", "self_signed_tls_client_auth"})
_NAMED = ("subject_dn", "san_dns", "san_uri", "san_ip", "san_email")


def keeps_secret(client: Client) -> bool:
    """Return whether the client authenticates with a secret of this provider."""
    return bool(SECRET & set(client.auth_methods))


def find_problems(client: Client, settings: Settings) -> Iterator[Problem]:
    """Find methods that contradict each other or lack a key or certificate."""
    methods, keyed = set(client.auth_methods), client.jwks is not None or client.jwks_uri is not None
    certificates = [f"tls_client_auth_{name}" for name in _NAMED if getattr(client, f"tls_client_auth_{name}") is not None]
    rules = (
        (
            bool(methods & _BY_CERTIFICATE) and not settings.mtls_url,
            "token_endpoint_auth_method",
            Message("client.mtls_off"),
        ),
        (not methods, "auth_methods", Message("client.no_method")),
        ("none" in methods and not client.is_public, "auth_methods", Message("client.none_combined")),
        # RFC 7591 §2: "The "jwks_uri" and "jwks" parameters MUST NOT both be present in the same request or response."
        (client.jwks is not None and client.jwks_uri is not None, "jwks", Message("client.two_key_sources")),
        (methods & _BY_KEY and not keyed, "jwks", Message("client.method_without_keys")),
        (client.require_signed_request_object and not keyed, "jwks", Message("client.signed_requests_without_keys")),
        # RFC 8705 §2.1.2: "A client using the tls_client_auth authentication method MUST use exactly one of the" members below
        (
            "tls_client_auth" in methods and len(certificates) != 1,
            "tls_client_auth_subject_dn",
            Message("client.one_certificate_subject"),
        ),
        (
            bool(certificates) and "tls_client_auth" not in methods,
            certificates[0] if certificates else "",
            Message("client.for_tls_client_auth"),
        ),
        (
            client.token_endpoint_auth_signing_alg is not None and "private_key_jwt" not in methods,
            "token_endpoint_auth_signing_alg",
            Message("client.for_private_key_jwt"),
        ),
    )
    return ((field, message) for broken, field, message in rules if broken)
