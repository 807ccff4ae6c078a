"""DynamoDB and KMS over their documented wire protocol: signed JSON by POST. Nothing is imported that the first request does not need.

botocore does the same at 280 ms of every cold start and 0.7 ms of every call (docs/decisions/0004). What it does for these two services
is done here too: time limits, retries with backoff, kept-alive connections, checksums of replies, idempotency tokens.
"""

from __future__ import annotations

import json
import os
import random
import time
import zlib
from base64 import b64decode, b64encode
from collections.abc import Callable, Mapping
from http.client import HTTPException
from typing import Any, NamedTuple

from idp.adapters.aws_credentials import CredentialSource, credential_source
from idp.adapters.https_pool import Pool
from idp.adapters.sigv4 import Signer


class Service(NamedTuple):
    """How a service is addressed: its name in host and signature, the prefix of X-Amz-Target, its version of AWS's JSON.

    `decode` is json's object_hook for its replies, asked only where `"B` occurs in one.
    """

    name: str
    target: str
    version: str
    decode: Callable[[dict[str, Any]], Any] | None = None


def _binary(value: dict[str, Any]) -> dict[str, Any]:
    # {"B": "<base64>"} and {"BS": [them]} are binary values and nothing else is: an attribute that is called B holds an object.
    if len(value) == 1:
        if isinstance(one := value.get("B"), str):
            return {"B": b64decode(one)}
        if isinstance(many := value.get("BS"), list):
            return {"BS": [b64decode(one) for one in many]}
    return value


DYNAMODB = Service("dynamodb", "DynamoDB_20120810", "1.0", _binary)
KMS = Service("kms", "TrentService", "1.1")


class Limits(NamedTuple):
    """Seconds. No attempt starts after `patience`, so that the last one ends before the function's own limit (10 s) and the gateway's."""

    connect: float = 1.0
    read: float = 3.0
    attempts: int = 3
    patience: float = 5.0


LIMITS = Limits()

_TRANSIENT = frozenset({
    "DependencyTimeoutException", "InternalServerError", "KMSInternalException", "ProvisionedThroughputExceededException",
    "RequestLimitExceeded", "ServiceUnavailable", "ServiceUnavailableException", "Throttling", "ThrottlingException",
    "TransactionInProgressException",
})  # fmt: skip
"""Refusals that pass by themselves; AWS's SDKs repeat the call for the same ones, and for every 5xx."""
_SKEWED = frozenset({"InvalidSignatureException", "RequestExpired", "RequestTimeTooSkewed", "SignatureDoesNotMatch"})
"""Refusals of a signature whose time is too far from the service's clock. AWS accepts a difference of five minutes."""
_NOTICED = 60
"""Seconds. A smaller difference of the clocks is not why a signature was refused."""
_OK, _SERVER_ERROR = 200, 500
_PAUSE = 0.1


class AwsError(Exception):
    """The service refused: `code` is its name for it, `answer` the whole reply."""

    def __init__(self, code: str, answer: Mapping[str, Any]) -> None:
        super().__init__(code)
        self.code = code
        self.answer = answer


class _ClockSkewError(AwsError):
    """The signature was refused and the service's clock differs: the next attempt is signed with the time of the service."""


class AwsUnreachableError(Exception):
    """No usable reply after the last attempt: it is not known whether a write was applied."""


class AwsJson:
    """A client of one service in one region, or at `endpoint`. Threads may share it."""

    def __init__(
        self, service: Service, *, region: str, endpoint: str | None = None, credentials: CredentialSource | None = None,
        limits: Limits = LIMITS, sleep: Callable[[float], None] = time.sleep, clock: Callable[[], float] = time.time,
    ) -> None:  # fmt: skip
        self._service, self._limits, self._sleep, self._clock = service, limits, sleep, clock
        self._skew = 0.0  # seconds that the service's clock is ahead of this one
        url = endpoint or f"https://{service.name}.{region}.amazonaws.com{'.cn' if region.startswith('cn-') else ''}"
        self._pool = Pool(url, connect_timeout=limits.connect, read_timeout=limits.read)
        self._signer = Signer(service.name, region)
        self._credentials = credentials or credential_source()

    def call(self, operation: str, request: Mapping[str, Any]) -> dict[str, Any]:
        """One operation, repeated where that can help. Bytes go as base64.

        Raises:
            AwsError: the service refused it.
            AwsUnreachableError: no usable reply in time, or no credentials.
        """
        if operation == "TransactWriteItems":
            # The same token on each attempt: a transaction whose reply was lost is not applied twice.
            request = {"ClientRequestToken": os.urandom(16).hex(), **request}
        body = json.dumps(request, separators=(",", ":"), default=_base64).encode()
        give_up = time.monotonic() + self._limits.patience
        attempt = 1
        while True:
            last = attempt >= self._limits.attempts or time.monotonic() > give_up
            try:
                return self._once(operation, body)
            except AwsError as refusal:
                if last or not (refusal.code in _TRANSIENT or isinstance(refusal, _ClockSkewError)):
                    raise
            except (OSError, HTTPException, ValueError, TypeError) as error:
                if last:
                    raise AwsUnreachableError(type(error).__name__) from error
            self._sleep(random.random() * _PAUSE * 2**attempt)  # noqa: S311  # spreads the load; nothing secret
            attempt += 1

    def close(self) -> None:
        """Forget the idle connections: before a snapshot is taken of the process."""
        self._pool.close()

    def _once(self, operation: str, body: bytes) -> dict[str, Any]:
        credentials = self._credentials()
        if credentials is None:
            raise AwsUnreachableError("no AWS credentials: set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or a profile")
        headers = self._signer.headers(
            credentials, host=self._pool.host, target=f"{self._service.target}.{operation}",
            content_type=f"application/x-amz-json-{self._service.version}", body=body, at=self._now(),
        )  # fmt: skip
        reply = self._pool.post(headers, body)
        checksum = reply.headers.get("x-amz-crc32")
        if checksum and int(checksum) != zlib.crc32(reply.body):
            raise ValueError("checksum")
        answer = json.loads(reply.body, object_hook=self._service.decode if b'"B' in reply.body else None)
        if not isinstance(answer, dict):
            raise TypeError("no JSON object")
        if reply.status != _OK:
            code = str(answer.get("__type", "")).rpartition("#")[2]
            if code in _SKEWED and self._correct_clock(reply.headers.get("date")):
                raise _ClockSkewError(code, answer)
            raise AwsError(code if code and reply.status < _SERVER_ERROR else "InternalServerError", answer)
        return answer

    def _now(self) -> str:
        """The time to sign with, by the service's clock."""
        return time.strftime("%Y%m%dT%H%M%SZ", time.gmtime(self._clock() + self._skew))

    def _correct_clock(self, date: str | None) -> bool:
        """Take the service's time from the Date header of its reply. False when the clocks agree: then the key or signature is wrong."""
        from email.utils import parsedate_to_datetime

        try:
            skew = parsedate_to_datetime(date or "").timestamp() - self._clock()
        except ValueError:
            return False
        before, self._skew = self._skew, skew
        return abs(skew - before) > _NOTICED


def _base64(value: object) -> str:
    if not isinstance(value, bytes):
        msg = f"{type(value).__name__} has no form in AWS's JSON"
        raise TypeError(msg)
    return b64encode(value).decode()
