"""A mailbox that takes no mail from us: it does not exist, or its owner complained."""

from __future__ import annotations

from typing import NamedTuple

BOUNCE, COMPLAINT, REFUSED = "bounce", "complaint", "refused"
"""SES reports that the mailbox refused a mail for good; SES reports that a mail was marked as spam; an SMTP server refused the mailbox."""

KEPT = 365 * 86400
"""Seconds after which a mark ends by itself. A mailbox that did not exist a year ago may exist now."""


class MailProblem(NamedTuple):
    """Why an address gets no mail. `reason` has the codes of the mail server and no text of it. `at`: epoch seconds."""

    kind: str
    reason: str
    at: int
