"""RP-initiated logout (OpenID Connect RP-Initiated Logout 1.0): whose session ends, whether to ask first, and where to go afterwards."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from idp.oauth.authorization.checks.state import carried
from idp.services.sessions.backchannel_logout import select_recipients
from idp.services.sessions.session_end import revoke_with_sessions

if TYPE_CHECKING:
    from idp.domain.apps.client import Client
    from idp.domain.sessions.session import Session
    from idp.domain.tokens.grant import Grant
    from idp.oauth.params import Params
    from idp.oauth.provider import LogoutParts


@dataclass(frozen=True, slots=True)
class Logout:
    """`return_to` is a registered URI of `client`, or None. `confirm`: the person has to say yes first."""

    client: Client | None
    return_to: str | None
    state: str | None
    confirm: bool


def logout_request(provider: LogoutParts, params: Params, session: Session | None) -> Logout:
    """What to do. A hint that we signed and that speaks of this session's user spares the question (§2); everything else asks.

    A URI that is not registered exactly for the client is never gone to (§3); a bad hint means that nobody vouches for the request.
    """
    raw_hint = params.get("id_token_hint")
    hint = provider.tokens.verify_id_token_hint(raw_hint) if raw_hint else None
    client_id = params.get("client_id")
    bad = (raw_hint is not None and hint is None) or (hint is not None and client_id is not None and hint.get("aud") != client_id)
    known = None if bad else (hint.get("aud") if hint else client_id)
    found = provider.clients.get(known) if isinstance(known, str) else None
    client = found if found and not found.disabled else None
    asked = params.get("post_logout_redirect_uri")
    wrong_uri = asked is not None and (client is None or asked not in client.post_logout_redirect_uris)
    vouched = hint is not None and not bad and not wrong_uri and (session is None or _speaks_of(provider, hint, client, session))
    return_to = asked if client and asked and not wrong_uri else None
    return Logout(client, return_to, carried(params) if return_to else None, confirm=not vouched and session is not None)


def _speaks_of(provider: LogoutParts, hint: dict[str, Any], client: Client | None, session: Session) -> bool:
    """Whether the ID Token was given to this client about the user of this session."""
    return client is not None and bool(hint["sub"] == provider.subjects.of(client, session.user_id))


@dataclass(frozen=True, slots=True)
class Ended:
    """Apps whose own sign-out pages the browser is to load (OpenID Connect Front-Channel Logout 1.0): their URLs."""

    frontchannel: tuple[str, ...] = ()


def end_session(provider: LogoutParts, session: Session) -> Ended:
    """End the session, and the grants that live only while it does; tell the apps. Grants with offline_access go on (OIDC Core §11).

    See Back-Channel Logout 1.0 §2, RP-Initiated Logout 1.0 §2.
    """
    provider.session_service.end(session.user_id, session.id)
    grants = _revoked(provider, session)
    if not grants:
        return Ended()
    clients = provider.backchannel_logout.clients_of(grants)
    queued = provider.backchannel_logout.queue(session.user_id, grants, clients)
    provider.backchannel_logout.send_now(queued, clients)
    pages = (_frontchannel(provider, clients[client_id], session_id) for client_id, session_id in select_recipients(grants, clients))
    return Ended(tuple(dict.fromkeys(page for page in pages if page)))


def left(provider: LogoutParts, session: Session) -> None:
    """The same for a session that ended because another user signed in with this browser. The scheduled job notifies the apps."""
    if grants := _revoked(provider, session):
        provider.backchannel_logout.queue(session.user_id, grants, provider.backchannel_logout.clients_of(grants))


def _revoked(provider: LogoutParts, session: Session) -> list[Grant]:
    """What was given in this session, under any of its ids, and used; all of it that lives only while the session does is over now."""
    given = revoke_with_sessions(provider.grants, session.user_id, session.ids, provider.clock())
    return [grant for grant in given if grant.redeemed_at is not None]


def _frontchannel(provider: LogoutParts, client: Client, session_id: str) -> str:
    """The app's page, with iss and sid where it asks for them (§2). See Front-Channel Logout 1.0 §2."""
    uri = client.frontchannel_logout_uri or ""
    if not uri or not client.frontchannel_logout_session_required:
        return uri
    return f"{uri}{'&' if '?' in uri else '?'}{urlencode({'iss': provider.settings.issuer, 'sid': session_id})}"
