"""Revocation of grants and tokens by the protocol. Each act is one conditional write and, if it changed something, one audit event.

What users and admins revoke is in `idp.services.sessions.sessions_and_grants`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from idp.domain.clock import Clock
    from idp.domain.sessions.request_origin import Origin
    from idp.domain.tokens.grant import Grant
    from idp.services.audit.recorder import Audit
    from idp.store.grants import Grants
    from idp.store.tokens import RevokedTokens


class Revocation:
    """Revokes for an app (RFC 7009), and after a code or refresh token was used twice (RFC 6749 §4.1.2, RFC 9700 §4.14.2)."""

    def __init__(self, grants: Grants, revoked_tokens: RevokedTokens, audit: Audit, clock: Clock) -> None:
        self._grants, self._revoked_tokens, self._audit, self._clock = grants, revoked_tokens, audit, clock

    def revoke_grant(self, grant: Grant, *, origin: Origin) -> None:
        """Revoke a grant of the app that asks: its code, refresh tokens and access tokens. A revoked grant is not changed."""
        self._revoke(grant, "grant.revoked", "success", origin)

    def revoke_replayed(self, grant: Grant, event: str, *, origin: Origin) -> None:
        """Revoke a grant whose code or refresh token was used twice. `event` is the audit event, for example `code.replayed`."""
        self._revoke(grant, event, "failure", origin)

    def revoke_access_token(self, jti: str, expires_at: int) -> None:
        """Revoke one access token until its `exp` (epoch seconds). Its grant stays. This is not audited."""
        self._revoked_tokens.revoke(jti, expires_at)

    def _revoke(self, grant: Grant, event: str, outcome: str, origin: Origin) -> None:
        if self._grants.revoke(grant.user_id, grant.id, self._clock()):
            self._audit.record(
                event, origin=origin, outcome=outcome, actor=grant.client_id, subject=grant.user_id, target=grant.id,
                client_id=grant.client_id,
            )  # fmt: skip
