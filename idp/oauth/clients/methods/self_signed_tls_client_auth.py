"""self_signed_tls_client_auth: a certificate that is among the client's registered keys (RFC 8705 §2.2)."""

from __future__ import annotations

from base64 import b64decode
from typing import TYPE_CHECKING, Any

from idp.domain.errors import InvalidClient
from idp.oauth.clients import certificate as client_certificate

if TYPE_CHECKING:
    from collections.abc import Mapping

    from cryptography.x509 import Certificate

    from idp.domain.apps.client import Client
    from idp.oauth.caller import Credentials
    from idp.oauth.provider import ClientParts


def prove(provider: ClientParts, sent: Credentials, client: Client) -> None:
    """RFC 8705 §2.2: "authenticated if it presents a certificate that matches one of the certificates … registered for" it."""
    certificate = client_certificate.load_valid(sent.caller.certificate, provider.clock())
    if certificate is None:
        raise InvalidClient(detail="certificate: none, or out of date")
    if not provider.client_keys.find(client, lambda key: _is_of(certificate, key)):
        raise InvalidClient(detail="certificate: not among those of the client")


def _is_of(certificate: Certificate, key: Mapping[str, Any]) -> bool:
    """Whether the certificate belongs to the key: by its certificate, if it names one (RFC 7517 §4.7, §4.9), else by the public key."""
    from cryptography.hazmat.primitives.serialization import Encoding

    chain, thumbprint = key.get("x5c"), key.get("x5t#S256")
    if chain is not None:
        try:
            return isinstance(chain, list) and bool(chain) and b64decode(chain[0]) == certificate.public_bytes(Encoding.DER)
        except (TypeError, ValueError):
            return False
    if thumbprint is not None:
        return bool(thumbprint == client_certificate.thumbprint_of(certificate))
    return _same_key(certificate, key)


def _same_key(certificate: Certificate, key: Mapping[str, Any]) -> bool:
    from cryptography.exceptions import UnsupportedAlgorithm
    from joserfc.errors import JoseError
    from joserfc.jwk import import_key

    try:
        registered: Any = import_key({name: key[name] for name in ("kty", "n", "e", "crv", "x", "y") if name in key})
        return bool(certificate.public_key() == registered.public_key)
    except (JoseError, ValueError, TypeError, KeyError, UnsupportedAlgorithm):
        return False
