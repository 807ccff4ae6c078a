"""The list of streams of shared signals. Apps make and configure them; admins pause, enable and delete them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from idp.http.console.names import names_of
from idp.http.console.pages import Page
from idp.http.console.show import show
from idp.http.console.signal_view import SIGNALS, row
from idp.http.language import texts_of
from idp.http.services import services

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response

    from idp.http.console.visit import Visit


def listing(request: Request, visit: Visit) -> Response:
    """GET /console/signals. Three calls and one for each stream: all streams, how they do, what waits, and the names of their apps."""
    s, texts = services(request), texts_of(request)
    found = s.signal_stream_administration.listing(scope=visit.scope)
    names = names_of(request, visit, [each.stream.client_id for each in found])
    return show(
        request, "signal_streams.html", at=SIGNALS, streams=[row(each, names, texts) for each in found], is_on=s.settings.sends_signals
    )  # fmt: skip


PAGES = (Page(SIGNALS, "GET", listing, needs=("signals:read",)),)
