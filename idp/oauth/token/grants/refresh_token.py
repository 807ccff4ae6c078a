"""The refresh token grant (RFC 6749 §6) with rotation, reuse detection (RFC 9700 §4.14.2), and retries that are no attack (FAPI 2.0)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from idp.domain.errors import InvalidGrant, OAuthError
from idp.domain.requests import scope as rules
from idp.domain.sessions.sign_in_step import second_factor_owed
from idp.oauth.clients.authentication import authenticate
from idp.oauth.clients.identification import known
from idp.oauth.token import sender_constraint
from idp.oauth.token.grants.details import granted_details
from idp.oauth.token.grants.resource import audience
from idp.oauth.token.response import for_grant, mapped
from idp.services.tokens.issuing import REFRESH
from idp.store.grant_outcomes import Rotated, Superseded

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


def refresh_token(provider: Provider, params: Params, given: Credentials, caller: Caller) -> TokenResponse:
    """New tokens for a refresh token, which is used up: one read of all that matters, one conditional write."""
    handle = provider.tokens.open(REFRESH, params.one("refresh_token"))
    facts = provider.reads.redemption(given.client_id, (handle.user_id, handle.grant_id) if handle else None)
    client = authenticate(provider, given, known(provider, given.client_id, facts.client))
    if "refresh_token" not in client.grant_types:
        raise OAuthError("unauthorized_client", "This client may not use the refresh token grant.")
    bound = sender_constraint.asked(provider, client, caller)
    user, grant = facts.user, facts.grant
    if handle is None or user is None or grant is None or not _held(client, user, grant, provider.clock()):
        raise InvalidGrant
    if second_factor_owed(grant, client=client, user=user):
        # RFC 6749 §5.2: with this error an app begins a new sign-in. The token is not used up, and the requirement may be taken back.
        raise InvalidGrant("A second factor is required by now: the user has to sign in again.", detail="second factor")
    sender_constraint.held_to(bound, client, grant, code=False)
    scopes = _narrowed(params, rules.keep(grant.scopes, client.scopes))
    resources = audience(params, client, grant.resources)
    details = granted_details(params, client, grant)
    told = mapped(provider, client, user, caller.origin, "access_token", "id_token", beside=(scopes, resources, details))
    bound.use(provider)
    successor = _successor(provider, client, grant, handle.generation, caller.origin)
    return for_grant(
        provider, client, grant, user, scopes=scopes, resources=resources, generation=successor, nonce=None,
        mapped=told, confirmation=bound.confirmation, details=details,
    )  # fmt: skip


def usable(client: Client, user: User, grant: Grant, now: int) -> bool:
    """Whether the grant is this client's, lives, its user and client may still have it, and no second factor is owed."""
    return _held(client, user, grant, now) and not second_factor_owed(grant, client=client, user=user)


def _held(client: Client, user: User, grant: Grant, now: int) -> bool:
    if not client.holds(grant) or "offline_access" not in client.scopes:
        return False
    return user.accepts(grant.security_stamp) and grant.live(now)


def _narrowed(params: Params, granted: tuple[str, ...]) -> tuple[str, ...]:
    """RFC 6749 §6: the same scopes or fewer, never more. What the client lost meanwhile is gone already."""
    try:
        scopes = rules.narrow(rules.parse(params.get("scope") or ""), granted)
    except ValueError as problem:
        raise OAuthError("invalid_scope", str(problem)) from None
    if scopes is None:
        raise OAuthError("invalid_scope", "The scope reaches beyond what was granted.")
    return scopes


def _successor(provider: Provider, client: Client, grant: Grant, generation: int, origin: Origin) -> int:
    """FAPI 2.0 §5.3.2.1: "shall not use refresh token rotation except in extraordinary circumstances": such a client keeps its token."""
    if not client.fapi or generation != grant.generation:
        return _rotated(provider, grant, generation, origin)
    now = provider.clock()
    if not provider.grants.prolong(grant, now=now, expires_at=min(now + provider.settings.refresh_idle_lifetime, grant.not_after)):
        raise InvalidGrant
    return generation


def _rotated(provider: Provider, grant: Grant, generation: int, origin: Origin) -> int:
    """The generation of the successor. One conditional write decides; the item that it found decides about those that come late."""
    now = provider.clock()
    if generation == grant.generation:
        expires_at = min(now + provider.settings.refresh_idle_lifetime, grant.not_after)
        done = provider.grants.rotate(grant, generation=generation, attempt=provider.new_id(), now=now, expires_at=expires_at)
        if isinstance(done, Rotated):
            return done.grant.generation
        if not isinstance(done, Superseded):
            raise InvalidGrant
        grant = done.grant
    if grant.generation == generation:  # not superseded: expired or revoked
        raise InvalidGrant
    return late(provider, grant, generation, origin)


def late(provider: Provider, grant: Grant, generation: int, origin: Origin) -> int:
    """The generation that follows a token which another one has superseded; the current one stands for itself.

    Raises:
        InvalidGrant: it was superseded longer ago than the grace: it is in two hands, and the family ends.
    """
    now = provider.clock()
    if grant.generation == generation:
        return generation
    within_grace = now < grant.rotated_at + provider.settings.refresh_grace and grant.expires_at > now
    if grant.generation == generation + 1 and grant.revoked_at is None and within_grace:
        return grant.generation  # the reply was lost: the same successor again, because sealing is deterministic
    if provider.grants.revoke(grant.user_id, grant.id, now):
        provider.audit.record(
            "refresh_token.replayed", origin=origin, outcome="failure", actor=grant.client_id, subject=grant.user_id, target=grant.id,
            client_id=grant.client_id,
        )  # fmt: skip
    raise InvalidGrant
