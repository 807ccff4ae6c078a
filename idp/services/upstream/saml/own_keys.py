"""Our own keys of a SAML connection: one signs requests, one decrypts assertions. Each has a certificate that it signed itself.

The private keys are the secret of the connection, under the data key. A change takes two steps: the next keys are published first, and
used when the identity provider knows them. The decryption key before stays until the next change.
"""

from __future__ import annotations

import json
from base64 import b64encode
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from idp.domain.errors import Conflict
from idp.services.upstream.secret import open_secret, seal_secret

if TYPE_CHECKING:
    from idp.domain.connections.connection import Connection
    from idp.services.keys.keyring import Keyring

SIGNING, ENCRYPTION = "signing", "encryption"
NEXT, OLD = "next_", "old_"
RSA_BITS, VALID_DAYS = 2048, 3650
"""Most identity providers do not look at the dates of a certificate in metadata; some refuse one that ended."""


def make(keyring: Keyring, connection: Connection, issuer: str, now: int) -> Connection:
    """Return the connection with new keys. `issuer`: of this provider. `now`: epoch seconds."""
    return _with(keyring, connection, {name: _new_pair(issuer, now) for name in (SIGNING, ENCRYPTION)}, {})


def prepare(keyring: Keyring, connection: Connection, issuer: str, now: int) -> Connection:
    """Return the connection with keys that are published and not used yet. Keys that were prepared before are replaced."""
    pems = {name: pem for name, pem in _pems(keyring, connection).items() if not name.startswith((NEXT, OLD))}
    return _with(keyring, connection, {NEXT + name: _new_pair(issuer, now) for name in (SIGNING, ENCRYPTION)}, pems)


def activate(keyring: Keyring, connection: Connection) -> Connection:
    """Return the connection with the prepared keys in use. Raises Conflict if none were prepared."""
    pems, certificates = _pems(keyring, connection), connection.own_certificates
    if NEXT + SIGNING not in pems:
        raise Conflict("connection.no_next_certificate")
    names = {SIGNING: NEXT + SIGNING, ENCRYPTION: NEXT + ENCRYPTION, OLD + ENCRYPTION: ENCRYPTION}
    return _sealed(
        keyring, connection, {name: pems[was] for name, was in names.items()}, {name: certificates[was] for name, was in names.items()}
    )  # fmt: skip


def signing_key(keyring: Keyring, connection: Connection) -> str:
    """Return the key that signs requests, in PEM. Raises UpstreamRefused if it cannot be decrypted."""
    return _pems(keyring, connection)[SIGNING]


def decryption_keys(keyring: Keyring, connection: Connection) -> list[str]:
    """Return the keys that decrypt assertions, in PEM, the current one first; none where no encryption is asked for."""
    if not connection.wants_encryption:
        return []
    pems = _pems(keyring, connection)
    return [pems[name] for name in (ENCRYPTION, NEXT + ENCRYPTION, OLD + ENCRYPTION) if name in pems]


def _pems(keyring: Keyring, connection: Connection) -> dict[str, str]:
    pems: dict[str, str] = json.loads(open_secret(keyring, connection))
    return pems


def _with(keyring: Keyring, connection: Connection, made: dict[str, tuple[str, str]], pems: dict[str, str]) -> Connection:
    kept = {name: connection.own_certificates[name] for name in pems}
    return _sealed(
        keyring, connection, pems | {name: pem for name, (pem, _) in made.items()}, kept | {name: der for name, (_, der) in made.items()}
    )  # fmt: skip


def _sealed(keyring: Keyring, connection: Connection, pems: dict[str, str], certificates: dict[str, str]) -> Connection:
    return replace(connection, secret=seal_secret(keyring, connection.id, json.dumps(pems)), own_certificates=certificates)


def _new_pair(issuer: str, now: int) -> tuple[str, str]:
    """Return a private key in PEM, and its certificate: DER in base64."""
    from cryptography import x509
    from cryptography.hazmat.primitives.asymmetric import rsa
    from cryptography.hazmat.primitives.hashes import SHA256
    from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
    from cryptography.x509.oid import NameOID

    key, born = rsa.generate_private_key(65537, RSA_BITS), datetime.fromtimestamp(now, UTC)
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, (urlsplit(issuer).hostname or "idp")[:64])])
    certificate = x509.CertificateBuilder(
        name, name, key.public_key(), x509.random_serial_number(), born - timedelta(days=1), born + timedelta(days=VALID_DAYS)
    ).sign(key, SHA256())  # fmt: skip
    pem = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()
    return pem, b64encode(certificate.public_bytes(Encoding.DER)).decode()
