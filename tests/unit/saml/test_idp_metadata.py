"""The metadata of an identity provider, as an admin gives it."""

from __future__ import annotations

import pytest

from idp.adapters.saml.idp_metadata import read_metadata
from idp.adapters.saml.judge import answer_to
from idp.adapters.saml.refused import SamlRefused
from tests.support.saml_idp import IDP, NOW, key_pair, metadata, moment


def test_entity_address_and_all_certificates_are_read() -> None:
    old, new = key_pair("old"), key_pair("new")
    found = read_metadata(metadata(IDP, old, new).encode(), NOW)
    assert found == (IDP, "https://idp.corp.example/sso", [old.der, new.der], False)
    assert read_metadata(metadata(more=' WantAuthnRequestsSigned="true"').encode(), NOW).signs_requests


def test_a_key_without_a_use_signs_too_and_one_for_encryption_does_not() -> None:
    assert read_metadata(metadata(use="").encode(), NOW).certificates == [key_pair().der]
    with pytest.raises(SamlRefused, match="no certificate"):
        read_metadata(metadata(use=' use="encryption"').encode(), NOW)


def test_an_aggregate_with_one_identity_provider_is_read_and_with_two_refused() -> None:
    one = metadata().partition("?>")[2]
    around = '<md:EntitiesDescriptor xmlns:md="urn:oasis:names:tc:SAML:2.0:metadata">{}</md:EntitiesDescriptor>'
    assert read_metadata(around.format(one).encode(), NOW).entity_id == IDP
    with pytest.raises(SamlRefused, match="exactly one"):
        read_metadata(around.format(one + one).encode(), NOW)


@pytest.mark.parametrize(
    ("document", "reason"),
    [
        ("<html/>", "exactly one"),
        ("{}", "not XML"),
        ('<!DOCTYPE x [<!ENTITY a "b">]>' + metadata().partition("?>")[2], "DTD"),
        (metadata().replace("HTTP-Redirect", "SOAP"), "HTTP-Redirect"),
        (metadata(more=f' validUntil="{moment(NOW)}"'), "out of date"),
        (metadata(IDP, *[key_pair(str(n), kind="ec") for n in range(11)]), "too many"),
        (metadata(IDP, key_pair("weak", bits=1024)), "too weak"),
        (metadata().replace(key_pair().der, "AAAA"), "cannot be read"),
    ],
)
def test_metadata_that_cannot_be_used_is_refused(document: str, reason: str) -> None:
    with pytest.raises(SamlRefused, match=reason):
        read_metadata(document.encode(), NOW)


def test_the_function_answers_a_refusal_and_does_not_fail() -> None:
    assert answer_to({"metadata": "<html/>", "now": NOW})["kind"] == "invalid"
    assert answer_to({"metadata": metadata(), "now": NOW})["metadata"]["entity_id"] == IDP
    assert answer_to({"metadata": "\ud800", "now": NOW})["refused"] == "the document is not UTF-8"
