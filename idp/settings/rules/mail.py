"""Who sends mails, and how."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from idp.settings.rules.rule import Rule
    from idp.settings.settings import Settings


def rules(s: Settings) -> tuple[Rule, ...]:
    """Return the rules; the sentence of each says what to set."""
    return (
        (
            re.fullmatch(r"[A-Za-z0-9_-]{0,64}", s.mail_function),
            "IDP_MAIL_FUNCTION must be the name of a Lambda function: up to 64 letters, digits, - and _.",
        ),
        (
            re.fullmatch(r"([^\s@<>]+@[^\s@<>]+)?", s.mail_from),
            f"IDP_MAIL_FROM is '{s.mail_from[:80]}'. Set it to one address, such as id@example.com.",
        ),
        *(_smtp_rules(s) if s.smtp_url or s.smtp_password or s.smtp_password_parameter else ()),
    )


def _smtp_rules(s: Settings) -> tuple[Rule, ...]:
    from idp.domain.mail.smtp_server import parse_smtp_url  # imported here because a cold start without SMTP does not need it

    try:
        server = parse_smtp_url(s.smtp_url)
    except ValueError:
        return ((False, "IDP_SMTP_URL must be smtp://user@host:587 or smtps://user@host:465, without a password."),)
    passwords = bool(s.smtp_password) + bool(s.smtp_password_parameter)
    return (
        (s.mail_from, "IDP_SMTP_URL is set. Set IDP_MAIL_FROM to the address that mails come from."),
        (
            passwords == bool(server.user),
            "Set either IDP_SMTP_PASSWORD_PARAMETER (in AWS) or IDP_SMTP_PASSWORD if IDP_SMTP_URL has a user, and none of them if not.",
        ),
        (
            re.fullmatch(r"((/[A-Za-z0-9_.-]+)+)?", s.smtp_password_parameter),
            "IDP_SMTP_PASSWORD_PARAMETER must be the whole name of a parameter, such as /idp/smtp-password: letters, digits and _ . - /.",
        ),
    )
