"""A clock that is wrong: AWS refuses the signature, and the next attempt is signed with the time of AWS's Date header."""

from __future__ import annotations

import calendar
import json
import threading
import time
from collections.abc import Iterator
from email.utils import formatdate
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from idp.adapters.aws_json import DYNAMODB, KMS, AwsError, AwsJson, Service
from idp.adapters.sigv4 import Credentials

AWS_TIME = 1_800_000_000
DAY = 86_400


class FakeService(ThreadingHTTPServer):
    """Accepts signatures made within five minutes of `AWS_TIME`, as AWS does."""

    refusal = "InvalidSignatureException"
    date: str | None = formatdate(AWS_TIME, usegmt=True)
    accepts = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.signed_at: list[int] = []

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}"


class Handler(BaseHTTPRequestHandler):
    """Answers for FakeService."""

    server: FakeService

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers["Content-Length"]))
        at = calendar.timegm(time.strptime(self.headers["X-Amz-Date"], "%Y%m%dT%H%M%SZ"))
        self.server.signed_at.append(at)
        right = self.server.accepts and abs(at - AWS_TIME) <= 300
        body = json.dumps({"ok": True} if right else {"__type": f"com.amazon.coral.service#{self.server.refusal}"}).encode()
        self.send_response_only(200 if right else 400)
        if self.server.date:
            self.send_header("Date", self.server.date)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002  # the name is the base class's
        del format, args


@pytest.fixture
def aws() -> Iterator[FakeService]:
    with FakeService() as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield server
        server.shutdown()


def client(aws: FakeService, now: int, service: Service = DYNAMODB) -> AwsJson:
    key = Credentials("AKID", "secret", "")
    return AwsJson(service, region="us-east-1", endpoint=aws.url, credentials=lambda: key, sleep=lambda _: None, clock=lambda: now)


@pytest.mark.parametrize("service", [DYNAMODB, KMS])
@pytest.mark.parametrize("refusal", ["InvalidSignatureException", "RequestExpired", "RequestTimeTooSkewed", "SignatureDoesNotMatch"])
@pytest.mark.parametrize("ahead", [-DAY, -600, 600, DAY])
def test_the_second_attempt_has_the_time_of_the_service(aws: FakeService, service: Service, refusal: str, ahead: int) -> None:
    """Later calls have it at once."""
    aws.refusal = refusal
    caller = client(aws, AWS_TIME + ahead, service)
    assert caller.call("GetItem", {}) == {"ok": True}
    assert aws.signed_at == [AWS_TIME + ahead, AWS_TIME]
    assert caller.call("GetItem", {}) == {"ok": True}
    assert aws.signed_at[2:] == [AWS_TIME]


def test_a_wrong_key_is_not_taken_for_a_wrong_clock(aws: FakeService) -> None:
    """One attempt when the clocks agree; two when they differ as well."""
    aws.accepts = False
    for ahead, attempts in ((0, 1), (30, 1), (DAY, 2)):
        aws.signed_at.clear()
        with pytest.raises(AwsError) as refused:
            client(aws, AWS_TIME + ahead).call("GetItem", {})
        assert refused.value.code == "InvalidSignatureException"
        assert len(aws.signed_at) == attempts


@pytest.mark.parametrize("date", [None, "", "yesterday", "9" * 40])
def test_without_a_usable_date_the_refusal_stands(aws: FakeService, date: str | None) -> None:
    aws.date = date
    with pytest.raises(AwsError):
        client(aws, AWS_TIME + DAY).call("GetItem", {})
    assert len(aws.signed_at) == 1


def test_other_refusals_move_no_clock(aws: FakeService) -> None:
    aws.refusal = "AccessDeniedException"
    with pytest.raises(AwsError):
        client(aws, AWS_TIME + DAY).call("GetItem", {})
    assert aws.signed_at == [AWS_TIME + DAY]
