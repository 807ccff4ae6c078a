"""RP-initiated logout (OpenID Connect RP-Initiated Logout 1.0): whether to ask the user first, what ends, and where to redirect."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from idp.oauth.authorization.checks.state import read_state
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
    """`return_to` is a registered URI of `client`, or None. `confirm`: the user must confirm first."""

    client: Client | None
    return_to: str | None
    state: str | None
    confirm: bool


def logout_request(provider: LogoutParts, params: Params, session: Session | None) -> Logout:
    """Decide what to do. A valid id_token_hint about this session's user makes the confirmation unnecessary (§2).

    The browser is redirected only to a URI that is registered exactly for the client (§3). After an invalid hint the user is asked.
    """
    raw_hint = params.get("id_token_hint")
    hint = provider.tokens.verify_id_token_hint(raw_hint) if raw_hint else None
    client_id = params.get("client_id")
    bad = (raw_hint is not None and hint is None) or (hint is not None and client_id is not None and hint.get("aud") != client_id)
    named = None if bad else (hint.get("aud") if hint else client_id)
    found = provider.clients.get(named) if isinstance(named, str) else None
    client = found if found and not found.disabled else None
    asked = params.get("post_logout_redirect_uri")
    wrong_uri = asked is not None and (client is None or asked not in client.post_logout_redirect_uris)
    vouched = hint is not None and not bad and not wrong_uri and (session is None or _is_about_session(provider, hint, client, session))
    return_to = asked if client and asked and not wrong_uri else None
    return Logout(client, return_to, read_state(params) if return_to else None, confirm=not vouched and session is not None)


def _is_about_session(provider: LogoutParts, hint: dict[str, Any], client: Client | None, session: Session) -> bool:
    """Whether the ID Token is about the user of this session, and was issued to this client."""
    return client is not None and bool(hint["sub"] == provider.subjects.of(client, session.user_id))


@dataclass(frozen=True, slots=True)
class Ended:
    """`frontchannel`: URLs of apps that the browser loads in frames (OpenID Connect Front-Channel Logout 1.0)."""

    frontchannel: tuple[str, ...] = ()


def end_session(provider: LogoutParts, session: Session) -> Ended:
    """End the session and the grants that depend on it, and notify the apps. Grants with offline_access remain (OIDC Core §11).

    See Back-Channel Logout 1.0 §2, RP-Initiated Logout 1.0 §2.
    """
    provider.session_service.end(session.user_id, session.id)
    grants = _revoke(provider, session)
    if not grants:
        return Ended()
    clients = provider.backchannel_logout.clients_of(grants)
    queued = provider.backchannel_logout.queue(session.user_id, grants, clients)
    provider.backchannel_logout.send_now(queued, clients)
    pages = (_frontchannel(provider, clients[client_id], session_id) for client_id, session_id in select_recipients(grants, clients))
    return Ended(tuple(dict.fromkeys(page for page in pages if page)))


def end_replaced_session(provider: LogoutParts, session: Session) -> None:
    """End the grants of a session after another user signed in with its browser. The scheduled job notifies the apps."""
    if grants := _revoke(provider, session):
        provider.backchannel_logout.queue(session.user_id, grants, provider.backchannel_logout.clients_of(grants))


def _revoke(provider: LogoutParts, session: Session) -> list[Grant]:
    """Revoke the grants that depend on this session, under any of its ids. Return those whose code was redeemed."""
    given = revoke_with_sessions(provider.grants, session.user_id, session.ids, provider.clock())
    return [grant for grant in given if grant.redeemed_at is not None]


def _frontchannel(provider: LogoutParts, client: Client, session_id: str) -> str:
    """The app's logout URL, with iss and sid if the app registered that it needs them (Front-Channel Logout 1.0 §2)."""
    uri = client.frontchannel_logout_uri or ""
    if not uri or not client.frontchannel_logout_session_required:
        return uri
    return f"{uri}{'&' if '?' in uri else '?'}{urlencode({'iss': provider.settings.issuer, 'sid': session_id})}"
