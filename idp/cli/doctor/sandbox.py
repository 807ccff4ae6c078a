"""SES sends to every address. A function does not ask, because AWS grants ses:GetAccount for the whole account alone."""

from __future__ import annotations

from typing import TYPE_CHECKING

from idp.domain.doctor.finding import Finding, NotToldError, skipped, wrong

if TYPE_CHECKING:
    from collections.abc import Iterator

    from idp.wiring.all_services import AllServices


def check(services: AllServices) -> Iterator[Finding]:
    """Ask SES, if it sends the mails."""
    if not services.settings.mail_from or services.settings.smtp_url:
        return
    try:
        sandbox = services.doctor_parts.ses.is_sandbox()
    except NotToldError as error:
        yield skipped("mail, sandbox", "SES does not tell whether it is in the sandbox ({problem})", problem=error)
        return
    if sandbox:
        yield wrong("mail, sandbox", "SES sends to verified addresses only. Ask AWS for production access, in this region.")
