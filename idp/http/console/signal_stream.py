"""One stream of shared signals: its state, and its buttons."""

from __future__ import annotations

from typing import TYPE_CHECKING

from idp.http.console.names import names_of
from idp.http.console.pages import Page
from idp.http.console.person_acts import expected
from idp.http.console.show import show
from idp.http.console.signal_view import SIGNALS, path_of, row
from idp.http.language import texts_of
from idp.http.redirect import see_other
from idp.http.services import services

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response

    from idp.http.console.signal_view import Row
    from idp.http.console.visit import Visit
    from idp.oauth.params import Params


def page(request: Request, visit: Visit) -> Response:
    """GET …/{stream_id}."""
    return show(request, "signal_stream.html", at=SIGNALS, stream=_find(request, visit), is_on=services(request).settings.sends_signals)


def pause(request: Request, visit: Visit, sent: Params) -> Response:
    """POST …/pause."""
    stream_id = request.path_params["stream_id"]
    services(request).signal_stream_administration.pause(stream_id, by=visit.by, expected=expected(sent), scope=visit.scope)
    return see_other(f"{path_of(stream_id)}?done=signal-paused")


def enable(request: Request, visit: Visit, sent: Params) -> Response:
    """POST …/on."""
    stream_id = request.path_params["stream_id"]
    services(request).signal_stream_administration.enable(stream_id, by=visit.by, expected=expected(sent), scope=visit.scope)
    return see_other(f"{path_of(stream_id)}?done=signal-enabled")


def ask_to_delete(request: Request, visit: Visit) -> Response:
    """GET …/delete."""
    return show(request, "signal_delete.html", at=SIGNALS, stream=_find(request, visit))


def delete(request: Request, visit: Visit, sent: Params) -> Response:
    """POST …/delete."""
    stream_id = request.path_params["stream_id"]
    services(request).signal_stream_administration.delete(stream_id, by=visit.by, expected=expected(sent), scope=visit.scope)
    return see_other(f"{SIGNALS}?done=signal-deleted")


def _find(request: Request, visit: Visit) -> Row:
    """Return the stream that the address names. Raises NotFound."""
    found = services(request).signal_stream_administration.state(request.path_params["stream_id"], scope=visit.scope)
    return row(found, names_of(request, visit, [found.stream.client_id]), texts_of(request))


_HERE, _READ, _WRITE = SIGNALS + "/{stream_id}", ("signals:read",), ("signals:write",)
PAGES = (
    Page(_HERE, "GET", page, _READ),
    Page(f"{_HERE}/pause", "POST", pause, _WRITE, fresh=True),  # its app gets no events meanwhile
    Page(f"{_HERE}/on", "POST", enable, _WRITE),
    Page(f"{_HERE}/delete", "GET", ask_to_delete, (*_READ, *_WRITE)),
    Page(f"{_HERE}/delete", "POST", delete, _WRITE, fresh=True),
)
