"""Mails that admins send to themselves, to see that mail works and how it looks."""

from __future__ import annotations

from typing import TYPE_CHECKING

from idp.domain.errors import Conflict

if TYPE_CHECKING:
    from collections.abc import Mapping

    from idp.domain.people.user import User
    from idp.services.audit.recorder import Actor, Audit
    from idp.services.mail.mailer import Mailer
    from idp.settings import Settings


class TrialMails:
    """Sends one mail at a time, to the address of the admin's own account and to no other."""

    def __init__(self, settings: Settings, mailer: Mailer, audit: Audit) -> None:
        self._settings, self._mailer, self._audit = settings, mailer, audit

    def send(self, user: User, template: str, values: Mapping[str, str], *, by: Actor) -> None:
        """Send the mail `template` with these values to the user, who is the caller. The event is written first.

        Raises:
            Conflict: the deployment sends no mails.
        """
        if not self._settings.sends_mail:
            raise Conflict("console.no_mails")
        self._audit.record("mail.tried", origin=by.origin, actor=by.id, subject=user.id, template=template)
        self._mailer.send(user.email, template, values)
