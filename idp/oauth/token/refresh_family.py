"""The refresh token family: rotation, reuse detection (RFC 9700 §4.14.2), and retries within the grace (FAPI 2.0 §5.3.2.1)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from idp.domain.errors import InvalidGrant
from idp.domain.sessions.sign_in_rules import is_second_factor_owed
from idp.domain.tokens.liveness import grant_problem
from idp.store.grant_outcomes import Rotated, Superseded

if TYPE_CHECKING:
    from idp.domain.apps.client import Client
    from idp.domain.organisations.belonging import Belonging
    from idp.domain.people.user import User
    from idp.domain.sessions.request_origin import Origin
    from idp.domain.tokens.grant import Grant
    from idp.oauth.provider import RefreshParts


def is_usable(client: Client, user: User, grant: Grant, now: int, belonging: Belonging | None) -> bool:
    """Whether the refresh token of this live grant may be used: the client has offline_access, and no second factor is missing.

    `belonging`: the user in the organisation of the grant, as stored now.
    """
    if grant_problem(grant, user, client, now, belonging=belonging) or "offline_access" not in client.scopes:
        return False
    organisation = belonging.organisation if belonging else None
    return not is_second_factor_owed(grant, client=client, user=user, organisation=organisation)


def next_generation(provider: RefreshParts, client: Client, grant: Grant, generation: int, origin: Origin) -> int:
    """The generation of the next refresh token, by one conditional write.

    FAPI 2.0 §5.3.2.1: "shall not use refresh token rotation except in extraordinary circumstances": such a client keeps its token.
    """
    if not client.is_fapi or generation != grant.generation:
        return _rotate(provider, grant, generation, origin)
    now = provider.clock()
    if not provider.grants.prolong(grant, now=now, expires_at=min(now + provider.settings.refresh_idle_lifetime, grant.not_after)):
        raise InvalidGrant
    return generation


def _rotate(provider: RefreshParts, grant: Grant, generation: int, origin: Origin) -> int:
    """The generation after the rotation, by one conditional write. If the write fails, the stored item decides about a late request."""
    now = provider.clock()
    if generation == grant.generation:
        expires_at = min(now + provider.settings.refresh_idle_lifetime, grant.not_after)
        done = provider.grants.rotate(grant, generation=generation, attempt=provider.new_id(), now=now, expires_at=expires_at)
        if isinstance(done, Rotated):
            return done.grant.generation
        if not isinstance(done, Superseded):
            raise InvalidGrant
        grant = done.grant
        if _is_late(provider, grant, generation):
            raise InvalidGrant
    if grant.generation == generation:  # not superseded: expired or revoked
        raise InvalidGrant
    return follow_superseded(provider, grant, generation, origin)


def _is_late(provider: RefreshParts, grant: Grant, generation: int) -> bool:
    """Whether the token was current when this request read it, and others rotated it twice or more since, the last time within the grace.

    A retry of a request that hung does so. It gets no tokens, but it is no sign that two parties have the token.
    """
    within_grace = provider.clock() < grant.rotated_at + provider.settings.refresh_grace
    return grant.revoked_at is None and grant.generation > generation + 1 and within_grace


def follow_superseded(provider: RefreshParts, grant: Grant, generation: int, origin: Origin) -> int:
    """The current generation, for the current token or for the one before it within the grace.

    Raises:
        InvalidGrant: the token was superseded before the grace began. Two parties have it, so the whole family is revoked.
    """
    now = provider.clock()
    if grant.generation == generation:
        return generation
    within_grace = now < grant.rotated_at + provider.settings.refresh_grace and grant.expires_at > now
    if grant.generation == generation + 1 and grant.revoked_at is None and within_grace:
        return grant.generation  # the response was lost; sealing is deterministic, so the client gets the same token again
    provider.revocation.revoke_replayed(grant, "refresh_token.replayed", origin=origin)
    raise InvalidGrant
