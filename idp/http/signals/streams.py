"""The configuration endpoint (Shared Signals Framework 1.0 §8.1.1)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from starlette.responses import JSONResponse, Response

from idp.http.request import caller, query
from idp.http.services import services
from idp.http.signals.receiver import receiver, sent_object

if TYPE_CHECKING:
    from starlette.requests import Request


def streams(request: Request) -> Response:
    """Create (POST, §8.1.1.1), read (GET, §8.1.1.2), update (PATCH, §8.1.1.3), replace (PUT, §8.1.1.4), delete (DELETE, §8.1.1.5)."""
    client = receiver(request, reads=request.method in {"GET", "HEAD"})
    ours, show = services(request).signal_stream_service, services(request).signal_stream_changes.show
    origin = caller(request).origin
    if request.method == "POST":
        return JSONResponse(show(ours.create(client, sent_object(request), origin=origin)), 201)
    if request.method in {"PATCH", "PUT"}:
        return JSONResponse(show(ours.update(client, sent_object(request), whole=request.method == "PUT", origin=origin)))
    stream_id = query(request).get("stream_id")
    if request.method == "DELETE":
        ours.delete(client, stream_id, origin=origin)
        return Response(status_code=204)
    if stream_id is not None:
        return JSONResponse(show(ours.get(client, stream_id)))
    found = ours.of(client)
    return JSONResponse([show(found)] if found else [])
