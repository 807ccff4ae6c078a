"""The authorization code grant (RFC 6749 §4.1.3, RFC 7636 §4.6): one read of all that matters, one conditional write that uses the code."""

from __future__ import annotations

from typing import TYPE_CHECKING

from idp.domain.apps.redirect_uri import is_registered
from idp.domain.errors import InvalidGrant, OAuthError
from idp.domain.requests.pkce import verifier_matches
from idp.domain.requests.scope import keep
from idp.oauth.clients.authentication import authenticate
from idp.oauth.clients.identification import known
from idp.oauth.token import sender_constraint
from idp.oauth.token.grants.details import granted_details
from idp.oauth.token.grants.resource import audience
from idp.oauth.token.response import for_grant, mapped
from idp.services.tokens.issuing import CODE
from idp.store.grant_outcomes import AlreadyRedeemed, Redeemed

if TYPE_CHECKING:
    from idp.domain.apps.client import Client
    from idp.domain.people.user import User
    from idp.domain.sessions.request_origin import Origin
    from idp.domain.tokens.grant import Grant
    from idp.oauth.caller import Caller
    from idp.oauth.clients.authentication import Credentials
    from idp.oauth.params import Params
    from idp.oauth.provider import Provider
    from idp.oauth.token.response import TokenResponse


def authorization_code(provider: Provider, params: Params, given: Credentials, caller: Caller) -> TokenResponse:
    """Tokens for a code. A code that fails a check below stays unused; a second use revokes what the first gave (RFC 6749 §4.1.2)."""
    handle = provider.tokens.open(CODE, params.one("code"))
    facts = provider.reads.redemption(given.client_id, (handle.user_id, handle.grant_id) if handle else None)
    now = provider.clock()
    client = authenticate(provider, given, known(provider, given.client_id, facts.client))
    if "authorization_code" not in client.grant_types:
        raise OAuthError("unauthorized_client", "This client may not use the authorization code grant.")
    bound = sender_constraint.asked(provider, client, caller)
    user, grant = facts.user, facts.grant
    if user is None or grant is None:
        raise InvalidGrant
    _check_bound(params, client, user, grant)
    sender_constraint.held_to(bound, client, grant, code=True)
    resources = audience(params, client, grant.resources)
    details = granted_details(params, client, grant)
    told = mapped(provider, client, user, caller.origin, "access_token", "id_token", beside=(grant.scopes, resources, details))
    expires_at = min(now + provider.settings.refresh_idle_lifetime, grant.not_after)
    bound.use(provider)
    kept = sender_constraint.kept(bound, client, grant)
    done = provider.grants.redeem_code(grant, attempt=provider.new_id(), now=now, expires_at=expires_at, confirmation=kept)
    if isinstance(done, AlreadyRedeemed):
        _replayed(provider, done.grant, caller.origin)
    if not isinstance(done, Redeemed):
        raise InvalidGrant
    scopes = keep(grant.scopes, client.scopes)  # what the client lost since it asked is gone
    return for_grant(
        provider, client, done.grant, user, scopes=scopes, resources=resources, generation=0, nonce=done.grant.nonce,
        mapped=told, confirmation=bound.confirmation, details=details, code=params.one("code"),
    )  # fmt: skip


def _check_bound(params: Params, client: Client, user: User, grant: Grant) -> None:
    """Refuse unless this client may redeem its code with these parameters. Expiry and single use are the write's own conditions."""
    if not client.holds(grant) or not user.accepts(grant.security_stamp):
        raise InvalidGrant
    sent = params.get("redirect_uri")
    # RFC 6749 §4.1.3: "if the redirect_uri parameter was included in the authorization request ... their values MUST be identical."
    if (grant.redirect_uri_given or sent is not None) and sent != grant.redirect_uri:
        raise InvalidGrant("The redirect_uri is not the one of the authorization request.")
    if not is_registered(grant.redirect_uri or "", client.redirect_uris, native=client.native):
        raise InvalidGrant("The redirect_uri is not registered any more.")
    verifier = params.get("code_verifier")
    # After the first refresh the challenge is gone, and so is the code: such a grant is a replay, which the write finds.
    if grant.generation == 0 and (verifier is not None) != (grant.code_challenge is not None):
        raise InvalidGrant(
            "The code_verifier is missing, or none was announced." if verifier is None else "No code_challenge was announced."
        )
    if verifier is not None and grant.code_challenge is not None and not verifier_matches(verifier, grant.code_challenge):
        raise InvalidGrant("The code_verifier does not match the code_challenge.")


def _replayed(provider: Provider, grant: Grant, origin: Origin) -> None:
    """RFC 6749 §4.1.2: the server "SHOULD revoke (when possible) all tokens previously issued based on that authorization code"."""
    if provider.grants.revoke(grant.user_id, grant.id, provider.clock()):
        provider.audit.record(
            "code.replayed",
            origin=origin,
            outcome="failure",
            actor=grant.client_id,
            subject=grant.user_id,
            target=grant.id,
            client_id=grant.client_id,
        )
