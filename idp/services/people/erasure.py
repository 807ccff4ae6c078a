"""The erasure of a person: every item of theirs goes, and audit events keep the user id alone (docs/decisions/0008).

It can end anywhere and be run again. The item of the deletion is written before the first step and removed by the last one, and it has what
the other steps need. So the daily job finishes what a crash left behind (threats FI-4).
"""

from __future__ import annotations

import contextlib
from dataclasses import replace
from typing import TYPE_CHECKING

from idp.domain.errors import NotFound
from idp.services.audit.recorder import SYSTEM, Actor
from idp.services.mail.moment import at
from idp.services.mail.recipient_language import language_for
from idp.services.people.used_ids import id_mark
from idp.store import keys, sign_in_keys

if TYPE_CHECKING:
    from collections.abc import Callable

    from idp.domain.access.tenancy import Scope
    from idp.domain.clock import Clock
    from idp.domain.people.deletion import Deletion
    from idp.domain.people.user import User
    from idp.services.audit.recorder import Audit
    from idp.services.factors.throttling import Throttling
    from idp.services.keys.keyring import Keyring
    from idp.services.mail.mailer import Mailer
    from idp.services.people.invitations import InvitationService
    from idp.services.search.row_writer import SearchRowWriter
    from idp.services.tickets.tickets import Tickets
    from idp.settings import Settings
    from idp.store.deletions import Deletions
    from idp.store.erasures import Erasures
    from idp.store.mail_problems import MailProblems
    from idp.store.user_erasures import UserErasures
    from idp.store.users import Users


class Erasure:
    """Erases people. It does not decide whether a person is erased: the stored deletion does."""

    def __init__(
        self, *, settings: Settings, users: Users, user_erasures: UserErasures, deletions: Deletions, erasures: Erasures, tickets: Tickets,
        throttling: Throttling, mail_problems: MailProblems, invitations: Callable[[], InvitationService], mailer: Mailer, audit: Audit,
        clock: Clock, keyring: Keyring, search_rows: SearchRowWriter,
    ) -> None:  # fmt: skip
        self._keyring, self._search_rows = keyring, search_rows
        self._settings, self._users, self._deletions = settings, users, deletions
        self._user_erasures, self._erasures = user_erasures, erasures
        self._tickets, self._throttling, self._mail_problems, self._invitations = tickets, throttling, mail_problems, invitations
        self._mailer, self._audit, self._clock = mailer, audit, clock

    def erase(self, deletion: Deletion, *, scope: Scope, by: Actor = SYSTEM) -> bool:
        """Erase the person, or finish what an earlier run began. False, with nothing erased, if the deletion was undone.

        `by`: who deletes, if this request did it; a later run names the same actor, without a network address.

        Raises:
            Unavailable: a call failed. The next run goes on.
        """
        scope.require_deployment()
        user = self._users.get(deletion.user_id)
        if user:
            deletion = _with_present_emails(deletion, user)
            if not self._erase_directory(deletion, user):
                return False
        self._erasures.erase_user(deletion.user_id)
        self._erase_invitations(deletion, scope)
        for email in deletion.emails:
            self._user_erasures.release_email(deletion.user_id, email)
            self._erase_address(email, deletion.user_id)
        self._mailer.forget(*deletion.emails)
        if deletion.own:
            context = {
                "at": at(self._clock()), "issuer": self._settings.issuer, "brand": self._settings.brand,
                "lang": deletion.language or language_for(self._settings),
            }  # fmt: skip
            self._mailer.send(deletion.emails[0], "account_deleted", context)
        actor = by if by.id == deletion.by else replace(SYSTEM, id=deletion.by)
        event = self._audit.record_part(
            "user.deleted", origin=actor.origin, actor=actor.id, subject=deletion.user_id, admin=str(deletion.admin).lower()
        )  # fmt: skip
        self._deletions.finish(deletion, event)
        return True

    def _erase_directory(self, deletion: Deletion, user: User) -> bool:
        """Erase the user, if they are still being deleted. From then on the stored deletion alone knows the addresses."""
        if user.deleting_until != deletion.due:
            return False
        self._search_rows.forget(user)  # before the user goes, who tells what they are
        used = self._user_erasures.used_id_part(id_mark(self._keyring, user.id), self._clock())
        return self._user_erasures.delete(user, also=[self._deletions.put_part(deletion), used])

    def _erase_address(self, email: str, user_id: str) -> None:
        """Erase what is stored about an address. If it has another account by now, the rest belongs to the new owner and stays."""
        partitions = [keys.user_pk(self._tickets.address_owner(email)), sign_in_keys.attempts_pk(self._throttling.trace(email))]
        if self._users.id_of(email):
            self._erasures.erase_partitions(partitions, only_of=user_id)
            return
        self._erasures.erase_partitions(partitions)
        self._mail_problems.delete(email)

    def _erase_invitations(self, deletion: Deletion, scope: Scope) -> None:
        """Withdraw invitations to the person, and those by the person, which are not valid any more."""
        for made in self._invitations().of(deletion.user_id, deletion.emails, scope=scope):
            with contextlib.suppress(NotFound):
                self._invitations().withdraw(made.id, scope=scope)


def _with_present_emails(deletion: Deletion, user: User) -> Deletion:
    """The address may have changed since the deletion was stored. The first one is where the receipt goes."""
    return replace(deletion, emails=tuple(dict.fromkeys((user.email, *user.former_emails, *deletion.emails))))
