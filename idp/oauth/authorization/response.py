"""The authorization response: a new grant and its code (RFC 6749 §4.1.2, RFC 9207)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from idp.domain.apps.fapi import code_lifetime
from idp.domain.apps.grant_types import DEVICE_CODE
from idp.domain.apps.redirect_uri import is_registered, origin_of
from idp.domain.errors import PageError
from idp.domain.sessions.session_state import browser_state, session_state
from idp.domain.tokens.grant import Grant
from idp.domain.tokens.half_hash import half_hash
from idp.oauth.authorization.checks.client import require_live_client

if TYPE_CHECKING:
    from idp.domain.apps.client import Client
    from idp.domain.requests.authorization_request import AuthorizationRequest
    from idp.domain.sessions.visitor import Visitor
    from idp.oauth.provider import HandleParts


@dataclass(frozen=True, slots=True)
class AuthorizationResponse:
    """Parameters for the redirect URI, in one of the response modes."""

    redirect_uri: str
    response_mode: str
    parameters: dict[str, str]
    client_id: str
    client: Client | None = None


def require_valid_client(client: Client | None, request: AuthorizationRequest) -> Client:
    """The client, if it is still live and the redirect URI is still registered. Call it before anything is sent there.

    Raises:
        PageError: the client or the redirect URI is no longer valid. Nothing is redirected.
    """
    known = require_live_client(client)
    if known.id != request.client_id or not known.accepts(request.client_stamp, request.received_at):
        raise PageError("invalid_request", "page.app_changed")
    if request.device:
        if DEVICE_CODE not in known.grant_types:
            raise PageError("unauthorized_client", "page.app_without_devices", app=known)
        return known
    if not is_registered(request.redirect_uri, known.redirect_uris, native=known.is_native):
        raise PageError("invalid_request", "page.redirect_uri_removed", app=known)
    return known


def new_grant(provider: HandleParts, request: AuthorizationRequest, visitor: Visitor, client: Client | None) -> Grant:
    """A new grant whose code can be redeemed once. It is not stored yet.

    It is for the organisation of the visitor's standing. A request for any organisation, by a person who is in none, gets a grant without
    one and without the scope.
    """
    now, settings, session = provider.clock(), provider.settings, visitor.session
    scopes, of_organisation = request.scopes, {}
    if request.organization:
        from idp.oauth.authorization.grant_organisation import members_of_grant, scopes_of_grant  # almost no request asks for one

        scopes, of_organisation = scopes_of_grant(request, visitor), members_of_grant(visitor)
    code_expires_at = now + code_lifetime(client, settings.code_lifetime)
    lifetime = settings.refresh_absolute_lifetime if "offline_access" in request.scopes else settings.access_token_lifetime
    return Grant(
        id=provider.new_id(),
        user_id=session.user_id,
        client_id=request.client_id,
        client_stamp=client.stamp if client else "",
        scopes=scopes,
        created_at=now,
        auth_time=session.authenticated_at,
        acr=session.acr,
        amr=session.told_amr,
        session_id=session.sid,
        security_stamp=session.security_stamp,
        resources=request.resources,
        claims=request.claims,
        authorization_details=request.authorization_details,
        confirmation={"jkt": request.dpop_jkt} if request.dpop_jkt else None,
        s_hash=_s_hash(provider, request, client),
        redirect_uri=request.redirect_uri,
        redirect_uri_given=request.redirect_uri_given,
        code_challenge=request.code_challenge,
        nonce=request.nonce,
        code_expires_at=code_expires_at,
        not_after=code_expires_at + lifetime,
        **of_organisation,
    )


def _s_hash(provider: HandleParts, request: AuthorizationRequest, client: Client | None) -> str | None:
    """The hash of the state for the ID Token of a FAPI client; None for other clients. The state itself is not stored."""
    if client is None or not client.is_fapi or request.state is None or "openid" not in request.scopes:
        return None
    return half_hash(request.state, provider.tokens.alg(client, client.id_token_signed_response_alg))


def code_response(provider: HandleParts, request: AuthorizationRequest, grant: Grant, client: Client | None) -> AuthorizationResponse:
    """The response with the code, state and iss (FAPI 2.0 Security Profile §5.3.2.2, RFC 6749 §4.1.2, RFC 9207 §2)."""
    parameters = {"code": provider.tokens.seal_code(grant), "iss": provider.settings.issuer}
    if request.state is not None:
        parameters["state"] = request.state
    if provider.settings.session_management == "on" and "openid" in request.scopes:
        state, origin = browser_state(grant.session_id), origin_of(request.redirect_uri)
        parameters["session_state"] = session_state(request.client_id, origin, state, provider.new_id())
    return AuthorizationResponse(request.redirect_uri, request.response_mode, parameters, request.client_id, client)
