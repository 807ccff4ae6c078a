"""The shapes of passkeys."""

from __future__ import annotations

from pydantic import Field

from idp.http.admin.schemas.common import Shape, Time


class Passkey(Shape):
    """A passkey or security key of a user. Its public key is not shown, because it is of no use to admins."""

    id: str = Field(description="The SHA-256 of its credential id, in base64url.")
    name: str = Field(description="What the user calls it.")
    backup_eligible: bool = Field(description="Whether it may be synced to other devices, for example by a password manager.")
    backed_up: bool = Field(description="Whether it was synced when it was used last.")
    user_verified: bool = Field(description="Whether its authenticator has checked a PIN, a fingerprint or the like at least once.")
    aaguid: str = Field(description="The model of the authenticator, as it says itself. It is not attested.")
    created_at: Time
    last_used_at: Time | None


class PasskeyPage(Shape):
    """All passkeys of a user: 20 at most."""

    items: list[Passkey]
    next_cursor: str | None = Field(description="Always null.")
