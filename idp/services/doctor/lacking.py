"""What the settings alone tell: a deployment that works, and lacks something."""

from __future__ import annotations

from typing import TYPE_CHECKING

from idp.domain.doctor.finding import advice
from idp.domain.texts import marked

if TYPE_CHECKING:
    from collections.abc import Iterator

    from idp.domain.doctor.finding import Finding
    from idp.settings import Settings

ABOUT = frozenset({"IDP_MAIL_FROM", "IDP_ISSUER", "IDP_SUPPORT"})
"""What these findings are about. Those of a page are never older than its settings."""


def check(settings: Settings) -> Iterator[Finding]:
    """Yield an advice for each setting that is missing. It makes no call, so a page may ask while it is served."""
    if not settings.sends_mail:
        yield advice("IDP_MAIL_FROM", marked("No mails are sent, so people cannot reset a password and cannot be invited."))
    if not settings.secure:
        yield advice("IDP_ISSUER", marked("The issuer is not https. Cookies and tokens can be read on the way."))
    if not settings.support:
        yield advice("IDP_SUPPORT", marked("Error pages do not say whom to ask."))
