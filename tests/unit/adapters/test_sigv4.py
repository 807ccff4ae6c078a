"""Signatures are equal to botocore's for any request."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials as BotocoreCredentials
from hypothesis import given
from hypothesis import strategies as st

from idp.adapters.sigv4 import Credentials, Signer

VISIBLE = st.text(st.characters(min_codepoint=33, max_codepoint=126), min_size=1, max_size=60)
TIMES = st.datetimes(datetime(2020, 1, 1), datetime(2090, 1, 1))  # noqa: DTZ001  # Hypothesis wants bounds without a zone


def botocores(credentials: Credentials, headers: dict[str, str], body: bytes, service: str, region: str, path: str = "/") -> str:
    """The Authorization header that botocore writes for the same request."""
    request = AWSRequest("POST", f"https://{headers['host']}{path}", headers=headers, data=body)
    request.context["timestamp"] = headers["x-amz-date"]
    signer = SigV4Auth(BotocoreCredentials(*credentials), service, region)
    signature = signer.signature(signer.string_to_sign(request, signer.canonical_request(request)), request)
    signed = signer.signed_headers(signer.headers_to_sign(request))
    return f"AWS4-HMAC-SHA256 Credential={signer.scope(request)}, SignedHeaders={signed}, Signature={signature}"


@given(VISIBLE, VISIBLE, st.one_of(st.just(""), VISIBLE), st.binary(max_size=300), TIMES, st.sampled_from(["dynamodb", "kms"]))
def test_every_signature_is_botocores(key: str, secret: str, token: str, body: bytes, now: datetime, service: str) -> None:
    """For any key, secret, session token, body, time and service."""
    credentials = Credentials(key, secret, token)
    headers = Signer(service, "eu-central-1").headers(
        credentials,
        host=f"{service}.eu-central-1.amazonaws.com",
        target="DynamoDB_20120810.GetItem",
        content_type="application/x-amz-json-1.0",
        body=body,
        at=now.replace(tzinfo=UTC).strftime("%Y%m%dT%H%M%SZ"),
    )
    written = headers.pop("authorization")
    assert written == botocores(credentials, headers, body, service, "eu-central-1")


@given(st.from_regex(r"(arn%3Aaws%3Alambda%3A)?[A-Za-z0-9_-]{1,64}", fullmatch=True), st.binary(max_size=300), TIMES)
def test_every_signature_of_an_invocation_is_botocores(name: str, body: bytes, now: datetime) -> None:
    """With a path and without X-Amz-Target. The path of an ARN is percent-encoded."""
    credentials = Credentials("key", "secret", "token")
    path = f"/2015-03-31/functions/{name}/invocations"
    headers = Signer("lambda", "eu-central-1").headers(
        credentials,
        host="lambda.eu-central-1.amazonaws.com",
        path=path,
        content_type="application/json",
        body=body,
        at=now.replace(tzinfo=UTC).strftime("%Y%m%dT%H%M%SZ"),
    )
    written = headers.pop("authorization")
    assert written == botocores(credentials, headers, body, "lambda", "eu-central-1", path)


def test_a_new_day_and_a_new_secret_have_their_own_signing_key() -> None:
    """A derived signing key is not used for another day or another secret."""
    signer = Signer("dynamodb", "us-east-1")

    def sign(secret: str, at: str) -> str:
        how: dict[str, Any] = {"host": "h", "target": "t", "content_type": "c", "body": b"", "at": at}
        return signer.headers(Credentials("k", secret), **how)["authorization"]

    signatures = [sign("one", "20260101T000000Z"), sign("two", "20260101T000000Z"), sign("two", "20260102T000000Z")]
    assert len(set(signatures)) == 3
    assert sign("one", "20260101T000000Z") == signatures[0]
