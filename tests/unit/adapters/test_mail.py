"""Mail: queued by Lambda's API, sent by SES's. A failure never fails the act that the mail reports."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

import boto3
import pytest
from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials as BotocoreCredentials

from idp.adapters.mail_function import MailFunction
from idp.adapters.ses import Ses
from idp.adapters.sigv4 import Credentials, Signer
from idp.domain.mail.failures import MailNotSentError
from idp.domain.mail.letter import Letter
from idp.domain.mail.rendered_mail import RenderedMail
from idp.services.mail.mailer import NoMail
from idp.settings import Settings
from idp.telemetry.record import Record, recording
from idp.wiring import build_services
from tests.support import lambda_invoke

ISSUER = "https://id.example"


@pytest.fixture(autouse=True)
def _without_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    """Retries do not pause."""
    monkeypatch.setattr("idp.adapters.aws_client._PAUSE", 0)


MAIL = Letter("id-1", "a@example.com", "Hello", "Text", "<p>Text")


def render(template: str, context: Mapping[str, str]) -> RenderedMail:
    return RenderedMail(f"Subject of {template}", f"Hello {context['name']}.\n", f"<p>Hello {context['name']}.")


def sending(url: str, *, discard: bool = False) -> tuple[Record, dict[tuple[str, float], Any]]:
    """Send one mail through the function at this address. Returns what was counted."""
    function = MailFunction("idp-prod-mail", render, lambda: "id-1", lambda: 1000, region="us-east-1", endpoint=url)
    with recording(Record("r1")) as record:
        function.send("a@example.com", "greeting", {"name": "Ada"}, discard=discard)
    return record, {(each.name, each.value): each for each in record.measured}


def test_a_mail_is_an_asynchronous_invocation() -> None:
    """It is rendered, sent to the function by name, and signed with the header of the invocation type."""
    with lambda_invoke.invoking(202) as server:
        _, counted = sending(server.url)
    ((path, headers, event),) = server.asked
    assert path == "/2015-03-31/functions/idp-prod-mail/invocations"
    assert headers["x-amz-invocation-type"] == "Event"
    assert "x-amz-invocation-type" in headers["authorization"]
    assert event == {
        "id": "id-1", "queued_at": 1000, "deliver": 1, "has_secret": 0, "to": "a@example.com",
        "subject": "Subject of greeting", "text": "Hello Ada.\n", "html": "<p>Hello Ada.",
    }  # fmt: skip
    assert ("MailsQueued", 1) in counted


def test_a_mail_to_an_address_without_an_account_takes_the_same_way() -> None:
    """G-02: the event has the same size and the same call, and only the function sees that nothing is to be sent."""
    with lambda_invoke.invoking(202) as server:
        sending(server.url)
        _, counted = sending(server.url, discard=True)
    (path, _, sent), (other_path, _, discarded) = server.asked
    assert path == other_path
    assert discarded == {**sent, "deliver": 0}
    assert len(json.dumps(discarded)) == len(json.dumps(sent))
    assert ("MailsQueued", 1) in counted


def test_an_event_that_is_not_to_be_delivered_is_no_letter() -> None:
    """An event of version 0.1.0 has no `deliver`, no `id` and no `html`, and is delivered."""
    event = {"to": "a@example.com", "subject": "s", "text": "t"}
    assert Letter.of_event({**event, "deliver": 0}) is None
    assert Letter.of_event({**event, "id": "1", "deliver": 1, "html": "<p>"}) == Letter("1", "a@example.com", "s", "t", "<p>")
    assert Letter.of_event(event) == Letter("", "a@example.com", "s", "t", "")


@pytest.mark.parametrize("field", ["id", "to", "subject"])
@pytest.mark.parametrize(
    "value", ["a@b.example\r\nBcc: all@evil.example", "a@b.example\nX: y", "a@b.example\r", "\x00a@b.example", "a@b.example\u2028x"]
)
def test_a_line_break_in_a_field_of_a_mail_is_refused(field: str, value: str) -> None:
    """M-08, M-09: no second header line, whatever sends the mail. The message does not repeat the value."""
    event = {"id": "1", "to": "a@example.com", "subject": "s", "text": "t", "html": "", field: value}
    with pytest.raises(MailNotSentError) as refused:
        Letter.of_event(event)
    assert "evil" not in str(refused.value)


def test_an_event_says_whether_the_mail_has_a_secret() -> None:
    """A code, or a link that acts for the person."""
    for context, has_secret in (({"code": "1234 5678"}, True), ({"link": "https://id.example/link/x"}, True), ({}, False)):
        with lambda_invoke.invoking(202) as server:
            function = MailFunction("mail", render, lambda: "id-1", lambda: 1000, region="us-east-1", endpoint=server.url)
            function.send("a@example.com", "greeting", {"name": "Ada", **context})
        ((_, _, event),) = server.asked
        letter = Letter.of_event(event)
        assert letter is not None
        assert (letter.has_secret, letter.queued_at) == (has_secret, 1000)


@pytest.mark.parametrize(
    "to", ["", "a", "a@b@c.example", "a@b.example,c@d.example", "a@b.example c@d.example", "<a@b.example>", '"a"@b.example']
)
def test_a_mail_goes_to_one_address(to: str) -> None:
    with pytest.raises(MailNotSentError):
        Letter.of_event({"to": to, "subject": "s", "text": "t"})


@pytest.mark.parametrize("answer", [403, 404, 413, 429, 500, 200])
def test_a_refusing_queue_loses_the_mail_and_raises_nothing(answer: int) -> None:
    """Also after a 200: the function ran synchronously, which was not asked for. The loss is counted."""
    with lambda_invoke.invoking(answer) as server:
        _, counted = sending(server.url)
    assert ("MailsLost", 1) in counted


def test_an_unreachable_queue_loses_the_mail_and_raises_nothing() -> None:
    _, counted = sending("http://127.0.0.1:1")
    assert ("MailsLost", 1) in counted
    nobody = MailFunction("mail", render, lambda: "id-1", lambda: 1000, region="us-east-1", credentials=lambda: None)
    with recording(Record("r2")) as record:
        nobody.send("a@example.com", "greeting", {"name": "Ada"})
    assert [each.name for each in record.measured] == ["MailsLost"]


def test_the_signature_of_an_event_is_botocores() -> None:
    """The invocation type is among the signed headers, followed by the session token."""
    at = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC).strftime("%Y%m%dT%H%M%SZ")
    path = "/2015-03-31/functions/f/invocations"
    headers = Signer("lambda", "eu-central-1").headers(
        Credentials("key", "secret", "token"), host="lambda.eu-central-1.amazonaws.com", path=path, content_type="application/json",
        body=b"{}", at=at, invocation="Event",
    )  # fmt: skip
    written = headers.pop("authorization")
    request = AWSRequest("POST", f"https://{headers['host']}{path}", headers=headers, data=b"{}")
    request.context["timestamp"] = at
    signer = SigV4Auth(BotocoreCredentials("key", "secret", "token"), "lambda", "eu-central-1")
    assert written.endswith(signer.signature(signer.string_to_sign(request, signer.canonical_request(request)), request))


def test_ses_accepts_the_mail(moto_endpoint: str) -> None:
    """Moto parses it by SES's model, in any language. A sender that is not verified is refused."""
    client = boto3.client("sesv2", endpoint_url=moto_endpoint, region_name="us-east-1")
    client.create_email_identity(EmailIdentity="id@example.com")
    Ses("id@example.com", region="us-east-1", endpoint=moto_endpoint).submit(
        Letter("id-1", "ü@example.com", "Grüße ✓", "Zeile eins\nZeile zwei\n", "<p>Zeile eins")
    )
    with pytest.raises(MailNotSentError):
        Ses("other@elsewhere.example", region="us-east-1", endpoint=moto_endpoint).submit(MAIL)


@pytest.mark.parametrize("status", [400, 403, 429, 500])
def test_a_mail_that_ses_refuses_is_an_error_without_the_address(status: int) -> None:
    """An error makes Lambda try again. The log gets the reason and no address."""
    with lambda_invoke.invoking(status) as server, pytest.raises(MailNotSentError) as refused:
        Ses("id@example.com", region="us-east-1", endpoint=server.url).submit(MAIL._replace(to="secret-person@example.com"))
    assert str(status) in str(refused.value)
    assert "secret-person" not in str(refused.value)
    with pytest.raises(MailNotSentError):
        Ses("id@example.com", region="us-east-1", endpoint="http://127.0.0.1:1").submit(MAIL)
    with pytest.raises(MailNotSentError):
        Ses("id@example.com", region="us-east-1", credentials=lambda: None).submit(MAIL)


def test_the_request_is_that_of_send_email() -> None:
    """The documented path and body."""
    with lambda_invoke.invoking({"MessageId": "1"}) as server:
        Ses("id@example.com", region="us-east-1", endpoint=server.url).submit(MAIL)
    ((path, headers, body),) = server.asked
    assert path == "/v2/email/outbound-emails"
    assert "/us-east-1/ses/aws4_request" in headers["authorization"]
    assert json.loads(json.dumps(body)) == {
        "FromEmailAddress": "id@example.com",
        "Destination": {"ToAddresses": ["a@example.com"]},
        "Content": {
            "Simple": {
                "Subject": {"Data": "Hello", "Charset": "UTF-8"},
                "Body": {"Text": {"Data": "Text", "Charset": "UTF-8"}, "Html": {"Data": "<p>Text", "Charset": "UTF-8"}},
                "Headers": [{"Name": "Auto-Submitted", "Value": "auto-generated"}],
            }
        },
    }


def test_the_setting_selects_the_mailer() -> None:
    """Without a function no mail is sent."""
    named = Settings(ISSUER, kms_key_id="k", mail_from="id@example.com", mail_function="mail")
    assert isinstance(build_services(named).mailer, MailFunction)
    assert isinstance(build_services(Settings(ISSUER, kms_key_id="k", mail_from="id@example.com")).mailer, NoMail)
