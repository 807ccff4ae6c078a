"""An app in requests: the metadata of RFC 7591 and members of this provider."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import Field

from idp.domain.apps.grant_types import MODULES
from idp.http.admin.schemas.common import Shape

GrantType = Annotated[str, Field(json_schema_extra={"enum": list(MODULES)})]
AuthMethod = Literal[
    "client_secret_basic", "client_secret_post", "private_key_jwt", "tls_client_auth", "self_signed_tls_client_auth", "none"
]
EncryptionAlg = Literal["RSA-OAEP-256", "ECDH-ES"]
EncryptionEnc = Literal["A256GCM"]
_NULL = " null removes it."


class IdJagAudience(Shape):
    """Another authorization server (draft-ietf-oauth-identity-assertion-authz-grant)."""

    client_id: str = Field(description="Who the app is there.")
    scope: str = Field(default="", description="The scopes that it may ask for there.")
    resources: list[str] = Field(default=[], description="The APIs that it may ask for there (RFC 8707).")
    sso_client_id: str | None = Field(default=None, description="The app of this provider by which that server signs people in.")


class ClaimMapping(Shape):
    """A claim in the app's tokens that contains facts about access."""

    source: str | None = Field(
        default=None, description="roles, groups, permissions, client_roles, or attributes. and a name.", examples=["roles"]
    )
    in_: list[Literal["access_token", "id_token", "userinfo"]] | None = Field(
        default=None, alias="in", description="Where it is told.", examples=[["access_token"]]
    )


class ClientChanges(Shape):
    """Changes of an app (RFC 7396): absent members stay unchanged, lists are replaced as a whole."""

    client_name: str | None = Field(default=None, description="What people are shown." + _NULL)
    redirect_uris: list[str] | None = Field(
        default=None, description="Compared exactly; loopback addresses of native apps may use any port."
    )
    post_logout_redirect_uris: list[str] | None = None
    grant_types: list[GrantType] | None = None
    response_types: list[Literal["code"]] | None = Field(default=None, description="Follows from grant_types; a contradiction is refused.")
    scope: str | None = Field(default=None, description="The scopes that it may ask for, separated by spaces.")
    token_endpoint_auth_method: AuthMethod | None = Field(
        default=None,
        description="The one method that it uses. none: a public client, without a secret, always with PKCE. A new app that names no "
        "method may send its secret either way, client_secret_basic or client_secret_post; this member then shows client_secret_basic.",
    )
    auth_methods: list[AuthMethod] | None = Field(
        default=None, description="All methods that it may use, the first of them as token_endpoint_auth_method."
    )
    application_type: Literal["web", "native"] | None = None
    client_uri: str | None = Field(default=None, description="Its home page." + _NULL)
    logo_uri: str | None = Field(default=None, description="Its logo, loaded by browsers." + _NULL)
    policy_uri: str | None = Field(default=None, description="How it uses data." + _NULL)
    tos_uri: str | None = Field(default=None, description="Its terms." + _NULL)
    contacts: list[str] | None = Field(default=None, description="Who answers for it." + _NULL)
    resources: list[str] | None = Field(
        default=None,
        description="The APIs that it calls: the `aud` of its access tokens (RFC 8707).",
    )
    token_exchange_audiences: list[str] | None = Field(
        default=None, description="The APIs that it may get tokens for by RFC 8693; never this one."
    )
    token_exchange_scopes: list[str] | None = Field(
        default=None,
        description="The scopes that such tokens may have. Those about people need users:read as well, those of this API themselves.",
    )
    may_impersonate: bool | None = Field(default=None, description="Whether such tokens may leave out who acts. Needs users:write as well.")
    id_jag_audiences: dict[str, IdJagAudience] | None = Field(
        default=None, description="By issuer, the authorization servers that it may get an ID-JAG for. Needs issuers:write as well." + _NULL
    )
    introspects: list[str] | None = Field(
        default=None, description="The APIs that it is, whose tokens it may introspect (RFC 7662). This API needs every scope."
    )
    id_token_signed_response_alg: str | None = Field(default=None, description="RS256, or another algorithm that discovery lists.")
    access_token_signed_response_alg: str | None = Field(default=None, description="The same for its access tokens; not all APIs take all.")
    software_id: str | None = Field(default=None, description="The same for all its instances (RFC 7591 §2)." + _NULL)
    software_version: str | None = Field(default=None, description="Of that software." + _NULL)
    jwks: dict[str, Any] | None = Field(default=None, description="Its public keys (RFC 7517), or jwks_uri." + _NULL)
    jwks_uri: str | None = Field(default=None, description="Where its public keys are." + _NULL)
    token_endpoint_auth_signing_alg: str | None = Field(default=None, description="What private_key_jwt is signed with." + _NULL)
    tls_client_auth_subject_dn: str | None = Field(default=None, description="For tls_client_auth, one of these five (RFC 8705)." + _NULL)
    tls_client_auth_san_dns: str | None = None
    tls_client_auth_san_uri: str | None = None
    tls_client_auth_san_ip: str | None = None
    tls_client_auth_san_email: str | None = None
    dpop_bound_access_tokens: bool | None = Field(default=None, description="Its tokens are always bound by DPoP (RFC 9449).")
    tls_client_certificate_bound_access_tokens: bool | None = Field(default=None, description="Or to its certificate (RFC 8705).")
    userinfo_signed_response_alg: str | None = Field(default=None, description="UserInfo as a JWT." + _NULL)
    introspection_signed_response_alg: str | None = Field(default=None, description="Introspection as a JWT (RFC 9701)." + _NULL)
    authorization_signed_response_alg: str | None = Field(default=None, description="JARM." + _NULL)
    id_token_encrypted_response_alg: EncryptionAlg | None = Field(default=None, description="Encrypted as well." + _NULL)
    id_token_encrypted_response_enc: EncryptionEnc | None = None
    userinfo_encrypted_response_alg: EncryptionAlg | None = None
    userinfo_encrypted_response_enc: EncryptionEnc | None = None
    introspection_encrypted_response_alg: EncryptionAlg | None = None
    introspection_encrypted_response_enc: EncryptionEnc | None = None
    authorization_encrypted_response_alg: EncryptionAlg | None = None
    authorization_encrypted_response_enc: EncryptionEnc | None = None
    subject_type: Literal["public", "pairwise"] | None = Field(default=None, description="pairwise: a `sub` of its own for each sector.")
    sector_identifier_uri: str | None = Field(default=None, description="A JSON list of all redirect URIs of the sector." + _NULL)
    request_object_signing_alg: str | None = Field(default=None, description="What its request objects are signed with." + _NULL)
    request_uris: list[str] | None = Field(default=None, description="From where request objects may be fetched." + _NULL)
    require_signed_request_object: bool | None = Field(default=None, description="Every request is signed (RFC 9101).")
    require_pushed_authorization_requests: bool | None = Field(default=None, description="Every request is pushed (RFC 9126).")
    authorization_details_types: list[str] | None = Field(default=None, description="The types that it may ask for (RFC 9396)." + _NULL)
    default_max_age: int | None = Field(default=None, description="Seconds: max_age where a request names none." + _NULL)
    require_auth_time: bool | None = Field(default=None, description="auth_time in every ID Token; it is there in any case.")
    default_acr_values: list[str] | None = Field(default=None, description="acr_values where a request names none." + _NULL)
    initiate_login_uri: str | None = Field(default=None, description="Where others may begin a sign-in (OIDC Core §4)." + _NULL)
    backchannel_logout_uri: str | None = Field(default=None, description="Where logout tokens are posted." + _NULL)
    backchannel_logout_session_required: bool | None = None
    frontchannel_logout_uri: str | None = Field(default=None, description="Loaded in a frame when a session ends." + _NULL)
    frontchannel_logout_session_required: bool | None = None
    profile: Literal["fapi2", "fapi2-message-signing"] | None = Field(
        default=None, description="FAPI 2.0: all of its rules, and the members that it implies." + _NULL
    )
    require_pkce: bool | None = Field(default=None, description="false only for confidential clients that use nonce (RFC 9700 §2.1.1).")
    id_token_claims: bool | None = Field(
        default=None,
        description="true: ID tokens, too, tell the claims that the granted scopes profile, email, address and phone ask for "
        "(OpenID Connect Core 5.4). false, the default: UserInfo alone tells them.",
    )
    first_party: bool | None = Field(default=None, description="Consent is not asked. Needs the scope users:read as well.")
    require_mfa: bool | None = Field(
        default=None, description="A second factor always. Access that was given without one ends at the next refresh, by invalid_grant."
    )
    roles: list[str] | None = Field(default=None, description="Names of roles: what it may do for itself (client_credentials).")
    claim_mappings: dict[str, ClaimMapping | None] | None = Field(
        default=None, description="By claim, what its tokens tell of roles and attributes. Merged; null removes one, or all."
    )
    disabled: bool | None = Field(
        default=None, description="true: it gets no tokens, and what it was given ends for good, also when it is enabled again."
    )


class NewClient(ClientChanges):
    """A new app. Absent members get their defaults: a confidential web app with the code flow, PKCE and refresh tokens."""

    client_id: str | None = Field(default=None, description="2 to 128 of A-Z a-z 0-9 . _ ~ -; chosen for you when absent.")
