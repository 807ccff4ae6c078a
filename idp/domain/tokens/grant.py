"""A grant: the authorization of one client by one user, with its code and its refresh tokens. It is one stored item."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Grant:
    """Times are epoch seconds. The code is used once. `generation` counts the refresh tokens that were issued after it.

    `redeemed_by` and `rotated_by` are the ids of the successful attempts. A retry of the same attempt recognises its own write.
    `claims`: the parsed claims parameter (OIDC Core §5.5). `confirmation`: the `cnf` of its tokens (RFC 7800), {"jkt": …} for DPoP or
    {"x5t#S256": …} for a certificate. It is set when the code is redeemed, or before by dpop_jkt.
    `s_hash`: the hash of the state, for the ID Token of a FAPI client. The state itself is not stored.
    `session_id`: the `sid` of the session that made it. Without offline_access the grant ends with that session.
    `security_stamp` is the session's, `client_stamp` the client's (`Client.stamp`).
    `org_id`: the organisation for which the person signed in, or empty. `membership_id` and `org_stamp` are those of the membership and of
    the organisation then (`liveness`).
    """

    id: str
    user_id: str
    client_id: str
    scopes: tuple[str, ...]
    created_at: int
    auth_time: int
    acr: str
    amr: tuple[str, ...]
    session_id: str
    security_stamp: int = 0
    client_stamp: str = ""
    resources: tuple[str, ...] = ()
    claims: Mapping[str, Any] | None = None
    authorization_details: tuple[Mapping[str, Any], ...] = ()
    confirmation: Mapping[str, str] | None = None
    s_hash: str | None = None
    redirect_uri: str | None = None
    redirect_uri_given: bool = True
    code_challenge: str | None = None
    nonce: str | None = None
    code_expires_at: int = 0
    redeemed_at: int | None = None
    redeemed_by: str = ""
    generation: int = 0
    rotated_at: int = 0
    rotated_by: str = ""
    expires_at: int = 0
    not_after: int = 0
    revoked_at: int | None = None
    org_id: str = ""
    membership_id: str = ""
    org_stamp: int = 0

    @property
    def is_offline(self) -> bool:
        """Whether it outlives the session (OIDC Core §11)."""
        return "offline_access" in self.scopes

    def is_live(self, now: int) -> bool:
        """Whether the grant is redeemed, not revoked, and not past its end (`now`: epoch seconds)."""
        return self.redeemed_at is not None and self.revoked_at is None and now < self.not_after
