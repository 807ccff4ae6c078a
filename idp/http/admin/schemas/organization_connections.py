"""Connections of an organisation: those of the deployment without what only the deployment decides."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from idp.http.admin.schemas.common import NextCursor, Shape, Time
from idp.http.admin.schemas.connections import Accounts, Certificates, Metadata, Secret, Text, Texts, Url

Preset = Literal["google", "microsoft", "gitlab", "cognito", "auth0", "keycloak", "oidc", "saml"]
ClientAuth = Literal["client_secret_basic", "client_secret_post", "private_key_jwt", "none"]

_NAME = "A name that people read."
_ISSUER = "The issuer of the upstream, exactly as its metadata has it."
_READ = " For OpenID Connect it is read from the metadata, if it is absent."
_SECRET = "The client secret, or the private key in PEM. It is stored encrypted and is in no answer."  # a description
_ACCOUNTS = (
    "Who may sign in, of the people with an address in a domain that the organisation has proven. `create`: all; a new person gets an "
    "account and a membership, if the organisation's policy has `joins_by_connection`. `link`: members, after they proved that the account "
    "is theirs. `known`: only members who are linked already."
)
_LINK = (
    "Link an identity to the member with its address without a question, if the account is the organisation's alone and the upstream "
    "decides about the address. Otherwise the person proves that the account is theirs."
)
_CLAIMS = "For a standard claim, the name of the upstream's claim, if it is another one."
_FORMAT = (
    "SAML: the format of the NameID that is asked for, and the only one that counts. It has no effect if `claims` maps `sub`: then an "
    "attribute is the subject."
)
_TENANTS = "Microsoft Entra: the ids of the tenants whose people may sign in."


class OrganizationConnectionChanges(Shape):
    """Changes (RFC 7396): absent members stay unchanged, null sets the default of the preset, lists and maps are replaced as a whole."""

    name: Text | None = Field(default=None, description=_NAME)
    enabled: bool | None = Field(default=None, description="Whether people may sign in by it. Read at each sign-in.")
    issuer: Url | None = Field(default=None, description=_ISSUER + " Links to another issuer have no effect.")
    authorization_endpoint: Url | None = Field(default=None, description="The authorization endpoint." + _READ)
    token_endpoint: Url | None = Field(default=None, description="The token endpoint." + _READ)
    userinfo_endpoint: Url | None = Field(default=None, description="The UserInfo endpoint." + _READ)
    jwks_uri: Url | None = Field(default=None, description="The address of the upstream's keys." + _READ)
    end_session_endpoint: Url | None = Field(default=None, description="The logout endpoint." + _READ)
    iss_parameter: bool | None = Field(default=None, description="Whether it sends `iss` with the code (RFC 9207).")
    client_id: Text | None = Field(default=None, description="The client_id that the upstream gave to this provider.")
    client_auth: ClientAuth | None = Field(default=None, description="How this provider authenticates at the token endpoint.")
    secret: Secret | None = Field(default=None, description=_SECRET)
    key_id: Text | None = Field(default=None, description="The id of the private key.")
    signing_alg: Text | None = Field(default=None, description="The only algorithm of the upstream's ID Tokens that is accepted.")
    scopes: Texts | None = Field(default=None, description="The scopes that are asked for.")
    response_mode: Literal["", "form_post"] | None = Field(default=None, description="form_post, or empty for the query.")
    claims: dict[Text, Text] | None = Field(default=None, description=_CLAIMS)
    tenants: Texts | None = Field(default=None, description=_TENANTS)
    accounts: Accounts | None = Field(default=None, description=_ACCOUNTS)
    link_verified: bool | None = Field(default=None, description=_LINK)
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


class NewOrganizationConnection(OrganizationConnectionChanges):
    """A new connection of the organisation. Members that are absent or null have the default of the preset."""

    id: Text = Field(description="1 to 40 of a-z, 0-9 and -. It is part of the redirect URI and cannot be changed.", examples=["okta"])
    preset: Preset = Field(description="The kind of upstream. `oidc` is for every other OpenID Connect provider.")


class OrganizationConnection(Shape):
    """A connection of the organisation. It counts for addresses in the domains that the organisation has proven, and for no others."""

    id: str
    connection_id: str = Field(description="The id with that of the organisation, as a domain of the organisation names it.")
    type: str
    preset: str
    redirect_uri: str = Field(description="The URI to register at the upstream.")
    secret_set: bool = Field(description="Whether a secret is stored.")
    name: str = Field(description=_NAME)
    enabled: bool
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
    signing_alg: str
    scopes: list[str]
    response_mode: str
    claims: dict[str, str] = Field(description=_CLAIMS)
    tenants: list[str] = Field(description=_TENANTS)
    accounts: str = Field(description=_ACCOUNTS)
    link_verified: bool = Field(description=_LINK)
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


class OrganizationConnectionPage(Shape):
    """All connections of the organisation."""

    items: list[OrganizationConnection]
    next_cursor: NextCursor
