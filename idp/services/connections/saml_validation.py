"""The rules for the members of a SAML connection, beside those that all connections have."""

from __future__ import annotations

import re
from base64 import b64decode
from typing import TYPE_CHECKING

from idp.domain.connections.saml import FORMATS
from idp.domain.message import Message
from idp.services.connections.discovery import is_endpoint

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    from idp.domain.connections.connection import Connection

MOST_CERTIFICATES, LONGEST_CERTIFICATE, LONGEST_ENTITY = 10, 8192, 1024
RSA_BITS, EC_BITS = 2048, 256
_ENTITY = re.compile(r"[!-~]+", re.ASCII)
_UNUSED = (
    "token_endpoint",
    "userinfo_endpoint",
    "jwks_uri",
    "end_session_endpoint",
    "response_mode",
    "key_id",
    "team_id",
    "scopes",
    "tenants",
    "hook",
    "who",
)


def problems(made: Connection, own_issuer: str, dev_hosts: Collection[str]) -> Iterator[tuple[str, Message]]:
    """Return each member that is wrong, with the reason. `own_issuer`: of this provider."""
    yield from _of_the_names(made, own_issuer)
    if not is_endpoint(made.authorization_endpoint, dev_hosts):
        yield "authorization_endpoint", Message("connection.endpoint_malformed")
    if made.metadata_url and not is_endpoint(made.metadata_url, dev_hosts):
        yield "metadata_url", Message("connection.endpoint_malformed")
    for name in _UNUSED:
        if getattr(made, name):
            yield name, Message("connection.not_of_type")
    for name, value, allowed in (("client_auth", made.client_auth, ("none",)), ("name_id_format", made.name_id_format, tuple(FORMATS))):
        if value not in allowed:
            yield name, Message("value.not_one_of", values=", ".join(allowed))
    if not 0 < len(made.certificates) <= MOST_CERTIFICATES or not all(map(_is_certificate, made.certificates)):
        yield "certificates", Message("connection.certificates_malformed", maximum=MOST_CERTIFICATES)


def _of_the_names(made: Connection, own_issuer: str) -> Iterator[tuple[str, Message]]:
    for name, value in (("issuer", made.issuer), ("client_id", made.client_id)):
        if len(value) > LONGEST_ENTITY or not _ENTITY.fullmatch(value):
            yield name, Message("connection.entity_malformed", longest=LONGEST_ENTITY)
    if made.issuer in {own_issuer, made.client_id}:
        yield "issuer", Message("connection.is_self")


def _is_certificate(text: str) -> bool:
    """Return whether it is a certificate whose key verifies: RSA with at least 2048 bits, or a curve with at least 256."""
    from cryptography import x509
    from cryptography.exceptions import UnsupportedAlgorithm
    from cryptography.hazmat.primitives.asymmetric import ec, rsa

    try:
        key = x509.load_der_x509_certificate(b64decode(text[:LONGEST_CERTIFICATE], validate=True)).public_key()
    except (ValueError, TypeError, UnsupportedAlgorithm):
        return False
    if isinstance(key, rsa.RSAPublicKey):
        return key.key_size >= RSA_BITS
    return isinstance(key, ec.EllipticCurvePublicKey) and key.key_size >= EC_BITS
