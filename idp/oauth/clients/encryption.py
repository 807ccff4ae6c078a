"""Tokens encrypted to a client that registered for it: sign, then encrypt (OIDC Core §10.2, RFC 9701 §5, JARM §2.2)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from idp.domain.errors import OAuthError

if TYPE_CHECKING:
    from idp.domain.apps.client import Client
    from idp.oauth.provider import KeyParts

ALGORITHMS = ("RSA-OAEP-256", "ECDH-ES")
ENCODINGS = ("A256GCM",)


def encrypt_for(provider: KeyParts, client: Client, signed: str, alg: str | None, enc: str | None, *, nested: bool = True) -> str:
    """The signed token, encrypted if the client registered an algorithm. `nested`: the content is a JWT.

    See OIDC Core §10.2.

    Raises:
        OAuthError: the client has no key for the algorithm. Nothing is sent unencrypted.
    """
    if alg is None:
        return signed
    from idp.services.keys import jose_encryption

    key = provider.client_keys.for_encryption(client, alg=alg)
    sealed = jose_encryption.encrypt(signed, key, alg=alg, enc=enc or ENCODINGS[0], nested=nested) if key else None
    if sealed is None:
        raise OAuthError("invalid_request", "client.no_encryption_key")
    return sealed
