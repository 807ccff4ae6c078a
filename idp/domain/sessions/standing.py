"""What the organisations of a person mean for a request that asks for one: which it is for, or which of several may be chosen."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from idp.domain.organisations.belonging import Belonging
    from idp.domain.sessions.session import Session

HOUR = 3600


@dataclass(frozen=True, slots=True)
class Standing:
    """`belonging`: the organisation that the request is for, or None. `choices`: several, of which the person chooses one.

    Neither: the person is in no organisation that the request asks for. `connections`: ids of the connections of the chosen organisation,
    read only if it accepts no other sign-in.
    """

    belonging: Belonging | None = None
    choices: tuple[Belonging, ...] = ()
    connections: tuple[str, ...] = ()

    @property
    def org_id(self) -> str:
        """Return the id of the organisation that the request is for, or an empty text."""
        return self.belonging.organisation.id if self.belonging else ""

    @property
    def requires_second_factor(self) -> bool:
        """Return whether the organisation demands a second factor."""
        return self.belonging is not None and self.belonging.organisation.policy.mfa_required

    def needs_connection(self, session: Session) -> bool:
        """Return whether the organisation accepts sessions of its own connections only, and this is another one."""
        only = self.belonging is not None and self.belonging.organisation.policy.connections_only
        return only and (session.upstream or {}).get("connection", "") not in self.connections

    @property
    def max_age(self) -> int | None:
        """Return the greatest age of a sign-in in seconds, also of one at an upstream. None if the organisation does not limit it."""
        hours = self.belonging.organisation.policy.session_hours if self.belonging else None
        return None if hours is None else hours * HOUR

    def is_too_old(self, session: Session, now: int) -> bool:
        """Return whether the sign-in is older than the organisation accepts, or could be (`now`: epoch seconds)."""
        if self.max_age is None:
            return False
        return session.has_unknown_age or session.authenticated_at + self.max_age <= now
