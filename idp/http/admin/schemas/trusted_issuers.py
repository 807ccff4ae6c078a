"""Trusted issuers and links of their subjects (RFC 7523, ID-JAG)."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from idp.http.admin.schemas.common import NextCursor, Shape, Time

Url = Annotated[str, StringConstraints(min_length=1, max_length=512)]
Name = Annotated[str, StringConstraints(min_length=1, max_length=512)]
Names = Annotated[list[Name], Field(max_length=50)]


class NewTrustedIssuer(Shape):
    """An issuer whose assertions are accepted. An empty list allows nothing."""

    issuer: Url = Field(description="Its issuer identifier, compared exactly with `iss`.", examples=["https://acme.idp.example"])
    jwks_uri: Url = Field(description="Where its keys are; fetched as those of apps are.")
    profile: Literal["id-jag", "jwt"] = Field(
        default="id-jag", description="What it sends: Identity Assertion Authorization Grants, or plain assertions of RFC 7523."
    )
    algorithms: Names = Field(default=["RS256", "PS256", "ES256", "Ed25519"], description="What it may sign with.")
    clients: Names = Field(default=[], description="The apps that may use its assertions, by client_id.")
    audiences: Names = Field(default=[], description="The APIs that tokens for them may be for, as far as the app may (RFC 8707).")
    scopes: Names = Field(default=[], description="The scopes that they may have, as far as the app may.")
    tenant: Annotated[str, StringConstraints(max_length=255)] = Field(
        default="", description="The tenant of it that is trusted, compared with `tenant`; empty: it has none."
    )
    email_domains: Names = Field(
        default=[],
        description="A subject without a link is the user with the same verified address, when it is of one of these domains. "
        "Empty, as by default: addresses count for nothing.",
    )


class TrustedIssuer(NewTrustedIssuer):
    """An issuer."""

    id: str = Field(description="Its name in paths.")
    created_at: Time
    updated_at: Time


class TrustedIssuerPage(Shape):
    """All issuers."""

    items: list[TrustedIssuer]
    next_cursor: NextCursor


class NewIssuerLink(Shape):
    """A new link."""

    issuer: Url = Field(description="A trusted issuer.")
    subject: Annotated[str, StringConstraints(min_length=1, max_length=255)] = Field(description="The `sub` of its assertions.")


class IssuerLink(NewIssuerLink):
    """A link of a subject of an issuer to this user."""

    id: str = Field(description="Its name in paths.")
    tenant: str = Field(description="The tenant of the issuer that was trusted when the link was made.")
    created_at: Time


class IssuerLinkPage(Shape):
    """All links of a user."""

    items: list[IssuerLink]
    next_cursor: NextCursor
