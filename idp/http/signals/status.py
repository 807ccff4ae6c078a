"""The status endpoint (Shared Signals Framework 1.0 §8.1.2)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from starlette.responses import JSONResponse

from idp.http.request import caller, query
from idp.http.services import services
from idp.http.signals.receiver import receiver, sent_object

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response


def status(request: Request) -> Response:
    """Read (GET, §8.1.2.1) or update (POST, §8.1.2.2) the status of the stream, with the reason for it."""
    reads = request.method in {"GET", "HEAD"}
    client, ours = receiver(request, reads=reads), services(request).signal_stream_service
    if reads:
        found = ours.get(client, query(request).get("stream_id"))
    else:
        sent = sent_object(request)
        found = ours.set_status(client, sent.get("stream_id"), sent.get("status"), sent.get("reason"), origin=caller(request).origin)
    reason = {"reason": found.reason} if found.reason else {}
    return JSONResponse({"stream_id": found.id, "status": found.status, **reason})
