"""People delete their own account. It is disabled at once and erased after some days; until then a link in a mail undoes it.

The deletion is stored together with the user. `idp.services.people.due_deletions` erases who is due.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from idp.domain.access.tenancy import DEPLOYMENT
from idp.domain.errors import Conflict, Forbidden, Invalid, NotFound
from idp.domain.people import former_emails
from idp.domain.people.deletion import Deletion
from idp.domain.sessions.request_origin import Origin
from idp.domain.tickets.ticket import DELETE_UNDO, Ticket
from idp.services.audit.recorder import SYSTEM, Actor
from idp.services.mail.moment import at
from idp.services.mail.recipient_language import language_for
from idp.store.admins import LastAdminError, TooManyAdminsError

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from idp.domain.access.tenancy import Scope
    from idp.domain.clock import Clock
    from idp.domain.people.user import User
    from idp.domain.sessions.visitor import Visitor
    from idp.services.audit.recorder import Audit
    from idp.services.delegation.organisation_people import OrganisationPeople
    from idp.services.mail.mailer import Mailer
    from idp.services.mail.notices import Notices
    from idp.services.people.erasure import Erasure
    from idp.services.sessions.sessions_and_grants import Access
    from idp.services.tickets.tickets import Issued, Opened, Tickets
    from idp.settings import Settings
    from idp.store.admins import Admins
    from idp.store.database import Raw
    from idp.store.deletions import Deletions
    from idp.store.users import Users

_DAY = 86400


class SelfDeletion:
    """Begins deletions, and ends them before they are due."""

    def __init__(
        self, *, settings: Settings, users: Users, admins: Admins, deletions: Deletions, tickets: Tickets, access: Access, erasure: Erasure,
        audit: Audit, mailer: Mailer, notices: Notices, clock: Clock, people: Callable[[], OrganisationPeople],
    ) -> None:  # fmt: skip
        self._settings, self._users, self._admins, self._deletions, self._tickets = settings, users, admins, deletions, tickets
        self._access, self._erasure, self._audit, self._mailer, self._notices = access, erasure, audit, mailer, notices
        self._clock, self._people = clock, people

    def due(self, user: User, now: int) -> int:
        """Return when the account would be erased if its owner asked at `now`. Both are epoch seconds.

        Not before a change of its address can no longer be undone: the person who asks may have taken the account (threats H-18).
        """
        return max(now + self._settings.deletion_grace_days * _DAY, former_emails.undo_ends(user.former_emails))

    def ask(self, visitor: Visitor, *, attempt: str, origin: Origin, now: int) -> int:
        """Disable the account, end all its access, and send the link that undoes it. Return when it will be erased (epoch seconds).

        The caller has checked that the person confirmed who they are. Without days of grace the account is erased now.

        Raises:
            Forbidden: people may not delete their account here; or it is the last admin.
            Conflict: another request changed the account at the same time.
        """
        if not self._settings.deletes_selves:
            raise Forbidden("deletion.off")
        user, due = visitor.user, self.due(visitor.user, now)
        after = replace(user, disabled=True, deleting_until=due, security_stamp=user.security_stamp + 1, updated_at=now)
        deletion = Deletion(
            user.id, due, (user.email, *user.former_emails), user.id, own=True, admin=user.admin, attempt=attempt,
            language=language_for(self._settings, user, page=origin.language),
        )  # fmt: skip
        draft = Ticket(user.id, DELETE_UNDO, user.email, user_id=user.id, stamp=after.security_stamp)
        issued, ticket = self._tickets.issue_part(draft, now=now)
        event = self._audit.record_part("user.deletion_asked", origin=origin, actor=user.id, subject=user.id)
        written = self._write(user, after, [self._deletions.new_part(deletion), ticket, event])
        if written is None:
            raise Conflict("user.busy")
        if due > now:  # first, because only this mail has the link: nothing that fails below may keep it back
            self._tell(user, issued, due, origin, now)
        self._access.notify_ended(written, now)
        if due <= now:
            self._erasure.erase(deletion, scope=DEPLOYMENT, by=Actor(user.id, Origin(address="")))
        return due

    def find(self, opened: Opened, *, now: int) -> tuple[Ticket, User]:
        """Return the ticket of this link, and the user. Two calls. Nothing is used up.

        Raises:
            Invalid: it was used, or the account is not being deleted any more, or has another address.
        """
        if opened.kind != DELETE_UNDO:
            raise Invalid("ticket.expired")
        ticket = self._tickets.read(opened, now=now)
        user = self._users.get(ticket.user_id)
        if user is None or user.email != ticket.email or now >= user.deleting_until:
            raise Invalid("ticket.expired")
        return ticket, user

    def undo(self, opened: Opened, *, attempt: str, origin: Origin, now: int) -> None:
        """Let the person sign in again. Sessions and access of apps do not come back.

        Raises:
            Invalid: as `find`; or another request changed the user at the same time.
        """
        ticket, user = self.find(opened, now=now)
        event = self._audit.record_part("user.deletion_undone", origin=origin, subject=user.id)
        use = self._tickets.use_part(ticket, attempt=attempt, now=now)
        if self._write(user, _restored(user, now), [use, self._deletions.drop_part(user.id, user.deleting_until), event]) is None:
            raise Invalid("ticket.expired")
        self._notices.tell(user, "deletion_undone", origin=origin, now=now)

    def cancel(self, user_id: str, *, scope: Scope, by: Actor = SYSTEM) -> User:
        """Let the person sign in again, as an admin. The link that undoes it ends. Return the user as written.

        Raises:
            NotFound: there is no such user.
            Forbidden: the user is an admin of the deployment or of an organisation, and the caller lacks a right of theirs.
            Conflict: the user is not being deleted, or another request changed the user at the same time.
        """
        scope.require_deployment()
        user = self._users.get(user_id)
        if user is None:
            raise NotFound("user.unknown")
        self._people().require_power_over(user, by, scope=scope)
        if not user.deleting_until:
            raise Conflict("deletion.none")
        ends = [self._deletions.drop_part(user.id, user.deleting_until), self._tickets.drop_part(user.id, DELETE_UNDO)]
        written = self._write(user, _restored(user, self._clock()), ends)
        if written is None:
            raise Conflict("user.busy")
        self._audit.act("user.deletion_cancelled", by, subject=user_id, scope=scope)
        return written

    def _write(self, user: User, wanted: User, also: Sequence[Raw]) -> User | None:
        if not user.admin:
            return self._users.replace(wanted, also=also)
        try:
            return self._admins.replace(wanted, before=user, also=also)
        except LastAdminError:
            raise Forbidden("user.last_admin") from None
        except TooManyAdminsError:
            raise Conflict("user.too_many_admins") from None

    def _tell(self, user: User, issued: Issued, due: int, origin: Origin, now: int) -> None:
        context = {
            "name": str(user.claims.get("name") or ""), "at": at(now), "address": origin.address, "link": issued.link, "until": at(due),
            "issuer": self._settings.issuer, "brand": self._settings.brand,
            "lang": language_for(self._settings, user, page=origin.language),
        }  # fmt: skip
        self._mailer.send(user.email, "deletion_asked", context)


def _restored(user: User, now: int) -> User:
    """Return the user without the deletion. What a directory said meanwhile holds: then the account stays disabled (threats P-13)."""
    return replace(user, disabled=bool(user.deactivated_by), deleting_until=0, updated_at=now)
