"""One response of an identity provider, from the bytes that a browser posted to what its assertion says (SAML Profiles §4.1.4).

The order matters: the form of the document, then the signatures, then the contents, and these only of elements that a verifier returned.
"""

from __future__ import annotations

from base64 import b64decode
from typing import TYPE_CHECKING, Final

from idp.adapters.saml.conditions import SKEW, at, check, check_issuer
from idp.adapters.saml.decryption import decrypted
from idp.adapters.saml.refused import CANCELLED, FAILED, SamlRefused
from idp.adapters.saml.safe_xml import children, name, one, parse
from idp.adapters.saml.signatures import signature_of, verified
from idp.adapters.saml.statements import read

if TYPE_CHECKING:
    from lxml.etree import _Element

    from idp.domain.connections.saml import Assertion, Expected

_STATUS = "urn:oasis:names:tc:SAML:2.0:status:"
_CANCELLED: Final = frozenset({_STATUS + each for each in ("AuthnFailed", "NoPassive", "RequestDenied", "NoAuthnContext")})
_RESPONSE, _ASSERTION, _ENCRYPTED = name("samlp", "Response"), name("saml", "Assertion"), name("saml", "EncryptedAssertion")


def judge(posted: str, expected: Expected) -> Assertion:
    """Return what the assertion of a response says. `posted`: the form's member SAMLResponse.

    Raises:
        SamlRefused: the response is not one that this identity provider gave for this request, or it says that no person signed in.
    """
    try:
        document = b64decode("".join(posted.split()), validate=True)
    except ValueError:
        raise SamlRefused("the response is not base64") from None
    root = parse(document)
    if root.tag != _RESPONSE:
        raise SamlRefused("the document is no response")
    _check_status(root)
    _check_form(root)
    signed = verified(root, expected.certificates) if signature_of(root) is not None else None
    _check_response(root if signed is None else signed, expected, signed=signed is not None)
    return read(_assertion(root, signed, expected), expected)


def _check_status(root: _Element) -> None:
    """An error is no claim about a person, so it needs no signature."""
    code = one(one(root, "samlp", "Status"), "samlp", "StatusCode")
    if code.get("Value") == _STATUS + "Success":
        return
    inner = {each.get("Value") for each in children(code, "samlp", "StatusCode")} | {code.get("Value")}
    if inner & _CANCELLED:
        raise SamlRefused("the status is that no person signed in", CANCELLED)
    raise SamlRefused("the status is an error", FAILED)


def _check_form(root: _Element) -> None:
    """One response with one assertion, which is its child, and signatures in these two only. So no copy can be in another place."""
    inside = [each for each in root.iter() if each.tag in {_RESPONSE, _ASSERTION, _ENCRYPTED}]
    if len(inside) != 2 or inside[1].getparent() is not root:  # noqa: PLR2004  # the response itself, and the assertion
        raise SamlRefused("not exactly one assertion")
    if any(each.getparent() not in inside for each in root.iter(name("ds", "Signature"))):
        raise SamlRefused("a signature in another place")


def _check_response(response: _Element, expected: Expected, *, signed: bool) -> None:
    """The response around the assertion (SAML Core §3.2.2, SAML Bindings §3.5.5.2). If it is signed, `response` is what was signed."""
    if response.get("Version") != "2.0":
        raise SamlRefused("the version of the response")
    if (signed or "Destination" in response.attrib) and response.get("Destination") != expected.recipient:
        raise SamlRefused("another destination")
    if not expected.request_id or response.get("InResponseTo") != expected.request_id:
        raise SamlRefused("the response does not answer the request of this browser")
    if at(response, "IssueInstant") > expected.now + SKEW:
        raise SamlRefused("the response is from the future")
    for issuer in children(response, "saml", "Issuer"):
        check_issuer(issuer, expected)
    _check_status(response)


def _assertion(root: _Element, signed: _Element | None, expected: Expected) -> _Element:
    """Return the assertion as it was signed: by its own signature, or else by that of the response."""
    outer = root if signed is None else signed
    found = outer.find(_ENCRYPTED)
    if found is not None:
        plain = decrypted(found, expected.keys, authentic=signed is not None)
        inner, covered = parse(plain), signed is not None
        _check_decrypted(inner)
    else:
        if expected.encrypted:
            raise SamlRefused("the assertion is not encrypted")
        # With a signature of its own it is taken from the document as it came: the canonical form of the response may lack namespaces
        # that this signature covers. Without one it is taken from what the response's signature covers.
        inner, covered = one(root, "saml", "Assertion"), signed is not None
        if signature_of(inner) is None and signed is not None:
            inner = one(signed, "saml", "Assertion")
    if signature_of(inner) is not None:
        inner = verified(inner, expected.certificates)
    elif expected.signed_assertion or not covered:
        raise SamlRefused("the assertion is not signed")
    check(inner, expected)
    return inner


def _check_decrypted(inner: _Element) -> None:
    if inner.tag != _ASSERTION or any(each.tag in {_RESPONSE, _ASSERTION, _ENCRYPTED} for each in inner.iterdescendants()):
        raise SamlRefused("not exactly one assertion")
    if any(each.getparent() is not inner for each in inner.iter(name("ds", "Signature"))):
        raise SamlRefused("a signature in another place")
