"""`idp clients branding`: the look of the pages and mails that are about one app."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Annotated, Any

import typer

from idp.domain.access.tenancy import DEPLOYMENT
from idp.domain.errors import Invalid
from idp.domain.message import Message

if TYPE_CHECKING:
    from idp.domain.apps.client import Client

_FILE = "A JSON file with name, colours, radius, links and texts (docs/looks.md). - is standard input."


def branding(
    client_id: Annotated[str, typer.Argument(help="The app's client_id.")],
    from_file: Annotated[str, typer.Option("--from", metavar="FILE", help=_FILE)] = "",
    remove: Annotated[bool, typer.Option("--remove", help="Give the app the deployment's look again.")] = False,
) -> None:
    """Set, remove or print the look of an app: the pages on the way to it, and the mails about it.

    idp clients branding shop --from branding.json
    """
    from idp.cli.command_input import at_most_one, name_missing
    from idp.cli.deployment import deployment

    at_most_one(**{"from": bool(from_file), "remove": remove})
    wanted = read_branding(from_file) if from_file else None
    with deployment() as services, name_missing(Message("command.client_unknown", client_id=client_id)):
        service = services.client_service
        changed = bool(from_file) or remove
        client: Client = (
            service.patch(client_id, {"branding": wanted}, scope=DEPLOYMENT) if changed else service.get(client_id, scope=DEPLOYMENT)
        )
    typer.echo(json.dumps(client.branding or {}, indent=2, ensure_ascii=False))


def read_branding(path: str) -> dict[str, Any]:
    """Return the object of a file.

    Raises:
        Invalid: the file cannot be read, or contains something else.
    """
    from idp.cli.command_input import json_documents

    found, single = json_documents("--from", path)
    if not single:
        raise Invalid("option.not_json_object", option="--from")
    return found[0]
