"""Invitations."""

from __future__ import annotations

from pydantic import Field

from idp.http.admin.schemas.common import NextCursor, Shape, Time
from idp.http.admin.schemas.users import Email


class NewInvitation(Shape):
    """A new invitation. The link is only in the mail."""

    email: Email
    roles: list[str] = Field(default=[], description="The roles that the account gets. They need the scope roles:write too.")
    groups: list[str] = Field(default=[], description="The groups that the account gets. They need the scope roles:write too.")
    client_id: str | None = Field(default=None, description="The app that the person is invited to. The mail and the page name it.")


class Invitation(Shape):
    """An invitation that was not accepted yet."""

    id: str
    email: Email
    roles: list[str]
    groups: list[str]
    client_id: str | None = Field(description="The app that the person is invited to.")
    invited_by: str = Field(description="The id of the user or client that made it. system: the command line.")
    created_at: Time
    sent_at: Time = Field(description="When the newest mail was sent.")
    expires_at: Time = Field(description="When the link ends. The invitation can be sent again for 30 days after that.")


class InvitationPage(Shape):
    """Invitations that were not accepted yet."""

    items: list[Invitation]
    next_cursor: NextCursor
