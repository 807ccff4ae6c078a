"""Two client certificates, and requests over mutual TLS connections that use them."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import NameOID

from tests.integration.oidc.forging import b64
from tests.support.deployment import Deployment

if TYPE_CHECKING:
    from tests.support.calling import Answer


_DAY = dt.timedelta(days=1)


def certificate() -> tuple[str, str]:
    """Return a client certificate in PEM and its SHA-256 thumbprint in base64url."""
    key = ec.generate_private_key(ec.SECP256R1())
    issuer, name = (x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, each)]) for each in ("Apps", "app"))
    now = dt.datetime(2027, 1, 1, tzinfo=dt.UTC)
    builder = x509.CertificateBuilder(issuer, name, key.public_key(), x509.random_serial_number(), now - 400 * _DAY, now + 400 * _DAY)
    made = builder.sign(key, hashes.SHA256())
    return made.public_bytes(Encoding.PEM).decode(), b64(made.fingerprint(hashes.SHA256()))


MINE, MY_THUMBPRINT = certificate()
THEIRS, _ = certificate()


def over(pem: str | None) -> dict[str, Any]:
    """Return the ASGI scope by which API Gateway reports this client certificate. None means no certificate."""
    shown = {"authentication": {"clientCert": {"clientCertPem": pem}}} if pem else {}
    return {"aws.event": {"requestContext": shown}}


def userinfo(idp: Deployment, headers: list[tuple[str, str]], pem: str | None) -> Answer:
    """Call UserInfo over a connection with this client certificate."""
    return idp.send("GET", "/userinfo", headers=headers, scope=over(pem))
