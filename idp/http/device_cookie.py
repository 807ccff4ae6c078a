"""The cookie by which a browser is known at the next sign-in, so that guesses from elsewhere do not lock it out (`known_devices`)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from idp.domain.factors.known_device import LIFETIME
from idp.http import cookies
from idp.http.services import services

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response


def remember_device(request: Request, response: Response, handle: str) -> None:
    """Set the cookie. `handle`: of `Devices.remember`."""
    cookies.set_cookie(response, cookies.DEVICE, handle, services(request).settings, max_age=LIFETIME)
