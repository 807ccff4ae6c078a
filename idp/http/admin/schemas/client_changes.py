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

    client_id: str = Field(description="The app's client_id at that server.")
    scope: str = Field(default="", description="The scopes that the app may ask for there.")
    resources: list[str] = Field(default=[], description="The APIs that the app may ask for there (RFC 8707).")
    sso_client_id: str | None = Field(
        default=None, description="The client_id of the app at this provider with which that server signs people in."
    )


class ClaimMapping(Shape):
    """A claim in the app's tokens that contains facts about access."""

    source: str | None = Field(
        default=None,
        description="roles, groups, permissions, client_roles, or an attribute such as attributes.department.",
        examples=["roles"],
    )
    in_: list[Literal["access_token", "id_token", "userinfo"]] | None = Field(
        default=None, alias="in", description="The tokens and answers that contain the claim.", examples=[["access_token"]]
    )


class Branding(Shape):
    """The look of the pages and mails that are about the app."""

    name: str | None = Field(default=None, description="The name at the top of pages and mails.")
    colours: dict[Literal["light", "dark"], dict[str, str]] | None = Field(
        default=None,
        description=(
            "Colours as #rrggbb: accent, background, surface, text, error, warning, panel, panel_text, panel_lines. One accent is "
            "enough: the others follow. Two colours that meet need the contrast of WCAG 2.2: 4.5 for text. Dark ones may be left out."
        ),
        examples=[{"light": {"accent": "#1d4ed8"}}],
    )
    radius: int | None = Field(default=None, description="The radius of buttons and fields in pixels: 0 to 24.")
    ornament: bool | None = Field(default=None, description="Whether the lines on the panel are drawn: true, if it is absent.")
    links: dict[Literal["help"], str] | None = Field(default=None, description="The https URL of the app's help.")
    texts: dict[str, str | dict[str, str]] | None = Field(
        default=None,
        description=(
            "Plain texts by id, such as sign_in_intro and mail_footer (docs/looks.md has all), each as one text or by language tag. "
            "Placeholders are {brand} and {app}."
        ),
        examples=[{"sign_in_intro": {"en": "Welcome to {app}.", "de": "Willkommen bei {app}."}}],
    )


class ClientChanges(Shape):
    """Changes of an app (RFC 7396): absent members stay unchanged, lists are replaced as a whole."""

    client_name: str | None = Field(default=None, description="The name that pages show." + _NULL)
    redirect_uris: list[str] | None = Field(
        default=None,
        description="Redirect URIs. They are compared exactly, except that loopback addresses of native apps may use any port.",
    )
    post_logout_redirect_uris: list[str] | None = None
    grant_types: list[GrantType] | None = None
    response_types: list[Literal["code"]] | None = Field(default=None, description="Follows from grant_types. A contradiction is refused.")
    scope: str | None = Field(default=None, description="The scopes that the app may ask for, separated by spaces.")
    token_endpoint_auth_method: AuthMethod | None = Field(
        default=None,
        description=(
            "The authentication method. none: a public client without a secret, always with PKCE. A new app without this member may "
            "send its secret by client_secret_basic or client_secret_post, and answers show client_secret_basic."
        ),
    )
    auth_methods: list[AuthMethod] | None = Field(
        default=None, description="All methods that the app may use. The first one is token_endpoint_auth_method."
    )
    application_type: Literal["web", "native"] | None = None
    client_uri: str | None = Field(default=None, description="The app's home page." + _NULL)
    logo_uri: str | None = Field(default=None, description="The app's logo, which browsers load." + _NULL)
    policy_uri: str | None = Field(default=None, description="The app's privacy policy." + _NULL)
    tos_uri: str | None = Field(default=None, description="The app's terms of service." + _NULL)
    contacts: list[str] | None = Field(default=None, description="Contacts of the people responsible for the app." + _NULL)
    resources: list[str] | None = Field(
        default=None,
        description="The APIs that the app calls: the `aud` of its access tokens (RFC 8707).",
    )
    token_exchange_audiences: list[str] | None = Field(
        default=None, description="The APIs for which the app may get tokens by token exchange (RFC 8693). This API is refused."
    )
    token_exchange_scopes: list[str] | None = Field(
        default=None,
        description=(
            "The scopes of exchanged tokens. Your token needs users:read for scopes about people, and each scope of this API itself."
        ),
    )
    may_impersonate: bool | None = Field(
        default=None, description="Whether exchanged tokens may lack the `act` claim. Needs users:write too."
    )
    id_jag_audiences: dict[str, IdJagAudience] | None = Field(
        default=None,
        description="The authorization servers for which the app may get an ID-JAG, by issuer. Needs issuers:write too." + _NULL,
    )
    introspects: list[str] | None = Field(
        default=None,
        description="The APIs that the app is, whose tokens it may introspect (RFC 7662). For this API your token needs every scope.",
    )
    id_token_signed_response_alg: str | None = Field(
        default=None, description="The algorithm of ID Tokens: RS256, or another one that discovery lists."
    )
    access_token_signed_response_alg: str | None = Field(
        default=None, description="The algorithm of access tokens. Not each API accepts each algorithm."
    )
    software_id: str | None = Field(
        default=None, description="The software's id, which is the same for all instances of the software (RFC 7591 §2)." + _NULL
    )
    software_version: str | None = Field(default=None, description="The version of the software." + _NULL)
    jwks: dict[str, Any] | None = Field(default=None, description="The app's public keys (RFC 7517). Alternative: jwks_uri." + _NULL)
    jwks_uri: str | None = Field(default=None, description="The address of the app's public keys." + _NULL)
    token_endpoint_auth_signing_alg: str | None = Field(default=None, description="The signing algorithm of private_key_jwt." + _NULL)
    tls_client_auth_subject_dn: str | None = Field(default=None, description="For tls_client_auth, one of these five (RFC 8705)." + _NULL)
    tls_client_auth_san_dns: str | None = None
    tls_client_auth_san_uri: str | None = None
    tls_client_auth_san_ip: str | None = None
    tls_client_auth_san_email: str | None = None
    dpop_bound_access_tokens: bool | None = Field(default=None, description="Whether tokens must be bound by DPoP (RFC 9449).")
    tls_client_certificate_bound_access_tokens: bool | None = Field(
        default=None, description="Whether tokens must be bound to the app's certificate (RFC 8705)."
    )
    userinfo_signed_response_alg: str | None = Field(
        default=None, description="The signing algorithm of UserInfo answers. Without it they are plain JSON." + _NULL
    )
    introspection_signed_response_alg: str | None = Field(
        default=None, description="The signing algorithm of introspection answers as JWTs (RFC 9701)." + _NULL
    )
    authorization_signed_response_alg: str | None = Field(
        default=None, description="The signing algorithm of authorization responses as JWTs (JARM)." + _NULL
    )
    id_token_encrypted_response_alg: EncryptionAlg | None = Field(default=None, description="The key encryption of ID Tokens." + _NULL)
    id_token_encrypted_response_enc: EncryptionEnc | None = None
    userinfo_encrypted_response_alg: EncryptionAlg | None = None
    userinfo_encrypted_response_enc: EncryptionEnc | None = None
    introspection_encrypted_response_alg: EncryptionAlg | None = None
    introspection_encrypted_response_enc: EncryptionEnc | None = None
    authorization_encrypted_response_alg: EncryptionAlg | None = None
    authorization_encrypted_response_enc: EncryptionEnc | None = None
    subject_type: Literal["public", "pairwise"] | None = Field(default=None, description="pairwise: a different `sub` for each sector.")
    sector_identifier_uri: str | None = Field(
        default=None, description="The address of a JSON list of all redirect URIs of the sector." + _NULL
    )
    request_object_signing_alg: str | None = Field(default=None, description="The signing algorithm of request objects." + _NULL)
    request_uris: list[str] | None = Field(default=None, description="The addresses from which request objects may be fetched." + _NULL)
    require_signed_request_object: bool | None = Field(
        default=None, description="Whether each authorization request must be signed (RFC 9101)."
    )
    require_pushed_authorization_requests: bool | None = Field(
        default=None, description="Whether each authorization request must be pushed (RFC 9126)."
    )
    authorization_details_types: list[str] | None = Field(
        default=None, description="The types of authorization details that the app may ask for (RFC 9396)." + _NULL
    )
    default_max_age: int | None = Field(default=None, description="The default max_age of requests, in seconds." + _NULL)
    require_auth_time: bool | None = Field(default=None, description="Whether each ID Token must have auth_time. ID Tokens always have it.")
    default_acr_values: list[str] | None = Field(default=None, description="The default acr_values of requests." + _NULL)
    initiate_login_uri: str | None = Field(
        default=None, description="The address at which others can start a sign-in (OIDC Core §4)." + _NULL
    )
    backchannel_logout_uri: str | None = Field(default=None, description="The address to which logout tokens are posted." + _NULL)
    backchannel_logout_session_required: bool | None = None
    frontchannel_logout_uri: str | None = Field(
        default=None, description="The address that is loaded in a frame when a session ends." + _NULL
    )
    frontchannel_logout_session_required: bool | None = None
    profile: Literal["fapi2", "fapi2-message-signing"] | None = Field(
        default=None,
        description="A FAPI 2.0 profile. It demands all rules of the profile and sets the members that follow from it." + _NULL,
    )
    require_pkce: bool | None = Field(
        default=None, description="Whether requests must use PKCE. false is for confidential clients that use nonce (RFC 9700 §2.1.1)."
    )
    id_token_claims: bool | None = Field(
        default=None,
        description=(
            "true: ID Tokens contain the claims of the granted scopes profile, email, address and phone (OpenID Connect Core 5.4). "
            "false (default): only UserInfo contains them."
        ),
    )
    first_party: bool | None = Field(default=None, description="Whether the app asks no consent. Needs the scope users:read too.")
    require_mfa: bool | None = Field(
        default=None,
        description=(
            "Whether each sign-in needs a second factor. Access from a sign-in without one ends at the next refresh with invalid_grant."
        ),
    )
    branding: Branding | None = Field(
        default=None, description="The look of the pages and mails that are about the app. It is replaced as a whole; null removes it."
    )
    sign_up: bool | None = Field(
        default=None,
        description="false: people cannot create an account on the way to this app, also if the deployment is open for it (IDP_SIGN_UP).",
    )
    mail_code: bool | None = Field(
        default=None,
        description=(
            "Whether people may sign in to this app with a code from a mail. null: as the deployment says (IDP_MAIL_CODE). With false, a "
            "session that began with such a code is not accepted for this app."
        ),
    )
    connections_only: bool | None = Field(
        default=None,
        description=(
            "Whether people sign in to this app by connections only. Sessions that began in another way are not accepted for it. If exactly"
            " one connection is for this app, its page follows without the sign-in page."
        ),
    )
    organization: str | None = Field(
        default=None,
        description=(
            "Whether people sign in to this app for an organisation. none: never. allowed: if the app asks, by the scope organization or"
            " the parameter of that name. required: each time; a person who is in none gets access_denied."
        ),
        examples=["allowed"],
    )
    org_id: str | None = Field(
        default=None,
        description=(
            "The organisation to which this client itself belongs. Its only grant type is client_credentials, its tokens are for this"
            " organisation, and `roles` are those of the organisation. This takes organizations:write too."
        ),
    )
    roles: list[str] | None = Field(default=None, description="The names of the app's own roles, for client_credentials.")
    claim_mappings: dict[str, ClaimMapping | None] | None = Field(
        default=None,
        description=(
            "The claims of roles and attributes in the app's tokens, by name. The object is merged; null removes one claim, or all."
        ),
    )
    disabled: bool | None = Field(
        default=None, description="true: the app gets no tokens. Its grants and tokens end permanently, even if it is enabled again."
    )


class NewClient(ClientChanges):
    """A new app. Absent members get their defaults: a confidential web app with the code flow, PKCE and refresh tokens."""

    client_id: str | None = Field(default=None, description="2 to 128 of A-Z a-z 0-9 . _ ~ -. If it is absent, the provider chooses one.")
