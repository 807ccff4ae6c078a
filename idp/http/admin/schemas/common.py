"""The base of all shapes."""

from __future__ import annotations

from typing import Annotated

from fastapi import Path
from pydantic import BaseModel, ConfigDict, Field


class Shape(BaseModel):
    """A shape: only known members, exactly of their type. Nothing is converted from a text or ignored (threats J-02)."""

    model_config = ConfigDict(extra="forbid", strict=True)


class FieldProblem(Shape):
    """An error in one member of the request."""

    field: str = Field(description="The path of the member, with dots.", examples=["claims.birthdate"])
    detail: str
    line: int | None = Field(default=None, description="The line in a text of several lines, from 1.")
    column: int | None = Field(default=None, description="The column, from 1.")
    policy: str | None = Field(default=None, description="The @id of the policy.")


class Problem(Shape):
    """A refusal (RFC 9457)."""

    type: str = Field(examples=["about:blank"])
    title: str = Field(description="The text of the status.", examples=["Bad Request"])
    status: int = Field(examples=[400])
    detail: str | None = Field(default=None, description="What happened and what to do, for people.")
    error: str | None = Field(
        default=None, description="The error code of the token, as in WWW-Authenticate.", examples=["insufficient_scope"]
    )
    errors: list[FieldProblem] | None = Field(default=None, description="The errors of the request's members.")
    request_id: str = Field(description="The request's id, which is in the audit trail and the log. Mention it when you ask for help.")


_ID = "[A-Za-z0-9._~-]{1,128}"
USER_ID = "[!$&'()*+,.0-9:;=@A-Z_a-z|~-]{1,128}"
"""Ids that are made here, and those that an import keeps (`may_be_kept` of domain.people.user)."""
UserId = Annotated[
    str,
    Path(pattern=f"^{USER_ID}$", description="The user's id: the `sub` of their tokens. Percent-encode `|` and the like in a kept id."),
]
ClientId = Annotated[str, Path(pattern=f"^{_ID}$", description="The app's client_id.")]
SessionId = Annotated[str, Path(pattern=f"^{_ID}$", description="The session's id: the `sid` of ID tokens.")]
GrantId = Annotated[str, Path(pattern=f"^{_ID}$", description="The grant's id: the `gid` of access tokens.")]
DeviceId = Annotated[str, Path(pattern=f"^{_ID}$", description="The id of a remembered device, from the list.")]
KeyId = Annotated[str, Path(pattern=f"^{_ID}$", description="The key's id: the `kid` of tokens and of the JWK Set.")]
NextCursor = Annotated[str | None, Field(description="The `cursor` of the next page. null: this was the last page.")]
Searched = Annotated[
    int,
    Field(
        description=(
            "The number of entries that were read for this page. A search ends a page after a maximum of them, even without a match: "
            "continue while there is a `next_cursor`."
        ),
        examples=[1000],
    ),
]
Time = Annotated[str, Field(description="RFC 3339, UTC.", examples=["2026-11-23T18:00:00Z"])]
