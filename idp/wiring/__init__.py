"""The composition root: settings → stores → services → app. Each part is created, and its modules are imported, at its first use."""

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
    """Return the time in seconds since the epoch."""
    return int(time.time())


def new_id() -> str:
    """Return a new identifier of 128 bits: 22 URL-safe characters."""
    from secrets import token_urlsafe  # imported here so that a cold start that needs no new id does not load it

    return token_urlsafe(16)


def build_services(settings: Settings, *, clock: Clock = now, ids: NewId = new_id) -> AllServices:
    """Return everything that handlers, jobs and the command line call. Each service is created at its first use.

    The name of a theme takes the place of IDP_BRAND.

    Raises:
        SettingsError: the theme of IDP_THEME is missing or wrong.
    """
    if settings.theme:
        from dataclasses import replace

        from idp.http.looks.theme import load_theme

        settings = replace(settings, brand=load_theme(settings.theme).look.name or settings.brand)
    from idp.wiring.all_services import AllServices

    return AllServices(settings, clock, ids)


def build_app(
    settings: Settings, *, clock: Clock = now, ids: NewId = new_id, extra: Sequence[BaseRoute] = (), in_place: bool = False
) -> ASGIApp:
    """Return the provider as an ASGI app. `extra` routes come first; `in_place`: one request at a time, as on Lambda."""
    from idp.http.app import build

    return build(build_services(settings, clock=clock, ids=ids), extra=extra, in_place=in_place)
