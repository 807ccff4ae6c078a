"""Initial access tokens (RFC 7591 §3): how many clients may be registered with one, until when, and with which scopes and resources."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class InitialAccessToken:
    """One token. `digest`: SHA-256 of the token, hex. `scopes` and `resources`: the ones that a client registered with it may ask for."""

    id: str
    digest: str
    note: str = ""
    scopes: tuple[str, ...] = ()
    resources: tuple[str, ...] = ()
    created_at: int = 0
    expires_at: int = 0
    max_uses: int = 1
    uses: int = 0

    def is_live(self, now: int) -> bool:
        """Return whether it can be used once more at `now` (epoch seconds)."""
        return now < self.expires_at and self.uses < self.max_uses
