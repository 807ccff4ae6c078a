"""The shapes of requests and answers of the admin API.

Made by `python -m tools.admin_clients`. Do not edit it: a test compares it with the OpenAPI document.
"""

from __future__ import annotations

from typing import Any, Literal, NotRequired, TypedDict


class AcceptedTerms(TypedDict):
    """Terms that a person accepted when they created their account."""

    owner: str
    """deployment, or client: and the client_id of the app whose terms they are."""
    version: str
    """IDP_TERMS_VERSION of that time, or the tos_uri of the app."""
    accepted_at: str
    """RFC 3339, UTC."""


class Address(TypedDict):
    """OpenID Connect Core §5.1.1. null removes a part."""

    formatted: NotRequired[str | None]
    street_address: NotRequired[str | None]
    locality: NotRequired[str | None]
    region: NotRequired[str | None]
    postal_code: NotRequired[str | None]
    country: NotRequired[str | None]


class Branding(TypedDict):
    """The look of the pages and mails that are about the app."""

    name: NotRequired[str | None]
    """The name at the top of pages and mails."""
    colours: NotRequired[dict[str, dict[str, str]] | None]
    """Colours as #rrggbb: accent, background, surface, text, error, warning, panel, panel_text, panel_lines. One accent is enough: the
    others follow. Two colours that meet need the contrast of WCAG 2.2: 4.5 for text. Dark ones may be left out.
    """
    radius: NotRequired[int | None]
    """The radius of buttons and fields in pixels: 0 to 24."""
    ornament: NotRequired[bool | None]
    """Whether the lines on the panel are drawn: true, if it is absent."""
    links: NotRequired[dict[str, str] | None]
    """The https URL of the app's help."""
    texts: NotRequired[dict[str, str | dict[str, str]] | None]
    """Plain texts by id, such as sign_in_intro and mail_footer (docs/looks.md has all), each as one text or by language tag.
    Placeholders are {brand} and {app}.
    """


ClaimMapping = TypedDict(
    "ClaimMapping", {"source": "NotRequired[str | None]", "in": "NotRequired[list[Literal['access_token', 'id_token', 'userinfo']] | None]"}
)
"""A claim in the app's tokens that contains facts about access."""


class Claims(TypedDict):
    """The profile: OpenID Connect Core §5.1. Apps get the claims of their scopes (§5.4). null removes a claim."""

    name: NotRequired[str | None]
    given_name: NotRequired[str | None]
    family_name: NotRequired[str | None]
    middle_name: NotRequired[str | None]
    nickname: NotRequired[str | None]
    preferred_username: NotRequired[str | None]
    profile: NotRequired[str | None]
    """An http or https URL."""
    picture: NotRequired[str | None]
    """An http or https URL."""
    website: NotRequired[str | None]
    """An http or https URL."""
    gender: NotRequired[str | None]
    birthdate: NotRequired[str | None]
    """YYYY-MM-DD, 0000-MM-DD or YYYY."""
    zoneinfo: NotRequired[str | None]
    locale: NotRequired[str | None]
    phone_number: NotRequired[str | None]
    phone_number_verified: NotRequired[bool | None]
    """Removed if the number changes, unless the same request sets it."""
    address: NotRequired[Address | None]


class Client(TypedDict):
    """An app."""

    client_id: str
    client_id_issued_at: int
    """Seconds since the epoch (RFC 7591 §3.2.1)."""
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
    registered_by: str | None
    """How the app was registered. dynamic: it registered itself (RFC 7591)."""
    software_statement: str | None
    """The software statement from its registration (RFC 7591 §2.3)."""
    secrets: list[Secret]
    created_at: str
    """RFC 3339, UTC."""
    updated_at: str
    """RFC 3339, UTC."""


class ClientChanges(TypedDict):
    """Changes of an app (RFC 7396): absent members stay unchanged, lists are replaced as a whole."""

    client_name: NotRequired[str | None]
    """The name that pages show. null removes it."""
    redirect_uris: NotRequired[list[str] | None]
    """Redirect URIs. They are compared exactly, except that loopback addresses of native apps may use any port."""
    post_logout_redirect_uris: NotRequired[list[str] | None]
    grant_types: NotRequired[
        list[
            Literal[
                "authorization_code",
                "refresh_token",
                "client_credentials",
                "urn:ietf:params:oauth:grant-type:device_code",
                "urn:ietf:params:oauth:grant-type:token-exchange",
                "urn:ietf:params:oauth:grant-type:jwt-bearer",
            ]
        ]
        | None
    ]
    response_types: NotRequired[list[Literal["code"]] | None]
    """Follows from grant_types. A contradiction is refused."""
    scope: NotRequired[str | None]
    """The scopes that the app may ask for, separated by spaces."""
    token_endpoint_auth_method: NotRequired[
        Literal["client_secret_basic", "client_secret_post", "private_key_jwt", "tls_client_auth", "self_signed_tls_client_auth", "none"]
        | None
    ]
    """The authentication method. none: a public client without a secret, always with PKCE. A new app without this member may send its
    secret by client_secret_basic or client_secret_post, and answers show client_secret_basic.
    """
    auth_methods: NotRequired[
        list[
            Literal[
                "client_secret_basic", "client_secret_post", "private_key_jwt", "tls_client_auth", "self_signed_tls_client_auth", "none"
            ]
        ]
        | None
    ]
    """All methods that the app may use. The first one is token_endpoint_auth_method."""
    application_type: NotRequired[Literal["web", "native"] | None]
    client_uri: NotRequired[str | None]
    """The app's home page. null removes it."""
    logo_uri: NotRequired[str | None]
    """The app's logo, which browsers load. null removes it."""
    policy_uri: NotRequired[str | None]
    """The app's privacy policy. null removes it."""
    tos_uri: NotRequired[str | None]
    """The app's terms of service. null removes it."""
    contacts: NotRequired[list[str] | None]
    """Contacts of the people responsible for the app. null removes it."""
    resources: NotRequired[list[str] | None]
    """The APIs that the app calls: the `aud` of its access tokens (RFC 8707)."""
    token_exchange_audiences: NotRequired[list[str] | None]
    """The APIs for which the app may get tokens by token exchange (RFC 8693). This API is refused."""
    token_exchange_scopes: NotRequired[list[str] | None]
    """The scopes of exchanged tokens. Your token needs users:read for scopes about people, and each scope of this API itself."""
    may_impersonate: NotRequired[bool | None]
    """Whether exchanged tokens may lack the `act` claim. Needs users:write too."""
    id_jag_audiences: NotRequired[dict[str, IdJagAudience] | None]
    """The authorization servers for which the app may get an ID-JAG, by issuer. Needs issuers:write too. null removes it."""
    introspects: NotRequired[list[str] | None]
    """The APIs that the app is, whose tokens it may introspect (RFC 7662). For this API your token needs every scope."""
    id_token_signed_response_alg: NotRequired[str | None]
    """The algorithm of ID Tokens: RS256, or another one that discovery lists."""
    access_token_signed_response_alg: NotRequired[str | None]
    """The algorithm of access tokens. Not each API accepts each algorithm."""
    software_id: NotRequired[str | None]
    """The software's id, which is the same for all instances of the software (RFC 7591 §2). null removes it."""
    software_version: NotRequired[str | None]
    """The version of the software. null removes it."""
    jwks: NotRequired[dict[str, Any] | None]
    """The app's public keys (RFC 7517). Alternative: jwks_uri. null removes it."""
    jwks_uri: NotRequired[str | None]
    """The address of the app's public keys. null removes it."""
    token_endpoint_auth_signing_alg: NotRequired[str | None]
    """The signing algorithm of private_key_jwt. null removes it."""
    tls_client_auth_subject_dn: NotRequired[str | None]
    """For tls_client_auth, one of these five (RFC 8705). null removes it."""
    tls_client_auth_san_dns: NotRequired[str | None]
    tls_client_auth_san_uri: NotRequired[str | None]
    tls_client_auth_san_ip: NotRequired[str | None]
    tls_client_auth_san_email: NotRequired[str | None]
    dpop_bound_access_tokens: NotRequired[bool | None]
    """Whether tokens must be bound by DPoP (RFC 9449)."""
    tls_client_certificate_bound_access_tokens: NotRequired[bool | None]
    """Whether tokens must be bound to the app's certificate (RFC 8705)."""
    userinfo_signed_response_alg: NotRequired[str | None]
    """The signing algorithm of UserInfo answers. Without it they are plain JSON. null removes it."""
    introspection_signed_response_alg: NotRequired[str | None]
    """The signing algorithm of introspection answers as JWTs (RFC 9701). null removes it."""
    authorization_signed_response_alg: NotRequired[str | None]
    """The signing algorithm of authorization responses as JWTs (JARM). null removes it."""
    id_token_encrypted_response_alg: NotRequired[Literal["RSA-OAEP-256", "ECDH-ES"] | None]
    """The key encryption of ID Tokens. null removes it."""
    id_token_encrypted_response_enc: NotRequired[Literal["A256GCM"] | None]
    userinfo_encrypted_response_alg: NotRequired[Literal["RSA-OAEP-256", "ECDH-ES"] | None]
    userinfo_encrypted_response_enc: NotRequired[Literal["A256GCM"] | None]
    introspection_encrypted_response_alg: NotRequired[Literal["RSA-OAEP-256", "ECDH-ES"] | None]
    introspection_encrypted_response_enc: NotRequired[Literal["A256GCM"] | None]
    authorization_encrypted_response_alg: NotRequired[Literal["RSA-OAEP-256", "ECDH-ES"] | None]
    authorization_encrypted_response_enc: NotRequired[Literal["A256GCM"] | None]
    subject_type: NotRequired[Literal["public", "pairwise"] | None]
    """pairwise: a different `sub` for each sector."""
    sector_identifier_uri: NotRequired[str | None]
    """The address of a JSON list of all redirect URIs of the sector. null removes it."""
    request_object_signing_alg: NotRequired[str | None]
    """The signing algorithm of request objects. null removes it."""
    request_uris: NotRequired[list[str] | None]
    """The addresses from which request objects may be fetched. null removes it."""
    require_signed_request_object: NotRequired[bool | None]
    """Whether each authorization request must be signed (RFC 9101)."""
    require_pushed_authorization_requests: NotRequired[bool | None]
    """Whether each authorization request must be pushed (RFC 9126)."""
    authorization_details_types: NotRequired[list[str] | None]
    """The types of authorization details that the app may ask for (RFC 9396). null removes it."""
    default_max_age: NotRequired[int | None]
    """The default max_age of requests, in seconds. null removes it."""
    require_auth_time: NotRequired[bool | None]
    """Whether each ID Token must have auth_time. ID Tokens always have it."""
    default_acr_values: NotRequired[list[str] | None]
    """The default acr_values of requests. null removes it."""
    initiate_login_uri: NotRequired[str | None]
    """The address at which others can start a sign-in (OIDC Core §4). null removes it."""
    backchannel_logout_uri: NotRequired[str | None]
    """The address to which logout tokens are posted. null removes it."""
    backchannel_logout_session_required: NotRequired[bool | None]
    frontchannel_logout_uri: NotRequired[str | None]
    """The address that is loaded in a frame when a session ends. null removes it."""
    frontchannel_logout_session_required: NotRequired[bool | None]
    profile: NotRequired[Literal["fapi2", "fapi2-message-signing"] | None]
    """A FAPI 2.0 profile. It demands all rules of the profile and sets the members that follow from it. null removes it."""
    require_pkce: NotRequired[bool | None]
    """Whether requests must use PKCE. false is for confidential clients that use nonce (RFC 9700 §2.1.1)."""
    id_token_claims: NotRequired[bool | None]
    """true: ID Tokens contain the claims of the granted scopes profile, email, address and phone (OpenID Connect Core 5.4). false
    (default): only UserInfo contains them.
    """
    first_party: NotRequired[bool | None]
    """Whether the app asks no consent. Needs the scope users:read too."""
    require_mfa: NotRequired[bool | None]
    """Whether each sign-in needs a second factor. Access from a sign-in without one ends at the next refresh with invalid_grant."""
    branding: NotRequired[Branding | None]
    """The look of the pages and mails that are about the app. It is replaced as a whole; null removes it."""
    sign_up: NotRequired[bool | None]
    """false: people cannot create an account on the way to this app, also if the deployment is open for it (IDP_SIGN_UP)."""
    mail_code: NotRequired[bool | None]
    """Whether people may sign in to this app with a code from a mail. null: as the deployment says (IDP_MAIL_CODE). With false, a
    session that began with such a code is not accepted for this app.
    """
    connections_only: NotRequired[bool | None]
    """Whether people sign in to this app by connections only. Sessions that began in another way are not accepted for it. If exactly
    one connection is for this app, its page follows without the sign-in page.
    """
    organization: NotRequired[str | None]
    """Whether people sign in to this app for an organisation. none: never. allowed: if the app asks, by the scope organization or the
    parameter of that name. required: each time; a person who is in none gets access_denied.
    """
    org_id: NotRequired[str | None]
    """The organisation to which this client itself belongs. Its only grant type is client_credentials, its tokens are for this
    organisation, and `roles` are those of the organisation. This takes organizations:write too.
    """
    roles: NotRequired[list[str] | None]
    """The names of the app's own roles, for client_credentials."""
    claim_mappings: NotRequired[dict[str, ClaimMapping | None] | None]
    """The claims of roles and attributes in the app's tokens, by name. The object is merged; null removes one claim, or all."""
    disabled: NotRequired[bool | None]
    """true: the app gets no tokens. Its grants and tokens end permanently, even if it is enabled again."""


class ClientPage(TypedDict):
    """Apps by client_id."""

    items: list[Client]
    next_cursor: str | None
    """The `cursor` of the next page. null: this was the last page."""
    searched: int
    """The number of entries that were read for this page. A search ends a page after a maximum of them, even without a match: continue
    while there is a `next_cursor`.
    """


class ClientWithSecret(TypedDict):
    """An app and its new secret, which is shown once."""

    client_id: str
    client_id_issued_at: int
    """Seconds since the epoch (RFC 7591 §3.2.1)."""
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
    registered_by: str | None
    """How the app was registered. dynamic: it registered itself (RFC 7591)."""
    software_statement: str | None
    """The software statement from its registration (RFC 7591 §2.3)."""
    secrets: list[Secret]
    created_at: str
    """RFC 3339, UTC."""
    updated_at: str
    """RFC 3339, UTC."""
    client_secret: NotRequired[str | None]
    """Absent for public clients, and if you gave the secret."""
    client_secret_expires_at: NotRequired[int | None]
    """0: the secret does not expire (RFC 7591 §3.2.1)."""


class Connection(TypedDict):
    """A connection."""

    id: str
    type: str
    preset: str
    redirect_uri: str
    """The URI to register at the upstream."""
    secret_set: bool
    """Whether a secret is stored."""
    name: str
    """The name on the button."""
    logo_uri: str
    enabled: bool
    shown: bool
    position: int
    issuer: str
    """The issuer of the upstream, exactly as its metadata has it."""
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
    claims: dict[str, str]
    """For a standard claim, the name of the upstream's claim, if it is another one."""
    tenants: list[str]
    """Microsoft Entra: the ids of the tenants whose people may sign in."""
    apps: list[str]
    domains: list[str]
    """The domains of organisations. An address of one of them, typed on the sign-in page, leads to this connection."""
    accounts: str
    """Who may sign in. `create`: everybody; an account is made for a new person. `link`: people with an account, after they proved that
    it is theirs. `known`: only people who are linked already.
    """
    email_trust: str
    """Whether the upstream's statement that an address is verified counts for a new account. `none`: the person proves the address by a
    code. `verified`: it counts. `domains`: it counts for addresses of `domains`.
    """
    link_verified: bool
    """Link an identity to the account with its address without a question: only if the upstream decides about this address, and the
    account's address is verified. Otherwise the person proves that the account is theirs.
    """
    trusts_factors: bool
    """Whether two factors at the upstream count as the second factor here."""
    keeps_tokens: bool
    """Whether the upstream's tokens are kept, encrypted, for the apps in `token_apps`. Otherwise they are dropped after the sign-in.
    Ask for offline access in `scopes`, so that they can be refreshed. Not for SAML and `password`.
    """
    token_apps: list[str]
    """The client_ids of the apps that get access tokens of the upstream by token exchange (RFC 8693), for people who allowed them the
    scope `upstream:` and the connection's id. An empty list: nobody.
    """
    token_audience: str
    """The `audience` of the token exchange. Empty if no tokens are kept."""
    hook: str
    """Of `password`: what is asked once whether a password of the earlier system is right. An https URL, whose requests are signed with
    `secret` (Standard Webhooks), or the ARN of the Lambda function in IDP_MIGRATION_FUNCTION.
    """
    who: str
    """Of `password`: about whom it is asked. `known`: people who were imported without a password and have no passkey. `all`: also
    every address without an account; an account is made if the password is right.
    """
    metadata_url: str
    certificates: list[str]
    name_id_format: str
    """SAML: the format of the NameID that is asked for, and the only one that counts: `persistent`, `email` or `unspecified`. It has no
    effect if `claims` maps `sub`: then an attribute is the subject.
    """
    signs_requests: bool
    wants_signed_assertions: bool
    wants_encryption: bool
    own_certificates: dict[str, str]
    """SAML: our certificates by the use of their keys, DER in base64."""
    own_metadata_uri: str
    """SAML: our metadata, for the admin of the identity provider. Empty for other types."""
    created_at: str
    """RFC 3339, UTC."""
    updated_at: str
    """RFC 3339, UTC."""


class ConnectionChanges(TypedDict):
    """Changes (RFC 7396): absent members stay unchanged, null sets the default of the preset, lists and maps are replaced as a
    whole.
    """

    name: NotRequired[str | None]
    """The name on the button."""
    logo_uri: NotRequired[str | None]
    """An https URL of a picture for the button."""
    enabled: NotRequired[bool | None]
    """Whether people may sign in by it. Read at each sign-in."""
    shown: NotRequired[bool | None]
    """Whether the sign-in page has a button for it."""
    position: NotRequired[int | None]
    """Buttons are sorted by it, then by name."""
    issuer: NotRequired[str | None]
    """The issuer of the upstream, exactly as its metadata has it. Links to another issuer have no effect."""
    authorization_endpoint: NotRequired[str | None]
    """The authorization endpoint. For OpenID Connect it is read from the metadata, if it is absent."""
    token_endpoint: NotRequired[str | None]
    """The token endpoint. For OpenID Connect it is read from the metadata, if it is absent."""
    userinfo_endpoint: NotRequired[str | None]
    """The UserInfo endpoint. For OpenID Connect it is read from the metadata, if it is absent."""
    jwks_uri: NotRequired[str | None]
    """The address of the upstream's keys. For OpenID Connect it is read from the metadata, if it is absent."""
    end_session_endpoint: NotRequired[str | None]
    """The logout endpoint. For OpenID Connect it is read from the metadata, if it is absent."""
    iss_parameter: NotRequired[bool | None]
    """Whether it sends `iss` with the code (RFC 9207)."""
    client_id: NotRequired[str | None]
    """The client_id that the upstream gave to this provider."""
    client_auth: NotRequired[Literal["client_secret_basic", "client_secret_post", "private_key_jwt", "apple", "signature", "none"] | None]
    """How this provider authenticates at the token endpoint."""
    secret: NotRequired[str | None]
    """The client secret, or the private key in PEM. It is stored encrypted and is in no answer."""
    key_id: NotRequired[str | None]
    """The id of the private key."""
    team_id: NotRequired[str | None]
    """Apple: the id of the team."""
    signing_alg: NotRequired[str | None]
    """The only algorithm of the upstream's ID Tokens that is accepted."""
    scopes: NotRequired[list[str] | None]
    """The scopes that are asked for."""
    response_mode: NotRequired[Literal["", "form_post"] | None]
    """form_post, or empty for the query."""
    claims: NotRequired[dict[str, str] | None]
    """For a standard claim, the name of the upstream's claim, if it is another one."""
    tenants: NotRequired[list[str] | None]
    """Microsoft Entra: the ids of the tenants whose people may sign in."""
    apps: NotRequired[list[str] | None]
    """The client_ids of the apps that use it. An empty list: all apps."""
    domains: NotRequired[list[str] | None]
    """The domains of organisations. An address of one of them, typed on the sign-in page, leads to this connection."""
    accounts: NotRequired[Literal["create", "link", "known"] | None]
    """Who may sign in. `create`: everybody; an account is made for a new person. `link`: people with an account, after they proved that
    it is theirs. `known`: only people who are linked already.
    """
    email_trust: NotRequired[Literal["none", "verified", "domains"] | None]
    """Whether the upstream's statement that an address is verified counts for a new account. `none`: the person proves the address by a
    code. `verified`: it counts. `domains`: it counts for addresses of `domains`.
    """
    link_verified: NotRequired[bool | None]
    """Link an identity to the account with its address without a question: only if the upstream decides about this address, and the
    account's address is verified. Otherwise the person proves that the account is theirs.
    """
    trusts_factors: NotRequired[bool | None]
    """Whether two factors at the upstream count as the second factor here."""
    keeps_tokens: NotRequired[bool | None]
    """Whether the upstream's tokens are kept, encrypted, for the apps in `token_apps`. Otherwise they are dropped after the sign-in.
    Ask for offline access in `scopes`, so that they can be refreshed. Not for SAML and `password`.
    """
    token_apps: NotRequired[list[str] | None]
    """The client_ids of the apps that get access tokens of the upstream by token exchange (RFC 8693), for people who allowed them the
    scope `upstream:` and the connection's id. An empty list: nobody.
    """
    hook: NotRequired[str | None]
    """Of `password`: what is asked once whether a password of the earlier system is right. An https URL, whose requests are signed with
    `secret` (Standard Webhooks), or the ARN of the Lambda function in IDP_MIGRATION_FUNCTION.
    """
    who: NotRequired[Literal["", "known", "all"] | None]
    """Of `password`: about whom it is asked. `known`: people who were imported without a password and have no passkey. `all`: also
    every address without an account; an account is made if the password is right.
    """
    metadata: NotRequired[str | None]
    """SAML: the metadata of the identity provider, as XML. It is read at this moment and not stored."""
    metadata_url: NotRequired[str | None]
    """SAML: the https URL of the metadata. It is read now and on demand."""
    certificates: NotRequired[list[str] | None]
    """SAML: the identity provider's certificates, DER in base64."""
    name_id_format: NotRequired[Literal["persistent", "email", "unspecified"] | None]
    """SAML: the format of the NameID that is asked for, and the only one that counts: `persistent`, `email` or `unspecified`. It has no
    effect if `claims` maps `sub`: then an attribute is the subject.
    """
    signs_requests: NotRequired[bool | None]
    """SAML: whether this provider signs its requests."""
    wants_signed_assertions: NotRequired[bool | None]
    """SAML: whether the assertion needs a signature of its own. Otherwise that of the response is enough."""
    wants_encryption: NotRequired[bool | None]
    """SAML: whether the assertion has to be encrypted."""


class ConnectionPage(TypedDict):
    """All connections."""

    items: list[Connection]
    next_cursor: str | None
    """The `cursor` of the next page. null: this was the last page."""


class DetailType(TypedDict):
    """A type."""

    title: str
    """The title on the consent page."""
    description: NotRequired[str]
    locations: NotRequired[list[str]]
    """The allowed values of `locations`. If the list is empty, the member is refused."""
    actions: NotRequired[list[str]]
    """The allowed values of `actions`."""
    datatypes: NotRequired[list[str]]
    """The allowed values of `datatypes`."""
    privileges: NotRequired[list[str]]
    """The allowed values of `privileges`."""
    members: NotRequired[dict[str, Any]]
    """Further members of this type, by name."""
    type: str
    """The type's name, as apps send it."""


class DetailTypePage(TypedDict):
    """All types, by name."""

    items: list[DetailType]
    next_cursor: str | None
    """The `cursor` of the next page. null: this was the last page."""


class DnsRecord(TypedDict):
    """The record that proves the domain."""

    type: Literal["TXT"]
    name: str
    value: str


class Domain(TypedDict):
    """A domain that the organisation claims."""

    domain: str
    state: Literal["pending", "proven", "lost"]
    """pending: the record was not found yet. proven: it was found, and is looked up again each month. lost: it is missing; after seven
    days the domain leads nowhere.
    """
    record: DnsRecord
    """The record to publish in the DNS."""
    connection_id: str | None
    created_at: str
    """RFC 3339, UTC."""
    proven_at: str | None
    checked_at: str | None
    lost_since: str | None


class DomainChanges(TypedDict):
    """Changes (RFC 7396)."""

    connection_id: NotRequired[str | None]
    """The id of the connection to which the domain leads. null: none."""


class DomainList(TypedDict):
    """The domains of an organisation."""

    items: list[Domain]


class Event(TypedDict):
    """An event: actor, act, subject, origin and outcome."""

    id: str
    at: str
    """RFC 3339, UTC."""
    type: str
    outcome: str
    actor: str
    """The actor: a user's id, a client_id, or system."""
    subject: str
    """The id of the user that the event is about."""
    target: str
    """The id of the changed object."""
    client_id: str
    address: str
    request_id: str
    reason: str
    details: dict[str, str]
    """Further facts, depending on the type. `account`: a keyed hash of an address that no user has; the filter `email` finds it.
    `until`: when a lock ends.
    """


class EventPage(TypedDict):
    """Events, the newest first. A page can be short or empty although there are more; only `next_cursor` says so."""

    items: list[Event]
    next_cursor: str | None
    """The `cursor` of the next page. null: this was the last page."""
    searched: int
    """The number of entries that were read for this page. A search ends a page after a maximum of them, even without a match: continue
    while there is a `next_cursor`.
    """


class FailedSignIns(TypedDict):
    """Sign-ins that failed, by the reason in their audit event."""

    wrong_password: int
    unknown_email: int
    disabled: int
    """The account is disabled."""
    deleting: int
    """The account is being deleted."""
    over_the_limit: int
    """Refused without a check, after too many attempts."""
    not_answered: int
    """The earlier system did not answer."""
    wrong_mail_code: int
    other: int
    """Other reasons, such as those of a passkey or a connection."""


class FieldProblem(TypedDict):
    """An error in one member of the request."""

    field: str
    """The path of the member, with dots."""
    detail: str
    line: NotRequired[int | None]
    """The line in a text of several lines, from 1."""
    column: NotRequired[int | None]
    """The column, from 1."""
    policy: NotRequired[str | None]
    """The @id of the policy."""


class Grant(TypedDict):
    """An app's access to a user's account."""

    id: str
    client_id: str
    scope: str
    resources: list[str]
    session_id: str
    """The sid of the session in which the grant was made."""
    offline: bool
    """Whether the grant outlives the session (offline_access)."""
    created_at: str
    """RFC 3339, UTC."""
    last_used_at: str
    """When tokens were last issued for the grant."""
    expires_at: str
    """RFC 3339, UTC."""


class GrantPage(TypedDict):
    """Live grants, the newest first."""

    items: list[Grant]
    next_cursor: str | None
    """The `cursor` of the next page. null: this was the last page."""


class Group(TypedDict):
    """A group: a named set of people."""

    name: str
    roles: list[str]
    description: str
    created_at: str
    """RFC 3339, UTC."""
    updated_at: str
    """RFC 3339, UTC."""


class GroupChanges(TypedDict):
    """Changes (RFC 7396): absent members stay unchanged, lists are replaced as a whole."""

    roles: NotRequired[list[str] | None]
    """At most 50 names of roles. Members of the group have them. null removes all."""
    description: NotRequired[str | None]
    """A description for people, at most 500 characters. null removes it."""


class GroupPage(TypedDict):
    """Groups by name."""

    items: list[Group]
    next_cursor: str | None
    """The `cursor` of the next page. null: this was the last page."""


class Hook(TypedDict):
    """A hook."""

    name: str
    """The hook's name, which never changes. Hooks are asked in the order of their names."""
    kind: str
    """When it is asked: `claims` when a token is made, `registration` before an account is made, `sign_in` before a session is made."""
    cedar: str | None
    """Policies in Cedar. What no policy permits is denied. Either this or `function`."""
    schema: str | None
    """A schema in Cedar for the policies, or null for the one in docs/hooks.md."""
    claims: dict[str, Any]
    """With `cedar`, for `claims`: what is added if the policies permit it. Names that authorise are refused."""
    function: str | None
    """The ARN of a Lambda function, one of `IDP_HOOKS_FUNCTIONS`."""
    timeout_ms: int
    """Milliseconds for the answer of the function, 100 to 2000."""
    on_failure: str
    """What counts without a usable answer: `deny` or `allow`; for `claims` `without_claims` or `deny`."""
    apps: list[str]
    """Client ids of the apps that it is asked for. An empty list stands for all apps and for the provider's own pages."""
    targets: list[str]
    """For `claims`: where the claims go."""
    enabled: bool
    """Whether it is asked."""
    description: str | None
    """A note for admins, at most 200 characters."""
    created_at: str
    """RFC 3339, UTC."""
    updated_at: str
    """RFC 3339, UTC."""


class HookChanges(TypedDict):
    """Changes (RFC 7396): absent members stay unchanged, null sets the default."""

    cedar: NotRequired[str | None]
    """Policies in Cedar. What no policy permits is denied. Either this or `function`."""
    schema: NotRequired[str | None]
    """A schema in Cedar for the policies, or null for the one in docs/hooks.md."""
    claims: NotRequired[dict[str, Any] | None]
    """With `cedar`, for `claims`: what is added if the policies permit it. Names that authorise are refused."""
    function: NotRequired[str | None]
    """The ARN of a Lambda function, one of `IDP_HOOKS_FUNCTIONS`."""
    timeout_ms: NotRequired[int | None]
    """Milliseconds for the answer of the function, 100 to 2000."""
    on_failure: NotRequired[Literal["deny", "allow", "without_claims"] | None]
    """What counts without a usable answer: `deny` or `allow`; for `claims` `without_claims` or `deny`."""
    apps: NotRequired[list[str] | None]
    """Client ids of the apps that it is asked for. An empty list stands for all apps and for the provider's own pages."""
    targets: NotRequired[list[Literal["access_token", "id_token", "userinfo"]] | None]
    """For `claims`: where the claims go."""
    enabled: NotRequired[bool | None]
    """Whether it is asked."""
    description: NotRequired[str | None]
    """A note for admins, at most 200 characters."""


class HookDryRun(TypedDict):
    """What a hook answered in a dry run, and what would count."""

    name: str
    kind: str
    counts: str
    """`allow`, `deny` or `require_mfa`; for the kind `claims`: `claims`, `without_claims` or `deny`."""
    reason: str | None
    """The reason of a refusal, or null."""
    claims: dict[str, Any]
    """The claims that would be added."""
    failure: str | None
    """Why there was no usable answer, so that `on_failure` counts, or null."""
    told: dict[str, Any]
    """What the function was told, or the facts of the policies."""
    took_ms: int


class HookPage(TypedDict):
    """All hooks, by name."""

    items: list[Hook]
    next_cursor: str | None
    """The `cursor` of the next page. null: this was the last page."""


class HookSample(TypedDict):
    """What a hook is asked about in a dry run. Members of another kind than that of the hook are ignored."""

    user_id: NotRequired[str]
    """A stored person. Empty: an invented one with the address of `email`."""
    email: NotRequired[str]
    """The address of an invented person."""
    client_id: NotRequired[str]
    """The app. Empty: a page of the provider."""
    scopes: NotRequired[list[str]]
    """The scopes that the app asks for."""
    org_id: NotRequired[str]
    """The organization that the sign-in is for."""
    ip_address: NotRequired[str]
    """The network address of the person."""
    country: NotRequired[str]
    """The country, as ISO 3166-1 alpha-2."""
    user_agent: NotRequired[str]
    """The header `User-Agent`."""
    amr: NotRequired[list[str]]
    """Of a sign-in: the methods that were proved."""
    acr: NotRequired[str]
    """Of a sign-in: `aal1` or `aal2`."""
    connection: NotRequired[str]
    """Of a sign-in or a registration: the connection by which the person came."""
    session_is_new: NotRequired[bool]
    """Of a sign-in: whether the session is made now."""
    grant_type: NotRequired[str]
    """Of a token without a sign-in: the grant type."""
    how: NotRequired[str]
    """Of a registration: `sign_up`, `invitation` or `connection`."""


class IdJagAudience(TypedDict):
    """Another authorization server (draft-ietf-oauth-identity-assertion-authz-grant)."""

    client_id: str
    """The app's client_id at that server."""
    scope: NotRequired[str]
    """The scopes that the app may ask for there."""
    resources: NotRequired[list[str]]
    """The APIs that the app may ask for there (RFC 8707)."""
    sso_client_id: NotRequired[str | None]
    """The client_id of the app at this provider with which that server signs people in."""


class Import(TypedDict):
    """An import."""

    id: str
    format: Literal["auth0", "b2c", "cognito", "csv", "django", "idp", "firebase", "keycloak", "kratos", "scim"]
    """What wrote the file."""
    status: Literal["waiting", "running", "finished", "failed", "cancelled"]
    """waiting: for the upload and the start, for a day. failed: `problem` says why; people before that place are imported."""
    options: ImportOptions
    dry_run: bool
    rate: int
    rows: int
    """Rows of the file that were worked on."""
    bytes_read: int
    """Bytes of the file that were read."""
    bytes_total: int
    """0 while an import of the console waits for its file."""
    created: int
    """People who were made."""
    known: int
    """People who had been imported before, also by an earlier run of this import that was cut off."""
    refused: int
    """Rows that were refused: the report names them."""
    left_out: dict[str, int]
    """What people had in the file and have not here, and how many of them."""
    problem: str | None
    """Why the import did not come to the end of the file, or null."""
    created_by: str
    created_at: str
    """RFC 3339, UTC."""
    started_at: str | None
    ended_at: str | None


class ImportOptions(TypedDict):
    """What of the file is taken over. Nothing is that no option names, and nobody becomes an admin."""

    trust_verified: NotRequired[bool]
    """Believe the file which addresses are verified. Otherwise every person proves the address here."""
    with_totp: NotRequired[bool]
    """Also authenticator apps."""
    with_roles: NotRequired[bool]
    """Also roles and groups, by their names. They have to exist here. Needs the scope roles:write too."""
    links: NotRequired[dict[str, str]]
    """Also links to these providers of the file: by the name that the file has, the id of a connection here."""
    with_passkeys: NotRequired[bool]
    """Also passkeys, if the RP ID is the same. Needs `keep_ids`."""
    with_recovery_codes: NotRequired[bool]
    """Also recovery codes, of people who have an authenticator or a passkey here."""
    keep_ids: NotRequired[bool]
    """The id here, and so `sub` in tokens, is the id in the other system."""


class ImportPage(TypedDict):
    """Imports, the newest first."""

    items: list[Import]
    next_cursor: str | None
    """The `cursor` of the next page. null: this was the last page."""


class ImportWithUploads(TypedDict):
    """A new import, and where its files go."""

    id: str
    format: Literal["auth0", "b2c", "cognito", "csv", "django", "idp", "firebase", "keycloak", "kratos", "scim"]
    """What wrote the file."""
    status: Literal["waiting", "running", "finished", "failed", "cancelled"]
    """waiting: for the upload and the start, for a day. failed: `problem` says why; people before that place are imported."""
    options: ImportOptions
    dry_run: bool
    rate: int
    rows: int
    """Rows of the file that were worked on."""
    bytes_read: int
    """Bytes of the file that were read."""
    bytes_total: int
    """0 while an import of the console waits for its file."""
    created: int
    """People who were made."""
    known: int
    """People who had been imported before, also by an earlier run of this import that was cut off."""
    refused: int
    """Rows that were refused: the report names them."""
    left_out: dict[str, int]
    """What people had in the file and have not here, and how many of them."""
    problem: str | None
    """Why the import did not come to the end of the file, or null."""
    created_by: str
    created_at: str
    """RFC 3339, UTC."""
    started_at: str | None
    ended_at: str | None
    uploads: list[Upload]


class InitialAccessToken(TypedDict):
    """A token with which apps can be registered (RFC 7591 §3)."""

    id: str
    note: str
    scope: str
    resources: list[str]
    max_uses: int
    uses: int
    created_at: str
    """RFC 3339, UTC."""
    expires_at: str
    """RFC 3339, UTC."""


class InitialAccessTokenPage(TypedDict):
    """Tokens that have not expired."""

    items: list[InitialAccessToken]
    next_cursor: str | None
    """The `cursor` of the next page. null: this was the last page."""


class InitialAccessTokenWithSecret(TypedDict):
    """A token and its value, which is shown once."""

    id: str
    note: str
    scope: str
    resources: list[str]
    max_uses: int
    uses: int
    created_at: str
    """RFC 3339, UTC."""
    expires_at: str
    """RFC 3339, UTC."""
    token: str


class Invitation(TypedDict):
    """An invitation that was not accepted yet."""

    id: str
    email: str
    """The email address. It is compared in its canonical form: lower case, NFKC."""
    roles: list[str]
    groups: list[str]
    client_id: str | None
    """The app that the person is invited to."""
    invited_by: str
    """The id of the user or client that made it. system: the command line."""
    created_at: str
    """RFC 3339, UTC."""
    sent_at: str
    """When the newest mail was sent."""
    expires_at: str
    """When the link ends. The invitation can be sent again for 30 days after that."""


class InvitationPage(TypedDict):
    """Invitations that were not accepted yet."""

    items: list[Invitation]
    next_cursor: str | None
    """The `cursor` of the next page. null: this was the last page."""


class IssuerLink(TypedDict):
    """A link of a subject of a trusted issuer, or of a connection, to this user."""

    issuer: str
    """The issuer identifier of a trusted issuer."""
    subject: str
    """The `sub` of its assertions."""
    id: str
    """The id in paths."""
    tenant: str
    """The trusted tenant of the issuer when the link was made."""
    created_at: str
    """RFC 3339, UTC."""
    connection_id: str
    """The id of the connection. Empty for the subject of a trusted issuer, which signs nobody in."""
    email: str
    """The address that the connection told when the link was made, or empty."""
    how: str
    """How a link of a connection was made, for example `sign_in` or `account_page`; else empty."""


class IssuerLinkPage(TypedDict):
    """All links of a user."""

    items: list[IssuerLink]
    next_cursor: str | None
    """The `cursor` of the next page. null: this was the last page."""


class Jwk(TypedDict):
    """The public part (RFC 7517, RFC 7518 §6, RFC 8037 §2)."""

    kty: str
    kid: str
    alg: str
    use: str
    n: NotRequired[str | None]
    """RSA."""
    e: NotRequired[str | None]
    """RSA."""
    crv: NotRequired[str | None]
    """EC and OKP."""
    x: NotRequired[str | None]
    """EC and OKP."""
    y: NotRequired[str | None]
    """EC."""


class Key(TypedDict):
    """A signing key. States: next, active, retiring, retired; each can become revoked. One key per algorithm is active."""

    kid: str
    """The RFC 7638 thumbprint of the key."""
    alg: str
    state: Literal["next", "active", "retiring", "retired", "revoked"]
    created_at: str
    """RFC 3339, UTC."""
    activated_at: str | None
    retire_at: str | None
    """When the key leaves or left the JWK Set."""
    jwk: Jwk | None
    """The public key as in the JWK Set. null: it is not in the set."""


class KeyPage(TypedDict):
    """All signing keys, the newest first."""

    items: list[Key]
    next_cursor: str | None
    """The `cursor` of the next page. null: this was the last page."""


class KeyRotation(TypedDict):
    """Which signing keys to rotate, and whether it is an emergency."""

    alg: NotRequired[str]
    """One algorithm, such as RS256. If it is absent, the keys of all algorithms are rotated."""
    at_once: NotRequired[bool]
    """Emergency: let a next key sign that has been in the JWK Set for less than two hours. Verifiers that cache the set refuse its
    tokens until they load it again.
    """


class LivePolicies(TypedDict):
    """The live version."""

    version: int
    published_at: str
    """RFC 3339, UTC."""
    published_by: str


class Lock(TypedDict):
    """A password or code that is refused for now, because it was wrong too often."""

    what: Literal["password", "password_on_known_device", "totp", "recovery_code"]
    """password: in browsers in which the user never signed in. password_on_known_device: in a browser in which the user did."""
    failures: int
    """The number of failures since the last success."""
    until: str | None
    """When the next attempt is accepted. null: not before the second factor is reset (DELETE …/factors)."""


class MailProblem(TypedDict):
    """Why an address gets no mail."""

    kind: Literal["bounce", "complaint", "refused"]
    """bounce: SES reported that the mailbox refused a mail for good. complaint: SES reported that the owner marked a mail as spam.
    refused: the SMTP server refused the mailbox for good.
    """
    reason: str
    """The codes of the mail server or of SES, such as `General 5.1.1`; can be empty."""
    at: str
    """RFC 3339, UTC."""


class ManagedObject(TypedDict):
    """A label: the object was made or taken over by a declarative file (`idp apply`), which may delete it."""

    kind: Literal[
        "roles",
        "groups",
        "authorization_details_types",
        "scopes",
        "apps",
        "connections",
        "trusted_issuers",
        "scim_clients",
        "provisioning_targets",
        "organizations",
        "organization_roles",
        "organization_connections",
        "organization_domains",
        "organization_scim_clients",
        "organization_members",
        "webhooks",
        "hooks",
    ]
    """The kind of the object, as in the file."""
    id: str
    """The object's id, as in the file."""
    manager: str
    """The name of the file."""
    mark: NotRequired[str]
    """`created_at` of the object. The label is not about a later object with the same id."""
    version: NotRequired[int]
    """The version of the object when it was labelled."""


class ManagedObjectPage(TypedDict):
    """Labels by kind and id."""

    items: list[ManagedObject]
    next_cursor: str | None
    """The `cursor` of the next page. null: this was the last page."""


class Member(TypedDict):
    """A member."""

    user_id: str
    email: str | None
    """null: the account was erased a moment ago."""
    name: str | None
    roles: list[str]
    """Roles of the organisation."""
    admin: bool
    admin_scopes: list[str] | None
    """The OAuth scopes of the admin API that the person can use for the organisation. null: all that its admins can use."""
    owned: bool
    """The account belongs to the organisation."""
    source: str
    """What made the membership: admin, invitation, scim, connection, domain or import."""
    joined_at: str
    """RFC 3339, UTC."""


class MemberChanges(TypedDict):
    """Changes (RFC 7396): absent members stay unchanged, lists are replaced as a whole."""

    roles: NotRequired[list[str] | None]
    """Roles of the organisation. null removes all."""
    admin: NotRequired[bool]
    """The person administers the organisation. You need the OAuth scopes that this gives."""
    admin_scopes: NotRequired[list[str] | None]
    """The OAuth scopes of the admin API that the person can use for the organisation. null: all that its admins can use."""
    owned: NotRequired[bool]
    """Whether the account belongs to the organisation. Only the deployment's admins set it."""


class MemberPage(TypedDict):
    """Members by user id."""

    items: list[Member]
    next_cursor: str | None
    """The `cursor` of the next page. null: this was the last page."""


class Merge(TypedDict):
    """Which account goes, and what moves from it."""

    user_id: str
    """The id of the account that goes. It has to belong to the same person: make sure that it does."""
    etag: NotRequired[str | None]
    """The ETag of the account that goes, as it was read. If its version has changed, the answer is 412."""
    roles: NotRequired[bool]
    """Whether roles and groups move. Needs the scope roles:write."""
    links: NotRequired[list[str]]
    """The ids of links that move. Whoever has such an account at the other provider can then sign in to this one."""
    organizations: NotRequired[list[str]]
    """The ids of organisations whose membership moves. Needs the scope organizations:write."""


class MergePreview(TypedDict):
    """What a merge could move."""

    kept: MergedAccount
    merged: MergedAccount
    roles: list[str]
    """The roles that this account does not have."""
    groups: list[str]
    """The groups that this account is not in."""
    links: list[MovableLink]
    organizations: list[str]
    """The ids of organisations of which only the other account is a member."""
    shared_organizations: list[str]
    """The ids of organisations of both accounts. The membership of this one stays."""
    needs_second_factor: bool
    """Whether this account has to have a second factor from then on, because the other one needed one."""
    opens_by_mail_alone: bool
    """Whether this account has no password, passkey or link. Without a link that moves, only a mail lets the person in then."""


class MergedAccount(TypedDict):
    """One of the two accounts."""

    id: str
    email: str
    """The email address. It is compared in its canonical form: lower case, NFKC."""
    etag: str
    """The ETag of its version."""


class MovableLink(TypedDict):
    """A link that could move."""

    id: str
    issuer: str
    """Who says that it is this person."""
    connection_id: str
    """The id of the connection. Empty for the subject of a trusted issuer."""
    email: str
    """The address that the connection told when the link was made, or empty."""


class NewClient(TypedDict):
    """A new app. Absent members get their defaults: a confidential web app with the code flow, PKCE and refresh tokens."""

    client_name: NotRequired[str | None]
    """The name that pages show. null removes it."""
    redirect_uris: NotRequired[list[str] | None]
    """Redirect URIs. They are compared exactly, except that loopback addresses of native apps may use any port."""
    post_logout_redirect_uris: NotRequired[list[str] | None]
    grant_types: NotRequired[
        list[
            Literal[
                "authorization_code",
                "refresh_token",
                "client_credentials",
                "urn:ietf:params:oauth:grant-type:device_code",
                "urn:ietf:params:oauth:grant-type:token-exchange",
                "urn:ietf:params:oauth:grant-type:jwt-bearer",
            ]
        ]
        | None
    ]
    response_types: NotRequired[list[Literal["code"]] | None]
    """Follows from grant_types. A contradiction is refused."""
    scope: NotRequired[str | None]
    """The scopes that the app may ask for, separated by spaces."""
    token_endpoint_auth_method: NotRequired[
        Literal["client_secret_basic", "client_secret_post", "private_key_jwt", "tls_client_auth", "self_signed_tls_client_auth", "none"]
        | None
    ]
    """The authentication method. none: a public client without a secret, always with PKCE. A new app without this member may send its
    secret by client_secret_basic or client_secret_post, and answers show client_secret_basic.
    """
    auth_methods: NotRequired[
        list[
            Literal[
                "client_secret_basic", "client_secret_post", "private_key_jwt", "tls_client_auth", "self_signed_tls_client_auth", "none"
            ]
        ]
        | None
    ]
    """All methods that the app may use. The first one is token_endpoint_auth_method."""
    application_type: NotRequired[Literal["web", "native"] | None]
    client_uri: NotRequired[str | None]
    """The app's home page. null removes it."""
    logo_uri: NotRequired[str | None]
    """The app's logo, which browsers load. null removes it."""
    policy_uri: NotRequired[str | None]
    """The app's privacy policy. null removes it."""
    tos_uri: NotRequired[str | None]
    """The app's terms of service. null removes it."""
    contacts: NotRequired[list[str] | None]
    """Contacts of the people responsible for the app. null removes it."""
    resources: NotRequired[list[str] | None]
    """The APIs that the app calls: the `aud` of its access tokens (RFC 8707)."""
    token_exchange_audiences: NotRequired[list[str] | None]
    """The APIs for which the app may get tokens by token exchange (RFC 8693). This API is refused."""
    token_exchange_scopes: NotRequired[list[str] | None]
    """The scopes of exchanged tokens. Your token needs users:read for scopes about people, and each scope of this API itself."""
    may_impersonate: NotRequired[bool | None]
    """Whether exchanged tokens may lack the `act` claim. Needs users:write too."""
    id_jag_audiences: NotRequired[dict[str, IdJagAudience] | None]
    """The authorization servers for which the app may get an ID-JAG, by issuer. Needs issuers:write too. null removes it."""
    introspects: NotRequired[list[str] | None]
    """The APIs that the app is, whose tokens it may introspect (RFC 7662). For this API your token needs every scope."""
    id_token_signed_response_alg: NotRequired[str | None]
    """The algorithm of ID Tokens: RS256, or another one that discovery lists."""
    access_token_signed_response_alg: NotRequired[str | None]
    """The algorithm of access tokens. Not each API accepts each algorithm."""
    software_id: NotRequired[str | None]
    """The software's id, which is the same for all instances of the software (RFC 7591 §2). null removes it."""
    software_version: NotRequired[str | None]
    """The version of the software. null removes it."""
    jwks: NotRequired[dict[str, Any] | None]
    """The app's public keys (RFC 7517). Alternative: jwks_uri. null removes it."""
    jwks_uri: NotRequired[str | None]
    """The address of the app's public keys. null removes it."""
    token_endpoint_auth_signing_alg: NotRequired[str | None]
    """The signing algorithm of private_key_jwt. null removes it."""
    tls_client_auth_subject_dn: NotRequired[str | None]
    """For tls_client_auth, one of these five (RFC 8705). null removes it."""
    tls_client_auth_san_dns: NotRequired[str | None]
    tls_client_auth_san_uri: NotRequired[str | None]
    tls_client_auth_san_ip: NotRequired[str | None]
    tls_client_auth_san_email: NotRequired[str | None]
    dpop_bound_access_tokens: NotRequired[bool | None]
    """Whether tokens must be bound by DPoP (RFC 9449)."""
    tls_client_certificate_bound_access_tokens: NotRequired[bool | None]
    """Whether tokens must be bound to the app's certificate (RFC 8705)."""
    userinfo_signed_response_alg: NotRequired[str | None]
    """The signing algorithm of UserInfo answers. Without it they are plain JSON. null removes it."""
    introspection_signed_response_alg: NotRequired[str | None]
    """The signing algorithm of introspection answers as JWTs (RFC 9701). null removes it."""
    authorization_signed_response_alg: NotRequired[str | None]
    """The signing algorithm of authorization responses as JWTs (JARM). null removes it."""
    id_token_encrypted_response_alg: NotRequired[Literal["RSA-OAEP-256", "ECDH-ES"] | None]
    """The key encryption of ID Tokens. null removes it."""
    id_token_encrypted_response_enc: NotRequired[Literal["A256GCM"] | None]
    userinfo_encrypted_response_alg: NotRequired[Literal["RSA-OAEP-256", "ECDH-ES"] | None]
    userinfo_encrypted_response_enc: NotRequired[Literal["A256GCM"] | None]
    introspection_encrypted_response_alg: NotRequired[Literal["RSA-OAEP-256", "ECDH-ES"] | None]
    introspection_encrypted_response_enc: NotRequired[Literal["A256GCM"] | None]
    authorization_encrypted_response_alg: NotRequired[Literal["RSA-OAEP-256", "ECDH-ES"] | None]
    authorization_encrypted_response_enc: NotRequired[Literal["A256GCM"] | None]
    subject_type: NotRequired[Literal["public", "pairwise"] | None]
    """pairwise: a different `sub` for each sector."""
    sector_identifier_uri: NotRequired[str | None]
    """The address of a JSON list of all redirect URIs of the sector. null removes it."""
    request_object_signing_alg: NotRequired[str | None]
    """The signing algorithm of request objects. null removes it."""
    request_uris: NotRequired[list[str] | None]
    """The addresses from which request objects may be fetched. null removes it."""
    require_signed_request_object: NotRequired[bool | None]
    """Whether each authorization request must be signed (RFC 9101)."""
    require_pushed_authorization_requests: NotRequired[bool | None]
    """Whether each authorization request must be pushed (RFC 9126)."""
    authorization_details_types: NotRequired[list[str] | None]
    """The types of authorization details that the app may ask for (RFC 9396). null removes it."""
    default_max_age: NotRequired[int | None]
    """The default max_age of requests, in seconds. null removes it."""
    require_auth_time: NotRequired[bool | None]
    """Whether each ID Token must have auth_time. ID Tokens always have it."""
    default_acr_values: NotRequired[list[str] | None]
    """The default acr_values of requests. null removes it."""
    initiate_login_uri: NotRequired[str | None]
    """The address at which others can start a sign-in (OIDC Core §4). null removes it."""
    backchannel_logout_uri: NotRequired[str | None]
    """The address to which logout tokens are posted. null removes it."""
    backchannel_logout_session_required: NotRequired[bool | None]
    frontchannel_logout_uri: NotRequired[str | None]
    """The address that is loaded in a frame when a session ends. null removes it."""
    frontchannel_logout_session_required: NotRequired[bool | None]
    profile: NotRequired[Literal["fapi2", "fapi2-message-signing"] | None]
    """A FAPI 2.0 profile. It demands all rules of the profile and sets the members that follow from it. null removes it."""
    require_pkce: NotRequired[bool | None]
    """Whether requests must use PKCE. false is for confidential clients that use nonce (RFC 9700 §2.1.1)."""
    id_token_claims: NotRequired[bool | None]
    """true: ID Tokens contain the claims of the granted scopes profile, email, address and phone (OpenID Connect Core 5.4). false
    (default): only UserInfo contains them.
    """
    first_party: NotRequired[bool | None]
    """Whether the app asks no consent. Needs the scope users:read too."""
    require_mfa: NotRequired[bool | None]
    """Whether each sign-in needs a second factor. Access from a sign-in without one ends at the next refresh with invalid_grant."""
    branding: NotRequired[Branding | None]
    """The look of the pages and mails that are about the app. It is replaced as a whole; null removes it."""
    sign_up: NotRequired[bool | None]
    """false: people cannot create an account on the way to this app, also if the deployment is open for it (IDP_SIGN_UP)."""
    mail_code: NotRequired[bool | None]
    """Whether people may sign in to this app with a code from a mail. null: as the deployment says (IDP_MAIL_CODE). With false, a
    session that began with such a code is not accepted for this app.
    """
    connections_only: NotRequired[bool | None]
    """Whether people sign in to this app by connections only. Sessions that began in another way are not accepted for it. If exactly
    one connection is for this app, its page follows without the sign-in page.
    """
    organization: NotRequired[str | None]
    """Whether people sign in to this app for an organisation. none: never. allowed: if the app asks, by the scope organization or the
    parameter of that name. required: each time; a person who is in none gets access_denied.
    """
    org_id: NotRequired[str | None]
    """The organisation to which this client itself belongs. Its only grant type is client_credentials, its tokens are for this
    organisation, and `roles` are those of the organisation. This takes organizations:write too.
    """
    roles: NotRequired[list[str] | None]
    """The names of the app's own roles, for client_credentials."""
    claim_mappings: NotRequired[dict[str, ClaimMapping | None] | None]
    """The claims of roles and attributes in the app's tokens, by name. The object is merged; null removes one claim, or all."""
    disabled: NotRequired[bool | None]
    """true: the app gets no tokens. Its grants and tokens end permanently, even if it is enabled again."""
    client_id: NotRequired[str | None]
    """2 to 128 of A-Z a-z 0-9 . _ ~ -. If it is absent, the provider chooses one."""


class NewConnection(TypedDict):
    """A new connection. Members that are absent or null have the default of the preset."""

    name: NotRequired[str | None]
    """The name on the button."""
    logo_uri: NotRequired[str | None]
    """An https URL of a picture for the button."""
    enabled: NotRequired[bool | None]
    """Whether people may sign in by it. Read at each sign-in."""
    shown: NotRequired[bool | None]
    """Whether the sign-in page has a button for it."""
    position: NotRequired[int | None]
    """Buttons are sorted by it, then by name."""
    issuer: NotRequired[str | None]
    """The issuer of the upstream, exactly as its metadata has it. Links to another issuer have no effect."""
    authorization_endpoint: NotRequired[str | None]
    """The authorization endpoint. For OpenID Connect it is read from the metadata, if it is absent."""
    token_endpoint: NotRequired[str | None]
    """The token endpoint. For OpenID Connect it is read from the metadata, if it is absent."""
    userinfo_endpoint: NotRequired[str | None]
    """The UserInfo endpoint. For OpenID Connect it is read from the metadata, if it is absent."""
    jwks_uri: NotRequired[str | None]
    """The address of the upstream's keys. For OpenID Connect it is read from the metadata, if it is absent."""
    end_session_endpoint: NotRequired[str | None]
    """The logout endpoint. For OpenID Connect it is read from the metadata, if it is absent."""
    iss_parameter: NotRequired[bool | None]
    """Whether it sends `iss` with the code (RFC 9207)."""
    client_id: NotRequired[str | None]
    """The client_id that the upstream gave to this provider."""
    client_auth: NotRequired[Literal["client_secret_basic", "client_secret_post", "private_key_jwt", "apple", "signature", "none"] | None]
    """How this provider authenticates at the token endpoint."""
    secret: NotRequired[str | None]
    """The client secret, or the private key in PEM. It is stored encrypted and is in no answer."""
    key_id: NotRequired[str | None]
    """The id of the private key."""
    team_id: NotRequired[str | None]
    """Apple: the id of the team."""
    signing_alg: NotRequired[str | None]
    """The only algorithm of the upstream's ID Tokens that is accepted."""
    scopes: NotRequired[list[str] | None]
    """The scopes that are asked for."""
    response_mode: NotRequired[Literal["", "form_post"] | None]
    """form_post, or empty for the query."""
    claims: NotRequired[dict[str, str] | None]
    """For a standard claim, the name of the upstream's claim, if it is another one."""
    tenants: NotRequired[list[str] | None]
    """Microsoft Entra: the ids of the tenants whose people may sign in."""
    apps: NotRequired[list[str] | None]
    """The client_ids of the apps that use it. An empty list: all apps."""
    domains: NotRequired[list[str] | None]
    """The domains of organisations. An address of one of them, typed on the sign-in page, leads to this connection."""
    accounts: NotRequired[Literal["create", "link", "known"] | None]
    """Who may sign in. `create`: everybody; an account is made for a new person. `link`: people with an account, after they proved that
    it is theirs. `known`: only people who are linked already.
    """
    email_trust: NotRequired[Literal["none", "verified", "domains"] | None]
    """Whether the upstream's statement that an address is verified counts for a new account. `none`: the person proves the address by a
    code. `verified`: it counts. `domains`: it counts for addresses of `domains`.
    """
    link_verified: NotRequired[bool | None]
    """Link an identity to the account with its address without a question: only if the upstream decides about this address, and the
    account's address is verified. Otherwise the person proves that the account is theirs.
    """
    trusts_factors: NotRequired[bool | None]
    """Whether two factors at the upstream count as the second factor here."""
    keeps_tokens: NotRequired[bool | None]
    """Whether the upstream's tokens are kept, encrypted, for the apps in `token_apps`. Otherwise they are dropped after the sign-in.
    Ask for offline access in `scopes`, so that they can be refreshed. Not for SAML and `password`.
    """
    token_apps: NotRequired[list[str] | None]
    """The client_ids of the apps that get access tokens of the upstream by token exchange (RFC 8693), for people who allowed them the
    scope `upstream:` and the connection's id. An empty list: nobody.
    """
    hook: NotRequired[str | None]
    """Of `password`: what is asked once whether a password of the earlier system is right. An https URL, whose requests are signed with
    `secret` (Standard Webhooks), or the ARN of the Lambda function in IDP_MIGRATION_FUNCTION.
    """
    who: NotRequired[Literal["", "known", "all"] | None]
    """Of `password`: about whom it is asked. `known`: people who were imported without a password and have no passkey. `all`: also
    every address without an account; an account is made if the password is right.
    """
    metadata: NotRequired[str | None]
    """SAML: the metadata of the identity provider, as XML. It is read at this moment and not stored."""
    metadata_url: NotRequired[str | None]
    """SAML: the https URL of the metadata. It is read now and on demand."""
    certificates: NotRequired[list[str] | None]
    """SAML: the identity provider's certificates, DER in base64."""
    name_id_format: NotRequired[Literal["persistent", "email", "unspecified"] | None]
    """SAML: the format of the NameID that is asked for, and the only one that counts: `persistent`, `email` or `unspecified`. It has no
    effect if `claims` maps `sub`: then an attribute is the subject.
    """
    signs_requests: NotRequired[bool | None]
    """SAML: whether this provider signs its requests."""
    wants_signed_assertions: NotRequired[bool | None]
    """SAML: whether the assertion needs a signature of its own. Otherwise that of the response is enough."""
    wants_encryption: NotRequired[bool | None]
    """SAML: whether the assertion has to be encrypted."""
    id: str
    """1 to 40 of a-z, 0-9 and -. It is part of the redirect URI and cannot be changed."""
    preset: Literal[
        "google",
        "github",
        "facebook",
        "microsoft",
        "apple",
        "gitlab",
        "discord",
        "linkedin",
        "cognito",
        "auth0",
        "keycloak",
        "oidc",
        "oauth2",
        "saml",
        "password",
    ]
    """The kind of upstream. `oidc` and `oauth2` are for all others; `password` is for just-in-time migration."""


class NewDetailType(TypedDict):
    """A definition of a type. Members that it does not name are refused (RFC 9396 §5)."""

    title: str
    """The title on the consent page."""
    description: NotRequired[str]
    locations: NotRequired[list[str]]
    """The allowed values of `locations`. If the list is empty, the member is refused."""
    actions: NotRequired[list[str]]
    """The allowed values of `actions`."""
    datatypes: NotRequired[list[str]]
    """The allowed values of `datatypes`."""
    privileges: NotRequired[list[str]]
    """The allowed values of `privileges`."""
    members: NotRequired[dict[str, Any]]
    """Further members of this type, by name."""


class NewDomain(TypedDict):
    """A domain that the organisation claims."""

    domain: str
    """At least two labels. Domains where everybody gets an address are refused."""
    connection_id: NotRequired[str | None]
    """The connection to which the sign-in page leads people with an address in the domain."""


class NewGroup(TypedDict):
    """A new group."""

    name: str
    """1 to 64 of a-z 0-9 . _ : -, beginning with a letter or a digit. It cannot be changed."""
    roles: NotRequired[list[str]]
    """At most 50 names of roles. Members of the group have them."""
    description: NotRequired[str]
    """A description for people, at most 500 characters."""


class NewHook(TypedDict):
    """A new hook."""

    name: str
    """The hook's name, which never changes. Hooks are asked in the order of their names."""
    kind: Literal["claims", "registration", "sign_in"]
    """When it is asked: `claims` when a token is made, `registration` before an account is made, `sign_in` before a session is made."""
    cedar: NotRequired[str | None]
    """Policies in Cedar. What no policy permits is denied. Either this or `function`."""
    schema: NotRequired[str | None]
    """A schema in Cedar for the policies, or null for the one in docs/hooks.md."""
    claims: NotRequired[dict[str, Any] | None]
    """With `cedar`, for `claims`: what is added if the policies permit it. Names that authorise are refused."""
    function: NotRequired[str | None]
    """The ARN of a Lambda function, one of `IDP_HOOKS_FUNCTIONS`."""
    timeout_ms: NotRequired[int | None]
    """Milliseconds for the answer of the function, 100 to 2000."""
    on_failure: NotRequired[Literal["deny", "allow", "without_claims"] | None]
    """What counts without a usable answer: `deny` or `allow`; for `claims` `without_claims` or `deny`."""
    apps: NotRequired[list[str] | None]
    """Client ids of the apps that it is asked for. An empty list stands for all apps and for the provider's own pages."""
    targets: NotRequired[list[Literal["access_token", "id_token", "userinfo"]] | None]
    """For `claims`: where the claims go."""
    enabled: NotRequired[bool | None]
    """Whether it is asked."""
    description: NotRequired[str | None]
    """A note for admins, at most 200 characters."""


class NewImport(TypedDict):
    """A new import."""

    format: Literal["auth0", "b2c", "cognito", "csv", "django", "idp", "firebase", "keycloak", "kratos", "scim"]
    """What wrote the file."""
    size: int
    """The size of the file in bytes, as it will be uploaded: plain text, not compressed."""
    files: NotRequired[dict[str, int]]
    """The size in bytes of each further file that the format takes: `hash_config` (firebase), `hashes` (auth0), `key` (idp)."""
    options: NotRequired[ImportOptions]
    dry_run: NotRequired[bool]
    """Nothing is written. The numbers and the report say what would be. Two rows with one address that are far apart are not
    noticed.
    """
    rate: NotRequired[int]
    """People per second at most. Raise it with the write capacity of the tables: a person takes about 10 write units."""


class NewInitialAccessToken(TypedDict):
    """A new token, with which apps can be registered."""

    expires_in: NotRequired[int]
    """The lifetime in seconds, at most a year."""
    max_uses: NotRequired[int]
    """The maximum number of apps that can be registered with the token."""
    scope: NotRequired[str]
    """The scopes that these apps may ask for. Scopes of this API are refused."""
    resources: NotRequired[list[str]]
    """The APIs for which these apps may get tokens (RFC 8707)."""
    note: NotRequired[str]
    """A note for admins, for example who has the token."""


class NewInvitation(TypedDict):
    """A new invitation. The link is only in the mail."""

    email: str
    """The email address. It is compared in its canonical form: lower case, NFKC."""
    roles: NotRequired[list[str]]
    """The roles that the account gets. They need the scope roles:write too."""
    groups: NotRequired[list[str]]
    """The groups that the account gets. They need the scope roles:write too."""
    client_id: NotRequired[str | None]
    """The app that the person is invited to. The mail and the page name it."""


class NewIssuerLink(TypedDict):
    """A new link."""

    issuer: str
    """The issuer identifier of a trusted issuer."""
    subject: str
    """The `sub` of its assertions."""


class NewMember(TypedDict):
    """A user who becomes a member."""

    user_id: str
    """The user's id."""
    roles: NotRequired[list[str]]
    """Roles of the organisation."""
    admin: NotRequired[bool]
    """The person administers the organisation. You need the OAuth scopes that this gives."""
    admin_scopes: NotRequired[list[str] | None]
    """The OAuth scopes of the admin API that the person can use for the organisation. null: all that its admins can use."""
    owned: NotRequired[bool | None]
    """Whether the account belongs to the organisation: its admins can then disable and erase it. null: it does if the verified address
    is in a domain that the organisation proved.
    """


class NewOrganization(TypedDict):
    """A new organisation, without members."""

    slug: str
    """A unique name for URLs and tokens: 1 to 63 of a-z, 0-9 and -, beginning and ending with a letter or a digit."""
    name: str
    """The name that people read, at most 120 characters."""
    policy: NotRequired[OrganizationPolicy | None]
    """What a sign-in for the organisation needs, beyond what the deployment and the app demand."""
    branding: NotRequired[Branding | None]
    """The look of pages for the organisation, as of an app."""
    metadata: NotRequired[dict[str, Any] | None]
    """A JSON object for your own use, at most 4096 bytes. Members of the organisation do not see it."""


class NewOrganizationClient(TypedDict):
    """A new machine client of the organisation."""

    client_name: str
    """The name that the organisation's admins read."""
    scope: str
    """OAuth scopes, separated by spaces, of those that the deployment offers organisations (IDP_ORGANIZATION_CLIENT_SCOPES)."""
    resources: NotRequired[list[str]]
    """The APIs that its tokens may be for (RFC 8707), of IDP_ORGANIZATION_CLIENT_RESOURCES. Absent: all of them."""
    roles: NotRequired[list[str]]
    """Roles of the organisation."""


class NewOrganizationConnection(TypedDict):
    """A new connection of the organisation. Members that are absent or null have the default of the preset."""

    name: NotRequired[str | None]
    """A name that people read."""
    enabled: NotRequired[bool | None]
    """Whether people may sign in by it. Read at each sign-in."""
    issuer: NotRequired[str | None]
    """The issuer of the upstream, exactly as its metadata has it. Links to another issuer have no effect."""
    authorization_endpoint: NotRequired[str | None]
    """The authorization endpoint. For OpenID Connect it is read from the metadata, if it is absent."""
    token_endpoint: NotRequired[str | None]
    """The token endpoint. For OpenID Connect it is read from the metadata, if it is absent."""
    userinfo_endpoint: NotRequired[str | None]
    """The UserInfo endpoint. For OpenID Connect it is read from the metadata, if it is absent."""
    jwks_uri: NotRequired[str | None]
    """The address of the upstream's keys. For OpenID Connect it is read from the metadata, if it is absent."""
    end_session_endpoint: NotRequired[str | None]
    """The logout endpoint. For OpenID Connect it is read from the metadata, if it is absent."""
    iss_parameter: NotRequired[bool | None]
    """Whether it sends `iss` with the code (RFC 9207)."""
    client_id: NotRequired[str | None]
    """The client_id that the upstream gave to this provider."""
    client_auth: NotRequired[Literal["client_secret_basic", "client_secret_post", "private_key_jwt", "none"] | None]
    """How this provider authenticates at the token endpoint."""
    secret: NotRequired[str | None]
    """The client secret, or the private key in PEM. It is stored encrypted and is in no answer."""
    key_id: NotRequired[str | None]
    """The id of the private key."""
    signing_alg: NotRequired[str | None]
    """The only algorithm of the upstream's ID Tokens that is accepted."""
    scopes: NotRequired[list[str] | None]
    """The scopes that are asked for."""
    response_mode: NotRequired[Literal["", "form_post"] | None]
    """form_post, or empty for the query."""
    claims: NotRequired[dict[str, str] | None]
    """For a standard claim, the name of the upstream's claim, if it is another one."""
    tenants: NotRequired[list[str] | None]
    """Microsoft Entra: the ids of the tenants whose people may sign in."""
    accounts: NotRequired[Literal["create", "link", "known"] | None]
    """Who may sign in, of the people with an address in a domain that the organisation has proven. `create`: all; a new person gets an
    account and a membership, if the organisation's policy has `joins_by_connection`. `link`: members, after they proved that the
    account is theirs. `known`: only members who are linked already.
    """
    link_verified: NotRequired[bool | None]
    """Link an identity to the member with its address without a question, if the account is the organisation's alone and the upstream
    decides about the address. Otherwise the person proves that the account is theirs.
    """
    metadata: NotRequired[str | None]
    """SAML: the metadata of the identity provider, as XML. It is read at this moment and not stored."""
    metadata_url: NotRequired[str | None]
    """SAML: the https URL of the metadata. It is read now and on demand."""
    certificates: NotRequired[list[str] | None]
    """SAML: the identity provider's certificates, DER in base64."""
    name_id_format: NotRequired[Literal["persistent", "email", "unspecified"] | None]
    """SAML: the format of the NameID that is asked for, and the only one that counts. It has no effect if `claims` maps `sub`: then an
    attribute is the subject.
    """
    signs_requests: NotRequired[bool | None]
    """SAML: whether this provider signs its requests."""
    wants_signed_assertions: NotRequired[bool | None]
    """SAML: whether the assertion needs a signature of its own. Otherwise that of the response is enough."""
    wants_encryption: NotRequired[bool | None]
    """SAML: whether the assertion has to be encrypted."""
    id: str
    """1 to 40 of a-z, 0-9 and -. It is part of the redirect URI and cannot be changed."""
    preset: Literal["google", "microsoft", "gitlab", "cognito", "auth0", "keycloak", "oidc", "saml"]
    """The kind of upstream. `oidc` is for every other OpenID Connect provider."""


class NewOrganizationInvitation(TypedDict):
    """A new invitation into an organisation. The link is only in the mail."""

    email: str
    """The email address. It is compared in its canonical form: lower case, NFKC."""
    roles: NotRequired[list[str]]
    """Roles of the organisation that the person gets."""
    admin: NotRequired[bool]
    """The person administers the organisation. You need the OAuth scopes that this gives."""


class NewOrganizationScimClient(TypedDict):
    """A new SCIM client of the organisation. Members that are absent or null have their defaults."""

    name: NotRequired[str | None]
    """A name for admins."""
    users: NotRequired[Literal["none", "read", "write"] | None]
    """What it may do with people: none, read or write."""
    groups: NotRequired[Literal["none", "read", "write"] | None]
    """What it may do with groups, each of which is a role of the organisation: none, read or write."""
    enabled: NotRequired[bool | None]
    """Whether its tokens work. Read at each request."""
    reject_unknown: NotRequired[bool | None]
    """Whether an attribute that no schema has is refused. Microsoft Entra needs false: unknown attributes are ignored."""
    id: str
    """1 to 40 of a-z, 0-9 and -. It cannot be changed."""
    expires_in: NotRequired[int]
    """The lifetime of the token in seconds, at most 366 days."""


class NewPassword(TypedDict):
    """A password for a user."""

    password: str
    """At least 15 characters, or 8 if the user has or must have a second factor; the deployment may demand more. 1024 at most. All
    characters count. Refused are common passwords, and those that are mostly the email address or the name of the service.
    """


class NewPolicyVersion(TypedDict):
    """A set of policies: Cedar with its schema, attribute rules, or both."""

    policies: NotRequired[str]
    """Policies in Cedar. The annotation `@id` gives a policy an id."""
    schema: NotRequired[str]
    """The Cedar schema, as text or as JSON. The policies are validated against it."""
    namespace: NotRequired[str]
    """The Cedar namespace of types and actions, if there is one."""
    rules: NotRequired[dict[str, Any] | None]
    """Attribute rules; see docs/policies.md."""
    note: NotRequired[str]
    """A note for admins, for example what changed."""


class NewProvisioningTarget(TypedDict):
    """A new provisioning target."""

    id: str
    """1 to 40 of a-z, 0-9 and -. It cannot be changed."""
    base_url: str
    """The base URL of the app's SCIM endpoint, without /Users: https, a public host name, no port."""
    token: str
    """The bearer token that the app gave you. It is stored encrypted, and no answer has it."""
    people: NotRequired[Literal["everybody", "group", "role"]]
    """Who gets an account: everybody, or those who have the group or the role `name`."""
    name: NotRequired[str | None]
    """The name of the group or the role, or null for everybody."""
    leavers: NotRequired[Literal["deactivate", "delete"]]
    """What happens to the account of a person who is disabled, or does not belong to the target any more."""
    paused: NotRequired[bool]
    """Nothing is sent, and changes wait."""


class NewRole(TypedDict):
    """A new role."""

    name: str
    """1 to 64 of a-z 0-9 . _ : -, beginning with a letter or a digit. It cannot be changed."""
    permissions: NotRequired[list[str]]
    """At most 100 words, which are compared exactly: letters, digits and . _ : / -."""
    description: NotRequired[str]
    """A description for people, at most 500 characters."""


class NewScimClient(TypedDict):
    """A new SCIM client. Members that are absent or null have their defaults."""

    name: NotRequired[str | None]
    """A name for admins."""
    users: NotRequired[Literal["none", "read", "write"] | None]
    """What it may do with people: none, read or write."""
    groups: NotRequired[Literal["none", "read", "write"] | None]
    """What it may do with groups: none, read or write."""
    enabled: NotRequired[bool | None]
    """Whether its tokens work. Read at each request."""
    domains: NotRequired[list[str] | None]
    """Email domains. With some, its people have addresses of these only, and they are verified. Without any, it uses domains of no
    other SCIM client and of no connection, and addresses stay unverified until the person proves them.
    """
    connection_id: NotRequired[str | None]
    """The connection by which its people sign in. A note for admins: it changes nothing."""
    reject_unknown: NotRequired[bool | None]
    """Whether an attribute that no schema has is refused. Microsoft Entra needs false: unknown attributes are ignored."""
    sets_passwords: NotRequired[bool | None]
    """Whether it may set passwords."""
    fills_groups: NotRequired[list[str] | None]
    """Names of groups of this deployment. Their members are those of its groups with the same names."""
    id: str
    """1 to 40 of a-z, 0-9 and -. It cannot be changed."""
    expires_in: NotRequired[int]
    """The lifetime of the token in seconds, at most 366 days."""


class NewScopeText(TypedDict):
    """The texts of an OAuth scope on the consent page and the account page. `name`, `description` and `resource` are in `language`."""

    name: str
    """What the scope allows, in a few words."""
    description: NotRequired[str]
    """A longer description, one or two sentences."""
    resource: NotRequired[str]
    """The name of the API or app that the scope opens, as people know it."""
    language: NotRequired[str]
    """A language tag (RFC 5646)."""
    translations: NotRequired[dict[str, ScopeWords]]
    """The texts in other languages, by language tag."""


class NewTrustedIssuer(TypedDict):
    """An issuer whose assertions are accepted. An empty list allows nothing."""

    issuer: str
    """The issuer identifier, which is compared exactly with `iss`."""
    jwks_uri: str
    """The address of the issuer's keys. They are fetched like the keys of apps."""
    profile: NotRequired[Literal["id-jag", "jwt"]]
    """The kind of assertion: Identity Assertion Authorization Grants, or plain assertions of RFC 7523."""
    algorithms: NotRequired[list[str]]
    """The algorithms that the issuer may sign with."""
    clients: NotRequired[list[str]]
    """The client_ids of the apps that may use its assertions."""
    audiences: NotRequired[list[str]]
    """The APIs for which these apps may get tokens by an assertion, if the app itself may (RFC 8707)."""
    scopes: NotRequired[list[str]]
    """The scopes that these tokens may have, if the app itself may."""
    tenant: NotRequired[str]
    """The trusted tenant of the issuer, which is compared with `tenant`. Empty: the issuer has no tenants."""
    email_domains: NotRequired[list[str]]
    """A subject without a link is the user with the same verified email address, if its domain is in this list. Empty (default): email
    addresses are not used.
    """


class NewUser(TypedDict):
    """A new user. Without a password the user cannot sign in until one is set."""

    email: str
    """The email address. It is compared in its canonical form: lower case, NFKC."""
    password: NotRequired[str | None]
    email_verified: NotRequired[bool]
    claims: NotRequired[Claims]
    mfa_required: NotRequired[bool]
    """Whether each sign-in needs a second factor; a user without one must set one up. Apps with access from a sign-in without one get
    invalid_grant at the next refresh and must sign the user in again.
    """
    admin: NotRequired[bool]
    """Whether the user may use this API. Admins always need a second factor."""
    admin_scopes: NotRequired[list[str] | None]
    """The OAuth scopes of this API that the user may use at most, as an admin. null: all, also those of later releases."""
    roles: NotRequired[list[str]]
    """The names of the user's roles. Tokens also contain the roles of the groups."""
    groups: NotRequired[list[str]]
    """The names of the user's groups."""
    attributes: NotRequired[dict[str, str | bool | int | float | list[str]]]
    """Facts for policies: up to 50 texts, numbers, booleans or lists of texts."""


class NewWebhookEndpoint(TypedDict):
    """A new webhook endpoint."""

    url: str
    """Where events are sent: https with a public host name. No redirect is followed."""
    events: NotRequired[list[str]]
    """The types of events that are sent. `user` stands for all that begin with `user.`. An empty list stands for all types."""
    org_id: NotRequired[str | None]
    """Only events of this organization are sent, or null for all."""
    description: NotRequired[str | None]
    """A note for admins, at most 200 characters."""


class Numbers(TypedDict):
    """What happened in one hour or one day."""

    begin: str
    """The begin of the hour, or of the day of UTC."""
    sign_ins: int
    """Sign-ins that succeeded."""
    sign_ins_failed: FailedSignIns
    second_factors_failed: int
    locks: int
    """Locks after too many attempts."""
    passwords_reset: int
    """Forgotten passwords that were set anew."""
    sign_ins_disowned: int
    """Owners who said that a sign-in was not theirs."""
    tokens_replayed: int
    """Refresh tokens and codes that were used twice."""
    admins_refused: int
    """Calls of the admin API that were refused for lack of rights."""
    people_added: int
    people_removed: int
    mail_problems: int
    """Addresses that were marked because they refuse mails."""


class Organization(TypedDict):
    """An organisation."""

    id: str
    slug: str
    name: str
    policy: dict[str, Any]
    """What a sign-in for the organisation needs, beyond what the deployment and the app demand."""
    branding: dict[str, Any] | None
    """The look of pages for the organisation, as of an app."""
    metadata: dict[str, Any] | None
    """A JSON object for your own use, at most 4096 bytes. Members of the organisation do not see it. An organisation's own admin gets
    null.
    """
    disabled: bool
    members: int
    """The number of members."""
    admins: int
    """The number of members who administer it."""
    created_at: str
    """RFC 3339, UTC."""
    updated_at: str
    """RFC 3339, UTC."""


class OrganizationChanges(TypedDict):
    """Changes (RFC 7396): absent members stay unchanged, objects are merged."""

    slug: NotRequired[str]
    """A unique name for URLs and tokens: 1 to 63 of a-z, 0-9 and -, beginning and ending with a letter or a digit. The former one is
    free.
    """
    name: NotRequired[str]
    """The name that people read, at most 120 characters."""
    policy: NotRequired[OrganizationPolicy | None]
    """What a sign-in for the organisation needs, beyond what the deployment and the app demand. null demands nothing."""
    branding: NotRequired[Branding | None]
    """The look of pages for the organisation, as of an app. null removes it."""
    metadata: NotRequired[dict[str, Any] | None]
    """A JSON object for your own use, at most 4096 bytes. Members of the organisation do not see it. null removes all."""
    disabled: NotRequired[bool]
    """Members get nothing for the organisation. Their accounts stay as they are."""


class OrganizationClient(TypedDict):
    """A machine client of the organisation, without its secrets."""

    client_id: str
    """It begins with the id of the organisation."""
    client_name: str | None
    """The name that the organisation's admins read."""
    scope: str
    """OAuth scopes, separated by spaces, of those that the deployment offers organisations (IDP_ORGANIZATION_CLIENT_SCOPES)."""
    resources: list[str]
    """The APIs that its tokens may be for (RFC 8707), of IDP_ORGANIZATION_CLIENT_RESOURCES."""
    roles: list[str]
    """Roles of the organisation."""
    disabled: bool
    secrets: list[Secret]
    created_at: str
    """RFC 3339, UTC."""
    updated_at: str
    """RFC 3339, UTC."""


class OrganizationClientChanges(TypedDict):
    """Changes (RFC 7396): absent members stay unchanged, lists are replaced as a whole."""

    client_name: NotRequired[str]
    """The name that the organisation's admins read."""
    scope: NotRequired[str]
    """OAuth scopes, separated by spaces, of those that the deployment offers organisations (IDP_ORGANIZATION_CLIENT_SCOPES)."""
    resources: NotRequired[list[str]]
    """The APIs that its tokens may be for (RFC 8707), of IDP_ORGANIZATION_CLIENT_RESOURCES."""
    roles: NotRequired[list[str]]
    """Roles of the organisation."""
    disabled: NotRequired[bool]
    """It gets no tokens, and those that it has are refused for good."""


class OrganizationClientPage(TypedDict):
    """Machine clients of the organisation by client_id."""

    items: list[OrganizationClient]
    next_cursor: str | None
    """The `cursor` of the next page. null: this was the last page."""


class OrganizationClientRotation(TypedDict):
    """How to replace a secret."""

    overlap_seconds: NotRequired[int]
    """Seconds for which the old secret stays valid, at most 30 days. At most two secrets are valid."""


class OrganizationClientWithSecret(TypedDict):
    """A machine client of the organisation and its new secret, which is shown once."""

    client_id: str
    """It begins with the id of the organisation."""
    client_name: str | None
    """The name that the organisation's admins read."""
    scope: str
    """OAuth scopes, separated by spaces, of those that the deployment offers organisations (IDP_ORGANIZATION_CLIENT_SCOPES)."""
    resources: list[str]
    """The APIs that its tokens may be for (RFC 8707), of IDP_ORGANIZATION_CLIENT_RESOURCES."""
    roles: list[str]
    """Roles of the organisation."""
    disabled: bool
    secrets: list[Secret]
    created_at: str
    """RFC 3339, UTC."""
    updated_at: str
    """RFC 3339, UTC."""
    client_secret: str


class OrganizationConnection(TypedDict):
    """A connection of the organisation. It counts for addresses in the domains that the organisation has proven, and for no others."""

    id: str
    connection_id: str
    """The id with that of the organisation, as a domain of the organisation names it."""
    type: str
    preset: str
    redirect_uri: str
    """The URI to register at the upstream."""
    secret_set: bool
    """Whether a secret is stored."""
    name: str
    """A name that people read."""
    enabled: bool
    issuer: str
    """The issuer of the upstream, exactly as its metadata has it."""
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
    claims: dict[str, str]
    """For a standard claim, the name of the upstream's claim, if it is another one."""
    tenants: list[str]
    """Microsoft Entra: the ids of the tenants whose people may sign in."""
    accounts: str
    """Who may sign in, of the people with an address in a domain that the organisation has proven. `create`: all; a new person gets an
    account and a membership, if the organisation's policy has `joins_by_connection`. `link`: members, after they proved that the
    account is theirs. `known`: only members who are linked already.
    """
    link_verified: bool
    """Link an identity to the member with its address without a question, if the account is the organisation's alone and the upstream
    decides about the address. Otherwise the person proves that the account is theirs.
    """
    metadata_url: str
    certificates: list[str]
    name_id_format: str
    """SAML: the format of the NameID that is asked for, and the only one that counts. It has no effect if `claims` maps `sub`: then an
    attribute is the subject.
    """
    signs_requests: bool
    wants_signed_assertions: bool
    wants_encryption: bool
    own_certificates: dict[str, str]
    """SAML: our certificates by the use of their keys, DER in base64."""
    own_metadata_uri: str
    """SAML: our metadata, for the admin of the identity provider. Empty for other types."""
    created_at: str
    """RFC 3339, UTC."""
    updated_at: str
    """RFC 3339, UTC."""


class OrganizationConnectionChanges(TypedDict):
    """Changes (RFC 7396): absent members stay unchanged, null sets the default of the preset, lists and maps are replaced as a
    whole.
    """

    name: NotRequired[str | None]
    """A name that people read."""
    enabled: NotRequired[bool | None]
    """Whether people may sign in by it. Read at each sign-in."""
    issuer: NotRequired[str | None]
    """The issuer of the upstream, exactly as its metadata has it. Links to another issuer have no effect."""
    authorization_endpoint: NotRequired[str | None]
    """The authorization endpoint. For OpenID Connect it is read from the metadata, if it is absent."""
    token_endpoint: NotRequired[str | None]
    """The token endpoint. For OpenID Connect it is read from the metadata, if it is absent."""
    userinfo_endpoint: NotRequired[str | None]
    """The UserInfo endpoint. For OpenID Connect it is read from the metadata, if it is absent."""
    jwks_uri: NotRequired[str | None]
    """The address of the upstream's keys. For OpenID Connect it is read from the metadata, if it is absent."""
    end_session_endpoint: NotRequired[str | None]
    """The logout endpoint. For OpenID Connect it is read from the metadata, if it is absent."""
    iss_parameter: NotRequired[bool | None]
    """Whether it sends `iss` with the code (RFC 9207)."""
    client_id: NotRequired[str | None]
    """The client_id that the upstream gave to this provider."""
    client_auth: NotRequired[Literal["client_secret_basic", "client_secret_post", "private_key_jwt", "none"] | None]
    """How this provider authenticates at the token endpoint."""
    secret: NotRequired[str | None]
    """The client secret, or the private key in PEM. It is stored encrypted and is in no answer."""
    key_id: NotRequired[str | None]
    """The id of the private key."""
    signing_alg: NotRequired[str | None]
    """The only algorithm of the upstream's ID Tokens that is accepted."""
    scopes: NotRequired[list[str] | None]
    """The scopes that are asked for."""
    response_mode: NotRequired[Literal["", "form_post"] | None]
    """form_post, or empty for the query."""
    claims: NotRequired[dict[str, str] | None]
    """For a standard claim, the name of the upstream's claim, if it is another one."""
    tenants: NotRequired[list[str] | None]
    """Microsoft Entra: the ids of the tenants whose people may sign in."""
    accounts: NotRequired[Literal["create", "link", "known"] | None]
    """Who may sign in, of the people with an address in a domain that the organisation has proven. `create`: all; a new person gets an
    account and a membership, if the organisation's policy has `joins_by_connection`. `link`: members, after they proved that the
    account is theirs. `known`: only members who are linked already.
    """
    link_verified: NotRequired[bool | None]
    """Link an identity to the member with its address without a question, if the account is the organisation's alone and the upstream
    decides about the address. Otherwise the person proves that the account is theirs.
    """
    metadata: NotRequired[str | None]
    """SAML: the metadata of the identity provider, as XML. It is read at this moment and not stored."""
    metadata_url: NotRequired[str | None]
    """SAML: the https URL of the metadata. It is read now and on demand."""
    certificates: NotRequired[list[str] | None]
    """SAML: the identity provider's certificates, DER in base64."""
    name_id_format: NotRequired[Literal["persistent", "email", "unspecified"] | None]
    """SAML: the format of the NameID that is asked for, and the only one that counts. It has no effect if `claims` maps `sub`: then an
    attribute is the subject.
    """
    signs_requests: NotRequired[bool | None]
    """SAML: whether this provider signs its requests."""
    wants_signed_assertions: NotRequired[bool | None]
    """SAML: whether the assertion needs a signature of its own. Otherwise that of the response is enough."""
    wants_encryption: NotRequired[bool | None]
    """SAML: whether the assertion has to be encrypted."""


class OrganizationConnectionPage(TypedDict):
    """All connections of the organisation."""

    items: list[OrganizationConnection]
    next_cursor: str | None
    """The `cursor` of the next page. null: this was the last page."""


class OrganizationInvitation(TypedDict):
    """An invitation into an organisation that was not accepted yet."""

    id: str
    email: str
    """The email address. It is compared in its canonical form: lower case, NFKC."""
    roles: list[str]
    admin: bool
    invited_by: str
    """The id of the user or client that made it. system: the command line."""
    created_at: str
    """RFC 3339, UTC."""
    sent_at: str
    """When the newest mail was sent."""
    expires_at: str
    """When the link ends. The invitation can be sent again for 30 days after that."""


class OrganizationInvitationPage(TypedDict):
    """Invitations into an organisation that were not accepted yet."""

    items: list[OrganizationInvitation]
    next_cursor: str | None
    """The `cursor` of the next page. null: this was the last page."""


class OrganizationPage(TypedDict):
    """Organisations by slug."""

    items: list[Organization]
    next_cursor: str | None
    """The `cursor` of the next page. null: this was the last page."""


class OrganizationPerson(TypedDict):
    """A member of the caller's organisation. An organisation's admin gets this in place of a user."""

    id: str
    """The `sub` of the user's tokens."""
    email: str
    """The email address. It is compared in its canonical form: lower case, NFKC."""
    email_verified: bool
    claims: Claims
    """The profile. Of a person who is not owned: names, picture, language and time zone only."""
    roles: list[str]
    """The person's roles in the organisation."""
    disabled: bool
    organization_admin: bool
    """Whether the person administers the organisation."""
    owned: bool
    """Whether the organisation's admins may disable and reset the account: the organisation made it or owned its address, and the
    person is in no other organisation and no admin of the deployment.
    """
    joined_at: str
    """RFC 3339, UTC."""


class OrganizationPolicy(TypedDict):
    """What a sign-in for the organisation needs. null sets the default."""

    mfa_required: NotRequired[bool | None]
    """A second factor. The default is false."""
    session_hours: NotRequired[int | None]
    """How many hours old the sign-in may be, 1 to 8760. null: the deployment's limit is enough."""
    connections_only: NotRequired[bool | None]
    """A sign-in by one of the organisation's connections. The default is false."""
    joins_by_connection: NotRequired[bool | None]
    """A person who signs in by the connection of one of the organisation's proven domains, with an address in that domain, becomes a
    member without roles. The default is false.
    """


class OrganizationScimClient(TypedDict):
    """A SCIM client of the organisation. It sees only those of its members whom it made."""

    id: str
    name: str
    """A name for admins."""
    base_url: str
    """The base URL of SCIM, to enter at the directory."""
    users: Literal["none", "read", "write"]
    """What it may do with people: none, read or write."""
    groups: Literal["none", "read", "write"]
    """What it may do with groups, each of which is a role of the organisation: none, read or write."""
    enabled: bool
    reject_unknown: bool
    """Whether an attribute that no schema has is refused. Microsoft Entra needs false: unknown attributes are ignored."""
    tokens: list[ScimToken]
    """Its tokens, at most two."""
    created_at: str
    """RFC 3339, UTC."""
    updated_at: str
    """RFC 3339, UTC."""


class OrganizationScimClientChanges(TypedDict):
    """Changes (RFC 7396): absent members stay unchanged, null sets the default."""

    name: NotRequired[str | None]
    """A name for admins."""
    users: NotRequired[Literal["none", "read", "write"] | None]
    """What it may do with people: none, read or write."""
    groups: NotRequired[Literal["none", "read", "write"] | None]
    """What it may do with groups, each of which is a role of the organisation: none, read or write."""
    enabled: NotRequired[bool | None]
    """Whether its tokens work. Read at each request."""
    reject_unknown: NotRequired[bool | None]
    """Whether an attribute that no schema has is refused. Microsoft Entra needs false: unknown attributes are ignored."""


class OrganizationScimClientPage(TypedDict):
    """All SCIM clients of the organisation."""

    items: list[OrganizationScimClient]
    next_cursor: str | None
    """The `cursor` of the next page. null: this was the last page."""


class OrganizationScimClientWithToken(TypedDict):
    """A SCIM client of the organisation and the value of its new token, which is shown once."""

    id: str
    name: str
    """A name for admins."""
    base_url: str
    """The base URL of SCIM, to enter at the directory."""
    users: Literal["none", "read", "write"]
    """What it may do with people: none, read or write."""
    groups: Literal["none", "read", "write"]
    """What it may do with groups, each of which is a role of the organisation: none, read or write."""
    enabled: bool
    reject_unknown: bool
    """Whether an attribute that no schema has is refused. Microsoft Entra needs false: unknown attributes are ignored."""
    tokens: list[ScimToken]
    """Its tokens, at most two."""
    created_at: str
    """RFC 3339, UTC."""
    updated_at: str
    """RFC 3339, UTC."""
    token: str


class OwnMember(TypedDict):
    """A member of this type."""

    kind: NotRequired[Literal["text", "number", "boolean", "object", "list"]]
    title: NotRequired[str]
    """The title on the consent page."""
    required: NotRequired[bool]


class Passkey(TypedDict):
    """A passkey or security key of a user. Its public key is not shown, because it is of no use to admins."""

    id: str
    """The SHA-256 of its credential id, in base64url."""
    name: str
    """What the user calls it."""
    backup_eligible: bool
    """Whether it may be synced to other devices, for example by a password manager."""
    backed_up: bool
    """Whether it was synced when it was used last."""
    user_verified: bool
    """Whether its authenticator has checked a PIN, a fingerprint or the like at least once."""
    aaguid: str
    """The model of the authenticator, as it says itself. It is not attested."""
    created_at: str
    """RFC 3339, UTC."""
    last_used_at: str | None


class PasskeyPage(TypedDict):
    """All passkeys of a user: 20 at most."""

    items: list[Passkey]
    next_cursor: str | None
    """Always null."""


class PolicyVersion(TypedDict):
    """A version. It never changes."""

    version: int
    status: Literal["draft", "live"]
    note: str
    created_at: str
    """RFC 3339, UTC."""
    created_by: str
    policies: str
    schema: str
    namespace: str
    rules: dict[str, Any] | None


class PolicyVersionPage(TypedDict):
    """Versions, the newest first."""

    items: list[PolicyVersionSummary]
    next_cursor: str | None
    """The `cursor` of the next page. null: this was the last page."""


class PolicyVersionSummary(TypedDict):
    """A version, without its texts."""

    version: int
    status: Literal["draft", "live"]
    note: str
    created_at: str
    """RFC 3339, UTC."""
    created_by: str


class Problem(TypedDict):
    """A refusal (RFC 9457)."""

    type: str
    title: str
    """The text of the status."""
    status: int
    detail: NotRequired[str | None]
    """What happened and what to do, for people."""
    error: NotRequired[str | None]
    """The error code of the token, as in WWW-Authenticate."""
    errors: NotRequired[list[FieldProblem] | None]
    """The errors of the request's members."""
    request_id: str
    """The request's id, which is in the audit trail and the log. Mention it when you ask for help."""


class ProvisioningFailure(TypedDict):
    """A person whose account the app refused to the end."""

    user_id: str
    problem: str
    """The status of the answer, or what was wrong with it. The app's words are not kept."""
    failed_at: str
    """RFC 3339, UTC."""


class ProvisioningFailurePage(TypedDict):
    """A page of failures."""

    items: list[ProvisioningFailure]
    next_cursor: str | None
    """The `cursor` of the next page. null: this was the last page."""


class ProvisioningRetried(TypedDict):
    """How many accounts are tried again with the next run."""

    target_id: str
    accounts: int


class ProvisioningRetry(TypedDict):
    """What is tried again."""

    user_ids: NotRequired[list[str]]
    """The people. None stands for the first hundred failures. An account that was deleted at the app is made again."""


class ProvisioningTarget(TypedDict):
    """A provisioning target: the SCIM endpoint of an app, and which people have an account there."""

    id: str
    base_url: str
    """The base URL of the app's SCIM endpoint, without /Users: https, a public host name, no port."""
    people: Literal["everybody", "group", "role"]
    """Who gets an account: everybody, or those who have the group or the role `name`."""
    name: str | None
    """The name of the group or the role, or null for everybody."""
    leavers: Literal["deactivate", "delete"]
    """What happens to the account of a person who is disabled, or does not belong to the target any more."""
    paused: bool
    """Nothing is sent, and changes wait."""
    created_at: str
    """RFC 3339, UTC."""
    updated_at: str
    """RFC 3339, UTC."""


class ProvisioningTargetChanges(TypedDict):
    """Changes (RFC 7396): absent members stay unchanged, null sets the default. All accounts are compared afterwards."""

    base_url: NotRequired[str | None]
    """The base URL of the app's SCIM endpoint, without /Users: https, a public host name, no port. With another one the token is needed
    again.
    """
    token: NotRequired[str | None]
    """A new token, in place of the stored one. The bearer token that the app gave you. It is stored encrypted, and no answer has it."""
    people: NotRequired[Literal["everybody", "group", "role"] | None]
    """Who gets an account: everybody, or those who have the group or the role `name`."""
    name: NotRequired[str | None]
    """The name of the group or the role, or null for everybody."""
    leavers: NotRequired[Literal["deactivate", "delete"] | None]
    """What happens to the account of a person who is disabled, or does not belong to the target any more."""
    paused: NotRequired[bool | None]
    """Nothing is sent, and changes wait."""


class ProvisioningTargetPage(TypedDict):
    """All provisioning targets."""

    items: list[ProvisioningTarget]
    next_cursor: str | None
    """The `cursor` of the next page. null: this was the last page."""


class ProvisioningTargetState(TypedDict):
    """A provisioning target, and how it does."""

    id: str
    base_url: str
    """The base URL of the app's SCIM endpoint, without /Users: https, a public host name, no port."""
    people: Literal["everybody", "group", "role"]
    """Who gets an account: everybody, or those who have the group or the role `name`."""
    name: str | None
    """The name of the group or the role, or null for everybody."""
    leavers: Literal["deactivate", "delete"]
    """What happens to the account of a person who is disabled, or does not belong to the target any more."""
    paused: bool
    """Nothing is sent, and changes wait."""
    created_at: str
    """RFC 3339, UTC."""
    updated_at: str
    """RFC 3339, UTC."""
    sent_at: str | None
    """When accounts were brought up to date last, or null."""
    failing_since: str | None
    """Since when the app refuses or does not answer, or null."""
    rests_until: str | None
    """Nothing is sent before, because the app asked for it or failed, or null."""
    problem: str | None
    """Why it rests, or null."""
    comparing: bool
    """Whether the comparison of all accounts is not through."""


class Publish(TypedDict):
    """The version to publish."""

    version: int
    """The number of any version. An older one is a rollback."""


class RefusedRow(TypedDict):
    """A row that was not imported."""

    row: int
    """The line of the file, or the number of the person in it."""
    id: str
    """The id of the person in the other system, or an empty text."""
    field: str
    """The member at fault, or an empty text."""
    code: str
    reason: str


class RefusedRows(TypedDict):
    """A page of the report."""

    items: list[RefusedRow]
    next_cursor: str | None
    """The `cursor` of the next page. null: this was the last page."""


class RememberedDevice(TypedDict):
    """A browser in which a user is not asked for the second factor (IDP_REMEMBER_DEVICE_DAYS)."""

    id: str
    user_agent: str
    """The User-Agent header of the browser when it was remembered."""
    address: str
    """Its network address at that time."""
    created_at: str
    """RFC 3339, UTC."""
    expires_at: str
    """RFC 3339, UTC."""


class RememberedDevicePage(TypedDict):
    """A page of remembered devices. Only those that count now are in the list."""

    items: list[RememberedDevice]
    next_cursor: str | None
    """The `cursor` of the next page. null: this was the last page."""


class Role(TypedDict):
    """A role: a named set of permissions."""

    name: str
    permissions: list[str]
    description: str
    created_at: str
    """RFC 3339, UTC."""
    updated_at: str
    """RFC 3339, UTC."""


class RoleChanges(TypedDict):
    """Changes (RFC 7396): absent members stay unchanged, lists are replaced as a whole."""

    permissions: NotRequired[list[str] | None]
    """At most 100 words, which are compared exactly: letters, digits and . _ : / -. null removes all."""
    description: NotRequired[str | None]
    """A description for people, at most 500 characters. null removes it."""


class RolePage(TypedDict):
    """Roles by name."""

    items: list[Role]
    next_cursor: str | None
    """The `cursor` of the next page. null: this was the last page."""


class RotatedKeys(TypedDict):
    """The keys that sign now, one for each algorithm that was rotated."""

    items: list[Key]


class Rotation(TypedDict):
    """How to replace a secret."""

    overlap_seconds: NotRequired[int]
    """Seconds for which the old secret stays valid, at most 30 days. At most two secrets are valid."""
    secret: NotRequired[str | None]
    """A secret of your own, made at random: 32 to 512 printable characters of ASCII. Without it the provider makes one."""


class ScimClient(TypedDict):
    """A SCIM client: a directory that makes and changes people here. It sees only those that it made."""

    id: str
    name: str
    """A name for admins."""
    base_url: str
    """The base URL of SCIM, to enter at the directory."""
    users: Literal["none", "read", "write"]
    """What it may do with people: none, read or write."""
    groups: Literal["none", "read", "write"]
    """What it may do with groups: none, read or write."""
    enabled: bool
    domains: list[str]
    """Email domains. With some, its people have addresses of these only, and they are verified. Without any, it uses domains of no
    other SCIM client and of no connection, and addresses stay unverified until the person proves them.
    """
    connection_id: str | None
    """The connection by which its people sign in. A note for admins: it changes nothing."""
    reject_unknown: bool
    """Whether an attribute that no schema has is refused. Microsoft Entra needs false: unknown attributes are ignored."""
    sets_passwords: bool
    """Whether it may set passwords."""
    fills_groups: list[str]
    """Names of groups of this deployment. Their members are those of its groups with the same names."""
    tokens: list[ScimToken]
    """Its tokens, at most two."""
    created_at: str
    """RFC 3339, UTC."""
    updated_at: str
    """RFC 3339, UTC."""


class ScimClientChanges(TypedDict):
    """Changes (RFC 7396): absent members stay unchanged, null sets the default, lists are replaced as a whole."""

    name: NotRequired[str | None]
    """A name for admins."""
    users: NotRequired[Literal["none", "read", "write"] | None]
    """What it may do with people: none, read or write."""
    groups: NotRequired[Literal["none", "read", "write"] | None]
    """What it may do with groups: none, read or write."""
    enabled: NotRequired[bool | None]
    """Whether its tokens work. Read at each request."""
    domains: NotRequired[list[str] | None]
    """Email domains. With some, its people have addresses of these only, and they are verified. Without any, it uses domains of no
    other SCIM client and of no connection, and addresses stay unverified until the person proves them.
    """
    connection_id: NotRequired[str | None]
    """The connection by which its people sign in. A note for admins: it changes nothing."""
    reject_unknown: NotRequired[bool | None]
    """Whether an attribute that no schema has is refused. Microsoft Entra needs false: unknown attributes are ignored."""
    sets_passwords: NotRequired[bool | None]
    """Whether it may set passwords."""
    fills_groups: NotRequired[list[str] | None]
    """Names of groups of this deployment. Their members are those of its groups with the same names."""


class ScimClientPage(TypedDict):
    """All SCIM clients."""

    items: list[ScimClient]
    next_cursor: str | None
    """The `cursor` of the next page. null: this was the last page."""


class ScimClientWithToken(TypedDict):
    """A SCIM client and the value of its new token, which is shown once."""

    id: str
    name: str
    """A name for admins."""
    base_url: str
    """The base URL of SCIM, to enter at the directory."""
    users: Literal["none", "read", "write"]
    """What it may do with people: none, read or write."""
    groups: Literal["none", "read", "write"]
    """What it may do with groups: none, read or write."""
    enabled: bool
    domains: list[str]
    """Email domains. With some, its people have addresses of these only, and they are verified. Without any, it uses domains of no
    other SCIM client and of no connection, and addresses stay unverified until the person proves them.
    """
    connection_id: str | None
    """The connection by which its people sign in. A note for admins: it changes nothing."""
    reject_unknown: bool
    """Whether an attribute that no schema has is refused. Microsoft Entra needs false: unknown attributes are ignored."""
    sets_passwords: bool
    """Whether it may set passwords."""
    fills_groups: list[str]
    """Names of groups of this deployment. Their members are those of its groups with the same names."""
    tokens: list[ScimToken]
    """Its tokens, at most two."""
    created_at: str
    """RFC 3339, UTC."""
    updated_at: str
    """RFC 3339, UTC."""
    token: str


class ScimToken(TypedDict):
    """A token of a SCIM client. Its value is never shown again."""

    id: str
    created_at: str
    """RFC 3339, UTC."""
    expires_at: str
    """RFC 3339, UTC."""
    last_used_on: str | None
    """The day of its last use (UTC), or null."""


class ScimTokenRotation(TypedDict):
    """A new token."""

    expires_in: NotRequired[int]
    """The lifetime of the token in seconds, at most 366 days."""
    overlap: NotRequired[int]
    """Seconds for which the earlier token stays valid. 0 ends it at once."""


class ScopeText(TypedDict):
    """The texts of a scope."""

    name: str
    """What the scope allows, in a few words."""
    description: NotRequired[str]
    """A longer description, one or two sentences."""
    resource: NotRequired[str]
    """The name of the API or app that the scope opens, as people know it."""
    language: NotRequired[str]
    """A language tag (RFC 5646)."""
    translations: NotRequired[dict[str, ScopeWords]]
    """The texts in other languages, by language tag."""
    scope: str
    """The scope, as apps ask for it."""


class ScopeTextPage(TypedDict):
    """All texts, by scope."""

    items: list[ScopeText]
    next_cursor: str | None
    """The `cursor` of the next page. null: this was the last page."""


class ScopeWords(TypedDict):
    """The texts of an OAuth scope in one language."""

    name: str
    """What the scope allows, in a few words."""
    description: NotRequired[str]
    """A longer description, one or two sentences."""
    resource: NotRequired[str]
    """The name of the API or app that the scope opens, as people know it."""


class SealingKey(TypedDict):
    """A sealing key, which seals codes, refresh tokens, cookies and hidden fields. Its states are next, active, opening and retired."""

    id: str
    state: Literal["next", "active", "opening", "retired"]
    created_at: str
    """RFC 3339, UTC."""
    opens_until: str | None
    """When the last thing that it sealed expires, or when the key was erased. null for the newest key."""


class SealingKeyPage(TypedDict):
    """All sealing keys, the newest first."""

    items: list[SealingKey]
    next_cursor: str | None
    """The `cursor` of the next page. null: this was the last page."""


class Secret(TypedDict):
    """A valid secret. The secret itself is shown once, when it is made."""

    created_at: str
    """RFC 3339, UTC."""
    expires_at: str | None
    """When the secret expires. null: it is valid until it is rotated."""


class SecretCheck(TypedDict):
    """A secret that you know."""

    secret: str


class SecretChecked(TypedDict):
    """Whether the object has this secret."""

    same: bool


class SentMail(TypedDict):
    """A mail to the user was sent. Only the mail has its code and its link."""

    email: str
    """The address that it was sent to."""
    expires_at: str
    """When its code, and its link if it has one, stop working."""


class Session(TypedDict):
    """A session: the sign-in of a user in one browser."""

    id: str
    sid: str
    """The id that apps know (claim sid), and the session_id of the grants of this session. It stays the same if the user signs in again
    in the same browser and the session gets a new id.
    """
    created_at: str
    """RFC 3339, UTC."""
    last_seen_at: str
    """RFC 3339, UTC."""
    expires_at: str
    """RFC 3339, UTC."""
    auth_time: str
    """RFC 3339, UTC."""
    amr: list[str]
    """The methods that were used to sign in (RFC 8176)."""
    acr: str
    """aal1: one factor, aal2: two."""
    address: str
    country: str
    """ISO 3166-1 alpha-2, as CloudFront states it; empty if it is unknown."""
    user_agent: str


class SessionPage(TypedDict):
    """Live sessions, the newest first."""

    items: list[Session]
    next_cursor: str | None
    """The `cursor` of the next page. null: this was the last page."""


class SignalStream(TypedDict):
    """A stream by which an app gets events about its people, and its state. The app itself makes and configures it."""

    id: str
    client_id: str
    """The app that hears."""
    method: Literal["push", "poll"]
    """`push`: events are sent to `endpoint_url`. `poll`: the app fetches them."""
    endpoint_url: str | None
    """Where events are pushed to, or null."""
    events_requested: list[str] | None
    """The event types that the app asked for, or null for every supported type."""
    description: str | None
    """What the app wrote about the stream, or null."""
    status: Literal["enabled", "paused", "disabled"]
    """`enabled`; `paused`: what happens waits for it; `disabled`: what happens is not kept for it."""
    reason: str | None
    """Why it has this status, as the app is told, or null."""
    waiting: int
    """How many events wait, counted up to 100."""
    more_waiting: bool
    """Whether more events wait than `waiting` says."""
    sent_at: str | None
    """When a push arrived last, or null. A poll is not kept."""
    failing_since: str | None
    """The first push that failed since then, or null."""
    problem: str | None
    """What was wrong with the last push, or null."""
    created_at: str
    """RFC 3339, UTC."""


class SignalStreamPage(TypedDict):
    """All streams."""

    items: list[SignalStream]
    next_cursor: str | None
    """The `cursor` of the next page. null: this was the last page."""


class SimulatedDecision(TypedDict):
    """One simulated decision. `decided_by`: the roles, rules and policies that decided. `details`: the engine's own text if it
    failed.
    """

    decision: bool
    reason: str
    decided_by: list[str]
    details: list[str]


class Simulation(TypedDict):
    """Questions to simulate with a version."""

    version: NotRequired[int | None]
    """The number of the version. null: the live one."""
    questions: list[dict[str, Any]]
    """Access evaluation requests as in AuthZEN."""


class SimulationResult(TypedDict):
    """Decisions in the order of the questions."""

    version: int
    decisions: list[SimulatedDecision]


class StatisticsAnswer(TypedDict):
    """Numbers in the order of time, also of hours or days in which nothing happened."""

    step: Literal["hour", "day"]
    items: list[Numbers]


class TrustedIssuer(TypedDict):
    """An issuer."""

    issuer: str
    """The issuer identifier, which is compared exactly with `iss`."""
    jwks_uri: str
    """The address of the issuer's keys. They are fetched like the keys of apps."""
    profile: NotRequired[Literal["id-jag", "jwt"]]
    """The kind of assertion: Identity Assertion Authorization Grants, or plain assertions of RFC 7523."""
    algorithms: NotRequired[list[str]]
    """The algorithms that the issuer may sign with."""
    clients: NotRequired[list[str]]
    """The client_ids of the apps that may use its assertions."""
    audiences: NotRequired[list[str]]
    """The APIs for which these apps may get tokens by an assertion, if the app itself may (RFC 8707)."""
    scopes: NotRequired[list[str]]
    """The scopes that these tokens may have, if the app itself may."""
    tenant: NotRequired[str]
    """The trusted tenant of the issuer, which is compared with `tenant`. Empty: the issuer has no tenants."""
    email_domains: NotRequired[list[str]]
    """A subject without a link is the user with the same verified email address, if its domain is in this list. Empty (default): email
    addresses are not used.
    """
    id: str
    """The id in paths."""
    created_at: str
    """RFC 3339, UTC."""
    updated_at: str
    """RFC 3339, UTC."""


class TrustedIssuerPage(TypedDict):
    """All issuers."""

    items: list[TrustedIssuer]
    next_cursor: str | None
    """The `cursor` of the next page. null: this was the last page."""


class Upload(TypedDict):
    """Where a file goes: one PUT request with these headers, without an access token."""

    file: Literal["people", "hash_config", "hashes", "key"]
    method: Literal["PUT"]
    url: str
    headers: dict[str, str]
    expires_at: str
    """The upload has to begin before."""


class User(TypedDict):
    """A person who can sign in."""

    id: str
    """The `sub` of the user's tokens. It is never used again."""
    email: str
    """The email address. It is compared in its canonical form: lower case, NFKC."""
    email_verified: bool
    claims: Claims
    roles: list[str]
    """The user's own roles, without those of groups."""
    groups: list[str]
    attributes: dict[str, str | bool | int | float | list[str]]
    admin: bool
    admin_scopes: list[str] | None
    """The OAuth scopes of this API that the user may use at most, as an admin. null: all, also those of later releases."""
    disabled: bool
    deactivated_by: str | None
    """The SCIM client that disabled the user, and may enable them. null if an admin did; true for `disabled` takes over."""
    mfa_required: bool
    totp_enabled: bool
    """Whether the user has set up an authenticator app."""
    passkeys: int
    """How many passkeys the user has that are a second factor. One that waits for its first use is none."""
    has_password: bool
    password_scheme: str | None
    """How the password is hashed: argon2id, or the scheme of the system from which the user was imported, such as bcrypt, until their
    first sign-in. wrapped- before it: inside an Argon2id hash. null without a password.
    """
    terms: list[AcceptedTerms]
    deleting_until: str | None
    """When the user is erased, because they deleted their account; null if they did not. They are disabled until then."""
    created_at: str
    """RFC 3339, UTC."""
    updated_at: str
    """RFC 3339, UTC."""


class UserChanges(TypedDict):
    """Changes of a user (RFC 7396): absent members stay unchanged. `claims` is merged member by member."""

    email: NotRequired[str | None]
    """A new address resets `email_verified`, unless the same request sets it."""
    email_verified: NotRequired[bool | None]
    claims: NotRequired[Claims | None]
    """null removes all claims."""
    mfa_required: NotRequired[bool | None]
    admin: NotRequired[bool | None]
    admin_scopes: NotRequired[list[str] | None]
    """The OAuth scopes of this API that the user may use at most, as an admin. null: all, also those of later releases. Only a caller
    with every scope can change it.
    """
    roles: NotRequired[list[str] | None]
    """The names of the user's roles. Tokens also contain the roles of the groups. The list is replaced; null removes all."""
    groups: NotRequired[list[str] | None]
    """The names of the user's groups. The list is replaced; null removes all."""
    attributes: NotRequired[dict[str, str | bool | int | float | list[str] | None] | None]
    """Facts for policies: up to 50 texts, numbers, booleans or lists of texts. Merged; null removes one, or all."""
    disabled: NotRequired[bool | None]
    """true ends all sessions and the access of all apps at once and permanently."""


class UserExport(TypedDict):
    """Each list has one row for each item. Times are RFC 3339 in UTC. `kept_until`: when DynamoDB removes the item."""

    format: str
    """Always idp-person."""
    version: int
    """The version of the format."""
    issuer: str
    """The provider."""
    created_at: str
    """RFC 3339, UTC."""
    complete: bool
    """false: older events are left out, or an item cannot be read."""
    account: dict[str, Any]
    """Address, profile, flags, roles, groups, attributes, accepted terms."""
    addresses: list[dict[str, Any]]
    """The present address, and former ones while they are reserved."""
    authenticator_apps: list[dict[str, Any]]
    """The authenticator app, without its secret."""
    recovery_codes: list[dict[str, Any]]
    """How many codes are left."""
    passkeys: list[dict[str, Any]]
    """Passkeys, without their keys."""
    allowed_apps: list[dict[str, Any]]
    """What the person allowed apps."""
    linked_accounts: list[dict[str, Any]]
    """Subjects of trusted issuers that are this person."""
    tokens_of_other_providers: list[dict[str, Any]]
    """Tokens of other providers that are kept for apps, without the tokens."""
    directories: list[dict[str, Any]]
    """What the directory of an organisation said about the person, by SCIM."""
    organizations: list[dict[str, Any]]
    """The organisations that the person is a member of, with the roles there."""
    sessions: list[dict[str, Any]]
    """Sign-ins, also those that ended, with network address and browser."""
    app_access: list[dict[str, Any]]
    """Access that apps got, with scopes."""
    events: list[dict[str, Any]]
    """The audit events about the person."""
    mails_with_links: list[dict[str, Any]]
    """Mails with a code and a link, without them."""
    typed_codes: list[dict[str, Any]]
    """How many codes of mails may be typed."""
    remembered_devices: list[dict[str, Any]]
    """Devices that are not asked for the second factor."""
    locked_browsers: list[dict[str, Any]]
    """Marks of browsers with too many wrong passwords."""
    known_places: list[dict[str, Any]]
    """Marks of networks and browsers about which no notice is sent, as keyed hashes that are not shown."""
    mail_problems: list[dict[str, Any]]
    """Why the address gets no mail."""
    invitations: list[dict[str, Any]]
    """Open invitations of the address."""
    apps: dict[str, str]
    """The names of the apps in the lists, by id."""
    organization_names: dict[str, str]
    """The names of the organisations in the lists, by id."""


class UserOrganization(TypedDict):
    """An organisation of a user."""

    organization: str
    """Its id."""
    roles: list[str]
    """The names of roles that the person was given there. Some may be deleted by now."""
    admin: bool
    owned: bool
    joined_at: str
    """RFC 3339, UTC."""


class UserOrganizations(TypedDict):
    """The organisations of a user."""

    items: list[UserOrganization]
    """At most 50, by id."""


class UserPage(TypedDict):
    """Users by email address; for an organisation's admin, the members of the organisation by id."""

    items: list[User | OrganizationPerson]
    next_cursor: str | None
    """The `cursor` of the next page. null: this was the last page."""
    searched: int
    """The number of entries that were read for this page. A search ends a page after a maximum of them, even without a match: continue
    while there is a `next_cursor`.
    """


class UserWithLocks(TypedDict):
    """A user, the locks that prevent a sign-in now, and the reason why the address gets no mail."""

    id: str
    """The `sub` of the user's tokens. It is never used again."""
    email: str
    """The email address. It is compared in its canonical form: lower case, NFKC."""
    email_verified: bool
    claims: Claims
    roles: list[str]
    """The user's own roles, without those of groups."""
    groups: list[str]
    attributes: dict[str, str | bool | int | float | list[str]]
    admin: bool
    admin_scopes: list[str] | None
    """The OAuth scopes of this API that the user may use at most, as an admin. null: all, also those of later releases."""
    disabled: bool
    deactivated_by: str | None
    """The SCIM client that disabled the user, and may enable them. null if an admin did; true for `disabled` takes over."""
    mfa_required: bool
    totp_enabled: bool
    """Whether the user has set up an authenticator app."""
    passkeys: int
    """How many passkeys the user has that are a second factor. One that waits for its first use is none."""
    has_password: bool
    password_scheme: str | None
    """How the password is hashed: argon2id, or the scheme of the system from which the user was imported, such as bcrypt, until their
    first sign-in. wrapped- before it: inside an Argon2id hash. null without a password.
    """
    terms: list[AcceptedTerms]
    deleting_until: str | None
    """When the user is erased, because they deleted their account; null if they did not. They are disabled until then."""
    created_at: str
    """RFC 3339, UTC."""
    updated_at: str
    """RFC 3339, UTC."""
    locks: list[Lock]
    """The locks of the user. Too many failures from one network lock that network for all users. Such a lock is not listed here but in
    the audit trail (type=sign_in.locked, address=…).
    """
    mail_problem: MailProblem | None
    """The address gets no mail until a year has passed, or until DELETE …/mail-problem. null: it gets mail."""


class WebhookAttempt(TypedDict):
    """One attempt at sending an event. The event itself and the answer's text are not kept."""

    event_id: str
    """The `webhook-id`, the same for all attempts at an event."""
    type: str
    attempt: int
    """1 for the first one."""
    status: int | None
    """The status of the answer, or null for none."""
    problem: str | None
    """What was wrong, or null for a success."""
    at: str
    """RFC 3339, UTC."""
    took_ms: int


class WebhookAttemptPage(TypedDict):
    """A page of attempts of the last seven days, the newest first."""

    items: list[WebhookAttempt]
    next_cursor: str | None
    """The `cursor` of the next page. null: this was the last page."""


class WebhookDeadLetter(TypedDict):
    """An event that was given up after a day. It is kept for seven days."""

    event_id: str
    type: str
    attempts: int
    problem: str
    """What was wrong with the last attempt."""
    at: str
    """When it happened."""
    failed_at: str
    """RFC 3339, UTC."""


class WebhookDeadLetterPage(TypedDict):
    """A page of dead letters."""

    items: list[WebhookDeadLetter]
    next_cursor: str | None
    """The `cursor` of the next page. null: this was the last page."""


class WebhookEndpoint(TypedDict):
    """A webhook endpoint."""

    id: str
    url: str
    """Where events are sent: https with a public host name. No redirect is followed."""
    events: list[str]
    """The types of events that are sent. `user` stands for all that begin with `user.`. An empty list stands for all types."""
    org_id: str | None
    """Only events of this organization are sent, or null for all."""
    description: str | None
    """A note for admins, at most 200 characters."""
    enabled: bool
    """Whether events are sent. What an endpoint does not get while it is off is not kept; what it had not got before waits for a
    week.
    """
    disabled_why: str | None
    """Why it is off: `admin`, `failing` (for five days), `gone` (it answered 410), or null."""
    earlier_secret_until: str | None
    """Until then events are signed with the replaced secret too, or null."""
    created_at: str
    """RFC 3339, UTC."""
    updated_at: str
    """RFC 3339, UTC."""


class WebhookEndpointChanges(TypedDict):
    """Changes (RFC 7396): absent members stay unchanged, null sets the default."""

    url: NotRequired[str | None]
    """Where events are sent: https with a public host name. No redirect is followed."""
    events: NotRequired[list[str] | None]
    """The types of events that are sent. `user` stands for all that begin with `user.`. An empty list stands for all types."""
    org_id: NotRequired[str | None]
    """Only events of this organization are sent, or null for all."""
    description: NotRequired[str | None]
    """A note for admins, at most 200 characters."""
    enabled: NotRequired[bool | None]
    """Whether events are sent. What an endpoint does not get while it is off is not kept; what it had not got before waits for a
    week.
    """


class WebhookEndpointPage(TypedDict):
    """All webhook endpoints."""

    items: list[WebhookEndpoint]
    next_cursor: str | None
    """The `cursor` of the next page. null: this was the last page."""


class WebhookEndpointState(TypedDict):
    """A webhook endpoint, and how it does."""

    id: str
    url: str
    """Where events are sent: https with a public host name. No redirect is followed."""
    events: list[str]
    """The types of events that are sent. `user` stands for all that begin with `user.`. An empty list stands for all types."""
    org_id: str | None
    """Only events of this organization are sent, or null for all."""
    description: str | None
    """A note for admins, at most 200 characters."""
    enabled: bool
    """Whether events are sent. What an endpoint does not get while it is off is not kept; what it had not got before waits for a
    week.
    """
    disabled_why: str | None
    """Why it is off: `admin`, `failing` (for five days), `gone` (it answered 410), or null."""
    earlier_secret_until: str | None
    """Until then events are signed with the replaced secret too, or null."""
    created_at: str
    """RFC 3339, UTC."""
    updated_at: str
    """RFC 3339, UTC."""
    sent_at: str | None
    """When an event arrived last, or null."""
    failing_since: str | None
    """The first failure since then, or null."""
    rests_until: str | None
    """Nothing is sent before, because the endpoint asked for it or failed often, or null."""
    problem: str | None
    """What was wrong with the last attempt, or null."""


class WebhookEndpointWithSecret(TypedDict):
    """A webhook endpoint with its new secret, which is shown once."""

    id: str
    url: str
    """Where events are sent: https with a public host name. No redirect is followed."""
    events: list[str]
    """The types of events that are sent. `user` stands for all that begin with `user.`. An empty list stands for all types."""
    org_id: str | None
    """Only events of this organization are sent, or null for all."""
    description: str | None
    """A note for admins, at most 200 characters."""
    enabled: bool
    """Whether events are sent. What an endpoint does not get while it is off is not kept; what it had not got before waits for a
    week.
    """
    disabled_why: str | None
    """Why it is off: `admin`, `failing` (for five days), `gone` (it answered 410), or null."""
    earlier_secret_until: str | None
    """Until then events are signed with the replaced secret too, or null."""
    created_at: str
    """RFC 3339, UTC."""
    updated_at: str
    """RFC 3339, UTC."""
    secret: str
    """`whsec_` and Base64: the secret that the receiver verifies signatures with (Standard Webhooks)."""


class WebhookEventType(TypedDict):
    """A type of events."""

    type: str
    body: dict[str, Any]
    """The JSON Schema (2020-12) of the body."""


class WebhookEventTypes(TypedDict):
    """The types of events that this release knows."""

    items: list[WebhookEventType]
    next_cursor: str | None
    """The `cursor` of the next page. null: this was the last page."""


class WebhookRedelivered(TypedDict):
    """How many events are sent again."""

    endpoint_id: str
    events: int
    next_since: str | None
    """If the period has more: the `since` of the next request, with the same `until`. Else null."""


class WebhookRedelivery(TypedDict):
    """Which events are sent again: those of `event_ids`, or those that arrived in a period; without both the first hundred dead
    letters.
    """

    event_ids: NotRequired[list[str]]
    """The ids of dead letters, or of events that arrived in the last seven days. Others are not counted."""
    since: NotRequired[str | None]
    """The events that arrived from this instant on: RFC 3339 with a time zone. The first 500 attempts are read."""
    until: NotRequired[str | None]
    """The end of the period, not in the future. Needed with `since`."""


class WebhookRotation(TypedDict):
    """How a secret is replaced."""

    overlap: NotRequired[int]
    """Seconds for which events are signed with the replaced secret too, at most a week."""


class WebhookTested(TypedDict):
    """The event that was queued."""

    endpoint_id: str
    event_id: str
    """The attempts show it by this id."""
