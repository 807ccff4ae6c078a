"""Initial access tokens."""

from __future__ import annotations

from pydantic import Field

from idp.http.admin.schemas.common import NextCursor, Shape, Time


class NewInitialAccessToken(Shape):
    """A new token, with which apps can be registered."""

    expires_in: int = Field(default=86400, description="The lifetime in seconds, at most a year.")
    max_uses: int = Field(default=1, description="The maximum number of apps that can be registered with the token.")
    scope: str = Field(
        default="openid profile email offline_access",
        description="The scopes that these apps may ask for. Scopes of this API are refused.",
    )
    resources: list[str] = Field(default=[], description="The APIs for which these apps may get tokens (RFC 8707).")
    note: str = Field(default="", max_length=200, description="A note for admins, for example who has the token.")


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
