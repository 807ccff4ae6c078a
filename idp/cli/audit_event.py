"""Audit events of commands that change the data as a whole."""

from __future__ import annotations

from typing import TYPE_CHECKING

import typer

from idp.domain.access.tenancy import DEPLOYMENT

if TYPE_CHECKING:
    from idp.wiring.all_services import AllServices


def write_event(services: AllServices, type_: str, **details: str) -> None:
    """Write the event of a finished act. If that fails, for example without the table `state`, print a warning: the act stays done."""
    from idp.domain.errors import Unavailable
    from idp.services.audit.recorder import SYSTEM

    try:
        services.audit.act(type_, SYSTEM, scope=DEPLOYMENT, **details)
    except Unavailable:
        typer.secho(f"The audit has no event of this ({type_}): the table of state cannot be written.", fg=typer.colors.YELLOW, err=True)
