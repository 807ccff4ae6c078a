"""KMS wraps and unwraps the data key: with one key, for one purpose; without an answer nobody goes on as if there were one."""

from __future__ import annotations

import pytest

from idp.adapters.aws_json import KMS, AwsJson
from idp.adapters.kms import Kms
from idp.domain.errors import Unavailable

REGION = "us-east-1"
PLAIN = bytes(range(32))


@pytest.fixture
def service(moto_endpoint: str, monkeypatch: pytest.MonkeyPatch) -> AwsJson:
    """Moto's KMS, as the adapter finds it."""
    monkeypatch.setenv("AWS_ENDPOINT_URL_KMS", moto_endpoint)
    return AwsJson(KMS, region=REGION, endpoint=moto_endpoint)


@pytest.fixture
def key_id(service: AwsJson) -> str:
    """A new key."""
    made: str = service.call("CreateKey", {})["KeyMetadata"]["KeyId"]
    return made


def test_what_was_wrapped_is_unwrapped(key_id: str) -> None:
    """By another instance too, as in another environment; what is stored is not what it protects."""
    enveloped = Kms(key_id, region=REGION).wrap(PLAIN)
    assert PLAIN not in enveloped
    assert Kms(key_id, region=REGION).unwrap(enveloped) == PLAIN


def test_another_keys_envelope_is_not_opened(service: AwsJson, key_id: str) -> None:
    """Though the role might: the key is named, not taken from the envelope."""
    other: str = service.call("CreateKey", {})["KeyMetadata"]["KeyId"]
    with pytest.raises(Unavailable):
        Kms(key_id, region=REGION).unwrap(Kms(other, region=REGION).wrap(PLAIN))


def test_an_envelope_of_another_purpose_is_not_opened(service: AwsJson, key_id: str) -> None:
    """The purpose is authenticated with it, and serverless.yml allows this one only."""
    foreign: str = service.call("Encrypt", {"KeyId": key_id, "Plaintext": PLAIN, "EncryptionContext": {"purpose": "another"}})[
        "CiphertextBlob"
    ]
    with pytest.raises(Unavailable):
        Kms(key_id, region=REGION).unwrap(foreign.encode())


@pytest.mark.parametrize("key", ["no-such-key", "alias/none"])
def test_without_the_key_nothing_goes_on(service: AwsJson, key: str) -> None:
    """FI-12: Unavailable, with what KMS said in the detail and nothing of the data key."""
    del service
    with pytest.raises(Unavailable) as refused:
        Kms(key, region=REGION).wrap(PLAIN)
    assert "kms" in refused.value.detail
    assert PLAIN.hex() not in str(refused.value) + refused.value.detail


def test_without_kms_nothing_goes_on(monkeypatch: pytest.MonkeyPatch) -> None:
    """FI-12: a closed port."""
    monkeypatch.setenv("AWS_ENDPOINT_URL_KMS", "http://127.0.0.1:1")
    with pytest.raises(Unavailable):
        Kms("key", region=REGION).unwrap(b"x")
