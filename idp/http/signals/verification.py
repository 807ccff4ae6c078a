"""The verification endpoint (Shared Signals Framework 1.0 §8.1.4.2)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from starlette.responses import Response

from idp.http.services import services
from idp.http.signals.receiver import receiver, sent_object

if TYPE_CHECKING:
    from starlette.requests import Request


def verification(request: Request) -> Response:
    """Queue a verification event. It is sent by push within a minute, or with the next poll."""
    client, sent = receiver(request), sent_object(request)
    services(request).signal_stream_service.verify(client, sent.get("stream_id"), sent.get("state"))
    return Response(status_code=204)
