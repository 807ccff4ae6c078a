"""SCIM clients of an organisation."""

from __future__ import annotations

from pydantic import Field

from idp.http.admin.schemas.common import NextCursor, Shape, Time
from idp.http.admin.schemas.scim_clients import Right, ScimToken, Text

_NAME = "A name for admins."
_USERS = "What it may do with people: none, read or write."
_GROUPS = "What it may do with groups, each of which is a role of the organisation: none, read or write."
_REJECT = "Whether an attribute that no schema has is refused. Microsoft Entra needs false: unknown attributes are ignored."


class OrganizationScimClientChanges(Shape):
    """Changes (RFC 7396): absent members stay unchanged, null sets the default."""

    name: Text | None = Field(default=None, description=_NAME)
    users: Right | None = Field(default=None, description=_USERS)
    groups: Right | None = Field(default=None, description=_GROUPS)
    enabled: bool | None = Field(default=None, description="Whether its tokens work. Read at each request.")
    reject_unknown: bool | None = Field(default=None, description=_REJECT)


class NewOrganizationScimClient(OrganizationScimClientChanges):
    """A new SCIM client of the organisation. Members that are absent or null have their defaults."""

    id: Text = Field(description="1 to 40 of a-z, 0-9 and -. It cannot be changed.", examples=["okta"])
    expires_in: int = Field(default=180 * 86400, description="The lifetime of the token in seconds, at most 366 days.")


class OrganizationScimClient(Shape):
    """A SCIM client of the organisation. It sees only those of its members whom it made."""

    id: str
    name: str = Field(description=_NAME)
    base_url: str = Field(description="The base URL of SCIM, to enter at the directory.")
    users: Right = Field(description=_USERS)
    groups: Right = Field(description=_GROUPS)
    enabled: bool
    reject_unknown: bool = Field(description=_REJECT)
    tokens: list[ScimToken] = Field(description="Its tokens, at most two.")
    created_at: Time
    updated_at: Time


class OrganizationScimClientWithToken(OrganizationScimClient):
    """A SCIM client of the organisation and the value of its new token, which is shown once."""

    token: str


class OrganizationScimClientPage(Shape):
    """All SCIM clients of the organisation."""

    items: list[OrganizationScimClient]
    next_cursor: NextCursor
