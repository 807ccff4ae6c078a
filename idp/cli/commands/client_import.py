"""`idp clients import`: apps from a file of another system."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from enum import StrEnum
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, BinaryIO, cast

import typer

from idp.cli.error_sentences import REFUSED

if TYPE_CHECKING:
    from idp.domain.moving.clients.client import ImportedClient
    from idp.domain.moving.person import RefusedRow
    from idp.services.moving.client_import import ImportedApp

    Reader = Callable[[BinaryIO], Iterator[ImportedClient | RefusedRow]]


class System(StrEnum):
    """The systems, each with a module in `idp.domain.moving.clients`."""

    AUTH0 = "auth0"
    KEYCLOAK = "keycloak"


_NOT_THERE = "Do not write. Say what would be registered and what would be refused."


def import_(
    file: Annotated[Path, typer.Argument(help="The file.", exists=True, dir_okay=False, readable=True)],
    source: Annotated[System, typer.Option("--from", help="What wrote the file.")],
    dry_run: Annotated[bool, typer.Option("--dry-run", help=_NOT_THERE)] = False,
) -> None:
    """Register the apps of another system, with their client_id and the secret that they have.

    The file of Auth0 is the answer of GET /api/v2/clients, that of Keycloak a realm export. An app that is registered here already is not
    changed. An app without a secret in the file gets a new one, printed once, now. What an app loses is printed below it. The status is 1
    if an app was refused.
    """
    from idp.cli.deployment import deployment
    from idp.domain.moving.person import RefusedRow

    read = cast("Reader", import_module(f"idp.domain.moving.clients.{source.value}").read)
    made, known, refused = 0, 0, 0
    with deployment() as services, file.open("rb") as content:
        for done in services.client_import.run(read(content), dry_run=dry_run):
            if isinstance(done, RefusedRow):
                refused += 1
                _print_refusal(done)
            else:
                known, made = known + done.known, made + (not done.known)
                _print_app(done)
    typer.echo(f"{made} {'would be registered' if dry_run else 'registered'}\n{known} registered before\n{refused} refused")
    if refused:
        raise typer.Exit(REFUSED)


def _print_app(app: ImportedApp) -> None:
    from idp.domain.messages import render

    if app.new_secret:
        typer.echo(f"client_id {app.client_id}  client_secret {app.new_secret}")
    elif app.notes:
        typer.echo(f"client_id {app.client_id}")
    for note in app.notes:
        typer.echo(f"  {render(note)}")


def _print_refusal(row: RefusedRow) -> None:
    from idp.domain.messages import render

    name = f" ({ascii(row.source_id)[1:-1]})" if row.source_id else ""
    typer.echo(f"app {row.row}{name}: {render(row.reason)}", err=True)
    for note in row.notes:
        typer.echo(f"  {render(note)}", err=True)
