"""The composition root: settings → stores → services → app. Each part is made, and its modules imported, when it is first needed."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from starlette.routing import BaseRoute
    from starlette.types import ASGIApp

    from idp.domain.clock import Clock, NewId
    from idp.settings import Settings
    from idp.wiring.all_services import AllServices


def now() -> int:
    """Seconds since the epoch."""
    return int(time.time())


def new_id() -> str:
    """A new identifier of 128 bits, 22 URL-safe characters."""
    from secrets import token_urlsafe  # not at a cold start of what needs no new ids

    return token_urlsafe(16)


def build_services(settings: Settings, *, clock: Clock = now, ids: NewId = new_id) -> AllServices:
    """Everything that handlers, jobs and the command line call. Each service is made when it is first read."""
    from idp.wiring.all_services import AllServices

    return AllServices(settings, clock, ids)


def build_app(
    settings: Settings, *, clock: Clock = now, ids: NewId = new_id, extra: Sequence[BaseRoute] = (), in_place: bool = False
) -> ASGIApp:
    """The provider as an ASGI app. `extra` routes come first; `in_place`: one request at a time, as on Lambda."""
    from idp.http.app import build

    return build(build_services(settings, clock=clock, ids=ids), extra=extra, in_place=in_place)
