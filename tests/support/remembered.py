"""Deployments that remember devices for the second factor, and such devices."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from idp.domain.sessions.request_origin import Origin

if TYPE_CHECKING:
    from idp.domain.people.user import User
    from idp.wiring.all_services import AllServices

ORIGIN = Origin("198.51.100.7", "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0")


def remember_devices(services: AllServices, days: int = 30) -> None:
    """Let the deployment remember devices for so many days. Services that have read the settings are made anew."""
    services.settings = replace(services.settings, remember_device_days=days)
    for made in ("remembered_devices", "remembered_device_list"):
        vars(services).pop(made, None)


def remember_device(services: AllServices, user: User) -> str:
    """The id of a new remembered device of this user."""
    new = services.remembered_devices.remember(user, cookie=None, origin=ORIGIN, now=services.clock())
    services.database.batch_write(puts=new.puts)
    return services.remembered_devices.id_of(new.handle, user)
