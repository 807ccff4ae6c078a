"""Lists and ends the sessions (where a user is signed in) and the grants (which apps have access) of a user."""

from __future__ import annotations

from typing import TYPE_CHECKING

from idp.domain.apps.app_access import AppAccess, by_app
from idp.domain.errors import NotFound
from idp.services.sessions.session_end import revoke_with_sessions

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from idp.domain.access.tenancy import Scope
    from idp.domain.clock import Clock
    from idp.domain.people.consent import Consent
    from idp.domain.people.user import User
    from idp.domain.sessions.session import Session
    from idp.domain.tokens.grant import Grant
    from idp.services.audit.recorder import Actor, Audit
    from idp.services.delegation.organisation_people import OrganisationPeople
    from idp.services.sessions.backchannel_logout import BackchannelLogout
    from idp.settings import Settings
    from idp.store.consents import Consents
    from idp.store.grants import Grants
    from idp.store.sessions import Sessions
    from idp.store.users import Users


class Access:
    """Lists and ends sessions and grants. Each item ends by a conditional write, many of them in one call; every end is audited."""

    def __init__(
        self, settings: Settings, users: Users, sessions: Sessions, grants: Grants, consents: Consents, audit: Audit, clock: Clock,
        backchannel_logout: Callable[[], BackchannelLogout], people: Callable[[], OrganisationPeople],
    ) -> None:  # fmt: skip
        self._settings, self._users, self._sessions, self._grants, self._consents = settings, users, sessions, grants, consents
        self._audit, self._clock, self._backchannel_logout, self._people = audit, clock, backchannel_logout, people

    def sessions(self, user: User, *, scope: Scope) -> list[Session]:
        """List the live sessions of the user, the newest first."""
        scope.require_deployment()
        now, idle = self._clock(), self._settings.session_idle_lifetime
        live = [s for s in self._sessions.of(user.id) if not s.pending and s.is_live(now, idle) and user.accepts(s.security_stamp)]
        return sorted(live, key=lambda s: (s.created_at, s.id), reverse=True)

    def grants(self, user: User, *, scope: Scope) -> list[Grant]:
        """List the live grants of the user, the newest first."""
        scope.require_deployment()
        now = self._clock()
        live = [g for g in self._grants.of(user.id) if g.is_live(now) and user.accepts(g.security_stamp)]
        return sorted(live, key=lambda g: (g.created_at, g.id), reverse=True)

    def grants_of_live_apps(self, user: User, *, scope: Scope) -> list[Grant]:
        """List the live grants of the user, the newest first, without those of apps that were deleted or disabled. Two reads."""
        grants = self.grants(user, scope=scope)
        clients = self._backchannel_logout().clients_of(grants)
        return [grant for grant in grants if grant.client_id in clients and clients[grant.client_id].holds(grant)]

    def end_session(self, user: User, session_id: str, by: Actor, *, scope: Scope) -> None:
        """End one session and the grants that are valid only as long as it is (those without offline_access).

        Raises:
            NotFound: there is no such session, or it ended already.
        """
        scope.require_deployment()
        session = self._sessions.end(user.id, session_id, self._clock())
        if session is None:
            raise NotFound("session.unknown")
        self._ended_with(user, [session], by, scope)

    def end_other_sessions(self, user: User, kept: Session, by: Actor, *, scope: Scope) -> None:
        """End every session of the user except `kept`, with the grants that are valid only as long as they are. It needs few calls."""
        scope.require_deployment()
        others = [session for session in self.sessions(user, scope=scope) if session.id != kept.id]
        self._ended_with(user, self._sessions.end_all(others, self._clock()), by, scope, kept=kept.ids)

    def end_by_link(self, user: User, link_id: str, kept: Session | None, by: Actor, *, scope: Scope) -> None:
        """End every session that began with this link of a connection, except `kept`, with all grants given in it (threats O-16).

        It can be repeated: grants of sessions that ended before are revoked too, and apps are told before their grants end. So a function
        that ends in the middle leaves no access behind (threats FI-4).
        """
        scope.require_deployment()
        now = self._clock()
        came = [one for one in self._sessions.of(user.id) if (one.upstream or {}).get("link") == link_id]
        others = [one for one in came if kept is None or one.id != kept.id]
        ended = self._sessions.end_all([one for one in others if one.ended_at is None], now)
        sids = {sid for session in others for sid in session.ids if kept is None or sid not in kept.ids}
        grants = [grant for grant in self._grants.of(user.id) if grant.session_id in sids and grant.revoked_at is None] if sids else []
        live = [grant for grant in grants if now < grant.not_after]
        self._tell(user.id, live)
        self._grants.revoke_all(live, now)
        self._audit.act_on_all("session.ended", by, [session.id for session in ended], subject=user.id, scope=scope)

    def end_by_upstream(
        self, user: User, connection_id: str, link_id: str, sid: str, by: Actor, *, since: int | None = None, scope: Scope
    ) -> int:  # fmt: skip
        """End the sessions that began in a session of an upstream, with the grants that end with them. Returns how many.

        `link_id`: of the person who signed out there, or "". `sid`: the session there; "" stands for all sessions of that person. A session
        whose upstream told no `sid` ends with each of them. `since`: of a repeated call; sessions that ended from then on (epoch seconds)
        count as ended by it, because the first call may not have reached their grants and apps.
        """
        scope.require_deployment()

        def is_of_it(upstream: Mapping[str, str]) -> bool:
            by_link = bool(link_id) and upstream.get("link") == link_id
            fits = upstream.get("sid") == sid or (by_link and "sid" not in upstream) if sid else by_link
            return fits and upstream.get("connection") == connection_id

        came = [one for one in self._sessions.of(user.id) if is_of_it(one.upstream or {})]
        before = [one for one in came if since is not None and one.ended_at is not None and one.ended_at >= since]
        ended = before + self._sessions.end_all([one for one in came if one.ended_at is None], self._clock())
        self._ended_with(user, ended, by, scope)
        return len(ended)

    def _ended_with(self, user: User, sessions: Sequence[Session], by: Actor, scope: Scope, *, kept: tuple[str, ...] = ()) -> None:
        """After these sessions ended, end their grants, notify their apps and write the events. Keeps the grants of the sids of `kept`."""
        sids = {sid for session in sessions for sid in session.ids if sid not in kept}
        if sids:
            self._tell(user.id, revoke_with_sessions(self._grants, user.id, sids, self._clock()))
        self._audit.act_on_all("session.ended", by, [session.id for session in sessions], subject=user.id, scope=scope)

    def apps(self, user: User, consents: Iterable[Consent], *, scope: Scope) -> list[AppAccess]:
        """List the apps that have access now, or can get it again without a question. One entry for each app.

        `consents`: all consents of the user.
        """
        scope.require_deployment()
        return by_app(self.grants(user, scope=scope), consents)

    def revoke_app(self, user: User, client_id: str, by: Actor, *, scope: Scope) -> None:
        """End all access of one app: first the consent, so that it cannot return without a question, then every grant and unused code.

        Raises:
            NotFound: the app has no access.
        """
        scope.require_deployment()
        now = self._clock()
        consented = any(consent.client_id == client_id for consent in self._consents.of(user.id))
        if consented:
            event = self._audit.once_part("consent.revoked", origin=by.origin, actor=by.id, subject=user.id, client_id=client_id)
            consented = self._consents.delete(user.id, client_id, event=event)
        of_it = [grant for grant in self._grants.of(user.id) if grant.client_id == client_id and grant.revoked_at is None]
        revoked = self._grants.revoke_all([grant for grant in of_it if now < grant.not_after], now)
        if not revoked and not consented:
            raise NotFound("app_access.unknown")
        self._tell(user.id, revoked)
        self._audit.act_on_all("grant.revoked", by, [grant.id for grant in revoked], subject=user.id, client_id=client_id, scope=scope)

    def revoke_grant(self, user: User, grant_id: str, by: Actor, *, scope: Scope) -> None:
        """End one grant with its code, refresh tokens and access tokens.

        Raises:
            NotFound: there is no such grant, or it was revoked already.
        """
        scope.require_deployment()
        grant = self._grants.get(user.id, grant_id)
        if grant is None or not self._grants.revoke(user.id, grant_id, self._clock()):
            raise NotFound("grant.unknown")
        self._tell(user.id, [grant])
        self._audit.act("grant.revoked", by, subject=user.id, target=grant_id, scope=scope)

    def end_everything(self, user: User, by: Actor, *, scope: Scope) -> None:
        """Sign the user out everywhere and end the access of every app, by one write. An organisation's admin: a person whom it owns."""
        if scope.organisation:
            self._people().owned(scope.organisation, user.id, scope=scope, by=by)
        now = self._clock()
        after = self._users.end_everything(user.id, now)
        if after is None:
            raise NotFound("user.unknown")
        self.notify_ended(after, now)
        self._audit.act("user.signed_out_everywhere", by, subject=user.id, scope=scope)

    def notify_ended(self, user: User, now: int) -> None:
        """Notify the apps whose grants were live before the user's stamp changed. The change has ended them."""
        self._tell(user.id, [g for g in self._grants.of(user.id) if g.is_live(now) and g.security_stamp == user.security_stamp - 1])

    def _tell(self, user_id: str, grants: Sequence[Grant]) -> None:
        """Store deliveries for the apps of these grants (OpenID Connect Back-Channel Logout 1.0)."""
        if grants:
            backchannel = self._backchannel_logout()
            backchannel.queue(user_id, grants, backchannel.clients_of(grants))
