"""Signatures of SAML messages (SAML Core §5.4, XML Signature 1.1), verified by signxml with the pinned certificates of the connection.

The key never comes from the message: KeyInfo is removed first. What counts is the element that the verifier returns, which is parsed
again from the bytes that were signed; the document itself is not read any more (signature wrapping, threats S-01).
"""

from __future__ import annotations

from base64 import b64decode
from typing import TYPE_CHECKING

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from lxml import etree
from signxml.algorithms import DigestAlgorithm, SignatureMethod
from signxml.verifier import SignatureConfiguration, XMLVerifier

from idp.adapters.saml.refused import SamlRefused
from idp.adapters.saml.safe_xml import LONGEST, children, name, one, parse

if TYPE_CHECKING:
    from collections.abc import Sequence

    from lxml.etree import _Element

METHODS = frozenset({
    SignatureMethod.RSA_SHA256, SignatureMethod.RSA_SHA384, SignatureMethod.RSA_SHA512, SignatureMethod.SHA256_RSA_MGF1,
    SignatureMethod.SHA384_RSA_MGF1, SignatureMethod.SHA512_RSA_MGF1, SignatureMethod.ECDSA_SHA256, SignatureMethod.ECDSA_SHA384,
    SignatureMethod.ECDSA_SHA512,
})  # fmt: skip
"""No SHA-1, no HMAC, no DSA."""
DIGESTS = frozenset({DigestAlgorithm.SHA256, DigestAlgorithm.SHA384, DigestAlgorithm.SHA512})
EXCLUSIVE, ENVELOPED = "http://www.w3.org/2001/10/xml-exc-c14n#", "http://www.w3.org/2000/09/xmldsig#enveloped-signature"
RSA_BITS, EC_BITS = 2048, 256
MOST_CERTIFICATES = 10


def signature_of(element: _Element) -> _Element | None:
    """Return the signature that is a direct child, or None. Raises SamlRefused if there are several."""
    found = children(element, "ds", "Signature")
    if len(found) > 1:
        raise SamlRefused("an element has two signatures")
    return found[0] if found else None


def verified(element: _Element, certificates: Sequence[str]) -> _Element:
    """Return the element as it was signed, without its signature. `certificates`: DER in base64, of the connection.

    Raises:
        SamlRefused: no certificate verifies it, or the signature is not the one form that SAML allows.
    """
    signature = signature_of(element)
    if signature is None:
        raise SamlRefused("no signature")
    _check_form(signature, element.get("ID", ""))
    copy = parse(etree.tostring(element, with_tail=False, encoding="utf-8"), longest=4 * LONGEST)
    copied = one(copy, "ds", "Signature")
    for key_info in children(copied, "ds", "KeyInfo"):
        copied.remove(key_info)
    for each in certificates[:MOST_CERTIFICATES]:
        signed = _signed(copy, certificate(each))
        if signed is not None and signed.tag == element.tag and signed.get("ID") == element.get("ID"):
            return signed
    raise SamlRefused("no certificate of the connection verifies the signature")


def certificate(text: str) -> x509.Certificate:
    """Return a certificate. `text`: DER in base64.

    Its dates and its issuer do not count: it carries a key that an admin pinned (SAML Metadata Interoperability Profile 1.0 §2.6.1).

    Raises:
        SamlRefused: it is no certificate, or its key is too weak.
    """
    try:
        found = x509.load_der_x509_certificate(b64decode(text))
        key = found.public_key()
    except Exception:  # noqa: BLE001  # cryptography raises many classes for a malformed certificate
        raise SamlRefused("a certificate cannot be read") from None
    strong = (isinstance(key, rsa.RSAPublicKey) and key.key_size >= RSA_BITS) or (
        isinstance(key, ec.EllipticCurvePublicKey) and key.key_size >= EC_BITS
    )
    if not strong:
        raise SamlRefused("the key of a certificate is too weak")
    return found


def _check_form(signature: _Element, element_id: str) -> None:
    """One reference, to the element that contains the signature, with the two transforms that SAML needs (SAML Core §5.4.2 to §5.4.4)."""
    allowed = [name("ds", each) for each in ("SignedInfo", "SignatureValue", "KeyInfo")]
    if any(child.tag not in allowed for child in signature):
        raise SamlRefused("a signature has an object")
    info = one(signature, "ds", "SignedInfo")
    one(signature, "ds", "SignatureValue")
    reference = one(info, "ds", "Reference")
    if not element_id or reference.get("URI") != "#" + element_id:
        raise SamlRefused("a signature refers to another element")
    transforms = [each.get("Algorithm") for each in one(reference, "ds", "Transforms")]
    if transforms != [ENVELOPED, EXCLUSIVE]:
        raise SamlRefused("a signature has other transforms")
    if one(info, "ds", "CanonicalizationMethod").get("Algorithm") != EXCLUSIVE:
        raise SamlRefused("a signature has another canonicalization")


def _signed(copy: _Element, by: x509.Certificate) -> _Element | None:
    expected = SignatureConfiguration(
        location="./", expect_references=1, signature_methods=METHODS, digest_algorithms=DIGESTS,
        verification_time=by.not_valid_before_utc,
    )  # fmt: skip
    try:
        result = XMLVerifier().verify(copy, x509_cert=by, id_attribute="ID", validate_schema=False, expect_config=expected)
    except Exception:  # noqa: BLE001  # a message of a stranger: whatever is wrong with it, it is not signed by this key
        return None
    return None if isinstance(result, list) else result.signed_xml
