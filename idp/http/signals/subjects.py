"""The endpoints that add and remove a subject (Shared Signals Framework 1.0 §8.1.3)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from starlette.responses import Response

from idp.domain.errors import Invalid
from idp.http.services import services
from idp.http.signals.receiver import receiver, sent_object

if TYPE_CHECKING:
    from starlette.requests import Request


def add(request: Request) -> Response:
    """Add a subject again (§8.1.3.2). The answer is the same whether the person is known or not."""
    _set(request, removed=False)
    return Response(status_code=200)


def remove(request: Request) -> Response:
    """Remove a subject (§8.1.3.3). The answer is the same whether the person is known or not."""
    _set(request, removed=True)
    return Response(status_code=204)


def _set(request: Request, *, removed: bool) -> None:
    client, sent = receiver(request), sent_object(request)
    services(request).signal_stream_service.get(client, sent.get("stream_id"))
    if not isinstance(sent.get("verified", True), bool):
        raise Invalid("signals.subject_malformed")
    services(request).signal_stream_subjects.set(client, sent.get("subject"), removed=removed)
