"""Mails that are kept in memory instead of being sent, for development (/dev/outbox) and tests."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from idp.services.mail.moment import at

if TYPE_CHECKING:
    from collections.abc import Mapping

    from idp.domain.clock import Clock
    from idp.services.mail.mailer import Mailer, Render

_KEPT = 200


@dataclass(frozen=True, slots=True)
class Mail:
    """A kept mail. `number` counts from 1; `at`: UTC time as text."""

    to: str
    subject: str
    text: str
    at: str
    html: str = ""
    number: int = 0


@dataclass
class Outbox:
    """A Mailer that keeps the last mails. `sent` and `discarded` have the newest first. `also`: sends them as well."""

    render: Render
    clock: Clock
    also: Mailer | None = None
    sent: list[Mail] = field(default_factory=list)
    discarded: list[Mail] = field(default_factory=list)
    count: int = 0

    def send(self, to: str, template: str, context: Mapping[str, str], *, discard: bool = False) -> None:
        """Add the mail as the newest of `sent`, or of `discarded`."""
        subject, text, html = self.render(template, context)
        self.count += 1
        kept = self.discarded if discard else self.sent
        kept.insert(0, Mail(to, subject, text.strip(), at(self.clock()), html, self.count))
        del kept[_KEPT:]
        if self.also:
            self.also.send(to, template, context, discard=discard)

    def forget(self, *addresses: str) -> None:
        """Remove the mails to these addresses."""
        self.sent[:] = [mail for mail in self.sent if mail.to not in addresses]
        self.discarded[:] = [mail for mail in self.discarded if mail.to not in addresses]

    def find(self, number: int) -> Mail | None:
        """Return the mail with this number, if it was sent and is still kept."""
        return next((mail for mail in self.sent if mail.number == number), None)
