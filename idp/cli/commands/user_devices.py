"""`idp users devices`, `forget-devices`: the browsers in which a user is not asked for the second factor."""

from __future__ import annotations

import json
import time
from typing import Annotated

import typer

from idp.cli.commands.user_access import AsJson, Who, find_user
from idp.domain.access.tenancy import DEPLOYMENT


def devices(who: Who, as_json: AsJson = False) -> None:
    """List the remembered devices of a user: browsers in which they are not asked for the second factor."""
    from idp.cli.deployment import deployment
    from idp.http.admin.remembered_devices import serialise

    with deployment() as services:
        found = services.remembered_device_list.of(find_user(services, who), scope=DEPLOYMENT)
    if as_json:
        typer.echo(json.dumps([serialise(one) for one in found], indent=2, ensure_ascii=False))
        return
    for one in found:
        until = time.strftime("until %Y-%m-%d %H:%M:%S UTC", time.gmtime(one.expires_at))
        typer.echo("  ".join(part for part in (one.id, one.address, until, one.user_agent) if part))


def forget_devices(
    who: Who, device: Annotated[str, typer.Option("--device", metavar="ID", help="Only this one; its id from: idp users devices")] = ""
) -> None:
    """Forget the remembered devices of a user. The next sign-in in each asks for the second factor; sessions go on."""
    from idp.cli.deployment import deployment
    from idp.services.audit.recorder import SYSTEM

    with deployment() as services:
        user = find_user(services, who)
        if device:
            services.remembered_device_list.remove(user, device, SYSTEM, scope=DEPLOYMENT)
        count = 1 if device else services.remembered_device_list.remove_all(user, SYSTEM, scope=DEPLOYMENT)
    typer.echo(f"{user.id}  {user.email}: {count} forgotten")
