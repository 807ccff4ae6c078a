"""A made-up FIDO Metadata Service and makers of authenticators: certificates, attestations and signed blobs, right and wrong ones."""

from __future__ import annotations

import base64
import datetime as dt
import json
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID, ObjectIdentifier

from idp.domain.passkeys.passkey import encode
from idp.services.passkeys.metadata import SIGNER

if TYPE_CHECKING:
    from collections.abc import Callable

BEGIN, END = dt.datetime(2020, 1, 1, tzinfo=dt.UTC), dt.datetime(2090, 1, 1, tzinfo=dt.UTC)
_AAGUID_EXTENSION = ObjectIdentifier("1.3.6.1.4.1.45724.1.1.4")


@cache
def rsa_key(name: str) -> rsa.RSAPrivateKey:
    """The key of this name, made once: RSA keys take time."""
    return rsa.generate_private_key(public_exponent=65537, key_size=2048)


@dataclass
class Issuer:
    """A certificate with its key."""

    certificate: x509.Certificate
    key: Any

    @property
    def der(self) -> bytes:
        """The certificate in DER form."""
        return self.certificate.public_bytes(Encoding.DER)

    @property
    def pem(self) -> bytes:
        """The certificate in PEM form."""
        return self.certificate.public_bytes(Encoding.PEM)


def issue(
    name: str, key: Any, by: Issuer | None = None, *, ca: bool = False, dns: str = "", aaguid: bytes | None = None,
    until: dt.datetime = END,
) -> Issuer:  # fmt: skip
    """Issue a certificate. Without `by` it is a root. `dns`: of a server. `aaguid`: of the authenticators that it attests to."""
    titles = (
        (NameOID.COUNTRY_NAME, "SE"), (NameOID.ORGANIZATION_NAME, "Maker"), (NameOID.ORGANIZATIONAL_UNIT_NAME, "Authenticator Attestation"),
        (NameOID.COMMON_NAME, name),
    )  # fmt: skip
    subject = x509.Name([x509.NameAttribute(kind, value) for kind, value in titles])
    made = x509.CertificateBuilder(by.certificate.subject if by else subject, subject, key.public_key(), x509.random_serial_number())
    made = made.not_valid_before(BEGIN).not_valid_after(until)
    made = made.add_extension(x509.BasicConstraints(ca=ca, path_length=None), critical=True)
    made = made.add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
    issuer_key = by.key if by else key
    made = made.add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(issuer_key.public_key()), critical=False)
    if ca:
        made = made.add_extension(x509.KeyUsage(False, False, False, False, False, True, True, False, False), critical=True)  # noqa: FBT003  # for signing certificates
    if dns:
        made = made.add_extension(x509.SubjectAlternativeName([x509.DNSName(dns)]), critical=False)
        made = made.add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), critical=False)
    if aaguid is not None:
        made = made.add_extension(x509.UnrecognizedExtension(_AAGUID_EXTENSION, b"\x04\x10" + aaguid), critical=False)
    return Issuer(made.sign(issuer_key, hashes.SHA256()), key)


@cache
def root(name: str = "FIDO") -> Issuer:
    """The root under which blobs are signed."""
    return issue(f"{name} root", rsa_key(f"{name} root"), ca=True)


@cache
def signer(dns: str = SIGNER) -> Issuer:
    """What signs the blobs."""
    return issue(dns, rsa_key("signer"), root(), dns=dns)


def ec_issuer(name: str, by: Issuer | None = None, **given: Any) -> Issuer:
    """A certificate with a new EC key."""
    return issue(name, ec.generate_private_key(ec.SECP256R1()), by, **given)


def packed(leaf: Issuer, *others: Issuer) -> Callable[[bytes], dict[str, Any]]:
    """What attests by this certificate and the `others` between it and the root."""
    chain = [leaf.der, *(other.der for other in others)]
    return lambda message: {"alg": -7, "sig": leaf.key.sign(message, ec.ECDSA(hashes.SHA256())), "x5c": chain}


def uuid(aaguid: bytes) -> str:
    """An AAGUID as text."""
    text = aaguid.hex()
    return "-".join((text[:8], text[8:12], text[12:16], text[16:20], text[20:]))


def entry(aaguid: bytes, maker: Issuer, description: str, *reports: dict[str, Any]) -> dict[str, Any]:
    """The metadata of a model. `reports`: its status reports, beside that it is certified."""
    statement = {
        "description": description, "aaguid": uuid(aaguid), "authenticatorVersion": 1, "schema": 3, "upv": [{"major": 1, "minor": 1}],
        "attestationTypes": ["basic_full"], "userVerificationDetails": [[{"userVerificationMethod": "presence_internal"}]],
        "keyProtection": ["hardware"], "matcherProtection": ["on_chip"], "attachmentHint": ["external"], "tcDisplay": [],
        "attestationRootCertificates": [base64.b64encode(maker.der).decode()], "protocolFamily": "fido2",
    }  # fmt: skip
    certified = {"status": "FIDO_CERTIFIED_L1", "effectiveDate": "2020-01-01"}
    return {
        "aaguid": uuid(aaguid), "metadataStatement": statement, "statusReports": [certified, *reports],
        "timeOfLastStatusChange": "2020-01-01",
    }  # fmt: skip


def blob(
    *entries: dict[str, Any], until: str = "2089-01-01", by: Issuer | None = None, alg: str = "RS256", others: tuple[Issuer, ...] = ()
) -> bytes:
    """A signed blob. `until`: the day of the next one. `others`: certificates after the signer's."""
    by = by or signer()
    chain = [base64.b64encode(each.der).decode() for each in (by, *others)]
    payload = {"legalHeader": "made up", "no": 1, "nextUpdate": until, "entries": list(entries)}
    message = ".".join(encode(json.dumps(each).encode()) for each in ({"alg": alg, "typ": "JWT", "x5c": chain}, payload)).encode()
    pss = padding.PSS(padding.MGF1(hashes.SHA256()), salt_length=32)
    signature = by.key.sign(message, pss if alg == "PS256" else padding.PKCS1v15(), hashes.SHA256())
    return message + b"." + encode(signature).encode()
