"""Merging two accounts."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field, StringConstraints

from idp.http.admin.schemas.common import Shape
from idp.http.admin.schemas.users import Email

LinkId = Annotated[str, StringConstraints(pattern="^[A-Za-z0-9_-]{43}$")]
OrgId = Annotated[str, StringConstraints(pattern="^org_[A-Za-z0-9_-]{1,60}$")]
UserId = Annotated[str, StringConstraints(min_length=1, max_length=64)]


class Merge(Shape):
    """Which account goes, and what moves from it."""

    user_id: UserId = Field(description="The id of the account that goes. It has to belong to the same person: make sure that it does.")
    etag: Annotated[str, StringConstraints(pattern='^"?[0-9]{1,15}"?$')] | None = Field(
        default=None, description="The ETag of the account that goes, as it was read. If its version has changed, the answer is 412."
    )
    roles: bool = Field(default=False, description="Whether roles and groups move. Needs the scope roles:write.")
    links: list[LinkId] = Field(
        default=[],
        max_length=20,
        description="The ids of links that move. Whoever has such an account at the other provider can then sign in to this one.",
    )
    organizations: list[OrgId] = Field(
        default=[], max_length=50, description="The ids of organisations whose membership moves. Needs the scope organizations:write."
    )


class MergedAccount(Shape):
    """One of the two accounts."""

    id: str
    email: Email
    etag: str = Field(description="The ETag of its version.")


class MovableLink(Shape):
    """A link that could move."""

    id: str
    issuer: str = Field(description="Who says that it is this person.")
    connection_id: str = Field(description="The id of the connection. Empty for the subject of a trusted issuer.")
    email: str = Field(description="The address that the connection told when the link was made, or empty.")


class MergePreview(Shape):
    """What a merge could move."""

    kept: MergedAccount
    merged: MergedAccount
    roles: list[str] = Field(description="The roles that this account does not have.")
    groups: list[str] = Field(description="The groups that this account is not in.")
    links: list[MovableLink]
    organizations: list[str] = Field(description="The ids of organisations of which only the other account is a member.")
    shared_organizations: list[str] = Field(description="The ids of organisations of both accounts. The membership of this one stays.")
    needs_second_factor: bool = Field(
        description="Whether this account has to have a second factor from then on, because the other one needed one."
    )
    opens_by_mail_alone: bool = Field(
        description="Whether this account has no password, passkey or link. Without a link that moves, only a mail lets the person in then."
    )
