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

    issuer: Url = Field(description="The issuer identifier, which is compared exactly with `iss`.", examples=["https://acme.idp.example"])
    jwks_uri: Url = Field(description="The address of the issuer's keys. They are fetched like the keys of apps.")
    profile: Literal["id-jag", "jwt"] = Field(
        default="id-jag", description="The kind of assertion: Identity Assertion Authorization Grants, or plain assertions of RFC 7523."
    )
    algorithms: Names = Field(default=["RS256", "PS256", "ES256", "Ed25519"], description="The algorithms that the issuer may sign with.")
    clients: Names = Field(default=[], description="The client_ids of the apps that may use its assertions.")
    audiences: Names = Field(
        default=[], description="The APIs for which these apps may get tokens by an assertion, if the app itself may (RFC 8707)."
    )
    scopes: Names = Field(default=[], description="The scopes that these tokens may have, if the app itself may.")
    tenant: Annotated[str, StringConstraints(max_length=255)] = Field(
        default="", description="The trusted tenant of the issuer, which is compared with `tenant`. Empty: the issuer has no tenants."
    )
    email_domains: Names = Field(
        default=[],
        description=(
            "A subject without a link is the user with the same verified email address, if its domain is in this list. Empty (default): "
            "email addresses are not used."
        ),
    )


class TrustedIssuer(NewTrustedIssuer):
    """An issuer."""

    id: str = Field(description="The id in paths.")
    created_at: Time
    updated_at: Time


class TrustedIssuerPage(Shape):
    """All issuers."""

    items: list[TrustedIssuer]
    next_cursor: NextCursor


class NewIssuerLink(Shape):
    """A new link."""

    issuer: Url = Field(description="The issuer identifier of a trusted issuer.")
    subject: Annotated[str, StringConstraints(min_length=1, max_length=255)] = Field(description="The `sub` of its assertions.")


class IssuerLink(NewIssuerLink):
    """A link of a subject of a trusted issuer, or of a connection, to this user."""

    id: str = Field(description="The id in paths.")
    tenant: str = Field(description="The trusted tenant of the issuer when the link was made.")
    created_at: Time
    connection_id: str = Field(description="The id of the connection. Empty for the subject of a trusted issuer, which signs nobody in.")
    email: str = Field(description="The address that the connection told when the link was made, or empty.")
    how: str = Field(description="How a link of a connection was made, for example `sign_in` or `account_page`; else empty.")


class IssuerLinkPage(Shape):
    """All links of a user."""

    items: list[IssuerLink]
    next_cursor: NextCursor
