"""Machine clients that an organisation makes for itself."""

from __future__ import annotations

from pydantic import Field

from idp.http.admin.schemas.clients import Secret
from idp.http.admin.schemas.common import NextCursor, Shape, Time

_NAME = "The name that the organisation's admins read."
_SCOPE = "OAuth scopes, separated by spaces, of those that the deployment offers organisations (IDP_ORGANIZATION_CLIENT_SCOPES)."
_RESOURCES = "The APIs that its tokens may be for (RFC 8707), of IDP_ORGANIZATION_CLIENT_RESOURCES."
_ROLES = "Roles of the organisation."


class NewOrganizationClient(Shape):
    """A new machine client of the organisation."""

    client_name: str = Field(description=_NAME, examples=["Acme sync"])
    scope: str = Field(description=_SCOPE, examples=["orders"])
    resources: list[str] = Field(default=[], description=_RESOURCES + " Absent: all of them.")
    roles: list[str] = Field(default=[], description=_ROLES)


class OrganizationClientChanges(Shape):
    """Changes (RFC 7396): absent members stay unchanged, lists are replaced as a whole."""

    client_name: str = Field(default="", description=_NAME)
    scope: str = Field(default="", description=_SCOPE)
    resources: list[str] = Field(default=[], description=_RESOURCES)
    roles: list[str] = Field(default=[], description=_ROLES)
    disabled: bool = Field(default=False, description="It gets no tokens, and those that it has are refused for good.")


class OrganizationClient(Shape):
    """A machine client of the organisation, without its secrets."""

    client_id: str = Field(description="It begins with the id of the organisation.")
    client_name: str | None = Field(description=_NAME)
    scope: str = Field(description=_SCOPE)
    resources: list[str] = Field(description=_RESOURCES)
    roles: list[str] = Field(description=_ROLES)
    disabled: bool
    secrets: list[Secret]
    created_at: Time
    updated_at: Time


class OrganizationClientWithSecret(OrganizationClient):
    """A machine client of the organisation and its new secret, which is shown once."""

    client_secret: str


class OrganizationClientPage(Shape):
    """Machine clients of the organisation by client_id."""

    items: list[OrganizationClient]
    next_cursor: NextCursor


class OrganizationClientRotation(Shape):
    """How to replace a secret."""

    overlap_seconds: int = Field(
        default=0, ge=0, description="Seconds for which the old secret stays valid, at most 30 days. At most two secrets are valid."
    )
