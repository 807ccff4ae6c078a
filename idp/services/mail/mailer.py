"""The interface through which services send mails. The wiring chooses the implementation (`idp/wiring/mail_services.py`)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Protocol

from idp.domain.mail.rendered_mail import RenderedMail

Render = Callable[[str, Mapping[str, str]], RenderedMail]
"""Renders a mail by its name, such as "password_changed". Passed in, because only `idp.http` knows the template engine."""


class Mailer(Protocol):
    """Sends one mail. An implementation must not raise: the act that the mail is about is already done."""

    def send(self, to: str, template: str, context: Mapping[str, str], *, discard: bool = False) -> None:
        """Send the mail `template`, such as "password_changed", to the address `to`.

        `discard`: do the same work in the same time, and deliver nothing. For addresses that have no account, so that the time of the
        answer does not tell whether an account exists (OWASP Forgot Password Cheat Sheet).
        """
        ...

    def forget(self, *addresses: str) -> None:
        """Remove the mails to these addresses that this process keeps after they were sent. Only development keeps any."""
        ...


class NoMail:
    """Sends nothing, for a deployment that has no way to send mail."""

    def send(self, to: str, template: str, context: Mapping[str, str], *, discard: bool = False) -> None:
        """Do nothing."""

    def forget(self, *addresses: str) -> None:
        """Do nothing."""
