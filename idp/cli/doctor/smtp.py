"""The SMTP server accepts the password."""

from __future__ import annotations

from typing import TYPE_CHECKING

from idp.domain.doctor.finding import Finding, ok, wrong
from idp.domain.mail.failures import MailNotSentError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from idp.wiring.all_services import AllServices


def check(services: AllServices) -> Iterator[Finding]:
    """Connect and sign in as for a mail, and send none."""
    settings = services.settings
    if not settings.mail_from or not settings.smtp_url:
        return
    smtp = services.smtp_in_aws if settings.smtp_password_parameter else services.smtp
    try:
        smtp.check()
    except MailNotSentError as error:
        yield wrong("mail", "No mail is sent by {server}: {problem}.", server=settings.smtp_url, problem=error)
    else:
        yield ok("mail", "{server} lets this deployment sign in", server=settings.smtp_url)
