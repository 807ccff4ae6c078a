"""Signed POST requests to one AWS service: its host, signature, time limits, retries and the correction of a wrong clock.

DynamoDB and KMS (`aws_json`), SES (`ses`) and Lambda (`mail_function`, `fetch_function`) are all called through this module. botocore would
do the same at 280 ms of every cold start (docs/decisions/0004). Nothing is imported here that the first request does not need.
"""

from __future__ import annotations

import json
import random
import time
from collections.abc import Callable, Mapping
from http.client import HTTPException
from typing import TYPE_CHECKING, Any, NamedTuple

from idp.adapters.aws_credentials import CredentialSource, credential_source
from idp.adapters.https_pool import Pool, Reply
from idp.adapters.sigv4 import Signer

if TYPE_CHECKING:
    from email.message import Message


def decode_object(reply: Reply) -> dict[str, Any]:
    """The body of a reply, parsed as a JSON object. Raises ValueError or TypeError if it is not one."""
    answer = json.loads(reply.body)
    if not isinstance(answer, dict):
        raise TypeError("not a JSON object")
    return answer


class Limits(NamedTuple):
    """Limits of one call. `connect`, `read` and `patience` are seconds.

    No attempt starts later than `patience` after the first one, so that the last attempt ends before the function's own limit (10 s).
    """

    connect: float = 1.0
    read: float = 3.0
    attempts: int = 3
    patience: float = 5.0


LIMITS = Limits()


class Request(NamedTuple):
    """One request.

    `target` is sent as X-Amz-Target (AWS's JSON protocol) and `invocation` as X-Amz-Invocation-Type (Lambda's Invoke), each if not empty.
    `success` is the only status that counts as success. `decode` parses the body; it raises ValueError or TypeError if the body
    is not usable. `idempotent`: the request may be repeated although an earlier attempt may have been carried out.
    """

    body: bytes
    content_type: str = "application/json"
    path: str = "/"
    target: str = ""
    invocation: str = ""
    success: int = 200
    decode: Callable[[Reply], dict[str, Any]] = decode_object
    idempotent: bool = False
    method: str = "POST"


class Answer(NamedTuple):
    """A successful reply: its headers, and its body parsed by the request's `decode`."""

    headers: Message
    content: dict[str, Any]


class AwsError(Exception):
    """The service refused the request. `code` is AWS's name of the error, `answer` the parsed body, `status` the HTTP status."""

    def __init__(self, code: str, answer: Mapping[str, Any], status: int = 400) -> None:
        super().__init__(code)
        self.code, self.answer, self.status = code, answer, status


class AwsUnreachableError(Exception):
    """No usable reply after the last attempt, or no credentials. It is unknown whether the request was carried out."""


_THROTTLED = frozenset({
    "ProvisionedThroughputExceededException", "RequestLimitExceeded", "Throttling", "ThrottlingException", "TooManyRequestsException",
    "TransactionInProgressException",
})  # fmt: skip
"""Errors that say that the request was not carried out and may be sent again. AWS's SDKs repeat the call for the same ones."""
_TRANSIENT = frozenset({
    "DependencyTimeoutException", "InternalServerError", "KMSInternalException", "ServiceUnavailable", "ServiceUnavailableException",
})  # fmt: skip
"""Errors inside the service. The request may have been carried out, so only idempotent requests are repeated."""
_SKEWED = frozenset({"InvalidSignatureException", "RequestExpired", "RequestTimeTooSkewed", "SignatureDoesNotMatch"})
"""Errors that AWS answers to a signature whose time differs from its clock by more than five minutes."""
_RELEVANT_SKEW = 60
"""Seconds. A smaller difference of the clocks is not the reason why a signature was refused."""
_TOO_MANY, _SERVER_ERROR = 429, 500
_PAUSE = 0.1
"""Seconds: the pause after attempt n is random, and at most this times 2**n."""


class AwsClient:
    """A client of one service in one region, or at the URL `endpoint`. Threads may share it.

    `host` is the service's prefix of the host name and `signing_name` its name in signatures (the same, unless given).
    """

    def __init__(
        self, host: str, *, region: str, signing_name: str = "", endpoint: str | None = None, credentials: CredentialSource | None = None,
        limits: Limits = LIMITS,
    ) -> None:  # fmt: skip
        url = endpoint or f"https://{host}.{region}.amazonaws.com{'.cn' if region.startswith('cn-') else ''}"
        self._pool = Pool(url, connect_timeout=limits.connect, read_timeout=limits.read)
        self._signer = Signer(signing_name or host, region)
        self._credentials = credentials or credential_source()
        self._limits = limits
        self._skew = 0.0  # seconds by which the service's clock is ahead of this one

    def send(self, request: Request) -> Answer:
        """Send a request, and repeat it if that can help and cannot do harm.

        Raises:
            AwsError: the service refused the request.
            AwsUnreachableError: there was no usable reply in time, or there are no credentials.
        """
        give_up = time.monotonic() + self._limits.patience
        attempt = 1
        while True:
            try:
                return self._attempt(request)
            except AwsError as error:
                may_repeat = _was_not_done(error) or (request.idempotent and error.code in _TRANSIENT)
                if not may_repeat or not self._pause(attempt, give_up):
                    raise
            except (OSError, HTTPException, ValueError, TypeError) as error:
                if not request.idempotent or not self._pause(attempt, give_up):
                    raise AwsUnreachableError(type(error).__name__) from error
            attempt += 1

    def close(self) -> None:
        """Close the idle connections. Needed before a snapshot of the process is taken."""
        self._pool.close()

    def _pause(self, attempt: int, give_up: float) -> bool:
        """Wait before the next attempt. False if no further attempt is allowed, by number or by time."""
        if attempt >= self._limits.attempts:
            return False
        time.sleep(random.random() * _PAUSE * 2**attempt)  # noqa: S311  # spreads the load; not a secret
        return time.monotonic() <= give_up

    def _attempt(self, request: Request) -> Answer:
        credentials = self._credentials()
        if credentials is None:
            raise AwsUnreachableError("no AWS credentials: set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or a profile")
        headers = self._signer.headers(
            credentials, host=self._pool.host, path=request.path, target=request.target, invocation=request.invocation,
            content_type=request.content_type, body=request.body, at=self._signing_time(), method=request.method,
        )  # fmt: skip
        reply = self._pool.send(request.method, headers, request.body, request.path)
        if reply.status != request.success:
            raise self._refusal(request, reply)
        return Answer(reply.headers, request.decode(reply))

    def _refusal(self, request: Request, reply: Reply) -> AwsError:
        try:
            answer = request.decode(reply)
        except (ValueError, TypeError):
            answer = {}
        code = str(answer.get("__type") or "").rpartition("#")[2] or str(reply.headers.get("x-amzn-errortype", "")).partition(":")[0]
        if code in _SKEWED and self._correct_clock(reply.headers.get("date")):
            return _ClockSkewError(code, answer, reply.status)
        return AwsError(code if code and reply.status < _SERVER_ERROR else "InternalServerError", answer, reply.status)

    def _signing_time(self) -> str:
        """The time of the service's clock, in the form of X-Amz-Date."""
        return time.strftime("%Y%m%dT%H%M%SZ", time.gmtime(time.time() + self._skew))

    def _correct_clock(self, date: str | None) -> bool:
        """Take over the service's time from the Date header of its reply. False if the clocks agree: then the key or signature is wrong."""
        from email.utils import parsedate_to_datetime

        try:
            skew = parsedate_to_datetime(date or "").timestamp() - time.time()
        except ValueError:
            return False
        before, self._skew = self._skew, skew
        return abs(skew - before) > _RELEVANT_SKEW


class _ClockSkewError(AwsError):
    """The signature was refused and the clocks differ. The next attempt is signed with the time of the service."""


def _was_not_done(refusal: AwsError) -> bool:
    return refusal.code in _THROTTLED or refusal.status == _TOO_MANY or isinstance(refusal, _ClockSkewError)
