"""One mail with its address, as it goes to a sender."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

from idp.domain.mail.failures import MailNotSentError


class Letter(NamedTuple):
    """`id` becomes the Message-ID where the sender allows it. `to` is one canonical address.

    `has_secret`: the text contains a code or a link that acts for the person. `queued_at`: when Lambda took it, epoch seconds, else 0.
    """

    id: str
    to: str
    subject: str
    text: str
    html: str
    has_secret: bool = False
    queued_at: int = 0

    @classmethod
    def of_event(cls, event: Mapping[str, Any]) -> Letter | None:
        """Return the letter of an event of the mail function; None if it is not to be delivered (`deliver` is 0).

        Events that version 0.1.0 queued have only address, subject and text.

        Raises:
            MailNotSentError: see `check`.
        """
        if not event.get("deliver", 1):
            return None
        letter = cls(
            event.get("id", ""), event["to"], event["subject"], event["text"], event.get("html", ""),
            has_secret=bool(event.get("has_secret")), queued_at=event.get("queued_at", 0),
        )  # fmt: skip
        letter.check()
        return letter

    def check(self) -> None:
        """Refuse a value that could become a second header line or a second address (RFC 5322 §2.2).

        Raises:
            MailNotSentError: id, address or subject contain a control character, or the address is not one address.
        """
        for field, value in (("id", self.id), ("address", self.to), ("subject", self.subject)):
            if not value.isprintable():
                raise MailNotSentError(f"the {field} contains a control character")
        if self.to.count("@") != 1 or any(character in self.to for character in ' ,;<>"()'):
            raise MailNotSentError("the address is not one address")
