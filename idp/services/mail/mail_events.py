"""What SES reports about mails that it sent: bounces and complaints (SES Developer Guide, "event publishing", notifications by SNS).

A permanent bounce or a complaint marks the address. Other reports change nothing: a full mailbox may have room tomorrow.
"""

from __future__ import annotations

import re
from email.utils import parseaddr
from typing import TYPE_CHECKING, Any

from idp.domain.mail.mail_problem import BOUNCE, COMPLAINT, MailProblem
from idp.domain.people.email import normalise
from idp.telemetry.record import count, note

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from idp.domain.clock import Clock
    from idp.store.mail_problems import MailProblems

_CODE = re.compile(r"[A-Za-z0-9.-]{1,40}", re.ASCII)


class MailEvents:
    """Marks addresses."""

    def __init__(self, problems: MailProblems, clock: Clock) -> None:
        self._problems, self._clock = problems, clock

    def handle(self, report: Mapping[str, Any]) -> None:
        """Handle one report. The same report again changes nothing else.

        Raises:
            KeyError, TypeError, AttributeError: it does not have the form of a report.
            Unavailable: the store cannot be written.
        """
        for typed, kind, reason in _problems(report):
            try:
                address = normalise(parseaddr(str(typed))[1])
            except ValueError:
                note("SES reported a problem with an address that cannot be an account's")
                continue
            count("MailProblems", Kind=kind)
            self._problems.put(address, MailProblem(kind, reason, self._clock()))


def _problems(report: Mapping[str, Any]) -> Iterator[tuple[Any, str, str]]:
    """Yield each address that must get no more mail, the kind of its problem, and the codes of the reason."""
    match report.get("eventType") or report.get("notificationType"):
        case "Bounce":
            bounce = report["bounce"]
            if bounce["bounceType"] == "Permanent":
                for each in bounce["bouncedRecipients"]:
                    yield each["emailAddress"], BOUNCE, _codes(bounce.get("bounceSubType"), each.get("status"))
        case "Complaint":
            complaint = report["complaint"]
            if (
                complaint.get("complaintFeedbackType") != "not-spam"
            ):  # RFC 5965 §7.3 and RFC 6430: the owner took a mail out of the spam folder
                for each in complaint["complainedRecipients"]:
                    yield each["emailAddress"], COMPLAINT, _codes(complaint.get("complaintFeedbackType"))


def _codes(*values: object) -> str:
    """Join what is a code. The text of a mail server is left out, because a stranger can write it."""
    return " ".join(value for value in values if isinstance(value, str) and _CODE.fullmatch(value))
