"""What is read is what a verifier returned, and nothing else of a document (threats S-01, S-02; signature wrapping).

In a whole response several checks refuse a forged copy. So some tests here replace one layer, and show that the next one holds alone.
"""

from __future__ import annotations

from base64 import b64decode, b64encode
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding
from lxml import etree
from signxml.algorithms import SignatureMethod

from idp.adapters.saml import response as responses
from idp.adapters.saml import signatures
from idp.adapters.saml.refused import SamlRefused
from idp.adapters.saml.response import judge
from idp.adapters.saml.safe_xml import parse
from tests.support.saml_idp import (
    ACS,
    DSIG,
    IDP,
    NAMES,
    SAML,
    XENC,
    Answer,
    KeyPair,
    encrypted,
    expected,
    key_pair,
    posted,
    response,
    signed,
    text,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from lxml.etree import _Element

INCLUSIVE = "http://www.w3.org/TR/2001/REC-xml-c14n-20010315"
ASSERTION = Answer().assertion


def _refused(value: str, reason: str, **changes: object) -> None:
    with pytest.raises(SamlRefused) as refused:
        judge(value, expected(**changes))
    assert reason in refused.value.detail


def _returns(monkeypatch: pytest.MonkeyPatch, before: str, after: str) -> None:
    """The verifier returns something else than what stands in the document."""
    real = signatures.verified

    def verified(element: _Element, certificates: Sequence[str]) -> _Element:
        return etree.fromstring(text(real(element, certificates)).replace(before, after))

    monkeypatch.setattr(responses, "verified", verified)


@pytest.mark.parametrize("sign", ["assertion", "response", "both"])
def test_the_person_is_read_from_what_the_verifier_returned(monkeypatch: pytest.MonkeyPatch, sign: str) -> None:
    """Trap 14: the document itself is not read again."""
    _returns(monkeypatch, "person-1", "person-2")
    assert judge(response(sign=sign), expected()).name_id == "person-2"


@pytest.mark.parametrize(
    ("before", "after", "reason"),
    [
        ('Destination="', 'Destination="x', "another destination"),
        ('InResponseTo="_request"', 'InResponseTo="_another"', "the response does not answer"),
        ("status:Success", "status:Responder", "the status is an error"),
        (f"<saml:Issuer>{IDP}", "<saml:Issuer>https://else.example", "another issuer"),
    ],
)
def test_the_response_is_judged_by_what_the_verifier_returned(
    monkeypatch: pytest.MonkeyPatch, before: str, after: str, reason: str
) -> None:  # fmt: skip
    _returns(monkeypatch, before, after)
    _refused(response(sign="response"), reason)


def test_a_ciphertext_is_read_from_what_the_verifier_returned(monkeypatch: pytest.MonkeyPatch) -> None:
    """AES-CBC counts under a signature only, so what is decrypted has to be what is signed."""
    sp = key_pair("sp")
    for algorithm in ("aes128-cbc", "aes256-cbc"):
        whole = signed(Answer().around(encrypted(etree.fromstring(ASSERTION), sp, algorithm=XENC + algorithm)))
        assert judge(posted(whole), expected(keys=[sp.pem])).name_id == "person-1"
        value = whole.findall(".//xenc:CipherValue", NAMES)[-1].text
        with monkeypatch.context() as patch:
            _returns(patch, value, b64encode(bytes(48)).decode())
            _refused(posted(whole), "", keys=[sp.pem])


def test_what_was_verified_is_parsed_from_the_signed_bytes() -> None:
    """It is another tree, without the signature, and it is refused if there is none."""
    element = parse(b64decode(response())).find("saml:Assertion", NAMES)
    read = signatures.verified(element, [key_pair().der])
    assert read is not element
    assert read.getroottree() is not element.getroottree()
    assert [element.find("ds:Signature", NAMES) is None, read.find("ds:Signature", NAMES) is None] == [False, True]
    with pytest.raises(SamlRefused, match="no signature"):
        signatures.verified(parse(ASSERTION.encode()), [key_pair().der])


@pytest.mark.parametrize(
    "other",
    [
        f'<saml:Advice xmlns:saml="{SAML}" ID="_assertion"/>',
        ASSERTION.replace('ID="_assertion"', 'ID="_other"'),
        ASSERTION.replace(' ID="_assertion"', ""),
    ],
    ids=["another element", "another id", "no id"],
)
def test_another_element_that_a_verifier_returns_is_refused(monkeypatch: pytest.MonkeyPatch, other: str) -> None:
    """The library could find the signature, or what it refers to, elsewhere in the document."""
    monkeypatch.setattr(signatures, "_signed", lambda *_: etree.fromstring(other))
    _refused(response(), "no certificate")


def test_the_signature_of_a_response_is_found_also_behind_its_signed_assertion() -> None:
    """The verifier looks at the direct children only, so it takes no signature of an inner element for that of the response."""
    for by, reason in ((key_pair(), ""), (key_pair("attacker"), "no certificate")):
        whole = signed(Answer().around(text(signed(ASSERTION))), by)
        whole.append(whole.find("ds:Signature", NAMES))
        if reason:
            _refused(posted(whole), reason)
        else:
            assert judge(posted(whole), expected()).name_id == "person-1"


def _signed_again(change: Callable[[_Element], None], *, inclusive: bool = False) -> str:
    """A signed response whose SignedInfo was changed and then signed, so that its signature is right."""
    whole = signed(Answer().around(ASSERTION))
    info = whole.find("ds:Signature/ds:SignedInfo", NAMES)
    change(info)
    signature = key_pair().key.sign(etree.tostring(info, method="c14n", exclusive=not inclusive), padding.PKCS1v15(), hashes.SHA256())
    whole.find("ds:Signature/ds:SignatureValue", NAMES).text = b64encode(signature).decode()
    return posted(whole)


def test_a_right_signature_over_another_canonical_form_is_refused() -> None:
    """SAML Core §5.4.3: the inclusive form covers the namespaces around, which change when the message is put into another one."""
    assert judge(_signed_again(lambda _: None), expected()).name_id == "person-1"

    def other(info: _Element) -> None:
        info.find("ds:CanonicalizationMethod", NAMES).set("Algorithm", INCLUSIVE)

    _refused(_signed_again(other, inclusive=True), "another canonicalization")


@pytest.mark.parametrize("part", ["SignedInfo", "SignedInfo/ds:CanonicalizationMethod", "SignedInfo/ds:Reference/ds:Transforms"])
def test_a_part_of_a_signature_that_is_there_twice_is_refused(part: str) -> None:
    """Two readers could disagree about which one counts."""

    def twice(info: _Element) -> None:
        found = info.getparent().find("ds:" + part, NAMES)
        found.addnext(etree.fromstring(text(found)))

    _refused(_signed_again(twice), f"{part.rpartition(':')[2]}: 2")


@pytest.mark.parametrize(
    "inside",
    [
        "<ds:KeyValue><ds:RSAKeyValue><ds:Modulus>AQAB</ds:Modulus><ds:Exponent>AQAB</ds:Exponent></ds:RSAKeyValue></ds:KeyValue>",
        "<ds:X509Data><ds:X509Certificate>no certificate</ds:X509Certificate></ds:X509Data>",
        '<ds:RetrievalMethod URI="https://attacker.example/key"/>',
    ],
    ids=["key", "certificate", "place"],
)
def test_key_info_of_a_message_is_not_read(inside: str) -> None:
    """S-02: whatever it says, the pinned certificate counts."""
    whole = signed(Answer().around(ASSERTION))
    found = whole.find("ds:Signature/ds:KeyInfo", NAMES)
    found.getparent().replace(found, etree.fromstring(f'<ds:KeyInfo xmlns:ds="{DSIG}">{inside}</ds:KeyInfo>'))
    assert judge(posted(whole), expected()).name_id == "person-1"
    _refused(posted(whole), "no certificate", certificates=[key_pair("attacker").der])


def test_a_curve_that_is_too_short_is_refused() -> None:
    key = ec.generate_private_key(ec.SECP224R1())
    subject, born = x509.Name([]), datetime(2020, 1, 1, tzinfo=UTC)
    made = x509.CertificateBuilder(subject, subject, key.public_key(), 1, born, born + timedelta(days=365))
    pair = KeyPair(key, made.sign(key, hashes.SHA256()))
    value = posted(Answer().around(text(signed(ASSERTION, pair, method=SignatureMethod.ECDSA_SHA256))))
    _refused(value, "too weak", certificates=[pair.der])


def test_a_response_in_the_response_is_refused_also_without_an_assertion() -> None:
    """Beside the one assertion, which is signed: two readers could disagree about which response it is of."""
    inner = f'<samlp:Extensions><samlp:Response ID="_inner" Destination="{ACS}"/></samlp:Extensions>'
    _refused(posted(Answer().around(inner + text(signed(ASSERTION)))), "not exactly one assertion")
