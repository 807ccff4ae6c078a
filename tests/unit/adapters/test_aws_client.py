"""The one client of AWS services: DynamoDB, KMS, SES and Lambda share its host names, signatures, retries and clock correction.

Each test runs the real adapters against a server on loopback, which checks the time of signatures as AWS does.
"""

from __future__ import annotations

import json
import threading
import time
import traceback
from calendar import timegm
from collections.abc import Callable, Iterator
from email.utils import formatdate
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import NamedTuple

import pytest

from idp.adapters import aws_client
from idp.adapters.aws_client import AwsClient, AwsError, AwsUnreachableError, Limits, Request
from idp.adapters.aws_json import DYNAMODB, KMS, AwsJson
from idp.adapters.lambda_function import LambdaFunction
from idp.adapters.ses import Ses
from idp.adapters.sigv4 import Credentials
from idp.domain.mail.failures import MailNotSentError
from idp.domain.mail.letter import Letter

DAY = 86_400
PERSON = "person@example.com"
KEY = Credentials("AKID", "the-secret-key", "the-session-token")
ACCEPTED_SKEW = 300
"""Seconds, as AWS documents it for Signature Version 4."""


class Refusal(NamedTuple):
    """A reply of the fake service that is not a success."""

    status: int
    code: str


class FakeAws(ThreadingHTTPServer):
    """A service whose clock is `ahead` seconds ahead of this machine. It refuses as often as `refusals` has entries."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.ahead = 0
        self.refusals: list[Refusal] = []
        self.skew_error = "InvalidSignatureException"
        self.accepts_key = True
        self.sends_date: bool | str = True
        self.hangs_up = 0
        self.requests: list[tuple[str, dict[str, str]]] = []

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}"

    @property
    def now(self) -> float:
        return time.time() + self.ahead

    def refusal(self, signed_at: float) -> Refusal | None:
        if self.refusals:
            return self.refusals.pop(0)
        wrong_time = abs(signed_at - self.now) > ACCEPTED_SKEW
        return Refusal(403, self.skew_error) if wrong_time or not self.accepts_key else None


class Handler(BaseHTTPRequestHandler):
    """Answers for FakeAws, with the code of an error in the body (AWS's JSON protocol) and in the header (AWS's REST protocol)."""

    server: FakeAws

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers["Content-Length"]))
        headers = {name.lower(): value for name, value in self.headers.items()}
        self.server.requests.append((self.path, headers))
        if self.server.hangs_up:
            self.server.hangs_up -= 1
            self.close_connection = True
            return
        refusal = self.server.refusal(timegm(time.strptime(headers["x-amz-date"], "%Y%m%dT%H%M%SZ")))
        queued = headers.get("x-amz-invocation-type") == "Event"
        self.send_response_only(refusal.status if refusal else 202 if queued else 200)
        body = b"" if queued and not refusal else b'{"ok":true}'
        if refusal and "x-amz-target" in headers:
            body = json.dumps({"__type": f"com.amazon.coral.service#{refusal.code}"}).encode()
        elif refusal:
            body = b'{"message":"refused"}'
            self.send_header("x-amzn-ErrorType", f"{refusal.code}:http://internal.amazon.com/coral/")
        if self.server.sends_date:
            date = self.server.sends_date
            self.send_header("Date", date if isinstance(date, str) else formatdate(self.server.now, usegmt=True))
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002  # the name is the base class's
        del format, args


@pytest.fixture
def aws(monkeypatch: pytest.MonkeyPatch) -> Iterator[FakeAws]:
    """The fake service. Retries do not pause."""
    monkeypatch.setattr(aws_client, "_PAUSE", 0)
    with FakeAws() as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True)
        thread.start()
        yield server
        server.shutdown()
        thread.join()


Call = Callable[[], object]


def of_dynamodb(url: str) -> Call:
    client = AwsJson(DYNAMODB, region="us-east-1", endpoint=url, credentials=lambda: KEY)
    return lambda: client.call("GetItem", {})


def of_kms(url: str) -> Call:
    client = AwsJson(KMS, region="us-east-1", endpoint=url, credentials=lambda: KEY)
    return lambda: client.call("Decrypt", {})


def of_ses(url: str) -> Call:
    client = Ses("id@example.com", region="us-east-1", endpoint=url, credentials=lambda: KEY)
    return lambda: client.submit(Letter("id", PERSON, "subject", "text", "<p>text"))


def function(url: str) -> LambdaFunction:
    return LambdaFunction("idp-fetch", region="us-east-1", endpoint=url, credentials=lambda: KEY, limits=Limits())


def of_lambda(url: str) -> Call:
    client = function(url)
    return lambda: client.invoke({})


def of_lambda_queue(url: str) -> Call:
    client = function(url)
    return lambda: client.enqueue({})


EACH = pytest.mark.parametrize("service", [of_dynamodb, of_kms, of_ses, of_lambda, of_lambda_queue])
IDEMPOTENT = pytest.mark.parametrize("service", [of_dynamodb, of_kms, of_lambda_queue])
NOT_IDEMPOTENT = pytest.mark.parametrize("service", [of_ses, of_lambda])
REFUSED = (AwsError, MailNotSentError)
FAILED = (AwsError, AwsUnreachableError, MailNotSentError)


def signing_times(aws: FakeAws) -> list[float]:
    """How many seconds each signature is ahead of this machine's clock."""
    return [timegm(time.strptime(headers["x-amz-date"], "%Y%m%dT%H%M%SZ")) - time.time() for _, headers in aws.requests]


@EACH
@pytest.mark.parametrize("refusal", ["InvalidSignatureException", "RequestExpired", "RequestTimeTooSkewed", "SignatureDoesNotMatch"])
@pytest.mark.parametrize("ahead", [-DAY, DAY])
def test_a_skewed_clock_is_corrected_by_the_second_attempt(aws: FakeAws, service: Callable[[str], Call], refusal: str, ahead: int) -> None:
    """The second attempt is signed with the time of the reply's Date header. Later calls use it at once."""
    aws.ahead, aws.skew_error = ahead, refusal
    call = service(aws.url)
    call()
    assert [round(each / DAY) for each in signing_times(aws)] == [0, ahead // DAY]
    call()
    assert [round(each / DAY) for each in signing_times(aws)[2:]] == [ahead // DAY]


@EACH
def test_the_clock_is_corrected_once_when_the_key_is_wrong_too(aws: FakeAws, service: Callable[[str], Call]) -> None:
    aws.ahead, aws.accepts_key = DAY, False
    with pytest.raises(REFUSED, match="InvalidSignatureException"):
        service(aws.url)()
    assert len(aws.requests) == 2


@EACH
@pytest.mark.parametrize("ahead", [0, 30])
def test_a_wrong_key_is_not_repeated_when_the_clocks_agree(aws: FakeAws, service: Callable[[str], Call], ahead: int) -> None:
    aws.ahead, aws.accepts_key = ahead, False
    with pytest.raises(REFUSED, match="InvalidSignatureException"):
        service(aws.url)()
    assert len(aws.requests) == 1


@pytest.mark.parametrize("date", [False, "yesterday", "9" * 40])
def test_a_refused_signature_without_a_usable_date_is_not_repeated(aws: FakeAws, *, date: bool | str) -> None:
    aws.ahead, aws.sends_date = DAY, date
    with pytest.raises(AwsError):
        of_dynamodb(aws.url)()
    assert len(aws.requests) == 1


def test_another_refusal_does_not_correct_the_clock(aws: FakeAws) -> None:
    aws.ahead, aws.refusals = DAY, [Refusal(400, "AccessDeniedException")]
    with pytest.raises(AwsError):
        of_dynamodb(aws.url)()
    assert [round(each / DAY) for each in signing_times(aws)] == [0]


@EACH
@pytest.mark.parametrize("refusal", [Refusal(400, "ThrottlingException"), Refusal(429, "TooManyRequestsException"), Refusal(429, "")])
def test_throttling_is_retried(aws: FakeAws, service: Callable[[str], Call], refusal: Refusal) -> None:
    """The request was not carried out, so it may be repeated for each service."""
    aws.refusals = [refusal, refusal]
    service(aws.url)()
    assert len(aws.requests) == 3


@EACH
def test_throttling_ends_with_the_refusal_after_three_attempts(aws: FakeAws, service: Callable[[str], Call]) -> None:
    aws.refusals = [Refusal(429, "TooManyRequestsException")] * 9
    with pytest.raises(REFUSED, match="TooManyRequestsException"):
        service(aws.url)()
    assert len(aws.requests) == 3


@EACH
@pytest.mark.parametrize(
    "refusal",
    [
        Refusal(400, "ValidationException"), Refusal(403, "AccessDeniedException"), Refusal(404, "ResourceNotFoundException"),
        Refusal(409, "ConflictException"), Refusal(413, "RequestTooLargeException"),
    ],
)  # fmt: skip
def test_a_refusal_of_the_request_is_not_retried(aws: FakeAws, service: Callable[[str], Call], refusal: Refusal) -> None:
    aws.refusals = [refusal]
    with pytest.raises(REFUSED, match=refusal.code):
        service(aws.url)()
    assert len(aws.requests) == 1


@IDEMPOTENT
def test_an_error_inside_the_service_and_a_lost_reply_are_retried_if_idempotent(aws: FakeAws, service: Callable[[str], Call]) -> None:
    aws.refusals = [Refusal(500, "InternalServerError"), Refusal(503, "")]
    service(aws.url)()
    assert len(aws.requests) == 3
    aws.hangs_up = 2
    service(aws.url)()
    assert len(aws.requests) == 6


@NOT_IDEMPOTENT
def test_a_mail_or_an_invocation_that_may_have_happened_is_not_retried(aws: FakeAws, service: Callable[[str], Call]) -> None:
    aws.refusals = [Refusal(500, "InternalServerError")]
    with pytest.raises(REFUSED):
        service(aws.url)()
    aws.hangs_up = 1
    with pytest.raises(FAILED):
        service(aws.url)()
    assert len(aws.requests) == 2


def test_no_attempt_starts_after_the_patience_of_the_call(aws: FakeAws) -> None:
    """Three attempts are allowed by number; the pause after the first one uses up the time."""
    aws.refusals = [Refusal(500, "")] * 9
    client = AwsClient("dynamodb", region="us-east-1", endpoint=aws.url, credentials=lambda: KEY, limits=Limits(patience=-1))
    with pytest.raises(AwsError):
        client.send(Request(b"{}", idempotent=True))
    assert len(aws.requests) == 1


@EACH
@pytest.mark.parametrize(
    "failure", [Refusal(403, "AccessDeniedException"), Refusal(403, "SignatureDoesNotMatch"), Refusal(500, ""), "no reply"]
)
def test_an_error_contains_no_key_token_or_address(aws: FakeAws, service: Callable[[str], Call], failure: Refusal | str) -> None:
    """Neither in its text nor in the traceback of its causes, which the log gets."""
    if isinstance(failure, Refusal):
        aws.refusals = [failure] * 3
    else:
        aws.hangs_up = 3
    with pytest.raises(FAILED) as raised:
        service(aws.url)()
    printed = "".join(traceback.format_exception(raised.value)) + repr(raised.value)
    assert not [secret for secret in (*KEY, PERSON) if secret in printed]
    assert "AWS4-HMAC-SHA256" not in printed


def test_printed_credentials_show_no_secret() -> None:
    assert KEY.secret_key not in repr(KEY) + str(KEY)
    assert KEY.token not in repr(KEY) + str(KEY)


@pytest.mark.parametrize(
    ("service", "scope"),
    [(of_dynamodb, "dynamodb"), (of_kms, "kms"), (of_ses, "ses"), (of_lambda, "lambda"), (of_lambda_queue, "lambda")],
)
def test_a_signature_names_service_and_region(aws: FakeAws, service: Callable[[str], Call], scope: str) -> None:
    """SES is signed as `ses` though its host is `email` (its endpoint's credential scope in AWS's documentation)."""
    service(aws.url)()
    assert f"/us-east-1/{scope}/aws4_request" in aws.requests[0][1]["authorization"]


@pytest.mark.parametrize(
    ("host", "region", "expected"),
    [
        ("dynamodb", "eu-central-1", "dynamodb.eu-central-1.amazonaws.com"),
        ("kms", "us-gov-west-1", "kms.us-gov-west-1.amazonaws.com"),
        ("email", "eu-west-1", "email.eu-west-1.amazonaws.com"),
        ("lambda", "cn-north-1", "lambda.cn-north-1.amazonaws.com.cn"),
    ],
)
def test_the_host_is_that_of_service_and_region(monkeypatch: pytest.MonkeyPatch, host: str, region: str, expected: str) -> None:
    """These are the hosts of botocore's endpoint data. The connection is https."""
    connections: list[tuple[str, float, float]] = []

    class Pool:
        def __init__(self, url: str, *, connect_timeout: float, read_timeout: float) -> None:
            connections.append((url, connect_timeout, read_timeout))

    monkeypatch.setattr(aws_client, "Pool", Pool)
    AwsClient(host, region=region, credentials=lambda: KEY, limits=Limits(connect=2, read=4))
    assert connections == [(f"https://{expected}", 2, 4)]


@EACH
def test_without_credentials_nothing_is_sent(aws: FakeAws, service: Callable[[str], Call], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tests.unit.adapters.test_aws_client.KEY", None)
    with pytest.raises((AwsUnreachableError, MailNotSentError), match="no AWS credentials"):
        service(aws.url)()
    assert aws.requests == []
