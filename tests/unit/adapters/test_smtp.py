"""Mail by SMTP, against a real server with a mailbox: what arrives, how it is protected, and what a refusal becomes."""

from __future__ import annotations

import socket
import traceback
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, ExitStack
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import boto3
import pytest

from idp.adapters.mail_function import MailFunction
from idp.adapters.parameter_store import ParameterStore
from idp.adapters.smtp import Smtp
from idp.cli.doctor import smtp as doctor
from idp.cli.local import remembered_settings
from idp.domain.mail.failures import MailNotSentError, RecipientRefusedError
from idp.domain.mail.letter import Letter
from idp.domain.mail.mail_problem import MailProblem
from idp.domain.mail.rendered_mail import RenderedMail
from idp.domain.mail.smtp_server import SmtpServer, parse_smtp_url
from idp.services.mail.delivery import Delivery
from idp.services.mail.outbox import Outbox
from idp.services.mail.thread_mailer import ThreadMailer
from idp.settings import Settings
from idp.store.mail_problems import MailProblems
from idp.telemetry.journal import Journal
from idp.wiring import build_services
from tests.support.smtp_server import SmtpSink
from tests.support.tls import Authority

HOST = "mail.example"
LETTER = Letter("id-1", "secret-person@example.com", "Grüße ✓", "Ihr Code: 1234 5678\n", "<!doctype html><p>Ihr Code: 1234 5678")
ADA = "ada@example.com"


@pytest.fixture(autouse=True)
def _names(monkeypatch: pytest.MonkeyPatch) -> None:
    """The name of the mail server leads to this machine. By its name it is no server of this machine, so TLS is required."""
    real = socket.getaddrinfo
    monkeypatch.setattr(socket, "getaddrinfo", lambda host, *rest, **more: real("127.0.0.1" if host == HOST else host, *rest, **more))


@pytest.fixture
def authority(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Authority:
    """An authority that is trusted."""
    made = Authority(tmp_path)
    monkeypatch.setenv("SSL_CERT_FILE", str(made.file))
    return made


@pytest.fixture
def sink_of() -> Iterator[Callable[[AbstractContextManager[SmtpSink]], SmtpSink]]:
    """Starts a server that ends with the test."""
    with ExitStack() as stack:
        yield stack.enter_context


def client(sink: SmtpSink, *, host: str = HOST, user: str = "", password: str = "", implicit: bool = False) -> Smtp:
    return Smtp(SmtpServer(host, sink.port, user, implicit), "id@example.com", lambda: password)


@pytest.fixture
def plain(sink_of: Any) -> SmtpSink:
    """A server on this machine without TLS."""
    made: SmtpSink = sink_of(SmtpSink())
    return made


def test_both_bodies_arrive_with_our_headers(plain: SmtpSink) -> None:
    """RFC 2046 §5.1.4: text first, HTML second. RFC 3834 §5: no program answers it. The machine's name is not told."""
    client(plain, host="127.0.0.1").submit(LETTER)
    (mail,) = plain.mails
    text, html = mail.message.iter_parts()
    assert (mail.sender, mail.recipients, mail.name) == ("id@example.com", ["secret-person@example.com"], "example.com")
    assert mail.message.get_content_type() == "multipart/alternative"
    assert (text.get_content_type(), html.get_content_type()) == ("text/plain", "text/html")
    assert text.get_content().replace("\r\n", "\n") == LETTER.text
    assert html.get_content().strip() == LETTER.html
    assert mail.message["Subject"] == "Grüße ✓"
    assert (mail.message["From"], mail.message["To"]) == ("id@example.com", "secret-person@example.com")
    assert mail.message["Message-ID"] == "<id-1@example.com>"
    assert mail.message["Auto-Submitted"] == "auto-generated"
    assert mail.message["Date"]
    assert mail.raw.isascii()
    assert max(map(len, mail.raw.split(b"\r\n"))) < 998, "RFC 5322 §2.1.1"


def test_a_long_line_is_encoded(plain: SmtpSink) -> None:
    long = "x" * 5000
    client(plain, host="localhost").submit(LETTER._replace(text=long + "\n", html="<p>" + long))
    (mail,) = plain.mails
    assert max(map(len, mail.raw.split(b"\r\n"))) < 998
    assert [part.get_content().strip() for part in mail.message.iter_parts()] == [long, "<p>" + long]


def test_starttls_with_a_valid_certificate_and_a_password(authority: Authority, sink_of: Any) -> None:
    sink = sink_of(SmtpSink(authority.server_context(HOST), user="idp@x", password="right"))
    client(sink, user="idp@x", password="right").submit(LETTER)
    assert [(mail.encrypted, mail.user) for mail in sink.mails] == [(True, "idp@x")]


@pytest.mark.filterwarnings("ignore:Requiring AUTH while not requiring TLS")
def test_tls_from_the_first_byte(authority: Authority, sink_of: Any) -> None:
    """RFC 8314 §3.3."""
    sink = sink_of(SmtpSink(authority.server_context(HOST), implicit=True, user="idp", password="right"))
    client(sink, user="idp", password="right", implicit=True).submit(LETTER)
    assert [mail.encrypted for mail in sink.mails] == [True]


def test_without_starttls_nothing_is_said(sink_of: Any) -> None:
    """A man in the middle removes the offer: neither the password nor the mail is sent."""
    sink = sink_of(SmtpSink(user="idp", password="right"))
    with pytest.raises(MailNotSentError, match="offers no STARTTLS"):
        client(sink, user="idp", password="right").submit(LETTER)
    assert sink.mails == []


@pytest.mark.filterwarnings("ignore:Requiring AUTH while not requiring TLS")
@pytest.mark.parametrize("implicit", [False, True])
@pytest.mark.parametrize("wrong", ["name", "authority", "expired"])
def test_a_certificate_that_is_not_valid_is_refused(
    wrong: str, implicit: bool, authority: Authority, sink_of: Any, tmp_path: Path
) -> None:  # fmt: skip
    """Another host's, an unknown authority's, an expired one. The password is not sent."""
    by = Authority(tmp_path, "Stranger") if wrong == "authority" else authority
    context = by.server_context("other.example" if wrong == "name" else HOST, days=timedelta(days=-1 if wrong == "expired" else 1))
    sink = sink_of(SmtpSink(context, implicit=implicit, user="idp", password="right"))
    with pytest.raises(MailNotSentError, match="certificate of the mail server is not valid"):
        client(sink, user="idp", password="right", implicit=implicit).submit(LETTER)
    assert sink.mails == []


def test_a_refused_password_is_an_error_without_the_password(authority: Authority, sink_of: Any) -> None:
    sink = sink_of(SmtpSink(authority.server_context(HOST), user="idp", password="right"))
    for smtp in (client(sink, user="idp", password="wrong-canary"), client(sink, user="idp", password="wröng-canary")):
        with pytest.raises(MailNotSentError) as refused:
            smtp.submit(LETTER)
        assert "canary" not in "".join(traceback.format_exception(refused.value))
    with pytest.raises(MailNotSentError, match="answered 530"):
        client(sink).submit(LETTER)
    assert sink.mails == []


@pytest.mark.parametrize(
    ("command", "answer", "error"),
    [
        ("RCPT", "550 5.1.1 no such user", RecipientRefusedError),
        ("RCPT", "550 no such user", RecipientRefusedError),
        ("RCPT", "552 5.2.2 mailbox full", RecipientRefusedError),
        ("RCPT", "550 5.7.1 relaying denied", MailNotSentError),
        ("RCPT", "554 5.7.0 blocked", MailNotSentError),
        ("RCPT", "450 4.2.0 greylisted", MailNotSentError),
        ("RCPT", "421 4.3.0 busy", MailNotSentError),
        ("MAIL", "550 5.1.0 sender refused", MailNotSentError),
        ("DATA", "554 5.6.0 content refused", MailNotSentError),
        ("DATA", "451 4.3.0 try later", MailNotSentError),
    ],
)
def test_a_refusal_says_whether_another_attempt_is_useful(plain: SmtpSink, command: str, answer: str, error: type[Exception]) -> None:
    """Only a permanent refusal of this mailbox makes it useless. All others are errors: Lambda tries again."""
    plain.refuse[command] = answer
    with pytest.raises(error) as refused:
        client(plain, host="127.0.0.1").submit(LETTER)
    shown = "".join(traceback.format_exception(refused.value))
    assert answer[:3] in str(refused.value)
    assert not [word for word in ("secret-person", "1234 5678", "Grüße") if word in shown], "a log gets no address and no text"
    assert plain.mails == []


def test_a_mail_that_was_accepted_is_not_sent_again(plain: SmtpSink) -> None:
    """The server fails after it took the mail: that is no error."""
    plain.hang_up_at_quit = True
    client(plain, host="127.0.0.1").submit(LETTER)
    assert len(plain.mails) == 1


def test_a_server_that_is_not_there_is_an_error_without_the_address() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    with pytest.raises(MailNotSentError, match="no connection") as refused:
        Smtp(SmtpServer("127.0.0.1", port, "", implicit_tls=False), "id@example.com", str).submit(LETTER)
    assert "secret-person" not in "".join(traceback.format_exception(refused.value))


@pytest.mark.parametrize("letter", [
    LETTER._replace(to="a@b.example\r\nRCPT TO:<evil@evil.example>"), LETTER._replace(subject="x\r\nBcc: evil@evil.example"),
    LETTER._replace(id="x>\r\nBcc: evil@evil.example"), LETTER._replace(to="a@b.example,evil@evil.example"),
])  # fmt: skip
def test_a_field_with_a_line_break_reaches_no_server(plain: SmtpSink, letter: Letter) -> None:
    """M-09: it is refused before a connection is made."""
    with pytest.raises(MailNotSentError):
        client(plain, host="127.0.0.1").submit(letter)
    assert plain.conversations == 0


def test_a_line_with_a_dot_ends_no_mail(plain: SmtpSink) -> None:
    """RFC 5321 §4.5.2: the body can contain the end mark."""
    client(plain, host="127.0.0.1").submit(LETTER._replace(text="before\n.\nRCPT TO:<evil@evil.example>\n", html=""))
    assert [(mail.recipients, mail.message.get_content().replace("\r\n", "\n")) for mail in plain.mails] == [
        ([LETTER.to], "before\n.\nRCPT TO:<evil@evil.example>\n")
    ]


def test_a_check_sends_nothing(authority: Authority, sink_of: Any) -> None:
    """`idp doctor` connects and signs in."""
    sink = sink_of(SmtpSink(authority.server_context(HOST), user="idp", password="right"))
    client(sink, user="idp", password="right").check()
    with pytest.raises(MailNotSentError, match="user or the password"):
        client(sink, user="idp", password="wrong").check()
    assert sink.mails == []


@pytest.mark.parametrize(
    ("url", "server"),
    [
        ("smtp://mail.example", SmtpServer("mail.example", 587, "", implicit_tls=False)),
        ("smtps://u%40x@mail.example", SmtpServer("mail.example", 465, "u@x", implicit_tls=True)),
        ("smtp://[::1]:1025", SmtpServer("::1", 1025, "", implicit_tls=False)),
    ],
)
def test_the_url_of_a_server(url: str, server: SmtpServer) -> None:
    assert parse_smtp_url(url) == server


@pytest.mark.parametrize(
    "url",
    ["", "mail.example", "http://mail.example", "smtp://", "smtp://u:p@mail.example", "smtp://u:@mail.example", "smtp://mail.example/x",
     "smtp://mail.example?x", "smtp://mail.example:x", "smtp://mail.example:99999", "smtp://u%0d%0a@mail.example", "smtp://mail .example",
     "smtp://mäil.example"],
)  # fmt: skip
def test_what_is_no_url_of_a_server_is_refused(url: str) -> None:
    with pytest.raises(ValueError, match=r".+"):
        parse_smtp_url(url)


@pytest.mark.parametrize(("host", "local"), [("127.0.0.1", True), ("localhost", True), ("::1", True), ("127.9.9.9", True),
                                             ("10.0.0.1", False), ("localhost.example", False), ("0.0.0.0", False)])  # fmt: skip  # noqa: S104  # a name, not listened on
def test_only_this_machine_may_do_without_tls(host: str, local: bool) -> None:
    assert SmtpServer(host, 25, "", implicit_tls=False).is_loopback is local


def test_the_password_is_a_secure_parameter(moto_endpoint: str) -> None:
    """The Parameter Store decrypts it. What cannot be read is an error with the name and not the value."""
    ssm = boto3.client("ssm", endpoint_url=moto_endpoint, region_name="us-east-1")
    ssm.put_parameter(Name="/idp/smtp", Value="right", Type="SecureString", Overwrite=True)
    store = ParameterStore(region="us-east-1", endpoint=moto_endpoint)
    assert store.read("/idp/smtp") == "right"
    with pytest.raises(MailNotSentError, match="/idp/other: ParameterNotFound"):
        store.read("/idp/other")
    with pytest.raises(MailNotSentError):
        ParameterStore(region="us-east-1", credentials=lambda: None).read("/idp/smtp")


def written(name: str, context: Mapping[str, str]) -> RenderedMail:
    """Stand in for the templates."""
    return RenderedMail(f"Subject of {name}", f"Hello {context['name']}.\n", f"<p>Hello {context['name']}.")


class Marks(MailProblems):
    """No address is marked; what would be written is kept. The real store: tests/store/test_mail_problems.py."""

    def __init__(self) -> None:
        self.written: list[str] = []

    def get(self, address: str, now: int) -> MailProblem | None:
        del address, now
        return None

    def put(self, address: str, problem: MailProblem) -> None:
        del address
        self.written.append(problem.reason)


def mailer(sink: SmtpSink, lines: list[str]) -> ThreadMailer:
    """A mailer of this process, whose log goes into `lines`."""
    journal = Journal(deployment="idp-dev", metrics=True, write=lines.append)
    return ThreadMailer(
        Delivery(Marks(), lambda: 1), client(sink, host="127.0.0.1").submit, written, iter(map(str, range(9))).__next__, journal
    )


def test_outside_lambda_this_process_sends(plain: SmtpSink) -> None:
    """A thread sends in the order of the calls. What is discarded takes the same way, except that no server is asked."""
    lines: list[str] = []
    made = mailer(plain, lines)
    made.send(ADA, "one", {"name": "Ada"})
    made.send("unknown@example.com", "two", {"name": "Ada"}, discard=True)
    made.send(ADA, "three", {"name": "Ada"})
    made.wait()
    assert [(mail.recipients, mail.message["Subject"]) for mail in plain.mails] == [([ADA], "Subject of one"), ([ADA], "Subject of three")]
    assert not [word for word in (ADA, "unknown@", "Hello", "Subject") if word in "".join(lines)]


@pytest.mark.parametrize(
    ("refusal", "counted"),
    [({"RCPT": "550 5.1.1 no"}, "MailProblems"), ({"RCPT": "450 4.2.0 later"}, "MailsLost"), ({"DATA": "554 no"}, "MailsLost")],
)
def test_a_mail_that_this_process_cannot_send_is_counted_and_the_next_one_is_sent(
    plain: SmtpSink, refusal: dict[str, str], counted: str
) -> None:
    """The log says why, without the address and the text."""
    lines: list[str] = []
    made = mailer(plain, lines)
    plain.refuse.update(refusal)
    made.send(ADA, "one", {"name": "Ada"})
    made.wait()
    plain.refuse.clear()
    made.send(ADA, "two", {"name": "Ada"})
    made.wait()
    assert [mail.message["Subject"] for mail in plain.mails] == ["Subject of two"]
    assert f'"{counted}":1' in "".join(lines)
    assert next(iter(refusal.values()))[:3] in "".join(lines)
    assert not [word for word in (ADA, "Hello", "Subject") if word in "".join(lines)]


def test_settings_choose_the_sender_of_mails(tmp_path: Path) -> None:
    """In development mails are kept for the outbox, and also sent if there is a server. Without Lambda the process sends."""
    dev = Settings("http://localhost:8000", env="dev", key_file=str(tmp_path / "key"))
    prod = Settings("https://id.example", kms_key_id="k", mail_from="id@example.com", smtp_url="smtp://127.0.0.1:1025")
    outbox = build_services(dev).mailer
    both = build_services(replace(dev, mail_from=prod.mail_from, smtp_url=prod.smtp_url)).mailer
    assert isinstance(outbox, Outbox)
    assert outbox.also is None
    assert isinstance(both, Outbox)
    assert isinstance(both.also, ThreadMailer)
    assert isinstance(build_services(prod).mailer, ThreadMailer)
    assert isinstance(build_services(replace(prod, mail_function="mail")).mailer, MailFunction)
    assert [each.sends_mail for each in (prod, replace(prod, smtp_url=""), replace(prod, mail_from=""))] == [True, False, False]


def test_make_dev_remembers_everything_but_the_password(tmp_path: Path) -> None:
    """`.idp/settings.json` is for the commands of this folder, and they send no mail."""
    given = {"IDP_SMTP_URL": "smtp://u@mail.example", "IDP_SMTP_PASSWORD": "canary"}
    remembered_settings.write_settings(tmp_path, given, issuer="http://localhost:8000")
    text = "".join(file.read_text() for file in tmp_path.rglob("*") if file.is_file())
    assert "mail.example" in text
    assert "canary" not in text


@pytest.mark.parametrize(("stored", "state", "says"), [("right", "ok", "lets this deployment sign in"), ("wrong-canary", "wrong", "535")])
def test_the_doctor_signs_in_to_the_server(
    authority: Authority, sink_of: Any, moto_endpoint: str, monkeypatch: pytest.MonkeyPatch, stored: str, state: str, says: str
) -> None:  # fmt: skip
    """With the password in the Parameter Store, as the mail function does. It sends no mail and shows no password."""
    monkeypatch.setenv("AWS_ENDPOINT_URL_SSM", moto_endpoint)
    ssm = boto3.client("ssm", endpoint_url=moto_endpoint, region_name="us-east-1")
    ssm.put_parameter(Name="/idp/doctor", Value=stored, Type="SecureString", Overwrite=True)
    sink = sink_of(SmtpSink(authority.server_context(HOST), user="idp", password="right"))
    settings = Settings(
        "https://id.example", kms_key_id="k", mail_from="id@example.com", smtp_url=f"smtp://idp@{HOST}:{sink.port}",
        smtp_password_parameter="/idp/doctor",
    )  # fmt: skip
    (finding,) = doctor.check(build_services(settings))
    assert (finding.about, finding.state) == ("mail", state)
    assert says in finding.says
    assert "canary" not in finding.says
    assert sink.mails == []
