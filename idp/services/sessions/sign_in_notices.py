"""The mail about a sign-in from a new browser and a new place, and its link, by which the owner says that it was another person.

A known browser (`known_devices`) costs no call. Otherwise one transaction remembers the place, which is a network and a family of
browsers, and writes the ticket. Each place has a ticket of its own, so the link of each mail works, also after a newer mail. A place that
is known already sends no mail, so the same sign-in never sends two (threats M-12, K-13).
"""

from __future__ import annotations

import hmac
import json
from dataclasses import replace
from typing import TYPE_CHECKING

from idp.domain.errors import Invalid
from idp.domain.factors import disowned_browsers
from idp.domain.factors.added import Added
from idp.domain.sessions.browser_name import name_browser
from idp.domain.sessions.network_address import network_of
from idp.domain.tickets.ticket import LIFETIMES, NOT_ME, Ticket
from idp.services.mail.app_of_mail import app_of_mail
from idp.services.mail.moment import at
from idp.services.mail.recipient_language import language_for

if TYPE_CHECKING:
    from collections.abc import Callable

    from idp.domain.apps.client import Client
    from idp.domain.people.user import User
    from idp.domain.sessions.request_origin import Origin
    from idp.services.audit.recorder import Audit
    from idp.services.keys.keyring import Keyring
    from idp.services.mail.mailer import Mailer
    from idp.services.sessions.sessions_and_grants import Access
    from idp.services.tickets.tickets import Opened, Tickets
    from idp.settings import Settings
    from idp.store.added_factors import AddedFactors
    from idp.store.seen_places import SeenPlaces
    from idp.store.users import Users

    StartReset = Callable[[User, Origin, int, int], None]
    """Sends a link for a new password to the address of the user, from this origin at this time (epoch seconds). The reset removes the
    factors that were added since the last argument (epoch seconds).
    """

NEW_ACCOUNT = 3600
"""Seconds after its creation during which an account gets no notice, because its owner has just made it."""
_DAY = 86400


class SignInNotices:
    """Tells people about sign-ins, and ends everything for those who did not sign in."""

    def __init__(
        self, *, settings: Settings, users: Users, places: SeenPlaces, tickets: Tickets, keyring: Keyring, access: Access, audit: Audit,
        added_factors: AddedFactors, mailer: Mailer, start_reset: StartReset | None,
    ) -> None:  # fmt: skip
        """`start_reset`: None if this deployment has no reset by mail."""
        self._settings, self._users, self._places, self._tickets, self._keyring = settings, users, places, tickets, keyring
        self._access, self._audit, self._mailer, self._start_reset = access, audit, mailer, start_reset
        self._added_factors = added_factors

    @property
    def resets(self) -> bool:
        """Whether `end_everything` sends a link for a new password."""
        return self._start_reset is not None

    def tell(self, user: User, *, client: Client | None, pending: bool, origin: Origin, now: int) -> None:
        """Send the mail if the place is new. `client`: the app, or None for the account page. `pending`: a second factor is still owed.

        One call. No call if notices are off or the account is new.
        """
        if not self._settings.tells_sign_ins or now < user.created_at + NEW_ACCOUNT:
            return
        name = name_browser(origin.user_agent)
        again = [max(map(int, user.disowned_browsers.values()))] if user.disowned_browsers else []  # every place is new after that
        place = json.dumps([user.id, network_of(origin.address), name.browser, *again]).encode()
        digest = hmac.digest(self._keyring.derive("seen-place"), place, "sha256").hex()
        draft = Ticket(user.id, NOT_ME, user.email, user.id, user.security_stamp, slot=self._tickets.slot_of(digest))
        issued, part = self._tickets.issue_part(draft, now=now)
        if not self._places.add(user.id, digest, attempt=issued.ticket.id, now=now, parts=[part]):
            return
        context = {
            "name": str(user.claims.get("name") or ""), "at": at(now), "address": origin.address, "country": origin.country,
            "issuer": self._settings.issuer, "brand": self._settings.brand, **app_of_mail(client),
            "app": (client.name or client.id) if client else "", "browser": name.browser,
            "system": name.system, "pending": "1" if pending else "", "link": issued.link, "days": str(LIFETIMES[NOT_ME] // _DAY),
            "lang": language_for(self._settings, user, page=origin.language),
        }  # fmt: skip
        self._mailer.send(user.email, "new_sign_in", context)

    def find(self, opened: Opened, *, now: int) -> tuple[Ticket, User]:
        """Return the ticket of the link, and its user. Two calls. Nothing is used up.

        A new password does not end the link, because the person who signed in may have set it.

        Raises:
            Invalid: it was used or replaced, is too old, or the account has another address or is disabled.
        """
        if opened.kind != NOT_ME:
            raise Invalid("ticket.expired")
        ticket = self._tickets.read(opened, now=now)
        user = self._users.get(ticket.user_id)
        if user is None or user.disabled or user.email != ticket.email:
            raise Invalid("ticket.expired")
        return ticket, user

    def end_everything(self, opened: Opened, *, attempt: str, origin: Origin, now: int) -> None:
        """End all sessions and grants of the user, and start a reset. The password and older factors stay, so no person is locked out.

        An authenticator app, passkeys, recovery codes and links of connections that were added since the sign-in are removed, if the
        person can set a new password.

        Raises:
            Invalid: as `find`; or the user changed at the same time.
        """
        ticket, user = self.find(opened, now=now)
        use = self._tickets.use_part(ticket, attempt=attempt, now=now)
        added = self._added_factors.find(user, since=ticket.created_at) if self._start_reset else Added()
        kept, removed = added.without(user), self._added_factors.remove_parts(user, added)
        event = self._audit.record_part("sign_in.disowned", origin=origin, subject=user.id, **added.describe())
        disowned = disowned_browsers.add(user.disowned_browsers, ticket.created_at, now)
        done = self._users.end_everything_with(
            user, now, parts=[use, event, *removed], kept=None if kept == user else kept, disowned=disowned
        )
        if not (done or self._tickets.was_used(ticket, attempt=attempt)):
            raise Invalid("ticket.expired")
        after = replace(kept, security_stamp=user.security_stamp + 1, disowned_browsers=disowned)
        self._access.notify_ended(after, now)
        if self._start_reset:
            self._start_reset(after, origin, now, ticket.created_at)
