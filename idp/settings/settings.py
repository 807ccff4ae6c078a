"""The settings as one frozen object. docs/settings.md lists them; a test compares the two."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass

from idp.domain.audit.retention import Retention
from idp.settings.origins import host_of

PROFILE_CLAIMS = "name given_name family_name nickname picture website zoneinfo locale"
"""The claims that people change in their profile, unless the deployment lists others."""


@dataclass(frozen=True, slots=True)
class Settings:
    """Lifetimes are in seconds, memory in KiB. `issuer` is the only base URL; the Host header is never used."""

    issuer: str
    env: str = "prod"
    table_prefix: str = "idp"
    key_file: str = ""
    kms_key_id: str = ""
    region: str = ""
    brand: str = "idp"
    languages: str = "en de fr es pt-BR ja ar"
    theme: str = ""
    support: str = ""
    rp_id: str = ""
    passkeys: str = "on"
    passwordless: str = "on"
    passkey_offer: str = "off"
    passkey_upgrade: str = "off"
    passkey_attestation: str = "none"
    passkey_mds_file: str = ""
    passkey_mds_root: str = ""
    passkey_aaguids: str = ""
    related_origins: str = ""
    argon2_memory_kib: int = 19456
    argon2_iterations: int = 2
    argon2_parallelism: int = 1
    code_lifetime: int = 60
    access_token_lifetime: int = 600
    id_token_lifetime: int = 600
    refresh_idle_lifetime: int = 30 * 86400
    refresh_absolute_lifetime: int = 365 * 86400
    refresh_grace: int = 10
    session_idle_lifetime: int = 86400
    session_absolute_lifetime: int = 30 * 86400
    sign_in_lifetime: int = 3600
    password_min_length: int = 15
    password_min_length_mfa: int = 8
    breached_passwords: str = "off"
    breached_passwords_file: str = ""
    password_attempts: int = 5
    network_attempts: int = 100
    mail_code: str = "off"
    remember_device_days: int = 0
    self_deletion: str = "on"
    deletion_grace_days: int = 14
    audit_retention_days: int = 400
    audit_retention: str = ""
    audit_chain: str = "off"
    audit_bucket: str = ""
    audit_lock: str = "governance"
    key_rotation_days: int = 90
    dpop_nonce: str = "off"
    session_management: str = "off"
    signing_algorithms: str = "RS256 PS256 ES256 Ed25519"
    registration: str = "off"
    registration_require_pkce: str = "on"
    registration_id_token_claims: str = "off"
    registration_scopes: str = "openid profile email address phone offline_access"
    registration_resources: str = ""
    registration_hourly_per_network: int = 1000
    registration_hourly: int = 5000
    password_reset: str = "on"
    sign_in_notices: str = "on"
    verify_email: str = "after"
    tickets_hourly_per_network: int = 50
    tickets_hourly: int = 1000
    software_statement_issuers: str = ""
    sign_up: str = "closed"
    sign_up_domains: str = ""
    sign_up_denied_domains: str = ""
    sign_up_claims: str = ""
    sign_up_challenge: str = "off"
    terms_uri: str = ""
    terms_version: str = ""
    profile_claims: str = PROFILE_CLAIMS
    client_id_metadata: str = "off"
    client_id_metadata_hosts: str = ""
    client_id_metadata_denied_hosts: str = ""
    authorization_details: str = "off"
    jwt_bearer: str = "off"
    id_jag: str = "off"
    scim: str = "off"
    console: str = "off"
    hooks: str = "off"
    hooks_functions: str = ""
    mail_from: str = ""
    smtp_url: str = ""
    smtp_password: str = dataclasses.field(default="", repr=False)
    smtp_password_parameter: str = ""
    mtls_url: str = ""
    fetch_function: str = ""
    organization_client_scopes: str = ""
    organization_client_resources: str = ""
    organization_scim_clients: int = 0
    organization_connections: int = 0
    dns_resolver: str = "https://dns.google/resolve"
    mail_function: str = ""
    migration_function: str = ""
    saml_function: str = ""
    import_bucket: str = ""
    import_function: str = ""
    webhook_function: str = ""
    event_bus: str = ""
    shared_signals: str = "off"
    edge_sha256: str = ""
    dev_fetch_hosts: str = ""
    dev_fetch_ca: str = ""
    log_level: str = "INFO"
    metrics: str = "alarms"
    tracing: str = "off"

    @property
    def algorithms(self) -> tuple[str, ...]:
        """Algorithms that tokens may be signed with, always including RS256 (OIDC Core §15.1)."""
        return tuple(self.signing_algorithms.split())

    @property
    def page_languages(self) -> tuple[str, ...]:
        """The languages of pages and mails. The first one is for readers who want none of them."""
        return tuple(self.languages.split())

    @property
    def webauthn_rp_id(self) -> str:
        """The RP ID of passkeys (WebAuthn Level 3 §4): IDP_RP_ID, or the issuer's host."""
        return self.rp_id or host_of(self.issuer)

    @property
    def allows_passwordless(self) -> bool:
        """Whether an account may have a passkey in place of a password."""
        return self.passkeys == "on" and self.passwordless == "on"

    @property
    def offers_passkeys(self) -> bool:
        """Whether a person who signed in with a password is offered a passkey."""
        return self.passkeys == "on" and self.passkey_offer == "on"

    @property
    def upgrades_passkeys(self) -> bool:
        """Whether a browser may make a passkey without a gesture after a password. The owner is told by mail, so mails must be possible."""
        return self.passkeys == "on" and self.passkey_upgrade == "on" and self.sends_mail

    @property
    def accepted_aaguids(self) -> frozenset[str]:
        """The models of authenticators that may be registered, by AAGUID (WebAuthn Level 3 §6.5.2); empty if the models do not matter."""
        return frozenset(self.passkey_aaguids.split())

    @property
    def related(self) -> tuple[str, ...]:
        """The origins that may use passkeys of the RP ID beside those under its domain (WebAuthn Level 3 §5.11)."""
        return tuple(self.related_origins.split())

    @property
    def passkey_origins(self) -> frozenset[str]:
        """The origins whose pages may ask for a passkey: the issuer's, where all our pages are."""
        return frozenset({self.issuer})

    @property
    def statement_issuers(self) -> dict[str, str]:
        """Accepted issuers of software statements, with the address of their keys (RFC 7591 §2.3)."""
        pairs = (pair.partition("=") for pair in self.software_statement_issuers.split())
        return {issuer: jwks_uri for issuer, _, jwks_uri in pairs}

    @property
    def event_retention(self) -> Retention:
        """How long audit events are stored, by their type."""
        return Retention.of(self.audit_retention_days, self.audit_retention)

    @property
    def chains_events(self) -> bool:
        """Whether the function `stream` puts audit events into the audit chain."""
        return self.audit_chain == "on"

    @property
    def dev(self) -> bool:
        """Whether this is a development deployment."""
        return self.env == "dev"

    @property
    def sends_mail(self) -> bool:
        """Whether mails are sent. In development they at least come into the outbox."""
        return self.dev or bool(self.mail_from and (self.mail_function or self.smtp_url))

    @property
    def resets_passwords(self) -> bool:
        """Whether people may reset a forgotten password by mail."""
        return self.password_reset == "on" and self.sends_mail

    @property
    def deletes_selves(self) -> bool:
        """Whether people may delete their own account. The mail with the link that undoes it must be possible."""
        return self.self_deletion == "on" and self.sends_mail

    @property
    def signs_in_by_mail(self) -> bool:
        """Whether people may sign in with a code from a mail, where an app says nothing about it."""
        return self.mail_code == "on" and self.sends_mail

    @property
    def verifies_email(self) -> bool:
        """Whether people can prove on the account page that they read the mail of their address."""
        return self.verify_email != "off" and self.sends_mail

    @property
    def verifies_email_first(self) -> bool:
        """Whether people must prove it before an app that asks for the address gets an answer."""
        return self.verify_email == "before" and self.sends_mail

    @property
    def tells_sign_ins(self) -> bool:
        """Whether people get a mail about a sign-in from a new browser and network."""
        return self.sign_in_notices == "on" and self.sends_mail

    @property
    def serves_scim(self) -> bool:
        """Whether the app has the addresses of SCIM. In AWS only the function `scim` has it switched on."""
        return self.scim == "on"

    @property
    def serves_console(self) -> bool:
        """Whether the app has the admin console. In AWS only the function `console` has it switched on."""
        return self.console == "on"

    @property
    def has_console(self) -> bool:
        """Whether the deployment has the admin console, in this process or in another function, so that pages and mails link to it."""
        return self.console in {"on", "linked"}

    @property
    def secure(self) -> bool:
        """Whether the issuer is https. Then cookies are Secure and have the __Host- prefix."""
        return self.issuer.startswith("https://")

    @property
    def admin_resource(self) -> str:
        """The audience of access tokens for the admin API."""
        return self.issuer + "/admin/v1"

    @property
    def access_resource(self) -> str:
        """The audience of access tokens for the policy decision point (AuthZEN)."""
        return self.issuer + "/access/v1"

    @property
    def signals_resource(self) -> str:
        """The audience of access tokens of receivers of shared signals, and the beginning of their addresses."""
        return self.issuer + "/signals/v1"

    @property
    def sends_signals(self) -> bool:
        """Whether receivers may have streams of shared signals (IDP_SHARED_SIGNALS)."""
        return self.shared_signals == "on"
