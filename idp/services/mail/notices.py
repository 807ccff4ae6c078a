"""Notices: mails to people about changes to their account. `Mailer` is the interface; the wiring chooses its implementation.

Templates are `templates/mail/<name>.txt`; the first line is the subject. The renderer is passed in, because only the pages know the
template engine.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from idp.domain.clock import Clock
    from idp.domain.people.user import User
    from idp.domain.sessions.request_origin import Origin
    from idp.settings import Settings

Render = Callable[[str, Mapping[str, str]], str]
"""Renders a mail template by its file name."""

_KEPT = 200


class Mailer(Protocol):
    """Sends one mail. An implementation must not raise: the act that the mail is about is already done."""

    def send(self, to: str, template: str, context: Mapping[str, str]) -> None:
        """Send `template`, such as "password_changed", to an address."""
        ...


@dataclass(frozen=True, slots=True)
class Mail:
    """A mail that was not sent but kept. `at`: UTC time."""

    to: str
    subject: str
    text: str
    at: str


@dataclass
class Outbox:
    """Keeps the last mails instead of sending them, for development and tests. `sent` has the newest first."""

    render: Render
    clock: Clock
    sent: list[Mail] = field(default_factory=list)

    def send(self, to: str, template: str, context: Mapping[str, str]) -> None:
        """Add the mail as the newest."""
        subject, _, text = self.render(f"mail/{template}.txt", context).strip().partition("\n")
        self.sent.insert(0, Mail(to, subject, text.strip(), at(self.clock())))
        del self.sent[_KEPT:]


class NoMail:
    """Sends nothing, for a deployment without a sender address."""

    def send(self, to: str, template: str, context: Mapping[str, str]) -> None:
        """Discard the mail."""


class Notices:
    """Notices to the owner of an account about changes to it (NIST SP 800-63B-4 §4.6, OWASP ASVS 6.3.7)."""

    def __init__(self, mailer: Mailer, settings: Settings) -> None:
        self._mailer, self._settings = mailer, settings

    def tell(self, user: User, what: str, *, origin: Origin, now: int) -> None:
        """Send the mail `what` with the time and the address of the request."""
        name = str(user.claims.get("name") or "")
        context = {"name": name, "at": at(now), "address": origin.address, "issuer": self._settings.issuer, "brand": self._settings.brand}
        self._mailer.send(user.email, what, context)


def at(epoch: int) -> str:
    """Format a time for people."""
    return time.strftime("%Y-%m-%d %H:%M UTC", time.gmtime(epoch))
