"""Notices: mails to people about changes to their account (`templates/mail`)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from idp.services.mail.moment import at
from idp.services.mail.recipient_language import language_for

if TYPE_CHECKING:
    from idp.domain.people.user import User
    from idp.domain.sessions.request_origin import Origin
    from idp.services.mail.mailer import Mailer
    from idp.settings import Settings


class Notices:
    """Notices to the owner of an account about changes to it (NIST SP 800-63B-4 §4.6, OWASP ASVS 6.3.7)."""

    def __init__(self, mailer: Mailer, settings: Settings) -> None:
        self._mailer, self._settings = mailer, settings

    def tell(self, user: User, what: str, *, origin: Origin, now: int) -> None:
        """Send the mail `what` with the time and the address of the request."""
        name = str(user.claims.get("name") or "")
        context = {
            "name": name, "at": at(now), "address": origin.address, "issuer": self._settings.issuer, "brand": self._settings.brand,
            "has_password": "1" if user.password_hash is not None else "", "lang": language_for(self._settings, user, page=origin.language),
        }  # fmt: skip
        self._mailer.send(user.email, what, context)
