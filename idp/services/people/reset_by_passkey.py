"""A forgotten password, or lost passkeys: a new passkey in place of the password, after the address was proved by a mail.

    page     BatchGet  ticket, user
    finish   BatchGet  ticket, user, second factor; Update  second factor; TransactWrite  ticket, user, passkey, event; Query  grants

The same rules hold as for a new password: the second factor stays required, everything else of the account ends, and no one is signed in.
The former password ends, because its owner does not know it and another person may (docs/decisions/0009-accounts-without-a-password.md).
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from idp.domain.errors import Conflict, Invalid
from idp.domain.factors.added import Added
from idp.domain.passkeys.passkey import MOST
from idp.services.passkeys import in_place_of_password
from idp.services.people.reset_request import factor_of
from idp.store import keys
from idp.store.user_items import UserItem

if TYPE_CHECKING:
    from collections.abc import Sequence

    from idp.domain.clock import NewId
    from idp.domain.people.user import User
    from idp.domain.sessions.request_origin import Origin
    from idp.services.audit.recorder import Audit
    from idp.services.factors.second_factor import SecondFactor
    from idp.services.mail.notices import Notices
    from idp.services.passkeys.authentication import Given
    from idp.services.passkeys.in_place_of_password import InPlaceOfPassword
    from idp.services.passkeys.options import Asked
    from idp.services.people.password_reset import PasswordReset, Proved
    from idp.services.sessions.sessions_and_grants import Access
    from idp.services.tickets.tickets import Opened, Tickets
    from idp.store.added_factors import AddedFactors
    from idp.store.database import Database
    from idp.store.keys import Key
    from idp.store.tickets import TicketItem
    from idp.store.users import Users


class ResetByPasskey:
    """Replaces a password by a passkey. It acts only on the account whose address a link or code proved."""

    def __init__(
        self, *, reset: PasswordReset, by_passkey: InPlaceOfPassword, database: Database, users: Users, tickets: Tickets,
        second_factor: SecondFactor, added_factors: AddedFactors, access: Access, audit: Audit, notices: Notices, new_id: NewId,
    ) -> None:  # fmt: skip
        self._reset, self._by_passkey, self._db, self._users, self._tickets = reset, by_passkey, database, users, tickets
        self._second_factor, self._added_factors, self._access = second_factor, added_factors, access
        self._audit, self._notices, self._new_id = audit, notices, new_id

    def offer(self, handle: str, *, now: int) -> tuple[Proved, Asked | None]:
        """Return what the page for a new passkey shows, and what it asks the browser; None if accounts need a password here. One call.

        Raises:
            Invalid: `ticket.expired`.
        """
        opened = self._reset.opened(handle, now)
        item, user_item = self._db.batch_get(self._place(opened), (UserItem, keys.user(opened.user_id)))
        ticket, user = self._reset.checked(item, user_item, opened, now)
        kept = self._reset.added(ticket, user).without(user)
        return self._reset.proved(handle, ticket, factor_of(kept), kept), self._by_passkey.offer(
            kept, in_place_of_password.RESET, ticket.id
        )

    def finish(self, handle: str, given: Given, code: str, *, name: str, origin: Origin, now: int) -> tuple[User, Sequence[str]]:
        """Store a new passkey in place of the password. Everything else of the account ends, as by a new password.

        Returns the account as it is now, and new recovery codes if it had no second factor. `code`: as in `PasswordReset.finish`. An
        account with a second factor needs it: a mail alone must not replace what protects it (SP 800-63B-4 §4.2.2.2, H-13).

        Raises:
            Invalid: the passkey is refused, the code is wrong, or the ticket is over (`ticket.expired`).
            Throttled: too many codes of the second factor.
            Conflict: the account has as many passkeys as possible.
        """
        opened = self._reset.opened(handle, now)
        places = (self._place(opened), (UserItem, keys.user(opened.user_id)))
        item, user_item, *factor = self._db.batch_get(*places, *self._second_factor.list_keys(opened.user_id, now))
        ticket, user = self._reset.checked(item, user_item, opened, now)
        added = self._reset.added(ticket, user)
        kept = added.without(user)
        if len(kept.all_passkeys) >= MOST:
            raise Conflict("passkey.too_many", most=MOST)
        made = self._by_passkey.judge(
            kept, given, in_place_of_password.RESET, ticket.id, name=name, known=True, origin=origin, now=now
        )  # fmt: skip
        if kept.has_second_factor:
            self._second_factor.check(kept, code, factor, origin=origin, now=now)
        passkey = made.new.passkey
        after = replace(
            kept, passkeys={**kept.passkeys, passkey.id: passkey.summary}, password_hash=None,
            disowned_browsers=self._reset.disowned(ticket, user, now),
        )  # fmt: skip
        removed = added.describe() if added != Added() else {}
        codes_stay = made.new.digests and added.codes  # new ones are written at the place of those that are removed
        refused = self._db.transact(
            self._tickets.use_part(ticket, attempt=self._new_id(), now=now),
            self._users.reset_by_passkey_part(user, after, now=now),
            self._audit.record_part(
                "password.reset_by_passkey", origin=origin, actor=user.id, subject=user.id, target=passkey.id, **removed
            ),
            *self._added_factors.remove_parts(user, added._replace(codes=False) if codes_stay else added),
            *made.parts,
        )
        # Two answers to one page store the same passkey. Only the ticket tells a retry of this attempt from another one.
        if refused is not None and (refused[0] or not self._users.has_passkey(refused[1], passkey.id)):
            raise Invalid("ticket.expired")
        ended = replace(after, security_stamp=user.security_stamp + 1)
        self._access.notify_ended(ended, now)
        self._notices.tell(user, "passkey_in_place_of_password", origin=origin, now=now)
        return ended, made.new.codes

    def _place(self, opened: Opened) -> tuple[type[TicketItem], Key]:
        return self._tickets.place(opened.owner, opened.kind, opened.slot)
