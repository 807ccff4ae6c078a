"""Undo of a change of address, by the link that the old address got. It works without a session, for seven days, once.

It works also after the password was changed, because the person who took the account may have changed it. So the ticket's stamp is not
compared. The list of former addresses decides (`idp/domain/people/former_emails.py`).

Passkeys, an authenticator app and recovery codes that were added since an hour before the change are removed, too: the person who changed
the address may have added them (`idp/domain/factors/added.py`). If that person also asked for the account to be deleted, that ends, too.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from idp.domain.errors import Invalid
from idp.domain.factors import disowned_browsers
from idp.domain.people import former_emails
from idp.domain.tickets.ticket import EMAIL_UNDO

if TYPE_CHECKING:
    from collections.abc import Callable

    from idp.domain.people.user import User
    from idp.domain.sessions.request_origin import Origin
    from idp.domain.tickets.ticket import Ticket
    from idp.services.audit.recorder import Audit
    from idp.services.sessions.sessions_and_grants import Access
    from idp.services.tickets.tickets import Opened, Tickets
    from idp.store.added_factors import AddedFactors
    from idp.store.deletions import Deletions
    from idp.store.email_changes import EmailChanges
    from idp.store.users import Users

    StartReset = Callable[[User, Origin, int], None]
    """Sends a link for a new password to the address of the user, from this origin at this time (epoch seconds)."""


_BEFORE = 3600
"""Seconds before a change of address. A factor that was added since then is removed by the undo."""


class EmailUndo:
    """Restores the former address."""

    def __init__(
        self, users: Users, changes: EmailChanges, tickets: Tickets, added_factors: AddedFactors, access: Access,
        audit: Audit, deletions: Deletions, start_reset: StartReset | None = None,
    ) -> None:  # fmt: skip
        """`start_reset`: None if this deployment has no reset by mail. Then the password stays."""
        self._users, self._changes, self._tickets = users, changes, tickets
        self._added_factors, self._access, self._audit, self._start_reset = added_factors, access, audit, start_reset
        self._deletions = deletions

    @property
    def resets(self) -> bool:
        """Whether an undo removes the password, and sends a link to choose another one."""
        return self._start_reset is not None

    def find(self, opened: Opened, *, now: int) -> tuple[Ticket, User]:
        """Return the ticket of this link, and the user. Two calls. Nothing is used up.

        Raises:
            Invalid: it was used, is too old, or the change cannot be undone any more; or an admin or a directory disabled the account, or
                an admin deleted it.
        """
        if opened.kind != EMAIL_UNDO:
            raise Invalid("ticket.expired")
        ticket = self._tickets.read(opened, now=now)
        user = self._users.get(ticket.user_id)
        if (
            user is None
            or (user.disabled and now >= user.deleting_until)  # by an admin, or an erasure that is due and not finished
            or user.deactivated_by
            or not former_emails.can_restore(user.former_emails, ticket.email, ticket.id)
        ):
            raise Invalid("ticket.expired")
        return ticket, user

    def undo(self, opened: Opened, *, attempt: str, origin: Origin, now: int) -> None:
        """Restore the address, end all sessions and grants, remove the password, new factors and new links, and start a reset.

        The password goes, because the person who changed the address knew it and could change the address again.

        Raises:
            Invalid: as `find`; or another request changed the user at the same time.
        """
        ticket, user = self.find(opened, now=now)
        since = former_emails.given_up_at(user.former_emails, ticket.email) - _BEFORE
        added = self._added_factors.find(user, since=since)
        former = former_emails.settle(user.former_emails, since=ticket.email)
        del former[ticket.email]
        after = replace(
            added.without(user), email=ticket.email, email_verified=True, former_emails=former,
            security_stamp=user.security_stamp + 1, updated_at=now,
            password_hash=None if self._start_reset else user.password_hash,
            password_changed_at=0 if self._start_reset else user.password_changed_at,
            disabled=False, deleting_until=0, disowned_browsers=disowned_browsers.add(user.disowned_browsers, since, now),
        )  # fmt: skip
        use = self._tickets.use_part(ticket, attempt=attempt, now=now)
        event = self._audit.record_part("email.restored", origin=origin, actor="", subject=user.id, **added.describe())
        removed = self._added_factors.remove_parts(user, added)
        kept = self._deletions.undo_parts(user)
        written = self._changes.restore(after, email_was=user.email, use=use, parts=[event, *removed, *kept])
        if written is None:
            raise Invalid("email.changed_meanwhile")
        self._access.notify_ended(written, now)
        if self._start_reset:
            self._start_reset(written, origin, now)
