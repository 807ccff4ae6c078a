"""A forgotten password: prove the address by the link or code of a mail, set a new password (OWASP ASVS 6.4.3, people's own reset).

    link     BatchGet  ticket, user                      uses nothing up
    code     Update    ticket                            counted before it is compared
    finish   BatchGet  ticket, user, second factor; Update  second factor; TransactWrite  ticket, user, event; Query  grants

`idp.services.people.reset_request` sends the mail. The second factor stays required. No one is signed in by a reset: the
sign-in page follows.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, NamedTuple

from idp.domain.errors import Invalid
from idp.domain.factors import disowned_browsers
from idp.domain.factors.added import Added
from idp.domain.tickets.code import parse
from idp.domain.tickets.ticket import RESET
from idp.services.passkeys import authentication
from idp.services.people.reset_request import FACTOR, NONE, PASSKEY, SINCE, factor_of
from idp.store import keys
from idp.store.user_items import UserItem

if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any

    from idp.domain.clock import NewId
    from idp.domain.people.user import User
    from idp.domain.sessions.request_origin import Origin
    from idp.domain.tickets.ticket import Ticket
    from idp.services.audit.recorder import Audit
    from idp.services.factors.new_passwords import NewPasswords
    from idp.services.factors.second_factor import SecondFactor
    from idp.services.mail.notices import Notices
    from idp.services.passkeys.authentication import Given, PasskeyAuthentication
    from idp.services.passkeys.options import Asked
    from idp.services.sessions.sessions_and_grants import Access
    from idp.services.tickets.tickets import Opened, Tickets
    from idp.settings import Settings
    from idp.store.added_factors import AddedFactors
    from idp.store.database import Database
    from idp.store.users import Users


class Proved(NamedTuple):
    """The address was proved. `handle`: what the page sends back with the new password. `factor`: PASSKEY, HAS, OWES or NONE.

    `minimum`: characters of the new password. `passkey`: what the page asks a browser for, if the account has passkeys.
    `request`: the sealed authorization request that the person came with. `has_app`: the account has an authenticator app.
    """

    handle: str
    email: str
    factor: str
    minimum: int
    passkey: Asked | None = None
    request: str = ""
    has_app: bool = True


class PasswordReset:
    """Resets passwords. It acts only on the account whose address a link or code proved."""

    def __init__(
        self, *, database: Database, users: Users, tickets: Tickets, passwords: NewPasswords,
        second_factor: SecondFactor, passkeys: PasskeyAuthentication, added_factors: AddedFactors, access: Access,
        audit: Audit, notices: Notices, settings: Settings, new_id: NewId,
    ) -> None:  # fmt: skip
        self._db, self._users, self._tickets, self._passwords = database, users, tickets, passwords
        self._added_factors, self._passkeys = added_factors, passkeys
        self._second_factor, self._access, self._audit, self._notices = second_factor, access, audit, notices
        self._settings, self._new_id = settings, new_id

    def look(self, handle: str, opened: Opened, *, now: int) -> Proved:
        """Return what the page of a link shows. One call, and nothing is used up.

        Raises:
            Invalid: `ticket.expired`: the ticket is over, or the account changed since then.
        """
        item, user_item = self._db.batch_get(
            self._tickets.place(opened.owner, opened.kind, opened.slot), (UserItem, keys.user(opened.user_id))
        )
        ticket, user = self.checked(item, user_item, opened, now)
        kept = self.added(ticket, user).without(user)
        return self.proved(handle, ticket, factor_of(kept), kept)._replace(request=ticket.request)

    def prove_code(self, owner: str, code: str, *, browser: str, now: int) -> Proved:
        """Return the same for a typed code, in the browser that asked for the mail. One call, and another one if the account has passkeys.

        Raises:
            Invalid: the code is wrong or the ticket is over (`Tickets.try_code`).
        """
        ticket = self._tickets.try_code(owner, RESET, code, now=now, slot=self._tickets.slot_of(browser))
        factor = ticket.details.get(FACTOR, NONE)
        user = self._users.get(ticket.user_id) if factor == PASSKEY else None
        kept = self.added(ticket, user).without(user) if user else None
        return self.proved(self._tickets.handle(ticket, parse(code) or ""), ticket, factor, kept)

    def finish(self, handle: str, password: str, code: str, passkey: Given, *, origin: Origin, now: int) -> User:
        """Set the new password. All sessions, grants and tickets of the account end. Returns the account as it is now.

        If the account has a second factor, one of two is needed. `code`: of the authenticator app, a recovery code or a temporary code.
        `passkey`: what a browser answered to `Proved.passkey`.

        Raises:
            Invalid: the password is refused, the code or the passkey is wrong, or the ticket is over (`ticket.expired`). Only a right
                second factor is used up then.
            Throttled: too many codes of the second factor.
        """
        opened = self.opened(handle, now)
        places = (self._tickets.place(opened.owner, RESET, opened.slot), (UserItem, keys.user(opened.user_id)))
        of_passkey = self._passkeys.list_keys(opened.user_id, passkey) if passkey.answer else None
        of_factor = self._second_factor.list_keys(opened.user_id, now) if of_passkey is None else of_passkey
        item, user_item, *factor = self._db.batch_get(*places, *of_factor)
        ticket, user = self.checked(item, user_item, opened, now)
        added = self.added(ticket, user)
        kept = added.without(user)
        hashed = self._passwords.hash(password, kept, field="new_password")  # before the code, which can be used only once
        if kept.has_second_factor:  # a reset by mail alone must not replace it (H-13)
            if passkey.answer:
                self._passkeys.use(kept, authentication.RESET, ticket.id, passkey, read=factor, origin=origin, now=now)
            else:
                self._second_factor.check(user, code, factor, origin=origin, now=now)
        self._write(ticket, user, added, hashed, origin=origin, now=now)
        after = replace(kept, security_stamp=user.security_stamp + 1, password_hash=hashed)
        self._access.notify_ended(after, now)
        self._notices.tell(user, "password_changed", origin=origin, now=now)
        return after

    def opened(self, handle: str, now: int) -> Opened:
        """Return what the handle of a page contains. No call.

        Raises:
            Invalid: `ticket.expired`.
        """
        opened = self._tickets.open(handle, now=now)
        if opened is None or opened.kind != RESET:
            raise Invalid("ticket.expired")
        return opened

    def added(self, ticket: Ticket, user: User) -> Added:
        """Return the factors that this reset removes. No call, except after "this was not me".

        A passkey that a browser made without a gesture, and that was never used, goes with the password that it was made after (N-15).
        """
        since = ticket.details.get(SINCE)
        found = self._added_factors.find(user, since=int(since)) if since else Added()
        return found.with_passkeys(user.waiting_passkeys)

    @staticmethod
    def disowned(ticket: Ticket, user: User, now: int) -> Mapping[str, str]:
        """Return `User.disowned_browsers` after this reset: after "this was not me", no browser counts that became known since."""
        since = ticket.details.get(SINCE)
        return disowned_browsers.add(user.disowned_browsers, int(since), now) if since else user.disowned_browsers

    def _write(self, ticket: Ticket, user: User, added: Added, hashed: str, *, origin: Origin, now: int) -> None:
        """Write ticket, user and event in one transaction, on condition that nothing changed since they were read."""
        removed = added.describe() if added != Added() else {}
        refused = self._db.transact(
            self._tickets.use_part(ticket, attempt=self._new_id(), now=now),
            self._users.reset_password_part(
                user, hashed, now=now, kept=added.without(user) if added != Added() else None, disowned=self.disowned(ticket, user, now)
            ),
            self._audit.record_part("password.reset", origin=origin, actor=user.id, subject=user.id, **removed),
            self._tickets.forget_codes_part(ticket.owner, RESET),
            *self._added_factors.remove_parts(user, added),
        )
        if refused is not None and not self._users.was_reset(refused[1], hashed):
            raise Invalid("ticket.expired")

    def checked(self, item: Any, user_item: Any, opened: Opened, now: int) -> tuple[Ticket, User]:
        """Return ticket and account, if the ticket is live and the account has not changed since (H-12, H-14)."""
        ticket, user = self._tickets.check(item, opened, now=now), user_item.user() if user_item else None
        if user is None or not ticket.is_of(user):
            raise Invalid("ticket.expired")
        return ticket, user

    def proved(self, handle: str, ticket: Ticket, factor: str, user: User | None) -> Proved:
        """Return what a page shows. `user`: with the factors that stay; None if no passkey can be asked for."""
        minimum = self._settings.password_min_length_mfa if factor else self._settings.password_min_length
        asked = self._passkeys.request(user, authentication.RESET, ticket.id) if user and user.passkeys else None
        return Proved(handle, ticket.email, factor, minimum, asked, has_app=user.totp_enabled if user else factor != PASSKEY)
