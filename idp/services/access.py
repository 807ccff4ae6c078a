"""What a user has open, and its end: sessions (where signed in) and grants (which apps have access)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from idp.domain.errors import NotFound

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from idp.domain.clock import Clock
    from idp.domain.grant import Grant
    from idp.domain.session import Session
    from idp.domain.user import User
    from idp.services.audit import Actor, Audit
    from idp.services.backchannel_logout import BackchannelLogout
    from idp.settings import Settings
    from idp.store.grants import Grants
    from idp.store.sessions import Sessions
    from idp.store.users import Users


class Access:
    """Lists and ends. Every end is one conditional write, and audited."""

    def __init__(
        self, settings: Settings, users: Users, sessions: Sessions, grants: Grants, audit: Audit, clock: Clock,
        backchannel_logout: Callable[[], BackchannelLogout],
    ) -> None:  # fmt: skip
        self._settings, self._users, self._sessions, self._grants = settings, users, sessions, grants
        self._audit, self._clock, self._backchannel_logout = audit, clock, backchannel_logout

    def sessions(self, user: User) -> list[Session]:
        """Where the user is signed in now, the newest first."""
        now, idle = self._clock(), self._settings.session_idle_lifetime
        live = [s for s in self._sessions.of(user.id) if not s.pending and s.live(now, idle) and user.accepts(s.security_stamp)]
        return sorted(live, key=lambda s: (s.created_at, s.id), reverse=True)

    def grants(self, user: User) -> list[Grant]:
        """Which apps have access now, the newest first."""
        now = self._clock()
        live = [g for g in self._grants.of(user.id) if g.live(now) and user.accepts(g.security_stamp)]
        return sorted(live, key=lambda g: (g.created_at, g.id), reverse=True)

    def end_session(self, user: User, session_id: str, by: Actor) -> None:
        """End one session and the grants that live only as long as it does (those without offline_access).

        Raises:
            NotFound: there is no such session, or it ended already.
        """
        now = self._clock()
        session = self._sessions.end(user.id, session_id, now)
        if session is None:
            raise NotFound("There is no such session.")
        of_it = [grant for grant in self._grants.of(user.id) if grant.session_id in session.ids]
        for grant in of_it:
            if not grant.offline:
                self._grants.revoke(user.id, grant.id, now)
        self._tell(user.id, of_it)
        self._audit.act("session.ended", by, subject=user.id, target=session_id)

    def revoke_grant(self, user: User, grant_id: str, by: Actor) -> None:
        """End one app's access: its code, its refresh tokens and its access tokens die with the grant.

        Raises:
            NotFound: there is no such grant, or it was revoked already.
        """
        grant = self._grants.get(user.id, grant_id)
        if grant is None or not self._grants.revoke(user.id, grant_id, self._clock()):
            raise NotFound("There is no such grant.")
        self._tell(user.id, [grant])
        self._audit.act("grant.revoked", by, subject=user.id, target=grant_id)

    def end_everything(self, user: User, by: Actor) -> None:
        """Sign the user out everywhere and end every app's access: one write kills them all."""
        now = self._clock()
        after = self._users.end_everything(user.id, now)
        if after is None:
            raise NotFound("There is no such user.")
        self.ended(after, now)
        self._audit.act("user.signed_out_everywhere", by, subject=user.id)

    def ended(self, user: User, now: int) -> None:
        """After the user's stamp moved on, which ended everything before it: tell the apps whose grants were live until then."""
        self._tell(user.id, [g for g in self._grants.of(user.id) if g.live(now) and g.security_stamp == user.security_stamp - 1])

    def _tell(self, user_id: str, grants: Sequence[Grant]) -> None:
        """Queue for the apps of these grants that it is over (OpenID Connect Back-Channel Logout 1.0)."""
        if grants:
            backchannel = self._backchannel_logout()
            backchannel.queue(user_id, grants, backchannel.clients_of(grants))
