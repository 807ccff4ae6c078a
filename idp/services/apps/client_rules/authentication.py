"""How the client authenticates, and with which keys (RFC 7591 §2, OIDC Core §9, RFC 8705 §2)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from idp.domain.apps.client import Client
    from idp.services.apps.client_rules.grants import Problem
    from idp.settings import Settings

BY_DEFAULT = ("client_secret_basic", "client_secret_post")
"""What a new client gets that names no method: the methods that client libraries send a secret by. The first is RFC 7591's default (§2)."""
SECRET = frozenset(BY_DEFAULT)
_BY_CERTIFICATE = frozenset({"tls_client_auth", "self_signed_tls_client_auth"})
_BY_KEY = frozenset({"private_key_jwt", "self_signed_tls_client_auth"})
_NAMED = ("subject_dn", "san_dns", "san_uri", "san_ip", "san_email")


def keeps_secret(client: Client) -> bool:
    """Whether it authenticates with a secret that we give."""
    return bool(SECRET & set(client.auth_methods))


def problems(client: Client, settings: Settings) -> Iterator[Problem]:
    """Methods that contradict each other, or lack what they work with."""
    methods, keyed = set(client.auth_methods), client.jwks is not None or client.jwks_uri is not None
    certificates = [f"tls_client_auth_{name}" for name in _NAMED if getattr(client, f"tls_client_auth_{name}") is not None]
    rules = (
        (
            bool(methods & _BY_CERTIFICATE) and not settings.mtls_url,
            "token_endpoint_auth_method",
            "Certificates are not taken here: IDP_MTLS_URL is not set.",
        ),
        (not methods, "auth_methods", "At least one method is needed."),
        ("none" in methods and not client.public, "auth_methods", "none cannot be combined with other methods."),
        # RFC 7591 §2: "The "jwks_uri" and "jwks" parameters MUST NOT both be present in the same request or response."
        (client.jwks is not None and client.jwks_uri is not None, "jwks", "Give either jwks or jwks_uri."),
        (methods & _BY_KEY and not keyed, "jwks", "This method needs the client's public keys: jwks or jwks_uri."),
        (client.require_signed_request_object and not keyed, "jwks", "Signed requests need the client's public keys: jwks or jwks_uri."),
        # RFC 8705 §2.1.2: "A client using the tls_client_auth authentication method MUST use exactly one of the" members below
        (
            "tls_client_auth" in methods and len(certificates) != 1,
            "tls_client_auth_subject_dn",
            "tls_client_auth needs exactly one of tls_client_auth_subject_dn and the four tls_client_auth_san_…",
        ),
        (
            bool(certificates) and "tls_client_auth" not in methods,
            certificates[0] if certificates else "",
            "This is for tls_client_auth only.",
        ),
        (
            client.token_endpoint_auth_signing_alg is not None and "private_key_jwt" not in methods,
            "token_endpoint_auth_signing_alg",
            "This is for private_key_jwt only.",
        ),
    )
    return ((field, sentence) for broken, field, sentence in rules if broken)
