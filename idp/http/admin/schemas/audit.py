"""Audit events."""

from __future__ import annotations

from pydantic import Field

from idp.http.admin.schemas.common import NextCursor, Searched, Shape, Time


class Event(Shape):
    """An event: actor, act, subject, origin and outcome."""

    id: str
    at: Time
    type: str = Field(
        examples=["sign_in.succeeded", "sign_in.failed", "sign_in.locked", "user.updated", "client.secret_rotated", "admin.refused"]
    )
    outcome: str = Field(examples=["success", "failure"])
    actor: str = Field(description="The actor: a user's id, a client_id, or system.")
    subject: str = Field(description="The id of the user that the event is about.")
    target: str = Field(description="The id of the changed object.")
    client_id: str
    address: str
    request_id: str
    reason: str
    details: dict[str, str] = Field(
        description=(
            "Further facts, depending on the type. `account`: a keyed hash of an address that no user has; the filter `email` finds it. "
            "`until`: when a lock ends."
        )
    )


class EventPage(Shape):
    """Events, the newest first. A page can be short or empty although there are more; only `next_cursor` says so."""

    items: list[Event]
    next_cursor: NextCursor
    searched: Searched
