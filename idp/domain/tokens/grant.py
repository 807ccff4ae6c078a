"""A grant: one authorisation of one client by one user, from its code through its refresh family. One item, one life."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Grant:
    """Times are epoch seconds. The code's part is used once; `generation` counts the refresh tokens that were given after it.

    `redeemed_by` and `rotated_by` are the ids of the attempts that won, so that a retry of the same attempt knows its own write.
    `claims`: what the claims parameter asked for (OIDC Core §5.5). `confirmation`: the key that its tokens are bound to, as `cnf` has it
    (RFC 7800): {"jkt": …} by DPoP or {"x5t#S256": …} by certificate; set at the code's redemption, or before by dpop_jkt.
    `s_hash`: of the state of its request, for the ID Token of a client with a FAPI profile; the state itself is not kept.
    `session_id`: the `sid` of the session in which it was given; without offline_access it ends with that session.
    `security_stamp` is the session's, `client_stamp` the client's (`Client.stamp`).
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

    @property
    def offline(self) -> bool:
        """Whether it outlives the session (OIDC Core §11)."""
        return "offline_access" in self.scopes

    def live(self, now: int) -> bool:
        """Whether tokens of it may still be used: redeemed, not revoked, not past its end."""
        return self.redeemed_at is not None and self.revoked_at is None and now < self.not_after
