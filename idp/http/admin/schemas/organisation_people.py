"""People as an organisation's admin sees them."""

from __future__ import annotations

from pydantic import Field

from idp.http.admin.schemas.common import NextCursor, Searched, Shape, Time
from idp.http.admin.schemas.users import Claims, Email, User


class OrganizationPerson(Shape):
    """A member of the caller's organisation. An organisation's admin gets this in place of a user."""

    id: str = Field(description="The `sub` of the user's tokens.")
    email: Email
    email_verified: bool
    claims: Claims = Field(description="The profile. Of a person who is not owned: names, picture, language and time zone only.")
    roles: list[str] = Field(description="The person's roles in the organisation.")
    disabled: bool
    organization_admin: bool = Field(description="Whether the person administers the organisation.")
    owned: bool = Field(
        description=(
            "Whether the organisation's admins may disable and reset the account: the organisation made it or owned its address, and the "
            "person is in no other organisation and no admin of the deployment."
        )
    )
    joined_at: Time


class UserPage(Shape):
    """Users by email address; for an organisation's admin, the members of the organisation by id."""

    items: list[User | OrganizationPerson]
    next_cursor: NextCursor
    searched: Searched
