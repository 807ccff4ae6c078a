"""A temporary code in place of the second factor. An admin has it mailed to a person who lost the factor; the admin never sees it.

It is eight digits, counts as a recovery code, is valid for a day, and works once. It ends when the address or the security stamp of the
account changes. It takes the place of the second factor only, at a sign-in and at the reset of a password.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from idp.domain.errors import Invalid
from idp.domain.tickets import code as codes
from idp.domain.tickets.ticket import BYPASS

if TYPE_CHECKING:
    from idp.domain.clock import NewId
    from idp.domain.people.user import User
    from idp.domain.sessions.request_origin import Origin
    from idp.services.audit.recorder import Audit
    from idp.services.mail.notices import Notices
    from idp.services.tickets.tickets import Tickets


class Bypass:
    """Uses temporary codes."""

    def __init__(self, tickets: Tickets, audit: Audit, notices: Notices, new_id: NewId) -> None:
        self._tickets, self._audit, self._notices, self._new_id = tickets, audit, notices, new_id

    @staticmethod
    def has_form(typed: str) -> bool:
        """Return whether the text has the form of a temporary code, as codes of some imported authenticators have."""
        return codes.parse(typed) is not None

    def use(self, user: User, typed: str, *, origin: Origin, now: int) -> None:
        """Use the code. It is counted before it is compared, and used up by one conditional write. The owner gets a notice.

        Raises:
            Invalid: it is wrong, over, or used; the message does not say which.
        """
        try:
            ticket = self._tickets.try_code(user.id, BYPASS, typed, now=now)
        except Invalid:
            ticket = None
        if ticket is None or not ticket.is_of(user) or not self._tickets.use(ticket, attempt=self._new_id(), now=now):
            self._audit.record(
                "second_factor.failed", origin=origin, outcome="failure", reason="wrong_code", subject=user.id, method="temporary_code"
            )
            raise Invalid("recovery_code.wrong", field="code")
        self._audit.record("second_factor.bypassed", origin=origin, actor=user.id, subject=user.id)
        self._notices.tell(user, "temporary_code_used", origin=origin, now=now)
