"""Roles and groups."""

from __future__ import annotations

from pydantic import Field

from idp.domain.access.roles import MOST_ASSIGNED, MOST_PERMISSIONS
from idp.http.admin.schemas.common import NextCursor, Shape, Time
from idp.services.access.named_resources import LONGEST_DESCRIPTION

_NAME = "1 to 64 of a-z 0-9 . _ : -, beginning with a letter or a digit. It cannot be changed."
_DESCRIPTION = f"A description for people, at most {LONGEST_DESCRIPTION} characters."
_PERMISSIONS = f"At most {MOST_PERMISSIONS} words, which are compared exactly: letters, digits and . _ : / -."
_ROLES = f"At most {MOST_ASSIGNED} names of roles. Members of the group have them."


class RoleChanges(Shape):
    """Changes (RFC 7396): absent members stay unchanged, lists are replaced as a whole."""

    permissions: list[str] | None = Field(default=None, description=_PERMISSIONS + " null removes all.", examples=[["orders:read"]])
    description: str | None = Field(default=None, description=_DESCRIPTION + " null removes it.")


class NewRole(Shape):
    """A new role."""

    name: str = Field(description=_NAME, examples=["order-editor"])
    permissions: list[str] = Field(default=[], description=_PERMISSIONS)
    description: str = Field(default="", description=_DESCRIPTION)


class Role(Shape):
    """A role: a named set of permissions."""

    name: str
    permissions: list[str]
    description: str
    created_at: Time
    updated_at: Time


class RolePage(Shape):
    """Roles by name."""

    items: list[Role]
    next_cursor: NextCursor


class GroupChanges(Shape):
    """Changes (RFC 7396): absent members stay unchanged, lists are replaced as a whole."""

    roles: list[str] | None = Field(default=None, description=_ROLES + " null removes all.", examples=[["order-editor"]])
    description: str | None = Field(default=None, description=_DESCRIPTION + " null removes it.")


class NewGroup(Shape):
    """A new group."""

    name: str = Field(description=_NAME, examples=["sales"])
    roles: list[str] = Field(default=[], description=_ROLES)
    description: str = Field(default="", description=_DESCRIPTION)


class Group(Shape):
    """A group: a named set of people."""

    name: str
    roles: list[str]
    description: str
    created_at: Time
    updated_at: Time


class GroupPage(Shape):
    """Groups by name."""

    items: list[Group]
    next_cursor: NextCursor
