"""An app in answers, its secrets, and pages of apps."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import Field, StringConstraints

from idp.http.admin.schemas.client_changes import ClaimMapping, IdJagAudience
from idp.http.admin.schemas.common import NextCursor, Searched, Shape, Time


class Secret(Shape):
    """A valid secret. The secret itself is shown once, when it is made."""

    created_at: Time
    expires_at: Time | None = Field(description="When the secret expires. null: it is valid until it is rotated.")


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
    token_exchange_audiences: list[str]
    token_exchange_scopes: list[str]
    may_impersonate: bool
    id_jag_audiences: dict[str, IdJagAudience] | None
    id_token_signed_response_alg: str
    access_token_signed_response_alg: str
    software_id: str | None
    software_version: str | None
    jwks: dict[str, Any] | None
    jwks_uri: str | None
    token_endpoint_auth_signing_alg: str | None
    tls_client_auth_subject_dn: str | None
    tls_client_auth_san_dns: str | None
    tls_client_auth_san_uri: str | None
    tls_client_auth_san_ip: str | None
    tls_client_auth_san_email: str | None
    dpop_bound_access_tokens: bool
    tls_client_certificate_bound_access_tokens: bool
    userinfo_signed_response_alg: str | None
    introspection_signed_response_alg: str | None
    authorization_signed_response_alg: str | None
    id_token_encrypted_response_alg: str | None
    id_token_encrypted_response_enc: str | None
    userinfo_encrypted_response_alg: str | None
    userinfo_encrypted_response_enc: str | None
    introspection_encrypted_response_alg: str | None
    introspection_encrypted_response_enc: str | None
    authorization_encrypted_response_alg: str | None
    authorization_encrypted_response_enc: str | None
    subject_type: str
    sector_identifier_uri: str | None
    request_object_signing_alg: str | None
    request_uris: list[str]
    require_signed_request_object: bool
    require_pushed_authorization_requests: bool
    authorization_details_types: list[str]
    default_max_age: int | None
    require_auth_time: bool
    default_acr_values: list[str]
    initiate_login_uri: str | None
    backchannel_logout_uri: str | None
    backchannel_logout_session_required: bool
    frontchannel_logout_uri: str | None
    frontchannel_logout_session_required: bool
    profile: str | None
    require_pkce: bool
    id_token_claims: bool
    first_party: bool
    require_mfa: bool
    sign_up: bool
    branding: dict[str, Any] | None
    mail_code: bool | None
    connections_only: bool
    organization: str
    org_id: str | None
    disabled: bool
    roles: list[str]
    claim_mappings: dict[str, ClaimMapping]
    registered_by: str | None = Field(description="How the app was registered. dynamic: it registered itself (RFC 7591).")
    software_statement: str | None = Field(description="The software statement from its registration (RFC 7591 §2.3).")
    secrets: list[Secret]
    created_at: Time
    updated_at: Time


class ClientWithSecret(Client):
    """An app and its new secret, which is shown once."""

    client_secret: str | None = Field(default=None, description="Absent for public clients, and if you gave the secret.")
    client_secret_expires_at: int | None = Field(default=None, description="0: the secret does not expire (RFC 7591 §3.2.1).")


class ClientPage(Shape):
    """Apps by client_id."""

    items: list[Client]
    next_cursor: NextCursor
    searched: Searched


class Rotation(Shape):
    """How to replace a secret."""

    overlap_seconds: int = Field(
        default=0, ge=0, description="Seconds for which the old secret stays valid, at most 30 days. At most two secrets are valid."
    )
    secret: Annotated[str, StringConstraints(max_length=512)] | None = Field(
        default=None,
        description="A secret of your own, made at random: 32 to 512 printable characters of ASCII. Without it the provider makes one.",
    )
