"""The blob of the FIDO Metadata Service (MDS v3.1): the models of authenticators, who attests to them, what is known against them."""

from __future__ import annotations

import base64
import datetime as dt
import json
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from cryptography.x509 import Certificate
    from fido2.mds3 import MetadataBlobPayload

SIGNER = "mds.fidoalliance.org"
"""The name in the certificate that signs a blob. The root of FIDO's blob signs certificates of other sites, too."""
_ALGORITHM = "RS256"


class MetadataError(Exception):
    """The blob cannot be used. The message says why, for the operator."""


def read_blob(file: str, root: str, *, now: int) -> MetadataBlobPayload:
    """Read the blob `file`, and check its signature by the certificate in `root` (MDS v3.1 §3.2). `root`: in PEM or DER form.

    Raises:
        MetadataError: a file cannot be read, or the blob is not signed under this root.
    """
    from fido2.mds3 import parse_blob

    blob, trusted = _read(file).strip(), _certificate(root)
    try:
        _check_signer(blob, trusted, now)
        return parse_blob(blob, _der(trusted))
    except Exception as error:  # noqa: BLE001  # a parser of foreign bytes: each of its exceptions is a refusal
        msg = f"{file} is not a blob that {SIGNER} signed under the certificate in {root} ({type(error).__name__})"
        raise MetadataError(msg) from None


def check_current(blob: MetadataBlobPayload, *, now: int) -> None:
    """Check that the blob is not out of date (MDS v3.1 §3.1.6, `nextUpdate`): it would not say which models were revoked since.

    Raises:
        MetadataError: the day of its next update is over.
    """
    if dt.datetime.fromtimestamp(now, dt.UTC).date() > blob.next_update:
        msg = f"the next blob was due on {blob.next_update.isoformat()}"
        raise MetadataError(msg)


def _check_signer(blob: bytes, root: Certificate, now: int) -> None:
    """Check the path of the signer's certificate by RFC 5280, which fido2 does not: it checks signatures, but no names, dates and uses.

    Raises:
        Exception: of the parsers and of the verifier, if the blob has another form or the path is not valid.
    """
    from cryptography import x509
    from cryptography.x509.verification import PolicyBuilder, Store

    header = json.loads(base64.urlsafe_b64decode(blob.split(b".")[0] + b"=="))
    if header["alg"] != _ALGORITHM:
        raise MetadataError(_ALGORITHM)
    signer, *others = [x509.load_der_x509_certificate(base64.b64decode(one)) for one in header["x5c"]]
    policy = PolicyBuilder().store(Store([root])).time(dt.datetime.fromtimestamp(now, dt.UTC))
    policy.build_server_verifier(x509.DNSName(SIGNER)).verify(signer, others)


def _certificate(path: str) -> Certificate:
    from cryptography import x509

    content = _read(path)
    try:
        return x509.load_pem_x509_certificate(content) if b"-----BEGIN" in content else x509.load_der_x509_certificate(content)
    except ValueError:
        msg = f"{path} is not a certificate in PEM or DER form"
        raise MetadataError(msg) from None


def _der(certificate: Certificate) -> bytes:
    from cryptography.hazmat.primitives.serialization import Encoding

    return certificate.public_bytes(Encoding.DER)


def _read(path: str) -> bytes:
    try:
        return Path(path).read_bytes()
    except OSError as error:
        msg = f"{path} cannot be read ({type(error).__name__})"
        raise MetadataError(msg) from None
