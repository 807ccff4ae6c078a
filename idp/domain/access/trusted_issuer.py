"""Who may say who a person is: issuers whose assertions are taken as grants (RFC 7523 §2.1, ID-JAG), and whom they mean by a subject."""

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
"""What an issuer sends: Identity Assertion Authorization Grants, or plain assertions of RFC 7523."""
TYPES = {ID_JAG: frozenset({"oauth-id-jag+jwt", "application/oauth-id-jag+jwt"}), JWT: frozenset({"jwt"})}
"""The `typ` of each, in lower case. RFC 8725 §3.11: one kind is never taken for the other."""


@dataclass(frozen=True, slots=True)
class TrustedIssuer:
    """`clients` may use its assertions, for `audiences` and `scopes` at most; an empty list allows nothing.

    `algorithms`: what it signs with. `tenant`: the one of its tenants that is trusted, where it has several.
    `incarnations`: that of each of `clients` when an admin named it, so that no later client with the same id is meant; None in what was
    stored before there were incarnations.
    `email_domains`: a subject without a link is the user with the verified address that it asserts, when the address is of one of these.
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
        """Its name in paths and keys."""
        return issuer_id(self.issuer)

    def names(self, client: Client) -> bool:
        """Whether this client may use its assertions."""
        if self.incarnations is None:
            return client.id in self.clients and client.created_at <= self.updated_at
        return client.id in self.clients and self.incarnations.get(client.id) == client.incarnation


@dataclass(frozen=True, slots=True)
class IssuerLink:
    """That a subject of an issuer is this user: an admin said so."""

    user_id: str
    issuer: str
    tenant: str
    subject: str
    created_at: int = 0

    @property
    def id(self) -> str:
        """Its name in paths and keys."""
        return link_id(self.issuer, self.tenant, self.subject)


def issuer_id(issuer: str) -> str:
    """A digest: an issuer is a URL, and has no place in a path."""
    return _digest(issuer)


def link_id(issuer: str, tenant: str, subject: str) -> str:
    """A digest of what tells a person from all others (OIDC Core §2: "The sub … never reassigned"; ID-JAG §3.1: iss, tenant and sub)."""
    return _digest(issuer, tenant, subject)


def _digest(*parts: str) -> str:
    told_apart = b"".join(len(part := text.encode("utf-8", "surrogatepass")).to_bytes(4) + part for text in parts)
    return urlsafe_b64encode(sha256(told_apart).digest()).rstrip(b"=").decode()
