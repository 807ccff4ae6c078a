"""SCIM clients: directories that make and change people here."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from idp.http.admin.schemas.common import NextCursor, Shape, Time

Text = Annotated[str, StringConstraints(max_length=253)]
Texts = Annotated[list[Text], Field(max_length=50)]
Right = Literal["none", "read", "write"]

_NAME = "A name for admins."
_USERS = "What it may do with people: none, read or write."
_GROUPS = "What it may do with groups: none, read or write."
_DOMAINS = (
    "Email domains. With some, its people have addresses of these only, and they are verified. Without any, it uses domains of no other "
    "SCIM client and of no connection, and addresses stay unverified until the person proves them."
)
_CONNECTION = "The connection by which its people sign in. A note for admins: it changes nothing."
_REJECT = "Whether an attribute that no schema has is refused. Microsoft Entra needs false: unknown attributes are ignored."
_PASSWORDS = "Whether it may set passwords."
_FILLS = "Names of groups of this deployment. Their members are those of its groups with the same names."
_EXPIRES = "The lifetime of the token in seconds, at most 366 days."


class ScimClientChanges(Shape):
    """Changes (RFC 7396): absent members stay unchanged, null sets the default, lists are replaced as a whole."""

    name: Text | None = Field(default=None, description=_NAME)
    users: Right | None = Field(default=None, description=_USERS)
    groups: Right | None = Field(default=None, description=_GROUPS)
    enabled: bool | None = Field(default=None, description="Whether its tokens work. Read at each request.")
    domains: Texts | None = Field(default=None, description=_DOMAINS)
    connection_id: Text | None = Field(default=None, description=_CONNECTION)
    reject_unknown: bool | None = Field(default=None, description=_REJECT)
    sets_passwords: bool | None = Field(default=None, description=_PASSWORDS)
    fills_groups: Texts | None = Field(default=None, description=_FILLS)


class NewScimClient(ScimClientChanges):
    """A new SCIM client. Members that are absent or null have their defaults."""

    id: Text = Field(description="1 to 40 of a-z, 0-9 and -. It cannot be changed.", examples=["acme-okta"])
    expires_in: int = Field(default=180 * 86400, description=_EXPIRES)


class ScimTokenRotation(Shape):
    """A new token."""

    expires_in: int = Field(default=180 * 86400, description=_EXPIRES)
    overlap: int = Field(default=7 * 86400, description="Seconds for which the earlier token stays valid. 0 ends it at once.")


class ScimToken(Shape):
    """A token of a SCIM client. Its value is never shown again."""

    id: str
    created_at: Time
    expires_at: Time
    last_used_on: str | None = Field(description="The day of its last use (UTC), or null.")


class ScimClient(Shape):
    """A SCIM client: a directory that makes and changes people here. It sees only those that it made."""

    id: str
    name: str = Field(description=_NAME)
    base_url: str = Field(description="The base URL of SCIM, to enter at the directory.")
    users: Right = Field(description=_USERS)
    groups: Right = Field(description=_GROUPS)
    enabled: bool
    domains: list[str] = Field(description=_DOMAINS)
    connection_id: str | None = Field(description=_CONNECTION)
    reject_unknown: bool = Field(description=_REJECT)
    sets_passwords: bool = Field(description=_PASSWORDS)
    fills_groups: list[str] = Field(description=_FILLS)
    tokens: list[ScimToken] = Field(description="Its tokens, at most two.")
    created_at: Time
    updated_at: Time


class ScimClientWithToken(ScimClient):
    """A SCIM client and the value of its new token, which is shown once."""

    token: str


class ScimClientPage(Shape):
    """All SCIM clients."""

    items: list[ScimClient]
    next_cursor: NextCursor
