"""AWS Signature Version 4, as DynamoDB, KMS, SES and Lambda require it.

The steps are those of "Create a signed AWS API request" in AWS's IAM guide. A test compares the results with botocore's signer.
"""

from __future__ import annotations

import hmac
from hashlib import sha256
from typing import NamedTuple

ALGORITHM = "AWS4-HMAC-SHA256"


class Credentials(NamedTuple):
    """An access key. `token` is the session token of a temporary key, as every Lambda function has."""

    access_key: str
    secret_key: str
    token: str = ""

    def __repr__(self) -> str:
        """Without the secret, so that no log or traceback contains it."""
        return f"Credentials({self.access_key!r})"


class Signer:
    """Signs for one service in one region. The signing key is derived once per day and secret key."""

    def __init__(self, service: str, region: str) -> None:
        self._service = service
        self._region = region
        self._derived: tuple[str, str, bytes] = ("", "", b"")

    def headers(
        self,
        credentials: Credentials,
        *,
        host: str,
        content_type: str,
        body: bytes,
        at: str,
        target: str = "",
        path: str = "/",
        invocation: str = "",
        method: str = "POST",
    ) -> dict[str, str]:
        """The headers of a signed request. `at` is UTC in the form 20260102T030405Z; `path` is percent-encoded as it is sent.

        `target` is X-Amz-Target and `invocation` X-Amz-Invocation-Type; neither is sent if it is empty.
        """
        headers = {"content-type": content_type, "host": host, "x-amz-date": at}
        if invocation:
            headers["x-amz-invocation-type"] = invocation
        if credentials.token:
            headers["x-amz-security-token"] = credentials.token
        if target:
            headers["x-amz-target"] = target
        signed = ";".join(headers)  # in the order of the canonical request: by name
        lines = "".join(f"{name}:{value}\n" for name, value in headers.items())
        twice = path.replace("%", "%25")  # every service but S3 signs the path encoded once more
        canonical = f"{method}\n{twice}\n\n{lines}\n{signed}\n{sha256(body).hexdigest()}"
        credential, signature = self.scope_of(credentials, at), self.sign(credentials, at, canonical)
        headers["authorization"] = f"{ALGORITHM} Credential={credential}, SignedHeaders={signed}, Signature={signature}"
        return headers

    def scope_of(self, credentials: Credentials, at: str) -> str:
        """The access key and the scope of the signature: day, region and service."""
        return f"{credentials.access_key}/{self._scope(at)}"

    def sign(self, credentials: Credentials, at: str, canonical: str) -> str:
        """The signature of a canonical request."""
        return self.sign_text(credentials, at, f"{ALGORITHM}\n{at}\n{self._scope(at)}\n{sha256(canonical.encode()).hexdigest()}")

    def sign_text(self, credentials: Credentials, at: str, text: str) -> str:
        """The signature of a text as it is, such as the policy of an S3 form."""
        return hmac.digest(self._key(credentials.secret_key, at[:8]), text.encode(), "sha256").hex()

    def _scope(self, at: str) -> str:
        return f"{at[:8]}/{self._region}/{self._service}/aws4_request"

    def _key(self, secret: str, day: str) -> bytes:
        known_secret, known_day, key = self._derived
        if (known_secret, known_day) != (secret, day):
            key = f"AWS4{secret}".encode()
            for part in (day, self._region, self._service, "aws4_request"):
                key = hmac.digest(key, part.encode(), "sha256")
            self._derived = (secret, day, key)
        return key
