"""The last step of a mail: it is handed to SES or to an SMTP server, and the log and the metrics say what became of it."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from idp.domain.mail.failures import MailNotSentError, RecipientRefusedError
from idp.telemetry.record import count, note

if TYPE_CHECKING:
    from idp.domain.mail.letter import Letter

Submit = Callable[["Letter"], None]
"""Hands a mail over. Raises MailNotSentError or RecipientRefusedError."""


class Delivery:
    """Delivers one mail at a time."""

    def deliver(self, letter: Letter, submit: Submit) -> None:
        """Hand the letter over. A mailbox that the server refuses for good is noted, and is no error: another attempt is useless.

        Raises:
            MailNotSentError: another attempt may succeed.
        """
        try:
            submit(letter)
        except RecipientRefusedError as refused:
            count("MailsRefused")
            note(str(refused))
        except MailNotSentError as error:
            count("MailsFailed")
            note(str(error))
            raise
        else:
            count("MailsSent")
