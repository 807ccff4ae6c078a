"""The last step of a mail: it is handed to SES or to an SMTP server, and the log and the metrics say what became of it."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from idp.domain.mail.failures import MailNotSentError, RecipientRefusedError
from idp.domain.mail.mail_problem import REFUSED, MailProblem
from idp.telemetry.record import count, note

if TYPE_CHECKING:
    from idp.domain.clock import Clock
    from idp.domain.mail.letter import Letter
    from idp.store.mail_problems import MailProblems

_LAST_ATTEMPT = 150
"""Seconds after which an attempt is Lambda's last: it tries again after one minute and after two more (Lambda Developer Guide, asynchronous
invocation)."""

Submit = Callable[["Letter"], None]
"""Hands a mail over. Raises MailNotSentError or RecipientRefusedError."""


class Delivery:
    """Delivers one mail at a time, and none to a marked address: more mails to it would harm the reputation of the sender."""

    def __init__(self, problems: MailProblems, clock: Clock) -> None:
        self._problems, self._clock = problems, clock

    def deliver(self, letter: Letter, submit: Submit) -> None:
        """Hand the letter over. A mailbox that the server refuses for good is marked, and is no error: another attempt is useless.

        A mail with a code or a link that fails for the last time is counted as lost (MailsLost, an alarm) and is no error: Lambda would put
        it into the dead letter queue, where the secret would lie for two weeks.

        Raises:
            MailNotSentError: another attempt may succeed.
            Unavailable: the store cannot be read or written.
        """
        now = self._clock()
        if self._problems.get(letter.to, now):
            count("MailsSuppressed")
            return
        try:
            submit(letter)
        except RecipientRefusedError as refused:
            count("MailProblems", Kind=REFUSED)
            note(str(refused))
            self._problems.put(letter.to, MailProblem(REFUSED, refused.code, now))
        except MailNotSentError as error:
            count("MailsFailed")
            note(str(error))
            if not letter.has_secret or now < letter.queued_at + _LAST_ATTEMPT:
                raise
            count("MailsLost")
        else:
            count("MailsSent")
