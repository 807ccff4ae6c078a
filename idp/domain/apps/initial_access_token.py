"""A permission to register clients (RFC 7591 §3): how often, until when, and with what at most."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class InitialAccessToken:
    """`digest`: SHA-256 of the token, hex. `scopes` and `resources`: what a client that registers with it may ask for."""

    id: str
    digest: str
    note: str = ""
    scopes: tuple[str, ...] = ()
    resources: tuple[str, ...] = ()
    created_at: int = 0
    expires_at: int = 0
    max_uses: int = 1
    uses: int = 0

    def live(self, now: int) -> bool:
        """Whether it can be used once more."""
        return now < self.expires_at and self.uses < self.max_uses
