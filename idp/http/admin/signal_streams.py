"""Streams of shared signals: apps that get events about their people (docs/shared-signals.md)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

from fastapi import APIRouter, Path
from starlette.responses import Response

from idp.domain.signals.stream import PUSH
from idp.http.admin import present
from idp.http.admin.context import Ctx, answer, no_content, reply
from idp.http.admin.describe import ETAG, PREFIX, refuses
from idp.http.admin.etags import Expected
from idp.http.admin.idempotency_key import OnceOnly
from idp.http.admin.route import StrictRoute
from idp.http.admin.schemas.signal_streams import SignalStream, SignalStreamPage
from idp.http.admin.scopes import needs

if TYPE_CHECKING:
    from collections.abc import Callable

    from idp.services.admin.idempotency import Answer
    from idp.services.signals.administration import StreamState

router = APIRouter(prefix=PREFIX + "/signal-streams", tags=["Shared signals"], route_class=StrictRoute)
StreamId = Annotated[str, Path(pattern="^ssf_[A-Za-z0-9_-]{1,64}$", description="The stream's id.")]


@router.get("", response_model=SignalStreamPage, responses=refuses(), **needs("signals:read"))
def list_signal_streams(ctx: Ctx) -> Response:
    """List all streams of shared signals, and how they do."""
    found = ctx.services.signal_stream_administration.listing(scope=ctx.scope)
    return reply({"items": [_show(each) for each in found], "next_cursor": None})


@router.get("/{stream_id}", response_model=SignalStream, responses=refuses(404, ok=ETAG), **needs("signals:read"))
def get_signal_stream(ctx: Ctx, stream_id: StreamId) -> Response:
    """Get one stream, and how it does. Its version changes also when its app changes it or asks for a verification."""
    found = ctx.services.signal_stream_administration.state(stream_id, scope=ctx.scope)
    return reply(_show(found), version=found.stream.version)


@router.post(
    "/{stream_id}/pause", response_model=SignalStream, responses=refuses(404, 409, 412, 422, ok=ETAG), **needs("signals:write")
)  # fmt: skip
def pause_signal_stream(ctx: Ctx, stream_id: StreamId, once: OnceOnly, expected: Expected) -> Response:
    """Pause a stream: what happens waits for it. One that is paused or disabled stays as it is. Its app may enable it again."""
    streams = ctx.services.signal_stream_administration
    return _changed(ctx, stream_id, once, lambda: streams.pause(stream_id, by=ctx.by, expected=expected, scope=ctx.scope))


@router.post(
    "/{stream_id}/enable", response_model=SignalStream, responses=refuses(404, 409, 412, 422, ok=ETAG), **needs("signals:write")
)  # fmt: skip
def enable_signal_stream(ctx: Ctx, stream_id: StreamId, once: OnceOnly, expected: Expected) -> Response:
    """Enable a stream. It gets what waits, and a stream-updated event."""
    streams = ctx.services.signal_stream_administration
    return _changed(ctx, stream_id, once, lambda: streams.enable(stream_id, by=ctx.by, expected=expected, scope=ctx.scope))


@router.delete("/{stream_id}", status_code=204, responses=refuses(404, 412), **needs("signals:write"))
def delete_signal_stream(ctx: Ctx, stream_id: StreamId, expected: Expected) -> Response:
    """Delete a stream, and what it has not got. Its app may make a new one."""
    ctx.services.signal_stream_administration.delete(stream_id, by=ctx.by, expected=expected, scope=ctx.scope)
    return no_content()


def _changed(ctx: Ctx, stream_id: str, once: OnceOnly, change: Callable[[], object]) -> Response:
    """Change the stream once for each idempotency key, and show it and how it does."""

    def act() -> Answer:
        change()
        after = ctx.services.signal_stream_administration.state(stream_id, scope=ctx.scope)
        return answer(_show(after), version=after.stream.version)

    return once.run(act)


def _show(it: StreamState) -> dict[str, Any]:
    stream = it.stream
    requested = stream.events_requested
    return {
        "id": stream.id, "client_id": stream.client_id, "method": "push" if stream.method == PUSH else "poll",
        "endpoint_url": stream.endpoint_url or None, "events_requested": None if requested is None else list(requested),
        "description": stream.description or None, "status": stream.status, "reason": stream.reason or None,
        "waiting": it.waiting, "more_waiting": it.more, "sent_at": _time(it.sent_at), "failing_since": _time(it.failing_since),
        "problem": it.problem or None, "created_at": present.moment(stream.created_at),
    }  # fmt: skip


def _time(at: int) -> str | None:
    return present.moment(at) if at else None
