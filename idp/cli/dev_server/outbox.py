"""/dev/outbox: the mails that were not sent. Only the development server has these pages."""

from __future__ import annotations

from typing import TYPE_CHECKING

from starlette.responses import HTMLResponse
from starlette.routing import Route

from idp.domain.errors import NotFound
from idp.http.pages import render
from idp.http.services import services
from idp.services.mail.outbox import Outbox
from idp.wiring.all_services import AllServices

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response

_MAIL_POLICY = (
    "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'; frame-ancestors 'self'; "
    "sandbox allow-popups allow-popups-to-escape-sandbox"
)
"""As strict as mail programs are: inline styles, no script, nothing loaded. A link opens in a new tab."""


def outbox(request: Request) -> Response:
    """Show the mails, the newest first: text, and HTML in a frame."""
    found = _outbox(request)
    return render(request, "outbox.html", frame_src=("'self'",), mails=found.sent if found else [])


def html(request: Request) -> Response:
    """Show the HTML part of one mail, for the frame."""
    found = _outbox(request)
    mail = found.find(request.path_params["number"]) if found else None
    if mail is None:
        raise NotFound
    return HTMLResponse(mail.html, headers={"Content-Security-Policy": _MAIL_POLICY, "X-Frame-Options": "SAMEORIGIN"})


def _outbox(request: Request) -> Outbox | None:
    found = services(request)
    mailer = found.mailer if isinstance(found, AllServices) else None
    return mailer if isinstance(mailer, Outbox) else None


ROUTES = [Route("/dev/outbox", outbox, methods=["GET"]), Route("/dev/outbox/{number:int}", html, methods=["GET"])]
