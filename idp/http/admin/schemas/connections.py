"""Connections: upstream providers by which people sign in."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from idp.http.admin.schemas.common import NextCursor, Shape, Time

Url = Annotated[str, StringConstraints(max_length=2048)]
Text = Annotated[str, StringConstraints(max_length=512)]
Secret = Annotated[str, StringConstraints(max_length=8192)]
Metadata = Annotated[str, StringConstraints(max_length=60_000)]
Certificates = Annotated[list[Annotated[str, StringConstraints(max_length=8192)]], Field(max_length=10)]
Texts = Annotated[list[Text], Field(max_length=50)]
Preset = Literal[
    "google", "github", "facebook", "microsoft", "apple", "gitlab", "discord", "linkedin", "cognito", "auth0", "keycloak", "oidc", "oauth2",
    "saml", "password",
]  # fmt: skip
ClientAuth = Literal["client_secret_basic", "client_secret_post", "private_key_jwt", "apple", "signature", "none"]
Who = Literal["", "known", "all"]
Accounts = Literal["create", "link", "known"]
EmailTrust = Literal["none", "verified", "domains"]

_NAME = "The name on the button."
_SECRET = "The client secret, or the private key in PEM. It is stored encrypted and is in no answer."  # a description
_ISSUER = "The issuer of the upstream, exactly as its metadata has it."
_METADATA = " For OpenID Connect it is read from the metadata, if it is absent."
_ACCOUNTS = (
    "Who may sign in. `create`: everybody; an account is made for a new person. `link`: people with an account, after they proved that it "
    "is theirs. `known`: only people who are linked already."
)
_TRUST = (
    "Whether the upstream's statement that an address is verified counts for a new account. `none`: the person proves the address by a "
    "code. `verified`: it counts. `domains`: it counts for addresses of `domains`."
)
_LINK = (
    "Link an identity to the account with its address without a question: only if the upstream decides about this address, and the "
    "account's address is verified. Otherwise the person proves that the account is theirs."
)
_FACTORS = "Whether two factors at the upstream count as the second factor here."
_DOMAINS = "The domains of organisations. An address of one of them, typed on the sign-in page, leads to this connection."
_CLAIMS = "For a standard claim, the name of the upstream's claim, if it is another one."
_FORMAT = (
    "SAML: the format of the NameID that is asked for, and the only one that counts: `persistent`, `email` or `unspecified`. It has no"
    " effect if `claims` maps `sub`: then an attribute is the subject."
)
_TENANTS = "Microsoft Entra: the ids of the tenants whose people may sign in."

_TOKENS = (
    "Whether the upstream's tokens are kept, encrypted, for the apps in `token_apps`. Otherwise they are dropped after the sign-in. Ask "
    "for offline access in `scopes`, so that they can be refreshed. Not for SAML and `password`."
)
_TOKEN_APPS = (
    "The client_ids of the apps that get access tokens of the upstream by token exchange (RFC 8693), for people who allowed them the scope "
    "`upstream:` and the connection's id. An empty list: nobody."
)
_HOOK = (
    "Of `password`: what is asked once whether a password of the earlier system is right. An https URL, whose requests are signed with "
    "`secret` (Standard Webhooks), or the ARN of the Lambda function in IDP_MIGRATION_FUNCTION."
)
_WHO = (
    "Of `password`: about whom it is asked. `known`: people who were imported without a password and have no passkey. `all`: also every "
    "address without an account; an account is made if the password is right."
)


class ConnectionChanges(Shape):
    """Changes (RFC 7396): absent members stay unchanged, null sets the default of the preset, lists and maps are replaced as a whole."""

    name: Text | None = Field(default=None, description=_NAME)
    logo_uri: Url | None = Field(default=None, description="An https URL of a picture for the button.")
    enabled: bool | None = Field(default=None, description="Whether people may sign in by it. Read at each sign-in.")
    shown: bool | None = Field(default=None, description="Whether the sign-in page has a button for it.")
    position: int | None = Field(default=None, description="Buttons are sorted by it, then by name.")
    issuer: Url | None = Field(default=None, description=_ISSUER + " Links to another issuer have no effect.")
    authorization_endpoint: Url | None = Field(default=None, description="The authorization endpoint." + _METADATA)
    token_endpoint: Url | None = Field(default=None, description="The token endpoint." + _METADATA)
    userinfo_endpoint: Url | None = Field(default=None, description="The UserInfo endpoint." + _METADATA)
    jwks_uri: Url | None = Field(default=None, description="The address of the upstream's keys." + _METADATA)
    end_session_endpoint: Url | None = Field(default=None, description="The logout endpoint." + _METADATA)
    iss_parameter: bool | None = Field(default=None, description="Whether it sends `iss` with the code (RFC 9207).")
    client_id: Text | None = Field(default=None, description="The client_id that the upstream gave to this provider.")
    client_auth: ClientAuth | None = Field(default=None, description="How this provider authenticates at the token endpoint.")
    secret: Secret | None = Field(default=None, description=_SECRET)
    key_id: Text | None = Field(default=None, description="The id of the private key.")
    team_id: Text | None = Field(default=None, description="Apple: the id of the team.")
    signing_alg: Text | None = Field(default=None, description="The only algorithm of the upstream's ID Tokens that is accepted.")
    scopes: Texts | None = Field(default=None, description="The scopes that are asked for.")
    response_mode: Literal["", "form_post"] | None = Field(default=None, description="form_post, or empty for the query.")
    claims: dict[Text, Text] | None = Field(default=None, description=_CLAIMS)
    tenants: Texts | None = Field(default=None, description=_TENANTS)
    apps: Texts | None = Field(default=None, description="The client_ids of the apps that use it. An empty list: all apps.")
    domains: Texts | None = Field(default=None, description=_DOMAINS)
    accounts: Accounts | None = Field(default=None, description=_ACCOUNTS)
    email_trust: EmailTrust | None = Field(default=None, description=_TRUST)
    link_verified: bool | None = Field(default=None, description=_LINK)
    trusts_factors: bool | None = Field(default=None, description=_FACTORS)
    keeps_tokens: bool | None = Field(default=None, description=_TOKENS)
    token_apps: Texts | None = Field(default=None, description=_TOKEN_APPS)
    hook: Url | None = Field(default=None, description=_HOOK)
    who: Who | None = Field(default=None, description=_WHO)
    metadata: Metadata | None = Field(
        default=None, description="SAML: the metadata of the identity provider, as XML. It is read at this moment and not stored.",
    )  # fmt: skip
    metadata_url: Url | None = Field(default=None, description="SAML: the https URL of the metadata. It is read now and on demand.")
    certificates: Certificates | None = Field(default=None, description="SAML: the identity provider's certificates, DER in base64.")
    name_id_format: Literal["persistent", "email", "unspecified"] | None = Field(default=None, description=_FORMAT)
    signs_requests: bool | None = Field(default=None, description="SAML: whether this provider signs its requests.")
    wants_signed_assertions: bool | None = Field(
        default=None, description="SAML: whether the assertion needs a signature of its own. Otherwise that of the response is enough.",
    )  # fmt: skip
    wants_encryption: bool | None = Field(default=None, description="SAML: whether the assertion has to be encrypted.")


class NewConnection(ConnectionChanges):
    """A new connection. Members that are absent or null have the default of the preset."""

    id: Text = Field(
        description="1 to 40 of a-z, 0-9 and -. It is part of the redirect URI and cannot be changed.", examples=["google"],
    )  # fmt: skip
    preset: Preset = Field(
        description="The kind of upstream. `oidc` and `oauth2` are for all others; `password` is for just-in-time migration."
    )


class Connection(Shape):
    """A connection."""

    id: str
    type: str
    preset: str
    redirect_uri: str = Field(description="The URI to register at the upstream.")
    secret_set: bool = Field(description="Whether a secret is stored.")
    name: str = Field(description=_NAME)
    logo_uri: str
    enabled: bool
    shown: bool
    position: int
    issuer: str = Field(description=_ISSUER)
    authorization_endpoint: str
    token_endpoint: str
    userinfo_endpoint: str
    jwks_uri: str
    end_session_endpoint: str
    iss_parameter: bool
    client_id: str
    client_auth: str
    key_id: str
    team_id: str
    signing_alg: str
    scopes: list[str]
    response_mode: str
    claims: dict[str, str] = Field(description=_CLAIMS)
    tenants: list[str] = Field(description=_TENANTS)
    apps: list[str]
    domains: list[str] = Field(description=_DOMAINS)
    accounts: str = Field(description=_ACCOUNTS)
    email_trust: str = Field(description=_TRUST)
    link_verified: bool = Field(description=_LINK)
    trusts_factors: bool = Field(description=_FACTORS)
    keeps_tokens: bool = Field(description=_TOKENS)
    token_apps: list[str] = Field(description=_TOKEN_APPS)
    token_audience: str = Field(description="The `audience` of the token exchange. Empty if no tokens are kept.")
    hook: str = Field(description=_HOOK)
    who: str = Field(description=_WHO)
    metadata_url: str
    certificates: list[str]
    name_id_format: str = Field(description=_FORMAT)
    signs_requests: bool
    wants_signed_assertions: bool
    wants_encryption: bool
    own_certificates: dict[str, str] = Field(description="SAML: our certificates by the use of their keys, DER in base64.")
    own_metadata_uri: str = Field(description="SAML: our metadata, for the admin of the identity provider. Empty for other types.")
    created_at: Time
    updated_at: Time


class ConnectionPage(Shape):
    """All connections."""

    items: list[Connection]
    next_cursor: NextCursor
