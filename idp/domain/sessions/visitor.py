"""The person behind a request: a live session, its user, and what else the request needs of them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from idp.domain.sessions.session import AAL2, AUTH_TIME

if TYPE_CHECKING:
    from idp.domain.apps.client import Client
    from idp.domain.people.consent import Consent
    from idp.domain.people.user import User
    from idp.domain.sessions.session import Session
    from idp.domain.sessions.standing import Standing

RECENT = 300
"""Seconds after a sign-in during which it counts as proof of presence, which a change of factors demands (H-06)."""


@dataclass(frozen=True, slots=True)
class Visitor:
    """`session` is live and belongs to `user`. While it is pending, only the sign-in pages accept it.

    `client` and `consent`: the app that the request is about, and what the user allowed it; None if there is none.
    `more`: what else a service read in the same call, for itself.
    `standing`: the person's organisations, for a request that asks for one; None until they are read.
    """

    session: Session
    user: User
    client: Client | None = None
    consent: Consent | None = None
    more: tuple[Any, ...] = ()
    standing: Standing | None = None

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

    @property
    def has_fresh_first_factor(self) -> bool:
        """Whether the first factor was proved when the session began. An upstream where the person was signed in already asks nothing.

        An upstream that tells the time is believed. One that cannot tell it counts only for a person who could not confirm in another way:
        without a password, or at an app or for an organisation that accepts connections only.
        """
        session = self.session
        if session.upstream is None or AUTH_TIME in session.upstream:
            return True
        only = (self.client is not None and self.client.connections_only) or (self.standing is not None and bool(self.standing.connections))
        return session.is_timeless and (self.user.password_hash is None or only)

    def is_recent(self, now: int) -> bool:
        """Whether the person signed in during the last RECENT seconds, with the second factor if they have one.

        A sign-in by mail counts only for a user without a password: the mail alone must not open the way to a change of factors.
        A sign-in by a connection counts only if the upstream told when it authenticated the person (`has_fresh_first_factor`).
        """
        session, user = self.session, self.user
        if session.pending or (session.by_mail and user.password_hash is not None):
            return False
        if not (session.used_own_factor or (self.has_fresh_first_factor and not (session.is_timeless and user.has_second_factor))):
            return False
        return (session.passed_second_factor or not user.has_second_factor) and now < session.authenticated_at + RECENT
