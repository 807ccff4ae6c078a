"""Apps: the metadata of RFC 7591, and what this provider adds."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from idp.http.admin.schemas.common import NextCursor, Shape, Time

GrantType = Literal["authorization_code", "refresh_token", "client_credentials"]
AuthMethod = Literal["client_secret_basic", "client_secret_post", "none"]
_NULL = " null removes it."


class ClientChanges(Shape):
    """RFC 7396: what is absent stays; lists are replaced as a whole."""

    client_name: str | None = Field(default=None, description="What people are shown." + _NULL)
    redirect_uris: list[str] | None = Field(
        default=None, description="Compared exactly; loopback addresses of native apps may use any port."
    )
    post_logout_redirect_uris: list[str] | None = None
    grant_types: list[GrantType] | None = None
    response_types: list[Literal["code"]] | None = Field(default=None, description="Follows from grant_types; a contradiction is refused.")
    scope: str | None = Field(default=None, description="The scopes that it may ask for, separated by spaces.")
    token_endpoint_auth_method: AuthMethod | None = Field(
        default=None, description="none: a public client, without a secret, always with PKCE."
    )
    auth_methods: list[AuthMethod] | None = Field(default=None, description="When more than one method may be used.")
    application_type: Literal["web", "native"] | None = None
    client_uri: str | None = Field(default=None, description="Its home page." + _NULL)
    logo_uri: str | None = Field(default=None, description="Its logo, loaded by browsers." + _NULL)
    policy_uri: str | None = Field(default=None, description="How it uses data." + _NULL)
    tos_uri: str | None = Field(default=None, description="Its terms." + _NULL)
    contacts: list[str] | None = Field(default=None, description="Who answers for it." + _NULL)
    resources: list[str] | None = Field(default=None, description="The APIs that it calls: the `aud` of its access tokens (RFC 8707).")
    introspects: list[str] | None = Field(default=None, description="The APIs that it is, whose tokens it may introspect (RFC 7662).")
    id_token_signed_response_alg: str | None = Field(default=None, description="RS256, or another algorithm that discovery lists.")
    access_token_signed_response_alg: str | None = Field(default=None, description="The same for its access tokens; not all APIs take all.")
    require_pkce: bool | None = Field(default=None, description="false only for confidential clients that use nonce (RFC 9700 §2.1.1).")
    first_party: bool | None = Field(default=None, description="Consent is not asked.")
    require_mfa: bool | None = Field(default=None, description="A second factor always.")
    disabled: bool | None = Field(default=None, description="true: no tokens any more, and those that were given are refused.")


class NewClient(ClientChanges):
    """An app to be. What is absent gets its default: a confidential web app with the code flow, PKCE and refresh tokens."""

    client_id: str | None = Field(default=None, description="2 to 128 of A-Z a-z 0-9 . _ ~ -; chosen for you when absent.")


class Secret(Shape):
    """A secret that works. The secret itself is told once, when it is made."""

    created_at: Time
    expires_at: Time | None = Field(description="null: until it is rotated.")


class Client(Shape):
    """An app."""

    client_id: str
    client_id_issued_at: int = Field(description="Seconds since the epoch (RFC 7591 §3.2.1).")
    client_name: str | None
    redirect_uris: list[str]
    post_logout_redirect_uris: list[str]
    grant_types: list[str]
    response_types: list[str]
    scope: str
    token_endpoint_auth_method: str
    auth_methods: list[str]
    application_type: str
    client_uri: str | None
    logo_uri: str | None
    policy_uri: str | None
    tos_uri: str | None
    contacts: list[str]
    resources: list[str]
    introspects: list[str]
    id_token_signed_response_alg: str
    access_token_signed_response_alg: str
    require_pkce: bool
    first_party: bool
    require_mfa: bool
    disabled: bool
    secrets: list[Secret]
    created_at: Time
    updated_at: Time


class ClientWithSecret(Client):
    """An app and its new secret, which is told this once."""

    client_secret: str | None = Field(default=None, description="Absent for public clients.")
    client_secret_expires_at: int | None = Field(default=None, description="0: it does not expire (RFC 7591 §3.2.1).")


class ClientPage(Shape):
    """Apps by client_id."""

    items: list[Client]
    next_cursor: NextCursor


class Rotation(Shape):
    """How a secret is replaced."""

    overlap_seconds: int = Field(
        default=0, ge=0, description="How long the old one still works; at most 30 days. Never more than two work."
    )
