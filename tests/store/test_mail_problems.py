"""Marked addresses: what marks them, what they no longer get, and how long a mark stays (threats M-07)."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from idp.adapters.smtp import Smtp
from idp.domain.mail.failures import MailNotSentError, RecipientRefusedError
from idp.domain.mail.letter import Letter
from idp.domain.mail.mail_problem import KEPT, MailProblem
from idp.domain.mail.smtp_server import SmtpServer
from idp.services.mail.delivery import Delivery
from idp.services.mail.mail_events import MailEvents
from idp.store import sign_in_keys
from idp.store.database import Database
from idp.store.mail_problems import MailProblemItem, MailProblems
from idp.telemetry.record import Record, recording
from tests.store.examples import NOW, new_id
from tests.support.smtp_server import SmtpSink


@pytest.fixture
def problems(database: Database) -> MailProblems:
    return MailProblems(database)


@pytest.fixture
def address() -> str:
    """An address that no other test uses."""
    return f"{new_id().lower()}@example.com"


@pytest.fixture
def sink() -> Iterator[SmtpSink]:
    """A mail server on this machine."""
    with SmtpSink() as made:
        yield made


def letter(address: str) -> Letter:
    return Letter("id-1", address, "Hello", "Text\n", "<p>Text")


def bounce(*addresses: object, kind: str = "Permanent", **more: Any) -> dict[str, Any]:
    """Return what SES reports, as its Developer Guide shows it."""
    recipients = [{"emailAddress": each, "action": "failed", "status": "5.1.1", "diagnosticCode": "smtp; 550 secret"} for each in addresses]
    return {"eventType": "Bounce", "bounce": {"bounceType": kind, "bounceSubType": "General", "bouncedRecipients": recipients, **more}}


def complaint(*addresses: object, **more: Any) -> dict[str, Any]:
    return {"eventType": "Complaint", "complaint": {"complainedRecipients": [{"emailAddress": each} for each in addresses], **more}}


def counted(act: Callable[[], object]) -> set[tuple[str, tuple[tuple[str, str], ...]]]:
    """Return the metrics that were counted."""
    with recording(Record("r1")) as record:
        act()
    return {(each.name, each.dimensions) for each in record.measured}


@pytest.mark.parametrize(
    ("report", "problem"),
    [
        (bounce, MailProblem("bounce", "General 5.1.1", NOW)),
        (complaint, MailProblem("complaint", "", NOW)),
        (lambda it: complaint(it, complaintFeedbackType="abuse"), MailProblem("complaint", "abuse", NOW)),
        (lambda it: bounce(f"Ada <{it.upper()}>"), MailProblem("bounce", "General 5.1.1", NOW)),
        (lambda it: bounce("not an address", "", it), MailProblem("bounce", "General 5.1.1", NOW)),
        (lambda it: {**bounce(it), "eventType": None, "notificationType": "Bounce"}, MailProblem("bounce", "General 5.1.1", NOW)),
        (lambda it: bounce(it, bounceSubType="<script>" * 9), MailProblem("bounce", "5.1.1", NOW)),
    ],
)  # fmt: skip
def test_a_report_marks_the_address(problems: MailProblems, address: str, report: Any, problem: MailProblem) -> None:
    """With the codes and without the text of the mail server, which a stranger can write. Again, it marks the same."""
    for _ in range(2):
        seen = counted(lambda: MailEvents(problems, lambda: NOW).handle(report(address)))
        assert ("MailProblems", (("Kind", problem.kind),)) in seen
        assert problems.get(address, NOW) == problem


@pytest.mark.parametrize(
    "report",
    [
        lambda it: bounce(it, kind="Transient"), lambda it: bounce(it, kind="Undetermined"),
        lambda it: complaint(it, complaintFeedbackType="not-spam"), lambda it: {"eventType": "Delivery", "mail": {"destination": [it]}},
        lambda it: {"eventType": "Open", "bounce": bounce(it)["bounce"]}, lambda _: {}, lambda _: bounce(), lambda _: bounce(None),
    ],
)  # fmt: skip
def test_other_reports_mark_no_address(problems: MailProblems, address: str, report: Any) -> None:
    """A full mailbox may have room tomorrow, and what is delivered is no problem."""
    MailEvents(problems, lambda: NOW).handle(report(address))
    assert problems.get(address, NOW) is None


@pytest.mark.parametrize(
    "report", [{"eventType": "Bounce"}, {"eventType": "Bounce", "bounce": []}, {"eventType": "Complaint", "complaint": {}}]
)
def test_a_report_without_its_parts_is_an_error(problems: MailProblems, report: dict[str, Any]) -> None:
    """Lambda tries again, and then an operator sees the dead letter."""
    with pytest.raises((KeyError, TypeError, AttributeError)):
        MailEvents(problems, lambda: NOW).handle(report)


def test_a_marked_address_gets_no_mail(problems: MailProblems, address: str, sink: SmtpSink) -> None:
    """It is counted and is no error. Without the mark the mail is sent."""
    delivery, smtp = (
        Delivery(problems, lambda: NOW),
        Smtp(SmtpServer("127.0.0.1", sink.port, "", implicit_tls=False), "id@example.com", str),
    )
    MailEvents(problems, lambda: NOW).handle(bounce(address))
    assert counted(lambda: delivery.deliver(letter(address), smtp.submit)) == {("MailsSuppressed", ())}
    assert sink.conversations == 0
    problems.delete(address)
    assert counted(lambda: delivery.deliver(letter(address), smtp.submit)) == {("MailsSent", ())}
    assert [mail.recipients for mail in sink.mails] == [[address]]


def test_a_mailbox_that_the_smtp_server_refuses_is_marked(problems: MailProblems, address: str, sink: SmtpSink) -> None:
    """The second mail is not sent. A temporary refusal, and one that is not about the mailbox, mark nothing and are errors."""
    delivery, smtp = (
        Delivery(problems, lambda: NOW),
        Smtp(SmtpServer("127.0.0.1", sink.port, "", implicit_tls=False), "id@example.com", str),
    )
    for answer in ("450 4.2.1 later", "550 5.7.1 not from you"):
        sink.refuse["RCPT"] = answer
        with pytest.raises(MailNotSentError):
            delivery.deliver(letter(address), smtp.submit)
        assert problems.get(address, NOW) is None
    sink.refuse["RCPT"] = "550 5.1.1 <secret@example.com> unknown"
    assert counted(lambda: delivery.deliver(letter(address), smtp.submit)) == {("MailProblems", (("Kind", "refused"),))}
    assert problems.get(address, NOW) == MailProblem("refused", "550 5.1.1", NOW)
    sink.refuse.clear()
    assert counted(lambda: delivery.deliver(letter(address), smtp.submit)) == {("MailsSuppressed", ())}


@pytest.mark.parametrize(("has_secret", "age", "raises"), [(True, 149, True), (True, 150, False), (False, 150, True), (False, 9999, True)])
def test_a_mail_with_a_code_becomes_no_dead_letter(
    problems: MailProblems, address: str, sink: SmtpSink, has_secret: bool, age: int, raises: bool
) -> None:  # fmt: skip
    """The last of Lambda's three attempts counts it as lost, which rings an alarm. A notice becomes a dead letter, to be sent again."""
    smtp = Smtp(SmtpServer("127.0.0.1", sink.port, "", implicit_tls=False), "id@example.com", str)
    delivery, mail = Delivery(problems, lambda: NOW), letter(address)._replace(has_secret=has_secret, queued_at=NOW - age)
    sink.refuse["DATA"] = "451 later"
    if raises:
        with pytest.raises(MailNotSentError):
            delivery.deliver(mail, smtp.submit)
    else:
        assert counted(lambda: delivery.deliver(mail, smtp.submit)) == {("MailsFailed", ()), ("MailsLost", ())}


def test_a_mark_ends_after_a_year(problems: MailProblems, address: str) -> None:
    """Also if TTL has not yet removed the item."""
    problems.put(address, MailProblem("bounce", "General", NOW))
    assert problems.get(address, NOW + KEPT - 1) is not None
    assert problems.get(address, NOW + KEPT) is None


def test_the_item_contains_no_address(problems: MailProblems, address: str, database: Database) -> None:
    """An address without an account must not be kept in clear text for a year."""
    problems.put(address, MailProblem("bounce", "General", NOW))
    item = database.get(MailProblemItem, sign_in_keys.mail_problem(address))
    assert item is not None
    assert item.ttl == NOW + KEPT
    assert address not in json.dumps(item.raw(), default=str)


def test_a_refusal_has_its_code_and_nothing_else() -> None:
    assert str(RecipientRefusedError("550 5.1.1")) == "the mail server refused the mailbox: 550 5.1.1"
