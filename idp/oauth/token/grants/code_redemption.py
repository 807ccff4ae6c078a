"""The write that redeems a code or a device code, and the revocation after a second use."""

from __future__ import annotations

from typing import TYPE_CHECKING

from idp.domain.errors import InvalidGrant
from idp.oauth.sender import constraint as sender_constraint
from idp.store.grant_outcomes import AlreadyRedeemed, Redeemed

if TYPE_CHECKING:
    from idp.domain.apps.client import Client
    from idp.domain.tokens.grant import Grant
    from idp.oauth.sender.constraint import Constraint
    from idp.oauth.token.grant import TokenRequest


def redeem(request: TokenRequest, client: Client, grant: Grant, bound: Constraint, *, now: int, replayed: str) -> Grant:
    """The grant after its code was used, by one conditional write. `now`: epoch seconds. `replayed`: the audit event of a second use.

    Raises:
        InvalidGrant: the code was used before, was revoked, or has expired.
    """
    provider = request.provider
    expires_at = min(now + provider.settings.refresh_idle_lifetime, grant.not_after)
    kept = sender_constraint.confirmation_to_store(bound, client, grant)
    done = provider.grants.redeem_code(grant, attempt=provider.new_id(), now=now, expires_at=expires_at, confirmation=kept)
    if isinstance(done, AlreadyRedeemed):
        # RFC 6749 §4.1.2: the server "SHOULD revoke (when possible) all tokens previously issued based on that authorization code".
        provider.revocation.revoke_replayed(done.grant, replayed, origin=request.caller.origin)
    if not isinstance(done, Redeemed):
        raise InvalidGrant
    return done.grant
