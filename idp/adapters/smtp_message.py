"""A mail as a message of RFC 5322 with two bodies (RFC 2046 §5.1.4)."""

from __future__ import annotations

from email.message import EmailMessage
from email.policy import SMTP
from email.utils import formatdate
from typing import TYPE_CHECKING

from idp.domain.mail.headers import AUTOMATIC

if TYPE_CHECKING:
    from idp.domain.mail.letter import Letter


def to_message(letter: Letter, sender: str) -> EmailMessage:
    """Return the message. Its Message-ID is the letter's id at the domain of `sender`; without an id the server makes one.

    Raises:
        MailNotSentError: see `Letter.check`.
    """
    letter.check()
    message = EmailMessage(policy=SMTP)
    message["From"], message["To"], message["Subject"] = sender, letter.to, letter.subject
    message["Date"] = formatdate()
    if letter.id:
        message["Message-ID"] = f"<{letter.id}@{sender.rpartition('@')[2]}>"
    for name, value in AUTOMATIC.items():
        message[name] = value
    message.set_content(letter.text)
    if letter.html:
        message.add_alternative(letter.html, subtype="html")
    return message
