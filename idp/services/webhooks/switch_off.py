"""Switches an endpoint off that wants no more events, or that failed for days, and tells the admins."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from idp.services.audit.recorder import SYSTEM
from idp.services.mail.moment import at
from idp.services.mail.recipient_language import language_for

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from idp.domain.people.user import User
    from idp.services.audit.recorder import Audit
    from idp.services.mail.mailer import Mailer
    from idp.settings import Settings
    from idp.store.webhook_endpoints import WebhookEndpoints

_TRIES = 3
"""Attempts, if an admin changes the endpoint at the same time."""


class SwitchOff:
    """`admins`: reads the admins who are not disabled."""

    def __init__(
        self, endpoints: WebhookEndpoints, audit: Audit, mailer: Mailer, settings: Settings, admins: Callable[[], Iterable[User]]
    ) -> None:
        self._endpoints, self._audit, self._mailer, self._settings, self._admins = endpoints, audit, mailer, settings, admins

    def run(self, endpoint_id: str, why: str, *, now: int) -> bool:
        """Switch the endpoint off, with an audit event in the same write, and send the mails. False if it is off or gone already.

        What it has not got waits for a week, so that it can be switched on again.
        """
        for _ in range(_TRIES):
            found = self._endpoints.get(endpoint_id)
            if found is None or found.disabled_why:
                return False
            event = self._audit.once_part("webhook.disabled", origin=SYSTEM.origin, actor=SYSTEM.id, target=endpoint_id, method=why)
            if self._endpoints.replace(replace(found, disabled_why=why, updated_at=now), event):
                self._tell(endpoint_id, now)
                return True
        return False

    def _tell(self, endpoint_id: str, now: int) -> None:
        for each in self._admins():
            context = {
                "name": str(each.claims.get("name") or ""), "at": at(now), "issuer": self._settings.issuer, "brand": self._settings.brand,
                "lang": language_for(self._settings, each), "endpoint": endpoint_id,
            }  # fmt: skip
            self._mailer.send(each.email, "webhook_disabled", context)
