"""Mail by SES: the sender is verified. The command line checks an SMTP server, which needs its password."""

from __future__ import annotations

from typing import TYPE_CHECKING

from idp.domain.doctor.finding import NotToldError, ok, wrong
from idp.domain.texts import marked

if TYPE_CHECKING:
    from collections.abc import Iterator

    from idp.domain.doctor.finding import Finding
    from idp.services.doctor.parts import Parts


def check(parts: Parts) -> Iterator[Finding]:
    """Check IDP_MAIL_FROM, or its domain, with SES. Without a sender `settings` tells that no mails are sent."""
    sender = parts.settings.mail_from
    if not sender or parts.settings.smtp_url:
        return
    domain, region = sender.rpartition("@")[2].rstrip(">"), parts.ses.region
    try:
        verified = parts.ses.is_verified(domain) or parts.ses.is_verified(sender)
    except NotToldError as error:
        silent = marked("SES does not describe {sender} in {region} ({problem}). Use credentials that may call ses:GetEmailIdentity.")
        yield wrong("mail", silent, sender=sender, region=region, problem=error)
        return
    if verified:
        yield ok("mail", marked("{sender} is verified in {region}"), sender=sender, region=region)
    else:
        not_yet = marked("{domain} is not verified in {region}, so no mail is sent. Put the DNS records that SES names into its zone.")
        yield wrong("mail", not_yet, domain=domain, region=region)
