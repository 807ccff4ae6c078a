"""Mail: the sender is verified with SES, and SES sends to every address."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from idp.adapters import ses_identity
from idp.cli.doctor.finding import Finding, ok, skipped, wrong

if TYPE_CHECKING:
    from collections.abc import Iterator

    from idp.wiring.all_services import AllServices


def check(services: AllServices) -> Iterator[Finding]:
    """Check IDP_MAIL_FROM, or its domain."""
    sender = services.settings.mail_from
    if not sender:
        yield skipped("mail", "IDP_MAIL_FROM is not set: no mails are sent")
        return
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
