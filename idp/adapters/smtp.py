"""Mail by SMTP (RFC 5321), submitted to one server with TLS (RFC 8314) and a password (RFC 4954)."""

from __future__ import annotations

import re
import smtplib
import ssl
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING

from idp.adapters.smtp_message import to_message
from idp.domain.mail.failures import MailNotSentError, RecipientRefusedError

if TYPE_CHECKING:
    from idp.domain.mail.letter import Letter
    from idp.domain.mail.smtp_server import SmtpServer

_TIMEOUT = 10
"""Seconds for each answer of the server."""
_PERMANENT = 500
_ENHANCED = re.compile(rb"5\.(\d{1,3})\.\d{1,3}(?=\s|$)")
"""An enhanced status code of a permanent failure, with its subject (RFC 2034 §4, RFC 3463 §2)."""
_OF_THE_MAILBOX = {b"1", b"2"}
"""RFC 3463 §3.2, §3.3: the address, and the mailbox. Others, such as 7 (policy), say nothing about the mailbox. A server without enhanced
codes is believed."""

_SENTENCES: tuple[tuple[type[Exception], str], ...] = (
    (smtplib.SMTPAuthenticationError, "the mail server refused the user or the password: {code}"),
    (smtplib.SMTPResponseException, "the mail server answered {code}"),
    (smtplib.SMTPNotSupportedError, "the mail server offers no STARTTLS, or no way to sign in that is known here"),
    (ssl.SSLCertVerificationError, "the certificate of the mail server is not valid: {reason}"),
    (UnicodeError, "the user or the password of the mail server has characters outside ASCII"),
    (Exception, "there is no connection to the mail server: {reason}"),
)
"""What the log says about an error. The first class that fits counts."""


class Smtp:
    """Sends mails from the address `sender` through one server. `password` is called for each connection, if the server has a user.

    TLS is required, and the certificate must be valid for the host. Only a server on this machine may do without. Trusted authorities are
    those of the system, or of the file that SSL_CERT_FILE names.
    """

    def __init__(self, server: SmtpServer, sender: str, password: Callable[[], str]) -> None:
        self._server, self._sender, self._password = server, sender, password

    def submit(self, letter: Letter) -> None:
        """Send one mail. It is not tried again here: the caller decides about another attempt.

        Raises:
            RecipientRefusedError: the server refuses this mailbox for good.
            MailNotSentError: the mail was refused for another reason, or it is unknown whether it was sent.
        """
        message = to_message(letter, self._sender)
        with self._connected() as server:
            server.send_message(message, self._sender, [letter.to])

    def check(self) -> None:
        """Connect, switch to TLS and sign in, as for a mail, and send none.

        Raises:
            MailNotSentError: one of the steps failed; the message says which.
        """
        with self._connected():
            pass

    @contextmanager
    def _connected(self) -> Iterator[smtplib.SMTP]:
        try:
            server = self._connect()
            try:
                yield server
                with suppress(smtplib.SMTPException, OSError):
                    server.quit()  # the mail is accepted: a failure to say goodbye must not send it again
            finally:
                server.close()
        # `from None`: smtplib's errors contain the address, and a traceback would show it.
        except smtplib.SMTPRecipientsRefused as refused:
            raise _of_the_recipient(refused) from None
        except (smtplib.SMTPException, OSError, UnicodeError) as error:
            raise MailNotSentError(_in_plain_words(error)) from None

    def _connect(self) -> smtplib.SMTP:
        host, port, user, implicit_tls = self._server
        name = self._sender.rpartition("@")[2]
        if implicit_tls:
            server: smtplib.SMTP = smtplib.SMTP_SSL(host, port, name, timeout=_TIMEOUT, context=ssl.create_default_context())
        else:
            server = smtplib.SMTP(host, port, name, timeout=_TIMEOUT)
        try:
            if not implicit_tls and not self._server.is_loopback:
                server.starttls(context=ssl.create_default_context())  # raises if the server does not offer it
            if user:
                server.login(user, self._password())
        except BaseException:  # after any error the connection is closed, and the error is raised again
            server.close()
            raise
        return server


def _of_the_recipient(refused: smtplib.SMTPRecipientsRefused) -> Exception:
    ((code, answer),) = refused.recipients.values()
    enhanced = _ENHANCED.match(answer)
    if code >= _PERMANENT and (enhanced is None or enhanced[1] in _OF_THE_MAILBOX):
        return RecipientRefusedError(f"{code} {enhanced[0].decode()}" if enhanced else str(code))
    return MailNotSentError(f"the mail server answered {code} to the recipient")


def _in_plain_words(error: Exception) -> str:
    sentence = next(sentence for kind, sentence in _SENTENCES if isinstance(error, kind))
    code, reason = getattr(error, "smtp_code", ""), getattr(error, "verify_message", type(error).__name__)
    return sentence.format(code=code, reason=reason)
