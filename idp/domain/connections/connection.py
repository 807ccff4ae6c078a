"""A connection: an upstream provider by which people sign in, or the old system of imported people. Admins manage it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from idp.domain.connections.ids import org_id_of

OIDC, OAUTH2, SAML, PASSWORD = "oidc", "oauth2", "saml", "password"
"""`Connection.type`: OpenID Connect; OAuth 2.0 with an endpoint that tells who the person is; SAML 2.0; or the old system of people,
which is asked once whether a password is right (just-in-time migration). It gets no redirects, and the sign-in page has no button for it.
"""
KNOWN_PEOPLE, ALL_PEOPLE = "known", "all"
"""`Connection.who`: people who were imported without a password; or also every address without an account."""
CREATE, LINK, KNOWN = "create", "link", "known"
"""`Connection.accounts`: it makes accounts; it is only linked to existing ones; only people who are linked already may sign in."""
NONE, VERIFIED, DOMAINS = "none", "verified", "domains"
"""`Connection.email_trust`: its addresses never count; verified ones count; verified ones of the connection's own domains count."""


@dataclass(frozen=True, slots=True)
class Connection:
    """A connection. Its id is part of the redirect URI and never changes.

    `preset`: the name of the preset that it was made from; it decides about the quirks of the upstream, not about its endpoints.
    `name`, `logo_uri`, `shown`, `position`: of its button on the sign-in page. `enabled`: people may sign in by it.
    `issuer`: exact for OpenID Connect; a template with `{tenantid}` for Microsoft Entra with several `tenants` (their ids, `tid`).
    `iss_parameter`: the upstream sends its issuer with the code (RFC 9207).
    `client_auth`: client_secret_basic, client_secret_post, private_key_jwt, apple or none. `secret`: the client secret, or the signing key
    in PEM, sealed under the data key. `key_id`, `team_id`: for a signing key. `signing_alg`: the only algorithm of its ID Tokens.
    `response_mode`: empty, or form_post. `claims`: for a standard claim, the name of the upstream's claim, if it is another one.
    `apps`: ids of the apps that use it; none stands for all. `domains`: the domains of addresses that lead to it.
    `accounts`, `email_trust`: see the constants. `link_verified`: an identity is linked without a question if the upstream decides about
    its address, and the address here is verified. `trusts_factors`: two factors at the upstream count as ours.
    `keeps_tokens`: the upstream's tokens are kept for the apps `token_apps`, which get access tokens of it by token exchange (OIDC and
    OAuth 2.0 only). No app is named: no app gets one. `token_incarnations`: the incarnation of each of these apps when an admin named it,
    so that a later app with the same id is not included.
    `copies`: how many copies of it are stored, if many people sign in by it (docs/scale.md, A popular connection).
    `hook`: of type `password`, the https URL or the ARN of the Lambda function that is asked. `who`: see the constants.

    Of SAML 2.0 `issuer` is the entity id of the identity provider, `client_id` is ours there, `authorization_endpoint` is its sign-in URL,
    and `redirect_uri` is the assertion consumer service. `claims` has names of attributes; with `sub` an attribute is the subject, else
    the NameID of the format `name_id_format` (`saml.FORMATS`). `certificates`: of the identity provider, DER in base64. `metadata_url`:
    where they are read from. `signs_requests`, `wants_signed_assertions`, `wants_encryption`: what the two sides sign and encrypt.
    `own_certificates`: for the names of the keys in `secret` (`services/upstream/saml/own_keys.py`), DER in base64.
    """

    id: str
    type: str
    preset: str = ""
    name: str = ""
    logo_uri: str = ""
    enabled: bool = True
    shown: bool = True
    position: int = 100
    issuer: str = ""
    authorization_endpoint: str = ""
    token_endpoint: str = ""
    userinfo_endpoint: str = ""
    jwks_uri: str = ""
    end_session_endpoint: str = ""
    iss_parameter: bool = False
    client_id: str = ""
    client_auth: str = "client_secret_basic"
    secret: str = field(default="", repr=False)
    key_id: str = ""
    team_id: str = ""
    signing_alg: str = "RS256"
    scopes: tuple[str, ...] = ("openid", "email", "profile")
    response_mode: str = ""
    claims: Mapping[str, str] = field(default_factory=dict)
    tenants: tuple[str, ...] = ()
    apps: tuple[str, ...] = ()
    domains: tuple[str, ...] = ()
    accounts: str = CREATE
    email_trust: str = NONE
    link_verified: bool = False
    trusts_factors: bool = False
    keeps_tokens: bool = False
    hook: str = ""
    who: str = ""
    certificates: tuple[str, ...] = ()
    metadata_url: str = ""
    name_id_format: str = "persistent"
    signs_requests: bool = False
    wants_signed_assertions: bool = True
    wants_encryption: bool = False
    own_certificates: Mapping[str, str] = field(default_factory=dict)
    version: int = 1
    created_at: int = 0
    updated_at: int = 0
    token_apps: tuple[str, ...] = ()
    token_incarnations: Mapping[str, str] = field(default_factory=dict)
    copies: int = 0

    @property
    def org_id(self) -> str:
        """Return the id of the organisation that made it, or "" for one of the deployment."""
        return org_id_of(self.id)

    @property
    def own_id(self) -> str:
        """Return its id as its admins name it: without that of the organisation."""
        return self.id.rpartition(".")[2]

    def serves(self, client_id: str) -> bool:
        """Return whether people may sign in to this app by it."""
        return self.enabled and (not self.apps or client_id in self.apps)

    def gives_tokens_to(self, client_id: str, incarnation: str) -> bool:
        """Return whether this app may have access tokens of the upstream."""
        named = client_id in self.token_apps and self.token_incarnations.get(client_id) == incarnation
        return self.enabled and self.keeps_tokens and named

    def asks_about(self, client_id: str, email: str) -> bool:
        """Return whether it is asked at a sign-in to this app ("" for the account page) with this canonical address.

        `domains` limit it, if there are some.
        """
        of_app = self.enabled and (not client_id or self.serves(client_id))
        return self.type == PASSWORD and of_app and (not self.domains or email.rpartition("@")[2] in self.domains)

    def redirect_uri(self, issuer: str) -> str:
        """Return the redirect URI to register at the upstream. `issuer`: of this provider.

        Each connection has its own, so that no answer counts for another connection (RFC 9700 §4.4). Empty if people are not sent there.
        """
        return "" if self.type == PASSWORD else f"{self.place(issuer)}/callback"

    def own_metadata_uri(self, issuer: str) -> str:
        """Return the URL of our SAML metadata, or "" for another type. `issuer`: of this provider."""
        return f"{self.place(issuer)}/metadata.xml" if self.type == SAML else ""

    def token_audience(self, issuer: str) -> str:
        """Return the audience of a token exchange for the upstream's access tokens, or "" if none are kept. `issuer`: of this provider."""
        return self.place(issuer) if self.keeps_tokens else ""

    def place(self, issuer: str) -> str:
        """Return the URL under which this provider has the addresses of this connection. `issuer`: of this provider."""
        return f"{issuer.rstrip('/')}/upstream/{self.id}"
