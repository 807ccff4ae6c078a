"""Trusted issuers, whose assertions are accepted as grants (RFC 7523 §2.1, ID-JAG), and links from their subjects to users."""

from __future__ import annotations

from base64 import urlsafe_b64encode
from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from idp.domain.apps.client import Client

ID_JAG, JWT = "id-jag", "jwt"
PROFILES = (ID_JAG, JWT)
"""The kind of assertion that an issuer sends: Identity Assertion Authorization Grants, or plain assertions of RFC 7523."""
TYPES = {ID_JAG: frozenset({"oauth-id-jag+jwt", "application/oauth-id-jag+jwt"}), JWT: frozenset({"jwt"})}
"""The `typ` values of each kind, in lower case. RFC 8725 §3.11: one kind of JWT must not be accepted as another."""


@dataclass(frozen=True, slots=True)
class TrustedIssuer:
    """One issuer. `clients` may use its assertions for at most these `audiences` and `scopes`; an empty list allows none.

    `algorithms`: its signing algorithms. `tenant`: the trusted tenant, if the issuer has several.
    `incarnations`: the incarnation of each of `clients` when an admin named it, so that a later client with the same id is not included;
    None in items from before incarnations existed.
    `email_domains`: if the asserted verified address is in one of these domains, a subject without a link is the user with that address.
    """

    issuer: str
    jwks_uri: str
    profile: str = ID_JAG
    algorithms: tuple[str, ...] = ("RS256", "PS256", "ES256", "Ed25519")
    clients: tuple[str, ...] = ()
    audiences: tuple[str, ...] = ()
    scopes: tuple[str, ...] = ()
    tenant: str = ""
    email_domains: tuple[str, ...] = ()
    incarnations: Mapping[str, str] | None = None
    created_at: int = 0
    updated_at: int = 0
    version: int = 1

    @property
    def id(self) -> str:
        """The id in paths and keys."""
        return issuer_id(self.issuer)

    def names(self, client: Client) -> bool:
        """Return whether this client may use its assertions."""
        if self.incarnations is None:
            return client.id in self.clients and client.created_at <= self.updated_at
        return client.id in self.clients and self.incarnations.get(client.id) == client.incarnation


@dataclass(frozen=True, slots=True)
class IssuerLink:
    """A link: this subject of an issuer is this user.

    An admin created it for assertions of a trusted issuer; then `connection_id` is empty. Otherwise a person signed in by that connection.
    `email`: the address that the upstream told when the link was made, or "". `how`: by which rule it was made (`services/upstream`).
    `browser_known_since`: of the session that made it (`Session`), or None if that is unknown. Times are epoch seconds.
    """

    user_id: str
    issuer: str
    tenant: str
    subject: str
    created_at: int = 0
    connection_id: str = ""
    email: str = ""
    how: str = ""
    browser_known_since: int | None = None

    @property
    def id(self) -> str:
        """The id in paths and keys."""
        return link_id(self.issuer, self.tenant, self.subject, self.connection_id)


def issuer_id(issuer: str) -> str:
    """Return the id of an issuer in paths and keys: a digest, because an issuer is a URL."""
    return _digest(issuer)


def link_id(issuer: str, tenant: str, subject: str, connection_id: str = "") -> str:
    """Return the id of a link: a digest of the members that identify a person (OIDC Core §2: "The sub … never reassigned"; ID-JAG §3.1:
    iss, tenant and sub). A link of a connection has its id in the digest, so that an assertion about the same subject does not find it.
    """
    return _digest(connection_id, issuer, tenant, subject) if connection_id else _digest(issuer, tenant, subject)


def _digest(*parts: str) -> str:
    told_apart = b"".join(len(part := text.encode("utf-8", "surrogatepass")).to_bytes(4) + part for text in parts)
    return urlsafe_b64encode(sha256(told_apart).digest()).rstrip(b"=").decode()
