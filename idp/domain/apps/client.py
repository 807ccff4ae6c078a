"""An app that asks for tokens (RFC 6749 §2, metadata names of RFC 7591 §2)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from idp.domain.apps import client_stamp

if TYPE_CHECKING:
    from idp.domain.people.consent import Consent
    from idp.domain.tokens.grant import Grant


@dataclass(frozen=True, slots=True)
class ClientSecret:
    """A generated 256-bit secret, stored as its SHA-256 in hex. It is refused after `expires_at` (epoch seconds); None: it is valid until
    it is rotated.
    """

    digest: str
    created_at: int
    expires_at: int | None = None


@dataclass(frozen=True, slots=True)
class Client:
    """A registered client.

    `scopes`: the OAuth scopes beyond the standard ones that it may ask for. `resources`: the `aud` of its access tokens. `introspects`: the
    audiences whose tokens it may introspect as their resource server (RFC 7662 §4). `token_exchange_audiences`, `token_exchange_scopes`:
    the tokens that it may get by token exchange (RFC 8693). `may_impersonate`: the exchanged token may lack the `act` claim.

    `auth_methods`: the client authentication methods that it may use. `first_party`: consent is not asked. `roles`: assignments
    (domain.access.roles), for what the client does for itself. `claim_mappings`: see domain.apps.claim_mapping. `profile`: fapi2 or
    fapi2-message-signing; the rules of the profile apply in addition.

    `registered_by`: dynamic if the client registered itself (RFC 7591); client_id_metadata if its id is the URL of its metadata.
    `registration_token_digest`: SHA-256 of its registration access token (RFC 7592), hex. `registrable_scopes`: the scopes that it may
    register for. `kept_by_admin`: members that an admin set and the client cannot change. `provisional_until`: when it is deleted (epoch
    seconds) unless a person has signed in with it.

    `id_token_claims`: ID Tokens contain the claims of the granted scopes (OIDC Core §5.4), not only UserInfo. `incarnation`: a random id
    that is made with the client and never changes. It distinguishes the client from a former one with the same id. `security_stamp` counts
    how often the client was disabled. Grants and tokens of the client contain both (`stamp`).

    `branding`: the look of the pages and mails that are about this client (domain.looks), as `look.as_document` gives it.
    `mail_code`: whether people may sign in with a code from a mail; None: as the deployment says.
    `connections_only`: people sign in by a connection, and no other session is accepted.
    `sign_up`: people may create an account on the way to this client, if the deployment is open for it.
    `organization`: whether its sign-ins are for an organisation (`organisation_scope.KINDS`). `org_id`: the organisation to which the
    client itself belongs, or empty: a machine client whose tokens are for that organisation.
    `copies`: in how many further partitions the client is stored, so that more requests can read it (`idp.store.copies`).
    `require_mfa`: each sign-in needs a second factor. `require_pkce=False` is accepted for confidential clients only (RFC 9700 §2.1.1).
    """

    id: str
    name: str = ""
    secrets: tuple[ClientSecret, ...] = ()
    auth_methods: tuple[str, ...] = ("client_secret_basic",)
    redirect_uris: tuple[str, ...] = ()
    post_logout_redirect_uris: tuple[str, ...] = ()
    grant_types: tuple[str, ...] = ("authorization_code", "refresh_token")
    scopes: tuple[str, ...] = ("openid", "profile", "email", "address", "phone", "offline_access")
    resources: tuple[str, ...] = ()
    introspects: tuple[str, ...] = ()
    token_exchange_audiences: tuple[str, ...] = ()
    token_exchange_scopes: tuple[str, ...] = ()
    may_impersonate: bool = False
    id_jag_audiences: Mapping[str, Any] | None = None
    application_type: str = "web"
    require_pkce: bool = True
    first_party: bool = False
    require_mfa: bool = False
    sign_up: bool = True
    mail_code: bool | None = None
    connections_only: bool = False
    organization: str = "none"
    org_id: str = ""
    disabled: bool = False
    client_uri: str | None = None
    logo_uri: str | None = None
    policy_uri: str | None = None
    tos_uri: str | None = None
    branding: Mapping[str, Any] | None = None
    contacts: tuple[str, ...] = ()
    jwks: Mapping[str, Any] | None = None
    jwks_uri: str | None = None
    token_endpoint_auth_signing_alg: str | None = None
    tls_client_auth_subject_dn: str | None = None
    tls_client_auth_san_dns: str | None = None
    tls_client_auth_san_uri: str | None = None
    tls_client_auth_san_ip: str | None = None
    tls_client_auth_san_email: str | None = None
    id_token_signed_response_alg: str = "RS256"
    id_token_claims: bool = False
    id_token_encrypted_response_alg: str | None = None
    id_token_encrypted_response_enc: str | None = None
    userinfo_signed_response_alg: str | None = None
    userinfo_encrypted_response_alg: str | None = None
    userinfo_encrypted_response_enc: str | None = None
    introspection_signed_response_alg: str | None = None
    introspection_encrypted_response_alg: str | None = None
    introspection_encrypted_response_enc: str | None = None
    authorization_signed_response_alg: str | None = None
    authorization_encrypted_response_alg: str | None = None
    authorization_encrypted_response_enc: str | None = None
    access_token_signed_response_alg: str = "RS256"
    request_object_signing_alg: str | None = None
    request_uris: tuple[str, ...] = ()
    require_signed_request_object: bool = False
    require_pushed_authorization_requests: bool = False
    dpop_bound_access_tokens: bool = False
    tls_client_certificate_bound_access_tokens: bool = False
    authorization_details_types: tuple[str, ...] = ()
    subject_type: str = "public"
    sector_identifier_uri: str | None = None
    default_max_age: int | None = None
    require_auth_time: bool = False
    default_acr_values: tuple[str, ...] = ()
    initiate_login_uri: str | None = None
    backchannel_logout_uri: str | None = None
    backchannel_logout_session_required: bool = False
    frontchannel_logout_uri: str | None = None
    frontchannel_logout_session_required: bool = False
    software_id: str | None = None
    software_version: str | None = None
    software_statement: str | None = None
    profile: str | None = None
    registered_by: str | None = None
    registration_token_digest: str | None = None
    registrable_scopes: tuple[str, ...] = ()
    kept_by_admin: tuple[str, ...] = ()
    provisional_until: int | None = None
    roles: Mapping[str, Any] | None = None
    claim_mappings: Mapping[str, Any] | None = None
    incarnation: str = ""
    security_stamp: int = 0
    created_at: int = 0
    updated_at: int = 0
    version: int = 1
    copies: int = 0

    @property
    def stamp(self) -> str:
        """Return the stamp. Grants, tokens and requests contain it and end when the client is deleted or disabled."""
        return client_stamp.stamp(self.incarnation, self.security_stamp)

    def accepts(self, stamp: str, since: int) -> bool:
        """Return whether a thing with this stamp, made at `since` (epoch seconds), may be used by this client now."""
        valid = client_stamp.is_valid(
            stamp, since, incarnation=self.incarnation, security_stamp=self.security_stamp, created_at=self.created_at
        )
        return valid and not self.disabled

    def knows(self, stamp: str, since: int) -> bool:
        """Return whether a thing with this stamp, made at `since` (epoch seconds), belongs to this client, disabled or not."""
        return client_stamp.is_of(stamp, since, incarnation=self.incarnation, created_at=self.created_at)

    def holds(self, grant: Grant) -> bool:
        """Return whether the grant belongs to this client and the client has not been disabled since."""
        return grant.client_id == self.id and self.accepts(grant.client_stamp, grant.created_at)

    def holds_consent(self, consent: Consent) -> bool:
        """Return whether the consent was given to this client, and not to a former one with the same id. A disabled client keeps it."""
        return consent.client_id == self.id and self.knows(consent.client_stamp, consent.granted_at)

    @property
    def home(self) -> str | None:
        """Return the https URL that an error page may link to. A client has one only if an admin registered it and it is not disabled."""
        uri = self.initiate_login_uri or self.client_uri
        return uri if uri and uri.startswith("https://") and not self.disabled and self.registered_by is None else None

    @property
    def is_public(self) -> bool:
        """Return whether it is a public client, which has no secret (RFC 6749 §2.1)."""
        return self.auth_methods == ("none",)

    @property
    def is_fapi(self) -> bool:
        """Return whether the rules of FAPI 2.0 apply in addition."""
        return (self.profile or "").startswith("fapi2")

    @property
    def is_native(self) -> bool:
        """Return whether it is a native app, which may use any loopback port (RFC 8252 §7.3)."""
        return self.application_type == "native"

    @property
    def must_use_pkce(self) -> bool:
        """Return whether requests need PKCE. A confidential client can be exempt (RFC 9700 §2.1.1), but not with FAPI 2.0 (§5.3.2.2)."""
        return self.is_public or self.require_pkce or self.is_fapi

    @property
    def must_push(self) -> bool:
        """Return whether its requests must be pushed (RFC 9126 §5; FAPI 2.0 §5.3.2.2)."""
        return self.require_pushed_authorization_requests or self.is_fapi

    @property
    def must_sign(self) -> bool:
        """Return whether its requests must be signed (RFC 9101 §10.5; FAPI 2.0 Message Signing §5.3.1)."""
        return self.require_signed_request_object or self.profile == "fapi2-message-signing"

    @property
    def has_session_id_claim(self) -> bool:
        """Return whether its ID Tokens have a `sid` (Front-Channel Logout §3, Back-Channel Logout §2.1).

        A client with a FAPI profile gets it only if it registered a logout URI, because FAPI test suites report a claim that they do not
        expect.
        """
        return not self.is_fapi or bool(self.backchannel_logout_uri or self.frontchannel_logout_uri)

    @property
    def is_sender_constrained(self) -> bool:
        """Return whether its tokens must be bound to a key or a certificate (RFC 9449 §5.2, RFC 8705 §3.4, FAPI 2.0 §5.3.2.1)."""
        return self.dpop_bound_access_tokens or self.tls_client_certificate_bound_access_tokens or self.is_fapi
