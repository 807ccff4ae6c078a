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

    field: str = Field(description="The member, with dots for those inside it.", examples=["claims.birthdate"])
    detail: str
    line: int | None = Field(default=None, description="In a text of several lines: which, from 1.")
    column: int | None = Field(default=None, description="From 1.")
    policy: str | None = Field(default=None, description="Which policy, by its @id.")


class Problem(Shape):
    """A refusal (RFC 9457)."""

    type: str = Field(examples=["about:blank"])
    title: str = Field(description="The status in words.", examples=["Bad Request"])
    status: int = Field(examples=[400])
    detail: str | None = Field(default=None, description="What to do about it, for people.")
    error: str | None = Field(
        default=None, description="What is wrong with the token, as in WWW-Authenticate.", examples=["insufficient_scope"]
    )
    errors: list[FieldProblem] | None = Field(default=None, description="Member by member, where it is the request's content.")
    request_id: str = Field(description="Tell it when you ask for help; it is in the audit and the log.")


_ID = "[A-Za-z0-9._~-]{1,128}"
UserId = Annotated[str, Path(pattern=f"^{_ID}$", description="The user's id: the `sub` of their tokens.")]
ClientId = Annotated[str, Path(pattern=f"^{_ID}$", description="The app's client_id.")]
SessionId = Annotated[str, Path(pattern=f"^{_ID}$", description="The session's id: the `sid` of ID tokens.")]
GrantId = Annotated[str, Path(pattern=f"^{_ID}$", description="The grant's id: the `gid` of access tokens.")]
KeyId = Annotated[str, Path(pattern=f"^{_ID}$", description="The key's id: the `kid` of tokens and of the JWK Set.")]
NextCursor = Annotated[str | None, Field(description="Give it as `cursor` to go on; null: this was the last page.")]
Searched = Annotated[
    int,
    Field(
        description="How many entries this page looked at. A search ends a page after so many, also without a match: go on with "
        "`next_cursor` while there is one.",
        examples=[1000],
    ),
]
Time = Annotated[str, Field(description="RFC 3339, UTC.", examples=["2026-11-23T18:00:00Z"])]
