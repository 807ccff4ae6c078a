"""The services of the app that received a request."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

if TYPE_CHECKING:
    from starlette.requests import Request

    from idp.http.interfaces.services import Services


def services(request: Request) -> Services:
    """The services of the app that received this request.

    The cast is the only one between http and wiring. A value of the ASGI scope has no static type, and http cannot import wiring's class
    for an isinstance check (layers contract). `Edge`, which sets the value, takes it as `Services`, so mypy checks it there.
    """
    return cast("Services", request.scope["idp.services"])
