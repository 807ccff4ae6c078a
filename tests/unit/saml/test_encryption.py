"""Encrypted assertions: which algorithms count, and that encryption is no signature (threats S-06)."""

from __future__ import annotations

from base64 import b64decode

import pytest
from lxml import etree

from idp.adapters.saml.refused import SamlRefused
from idp.adapters.saml.response import judge
from tests.support.saml_idp import XENC, XENC11, Answer, KeyPair, encrypted, expected, key_pair, posted, response, signed

CBC, GCM = XENC + "aes256-cbc", XENC11 + "aes128-gcm"


@pytest.fixture(scope="module")
def sp() -> KeyPair:
    """Our own key."""
    return key_pair("sp")


def _refused(value: str, reason: str, **changes: object) -> None:
    with pytest.raises(SamlRefused) as refused:
        judge(value, expected(**changes))
    assert reason in refused.value.detail


def _value(
    sp: KeyPair, *, algorithm: str = GCM, sign: str = "assertion", wrap: str = XENC + "rsa-oaep-mgf1p", outside: bool = False
) -> str:  # fmt: skip
    inner = signed(Answer().assertion) if sign == "assertion" else etree.fromstring(Answer().assertion)
    whole = Answer().around(encrypted(inner, sp, algorithm=algorithm, wrap=wrap, outside=outside))
    return posted(signed(whole) if sign == "response" else whole)


@pytest.mark.parametrize("sign", ["assertion", "response"])
@pytest.mark.parametrize("algorithm", [GCM, XENC11 + "aes256-gcm"])
@pytest.mark.parametrize("outside", [True, False])
def test_an_encrypted_assertion_counts(sp: KeyPair, sign: str, algorithm: str, outside: bool) -> None:
    value = _value(sp, algorithm=algorithm, sign=sign, outside=outside)
    assert judge(value, expected(keys=[sp.pem], encrypted=True)).name_id == "person-1"


def test_each_of_several_keys_decrypts_so_that_they_can_roll_over(sp: KeyPair) -> None:
    assert judge(_value(sp), expected(keys=[key_pair("next").pem, sp.pem])).name_id == "person-1"


def test_it_is_not_decrypted_without_the_key(sp: KeyPair) -> None:
    _refused(_value(sp), "no key decrypts", keys=[])
    _refused(_value(sp), "no key decrypts", keys=[key_pair("other").pem])


def test_encryption_is_no_signature(sp: KeyPair) -> None:
    """A public key is enough to encrypt."""
    _refused(response(sign="none", to=sp), "not signed", keys=[sp.pem])
    _refused(response(by=key_pair("attacker"), to=sp), "no certificate", keys=[sp.pem])


def test_a_plain_assertion_is_refused_where_encryption_is_asked_for(sp: KeyPair) -> None:
    _refused(response(), "not encrypted", keys=[sp.pem], encrypted=True)


def test_cipher_block_chaining_counts_only_in_a_signed_response(sp: KeyPair) -> None:
    """A padding oracle needs changed ciphertexts to be decrypted; the signature of the response refuses them first."""
    assert judge(_value(sp, algorithm=CBC, sign="response"), expected(keys=[sp.pem])).name_id == "person-1"
    _refused(_value(sp, algorithm=CBC), "AES-CBC", keys=[sp.pem])


def test_a_changed_ciphertext_is_refused(sp: KeyPair) -> None:
    for algorithm, reason in ((GCM, "no key decrypts"), (CBC, "no certificate")):
        document = etree.fromstring(b64decode(_value(sp, algorithm=algorithm, sign="response" if algorithm == CBC else "assertion")))
        value = document.findall(f".//{{{XENC}}}CipherValue")[-1]
        value.text = ("B" if value.text[0] == "A" else "A") + value.text[1:]
        _refused(posted(document), reason, keys=[sp.pem])


def test_an_encrypted_key_with_the_old_padding_is_refused(sp: KeyPair) -> None:
    _refused(_value(sp, wrap=XENC + "rsa-1_5"), "encrypted key is not allowed", keys=[sp.pem])


@pytest.mark.parametrize("algorithm", [XENC + "tripledes-cbc", "http://www.w3.org/2001/04/xmlenc#none", ""])
def test_another_algorithm_is_refused(sp: KeyPair, algorithm: str) -> None:
    document = etree.fromstring(b64decode(_value(sp, sign="none")))
    document.find(f".//{{{XENC}}}EncryptionMethod").set("Algorithm", algorithm)
    _refused(posted(document), "algorithm of the encryption", keys=[sp.pem])


def test_what_was_encrypted_is_parsed_with_the_same_care(sp: KeyPair) -> None:
    """The encryption hides a second assertion, a response and a DTD from the checks of the outer document."""
    for inner, reason in (
        (Answer().around(Answer().assertion), "not exactly one assertion"),
        (Answer(statements=Answer(assertion_id="_inner").assertion).assertion, "not exactly one assertion"),
    ):
        value = posted(signed(Answer().around(encrypted(etree.fromstring(inner), sp))))
        _refused(value, reason, keys=[sp.pem])


def test_a_reference_to_a_ciphertext_elsewhere_is_refused(sp: KeyPair) -> None:
    document = etree.fromstring(b64decode(_value(sp)))
    for value in document.findall(f".//{{{XENC}}}CipherValue"):
        value.tag = f"{{{XENC}}}CipherReference"
        value.set("URI", "https://attacker.example/x")
    _refused(posted(document), "CipherValue", keys=[sp.pem])
