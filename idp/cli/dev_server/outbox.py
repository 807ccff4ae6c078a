"""/dev/outbox: the mails that were not sent. Only the development server has this page."""

from __future__ import annotations

from typing import TYPE_CHECKING

from starlette.routing import Route

from idp.http.pages import render
from idp.http.services import services
from idp.services.mail.notices import Outbox
from idp.wiring.all_services import AllServices

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response


def outbox(request: Request) -> Response:
    """Show the mails, the newest first."""
    found = services(request)
    mailer = found.mailer if isinstance(found, AllServices) else None
    return render(request, "outbox.html", mails=mailer.sent if isinstance(mailer, Outbox) else [])


ROUTES = [Route("/dev/outbox", outbox, methods=["GET"])]
