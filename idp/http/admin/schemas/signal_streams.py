"""Shapes of streams of shared signals."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from idp.http.admin.schemas.common import NextCursor, Shape, Time

_STATUS = "`enabled`; `paused`: what happens waits for it; `disabled`: what happens is not kept for it."
_WAITING = "How many events wait, counted up to 100."


class SignalStream(Shape):
    """A stream by which an app gets events about its people, and its state. The app itself makes and configures it."""

    id: str
    client_id: str = Field(description="The app that hears.")
    method: Literal["push", "poll"] = Field(description="`push`: events are sent to `endpoint_url`. `poll`: the app fetches them.")
    endpoint_url: str | None = Field(description="Where events are pushed to, or null.")
    events_requested: list[str] | None = Field(description="The event types that the app asked for, or null for every supported type.")
    description: str | None = Field(description="What the app wrote about the stream, or null.")
    status: Literal["enabled", "paused", "disabled"] = Field(description=_STATUS)
    reason: str | None = Field(description="Why it has this status, as the app is told, or null.")
    waiting: int = Field(description=_WAITING)
    more_waiting: bool = Field(description="Whether more events wait than `waiting` says.")
    sent_at: Time | None = Field(description="When a push arrived last, or null. A poll is not kept.")
    failing_since: Time | None = Field(description="The first push that failed since then, or null.")
    problem: str | None = Field(description="What was wrong with the last push, or null.")
    created_at: Time


class SignalStreamPage(Shape):
    """All streams."""

    items: list[SignalStream]
    next_cursor: NextCursor
