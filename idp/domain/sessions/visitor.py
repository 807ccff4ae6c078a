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
        if user.must_have_second_factor:
            return session.acr != AAL2
        return user.has_second_factor and not (session.passed_second_factor or session.remembered_device)

    def is_recent(self, now: int) -> bool:
        """Whether the person signed in during the last RECENT seconds, with the second factor if they have one.

        A sign-in by mail counts only for a user without a password: the mail alone must not open the way to a change of factors.
        """
        session, user = self.session, self.user
        if session.pending or (session.by_mail and user.password_hash is not None):
            return False
        return (session.passed_second_factor or not user.has_second_factor) and now < session.auth_time + RECENT
