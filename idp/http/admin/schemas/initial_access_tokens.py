"""Initial access tokens."""

from __future__ import annotations

from pydantic import Field

from idp.http.admin.schemas.common import NextCursor, Shape, Time


class NewInitialAccessToken(Shape):
    """A new token, with which apps can be registered."""

    expires_in: int = Field(default=86400, description="Seconds; at most a year.")
    max_uses: int = Field(default=1, description="How many apps may be registered with it.")
    scope: str = Field(default="openid profile email offline_access", description="What they may ask for at most; no scope of this API.")
    resources: list[str] = Field(default=[], description="The APIs that their tokens may be for (RFC 8707).")
    note: str = Field(default="", max_length=200, description="For you: whom it was given to.")


class InitialAccessToken(Shape):
    """A token with which apps can be registered (RFC 7591 §3)."""

    id: str
    note: str
    scope: str
    resources: list[str]
    max_uses: int
    uses: int
    created_at: Time
    expires_at: Time


class InitialAccessTokenWithSecret(InitialAccessToken):
    """A token and its value, which is shown once."""

    token: str


class InitialAccessTokenPage(Shape):
    """Tokens that have not expired."""

    items: list[InitialAccessToken]
    next_cursor: NextCursor
