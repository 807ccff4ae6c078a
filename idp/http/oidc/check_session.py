"""The session management iframe (OpenID Connect Session Management 1.0 §3.2): an empty page whose script answers apps."""

from __future__ import annotations

from typing import TYPE_CHECKING

from starlette.exceptions import HTTPException
from starlette.responses import HTMLResponse

from idp.http.services import services
from idp.http.static_files import url_of

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response

_POLICY = "default-src 'none'; script-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors *"


def check_session(request: Request) -> Response:
    """The page. It is the only page that other sites may frame, because it shows nothing."""
    if services(request).settings.session_management != "on":
        raise HTTPException(404)
    script = url_of("check_session.js")
    page = f'<!doctype html><html lang="en"><title>Session</title><script src="{script}"></script></html>'
    return HTMLResponse(page, headers={"Content-Security-Policy": _POLICY, "Cross-Origin-Resource-Policy": "cross-origin"})
