"""Mail: the sender is verified with SES, and SES sends to every address; or the SMTP server accepts the password."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from idp.adapters import ses_identity
from idp.cli.doctor.finding import Finding, ok, skipped, wrong
from idp.domain.mail.failures import MailNotSentError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from idp.wiring.all_services import AllServices


def check(services: AllServices) -> Iterator[Finding]:
    """Check the SMTP server if there is one, else IDP_MAIL_FROM, or its domain, with SES."""
    sender = services.settings.mail_from
    if not sender:
        yield skipped("mail", "IDP_MAIL_FROM is not set: no mails are sent")
        return
    yield from _by_smtp(services) if services.settings.smtp_url else _by_ses(sender)


def _by_smtp(services: AllServices) -> Iterator[Finding]:
    """Connect and sign in as for a mail, and send none."""
    settings = services.settings
    smtp = services.smtp_in_aws if settings.smtp_password_parameter else services.smtp
    try:
        smtp.check()
    except MailNotSentError as error:
        yield wrong("mail", f"No mail is sent by {settings.smtp_url}: {error}.")
    else:
        yield ok("mail", f"{settings.smtp_url} lets this deployment sign in")


def _by_ses(sender: str) -> Iterator[Finding]:
    region = os.environ.get("AWS_REGION") or "us-east-1"
    domain = sender.rpartition("@")[2].rstrip(">")
    try:
        verified = ses_identity.is_verified(sender, region) or ses_identity.is_verified(domain, region)
    except ses_identity.SesError as error:
        yield wrong("mail", f"SES does not describe {sender} in {region} ({error}). Use credentials that may call ses:GetEmailIdentity.")
        return
    if verified:
        yield ok("mail", f"{sender} is verified in {region}")
    else:
        yield wrong("mail", f"{domain} is not verified in {region}, so no mail is sent. Put the DNS records that SES names into its zone.")
    try:
        sandbox = ses_identity.is_sandbox(region)
    except ses_identity.SesError as error:
        yield skipped("mail, sandbox", f"SES does not tell whether it is in the sandbox ({error})")
        return
    if sandbox:
        yield wrong("mail, sandbox", "SES sends to verified addresses only. Ask AWS for production access, in this region.")
