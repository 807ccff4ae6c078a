"""The person behind a request: a live session, its user, and what else the request needs of them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from idp.domain.sessions.session import AAL2

if TYPE_CHECKING:
    from idp.domain.apps.client import Client
    from idp.domain.people.consent import Consent
    from idp.domain.people.user import User
    from idp.domain.sessions.session import Session

RECENT = 300
"""Seconds after a sign-in during which it counts as proof of presence, which a change of factors demands (H-06)."""


@dataclass(frozen=True, slots=True)
class Visitor:
    """`session` is live and belongs to `user`. While it is pending, only the sign-in pages accept it.

    `client` and `consent`: the app that the request is about, and what the user allowed it; None if there is none.
    `more`: what else a service read in the same call, for itself.
    """

    session: Session
    user: User
    client: Client | None = None
    consent: Consent | None = None
    more: tuple[Any, ...] = ()

    @property
    def owes_second_factor(self) -> bool:
        """Whether the account pages are closed until the second factor is used (H-04).

        A remembered device stands for it, except for a user who must have a second factor.
        """
        session, user = self.session, self.user
        if session.pending:
            return True
        skipped = bool(session.remembered_device) and not user.must_have_second_factor
        return session.acr != AAL2 and user.needs_second_factor and not skipped

    def is_recent(self, now: int) -> bool:
        """Whether the person signed in during the last RECENT seconds, with the second factor if they have one."""
        proved = not self.session.pending and ("mfa" in self.session.amr or not self.user.has_second_factor)
        return proved and now < self.session.auth_time + RECENT
