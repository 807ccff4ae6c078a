"""Checks of SAML messages that no other message of these tests meets alone: each is refused by one check (threats S-01 to S-07).

A response in which two things are wrong is refused also if one of the two checks is missing. So each message here has one fault.
"""

from __future__ import annotations

from base64 import b64decode, b64encode
from typing import TYPE_CHECKING

import pytest
from lxml import etree

from idp.adapters.saml.conditions import check
from idp.adapters.saml.decryption import decrypted
from idp.adapters.saml.idp_metadata import read_metadata
from idp.adapters.saml.refused import CANCELLED, FAILED, SamlRefused
from idp.adapters.saml.response import judge
from idp.adapters.saml.safe_xml import parse
from tests.support.saml_idp import (
    ACS,
    DSIG,
    IDP,
    NAMES,
    NOW,
    PERSISTENT,
    SAML,
    XENC,
    XENC11,
    Answer,
    encrypted,
    expected,
    key_pair,
    metadata,
    moment,
    posted,
    response,
    signed,
    text,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from lxml.etree import _Element

STATUS = "urn:oasis:names:tc:SAML:2.0:status:"
ASSERTION = Answer().assertion


def _refused(value: str, reason: str, kind: str = "", **changes: object) -> None:
    with pytest.raises(SamlRefused) as refused:
        judge(value, expected(**changes))
    assert reason in refused.value.detail
    assert kind in {"", refused.value.kind}


def _around(assertion: str) -> str:
    """The posted response around this assertion, which is signed as it is."""
    return posted(Answer().around(text(signed(assertion))))


@pytest.mark.parametrize(
    ("before", "after", "reason"),
    [
        ('Version="2.0"', 'Version="1.1"', "the version of the assertion"),
        ("<saml:Issuer>", f'<saml:Issuer Format="{PERSISTENT}">', "another issuer"),
        (f"{IDP}</saml:Issuer>", f"{IDP}/tenant</saml:Issuer>", "another issuer"),
        (f"{IDP}</saml:Issuer>", f"{IDP.upper()}</saml:Issuer>", "another issuer"),
        (f'IssueInstant="{moment(NOW)}"', f'IssueInstant="{moment(NOW + 61)}"', "the assertion is from the future"),
        (f'NotOnOrAfter="{moment(NOW + 300)}"><saml:Aud', f'NotOnOrAfter="{moment(NOW + 300)}Z"><saml:Aud', "no time in UTC"),
        ("<saml:NameID", "<saml:EncryptedID/><saml:NameID", "no NameID, or several"),
        ("<saml:NameID", "<saml:BaseID/><saml:NameID", "no NameID, or several"),
        ("<saml:NameID", "<saml:NameID>other</saml:NameID><saml:NameID", "no NameID, or several"),
        ("<saml:Subject>", "<saml:Issuer>https://else.example</saml:Issuer><saml:Subject>", "Issuer: 2"),
        ("</saml:Subject>", "</saml:Subject><saml:Subject/>", "Subject: 2"),
        ("</saml:Conditions>", "</saml:Conditions><saml:Conditions/>", "Conditions: 2"),
        ("</saml:SubjectConfirmation>", "<saml:SubjectConfirmationData/></saml:SubjectConfirmation>", "SubjectConfirmationData: 2"),
    ],
)
def test_one_fault_in_a_signed_assertion_is_refused(before: str, after: str, reason: str) -> None:
    assert ASSERTION.count(before) == 1
    _refused(_around(ASSERTION.replace(before, after)), reason)


@pytest.mark.parametrize(
    ("before", "after", "reason"),
    [
        ('Version="2.0"', 'Version="1.1"', "the version of the response"),
        (f'IssueInstant="{moment(NOW)}"', f'IssueInstant="{moment(NOW + 61)}"', "the response is from the future"),
        (f'Destination="{ACS}"', 'Destination="https://else.example"', "another destination"),
        ("<saml:Issuer>" + IDP, "<saml:Issuer>https://else.example", "another issuer"),
        ("</samlp:Status>", "</samlp:Status><samlp:Status/>", "Status: 2"),
        ("</samlp:Status>", "<samlp:StatusCode/></samlp:Status>", "StatusCode: 2"),
    ],
)
def test_one_fault_in_the_response_around_a_right_assertion_is_refused(before: str, after: str, reason: str) -> None:
    """The response has no signature here, so a browser could change it: it is checked all the same."""
    whole = Answer().around("ASSERTION")
    assert whole.count(before) == 1
    _refused(posted(whole.replace(before, after).replace("ASSERTION", text(signed(ASSERTION)))), reason)


@pytest.mark.parametrize(("inner", "kind"), [("AuthnFailed", CANCELLED), ("UnknownPrincipal", FAILED)])
def test_an_error_comes_without_an_assertion_and_without_a_signature(inner: str, kind: str) -> None:
    """As identity providers send it: the page tells the person what happened, and not that the answer is wrong."""
    _refused(posted(Answer(status=STATUS + "Responder", inner_status=STATUS + inner).around("")), "the status is", kind)


def test_a_response_that_is_not_base64_is_refused() -> None:
    """A reader that skips other characters would read another document than a firewall before it."""
    _refused("!" + response(), "not base64")


def test_a_response_in_lines_is_read() -> None:
    """RFC 2045 §6.8: some identity providers break base64 into lines."""
    value = response()
    assert judge("\r\n".join(value[n : n + 76] for n in range(0, len(value), 76)), expected()).name_id == "person-1"


def test_a_signature_beside_the_assertion_is_refused() -> None:
    """It covers nothing that is read, and two readers could disagree about which one counts."""
    whole = etree.fromstring(Answer().around(text(signed(ASSERTION))))
    stray = etree.fromstring(text(whole.find(".//ds:Signature", NAMES)))
    whole.find("samlp:Status", NAMES).append(stray)
    _refused(posted(whole), "a signature in another place")


def _encrypted_with(change: Callable[[_Element], None], *, algorithm: str = XENC11 + "aes128-gcm") -> str:
    """A signed response whose encrypted assertion was changed before."""
    made = etree.fromstring(encrypted(signed(ASSERTION), key_pair("sp"), algorithm=algorithm))
    change(made)
    return posted(signed(Answer().around(text(made))))


def _method(made: _Element) -> _Element:
    return made.find(".//xenc:EncryptedKey/xenc:EncryptionMethod", NAMES)


def _add(name: str, algorithm: str) -> Callable[[_Element], None]:
    return lambda made: _method(made).append(etree.Element(name, {"Algorithm": algorithm}))


def _four_keys(made: _Element) -> None:
    key = made.find(".//xenc:EncryptedKey", NAMES)
    for _ in range(3):
        key.addnext(etree.fromstring(text(key)))


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        (_add(f"{{{XENC}}}OAEPparams", ""), "encrypted key is not allowed"),
        (_add(f"{{{XENC11}}}MGF", XENC11 + "mgf1sha1"), "encrypted key is not allowed"),
        (_add(f"{{{DSIG}}}DigestMethod", "http://www.w3.org/2001/04/xmldsig-more#md5"), "encrypted key is not allowed"),
        (_four_keys, "no encrypted key, or too many"),
        (lambda made: made.find(".//xenc:EncryptedKey", NAMES).getparent().clear(), "no encrypted key, or too many"),
    ],
    ids=["label", "mask of another algorithm", "digest", "many keys", "no key"],
)
def test_an_encrypted_key_of_another_form_is_refused(change: Callable[[_Element], None], reason: str) -> None:
    """Each key costs one operation with our private key."""
    _refused(_encrypted_with(change), reason, keys=[key_pair("sp").pem])


@pytest.mark.parametrize(
    "part",
    [
        "xenc:EncryptedData", "xenc:EncryptedData/xenc:EncryptionMethod", "xenc:EncryptedData/xenc:CipherData",
        ".//xenc:EncryptedKey/xenc:EncryptionMethod", ".//xenc:EncryptedKey/xenc:CipherData",
    ],
)  # fmt: skip
def test_a_part_of_an_encryption_that_is_there_twice_is_refused(part: str) -> None:
    def twice(made: _Element) -> None:
        found = made.find(part, NAMES)
        found.addnext(etree.fromstring(text(found)))

    _refused(_encrypted_with(twice), f"{part.rpartition(':')[2]}: 2", keys=[key_pair("sp").pem])


@pytest.mark.parametrize("algorithm", [XENC11 + "aes128-gcm", XENC + "aes128-cbc"])
@pytest.mark.parametrize("size", [0, 1, 12, 16, 28, 33])
def test_a_ciphertext_that_is_too_short_is_refused_and_is_no_fault(algorithm: str, size: int) -> None:
    def cut(made: _Element) -> None:
        made.findall(".//xenc:CipherValue", NAMES)[-1].text = b64encode(bytes(size)).decode()

    _refused(_encrypted_with(cut, algorithm=algorithm), "no key decrypts", keys=[key_pair("sp").pem])


def test_a_cipher_value_with_other_characters_is_refused() -> None:
    def change(made: _Element) -> None:
        value = made.findall(".//xenc:CipherValue", NAMES)[-1]
        value.text = "!" + value.text

    _refused(_encrypted_with(change), "not base64", keys=[key_pair("sp").pem])


def test_a_decryption_key_of_another_kind_is_skipped() -> None:
    curve, sp = key_pair("curve", kind="ec"), key_pair("sp")
    made = etree.fromstring(encrypted(signed(ASSERTION), sp))
    assert decrypted(made, [curve.pem, sp.pem], authentic=True).startswith(b"<saml:Assertion")


@pytest.mark.parametrize(
    ("inner", "reason"),
    [
        (f'<saml:Advice xmlns:saml="{SAML}" ID="_a"><saml:Issuer>{IDP}</saml:Issuer></saml:Advice>', "not exactly one assertion"),
        (ASSERTION.replace("</saml:Subject>", f'<ds:Signature xmlns:ds="{DSIG}"/></saml:Subject>'), "a signature in another place"),
    ],
    ids=["no assertion", "a signature inside"],
)
def test_what_was_decrypted_has_the_form_of_an_assertion(inner: str, reason: str) -> None:
    """The form of the document was checked while this was encrypted."""
    value = posted(signed(Answer().around(encrypted(etree.fromstring(inner), key_pair("sp")))))
    _refused(value, reason, keys=[key_pair("sp").pem])


@pytest.mark.parametrize("where", ["EntitiesDescriptor", "EntityDescriptor", "IDPSSODescriptor"])
def test_metadata_ends_with_each_of_its_parts(where: str) -> None:
    """SAML Metadata §2.3.1, §2.3.2, §2.4.1: an aggregate, the entity and the role have a time of their own."""
    around = (
        f'<md:EntitiesDescriptor xmlns:md="urn:oasis:names:tc:SAML:2.0:metadata">{metadata().partition("?>")[2]}</md:EntitiesDescriptor>'
    )
    assert read_metadata(around.encode(), NOW).entity_id == IDP
    ended = around.replace(f"<md:{where} ", f'<md:{where} validUntil="{moment(NOW)}" ', 1)
    with pytest.raises(SamlRefused, match="out of date"):
        read_metadata(ended.encode(), NOW)


@pytest.mark.parametrize(
    ("document", "reason"),
    [
        (b"<a>" * 33 + b"</a>" * 33, "too many elements"),
        (b"<a>" + b"<b/>" * 3000 + b"</a>", "too many elements"),
        (b"<a " + b" ".join(b'a%d=""' % n for n in range(33)) + b"/>", "too many elements or attributes"),
        (b'<a ID="x"><b Id="x"/></a>', "the same id"),
        (b'<a ID="x"><b xml:id="x"/></a>', "the same id"),
        (b"<a>" + b"x" * (64 * 1024), "too long"),
        (b"<a><b></a>", "not XML"),
        (b"<a>&b;</a>", "not XML"),
        (b"<a/><b/>", "not XML"),
    ],
)
def test_a_document_at_the_limit_is_refused(document: bytes, reason: str) -> None:
    with pytest.raises(SamlRefused, match=reason):
        parse(document)


def test_a_document_below_the_limits_is_read() -> None:
    for document in (
        b"<a>" * 32 + b"</a>" * 32,
        b"<a>" + b"<b/>" * 2999 + b"</a>",
        b"<a " + b" ".join(b'a%d=""' % n for n in range(32)) + b"/>",
    ):
        assert parse(document).tag == "a"


def test_a_certificate_beyond_the_tenth_does_not_count() -> None:
    """The number of checks of a signature that a stranger sends is limited, whatever was stored."""
    others = [key_pair("attacker").der] * 10
    _refused(response(), "no certificate", certificates=[*others, key_pair().der])
    assert judge(response(), expected(certificates=[*others[:9], key_pair().der])).name_id == "person-1"


def test_an_assertion_without_an_id_is_refused_although_its_signature_covers_the_document() -> None:
    """URI="#" would be the whole document."""
    whole = etree.fromstring(b64decode(response()))
    whole.find("saml:Assertion", NAMES).attrib.pop("ID")
    whole.find(".//ds:Reference", NAMES).set("URI", "#")
    _refused(posted(whole), "refers to another element")


def test_a_signature_without_a_value_or_with_two_is_refused() -> None:
    for count in (0, 2):
        whole = etree.fromstring(b64decode(response()))
        value = whole.find(".//ds:SignatureValue", NAMES)
        if count:
            value.addnext(etree.fromstring(text(value)))
        else:
            value.getparent().remove(value)
        _refused(posted(whole), f"SignatureValue: {count}")


def test_two_signatures_of_one_element_are_refused() -> None:
    whole = etree.fromstring(b64decode(response()))
    signature = whole.find(".//ds:Signature", NAMES)
    signature.addnext(etree.fromstring(text(signature)))
    _refused(posted(whole), "two signatures")


def test_of_two_contexts_none_counts_and_of_many_values_twenty() -> None:
    context = "<saml:AuthnContext><saml:AuthnContextClassRef>urn:one</saml:AuthnContextClassRef></saml:AuthnContext>"
    for contexts, told in ((context, "urn:one"), (context + context, ""), (context.replace("urn:one", "x" * 256), "")):
        statement = f'<saml:AuthnStatement AuthnInstant="{moment(NOW)}">{contexts}</saml:AuthnStatement>'
        assert judge(response(statements=statement), expected()).context == told
    found = judge(response(attributes={"email": [str(n) for n in range(30)]}), expected())
    assert len(found.attributes["email"]) == 20


@pytest.mark.parametrize("where", ["another message", "inside"])
def test_a_signed_assertion_in_another_place_is_refused(where: str) -> None:
    """The assertion is a child of a response, whatever else the document has."""
    inner = text(signed(ASSERTION))
    if where == "inside":
        _refused(posted(Answer().around(f"<samlp:Extensions>{inner}</samlp:Extensions>")), "not exactly one assertion")
    else:
        whole = Answer().around("<samlp:Empty/>" + inner).replace("samlp:Response", "samlp:ArtifactResponse")
        _refused(posted(whole.replace("samlp:Empty", "samlp:Response")), "the document is no response")


def test_without_a_request_nothing_is_an_answer() -> None:
    """A missing InResponseTo is not the answer to a missing request, in the response nor in the assertion."""
    _refused(response(request_id=""), "the response does not answer", request_id="")
    with pytest.raises(SamlRefused, match="subject confirmation: it does not answer"):
        check(etree.fromstring(Answer(request_id="").assertion), expected(request_id=""))
