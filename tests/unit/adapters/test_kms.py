"""KMS wraps and unwraps the data key with one key for one purpose. Without an answer the caller gets Unavailable."""

from __future__ import annotations

import pytest

from idp.adapters.aws_json import KMS, AwsJson
from idp.adapters.kms import Kms
from idp.domain.errors import Unavailable

REGION = "us-east-1"
PLAIN = bytes(range(32))


@pytest.fixture
def service(moto_endpoint: str, monkeypatch: pytest.MonkeyPatch) -> AwsJson:
    """Moto's KMS, at the endpoint of the adapter."""
    monkeypatch.setenv("AWS_ENDPOINT_URL_KMS", moto_endpoint)
    return AwsJson(KMS, region=REGION, endpoint=moto_endpoint)


@pytest.fixture
def key_id(service: AwsJson) -> str:
    """A new key."""
    made: str = service.call("CreateKey", {})["KeyMetadata"]["KeyId"]
    return made


def test_a_wrapped_key_is_unwrapped(key_id: str) -> None:
    """Also by another instance, as in another environment. The ciphertext does not contain the data key."""
    enveloped = Kms(key_id, region=REGION).wrap(PLAIN)
    assert PLAIN not in enveloped
    assert Kms(key_id, region=REGION).unwrap(enveloped) == PLAIN


def test_ciphertext_of_another_key_is_refused(service: AwsJson, key_id: str) -> None:
    """Although the role might allow it: the key is named in the request, not taken from the ciphertext."""
    other: str = service.call("CreateKey", {})["KeyMetadata"]["KeyId"]
    with pytest.raises(Unavailable):
        Kms(key_id, region=REGION).unwrap(Kms(other, region=REGION).wrap(PLAIN))


def test_ciphertext_of_another_purpose_is_refused(service: AwsJson, key_id: str) -> None:
    """The purpose is authenticated with the ciphertext, and serverless.yml allows only this one."""
    foreign: str = service.call("Encrypt", {"KeyId": key_id, "Plaintext": PLAIN, "EncryptionContext": {"purpose": "another"}})[
        "CiphertextBlob"
    ]
    with pytest.raises(Unavailable):
        Kms(key_id, region=REGION).unwrap(foreign.encode())


@pytest.mark.parametrize("key", ["no-such-key", "alias/none"])
def test_without_the_kms_key_it_is_unavailable(service: AwsJson, key: str) -> None:
    """FI-12: Unavailable, with KMS's reason in the detail and nothing of the data key."""
    del service
    with pytest.raises(Unavailable) as refused:
        Kms(key, region=REGION).wrap(PLAIN)
    assert "kms" in refused.value.detail
    assert PLAIN.hex() not in str(refused.value) + refused.value.detail


def test_without_kms_the_key_is_unavailable(monkeypatch: pytest.MonkeyPatch) -> None:
    """FI-12: a closed port."""
    monkeypatch.setenv("AWS_ENDPOINT_URL_KMS", "http://127.0.0.1:1")
    with pytest.raises(Unavailable):
        Kms("key", region=REGION).unwrap(b"x")
