"""`idp plan` and `idp apply`: a file says what shall be there."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from idp.cli.error_sentences import REFUSED
from idp.domain.access.tenancy import DEPLOYMENT

if TYPE_CHECKING:
    from idp.services.connections.declared import DeclaredConnections, Planned
    from idp.wiring.all_services import AllServices

_SIGNS = {"create": "+", "update": "~", "delete": "-", "same": " "}
File = Annotated[Path, typer.Argument(metavar="FILE", help="The file, in YAML. docs/declared.md describes it.")]
Prune = Annotated[bool, typer.Option("--prune", help="Also delete connections that the file does not have.")]


def plan(
    file: File,
    prune: Prune = False,
    check: Annotated[bool, typer.Option("--check", help="End with status 1 if something differs, for a script.")] = False,
) -> None:
    """Show what differs between a file and the deployment. Nothing is written, and no secret is shown.

    A line begins with + for what would be created, ~ for what would be changed, and - for what would be deleted.
    """
    from idp.cli.deployment import deployment

    with deployment() as services:
        planned = _planned(_declared(services), file, prune=prune)
    _print(planned)
    if check and any(each.action != "same" for each in planned):
        raise typer.Exit(REFUSED)


def apply(file: File, prune: Prune = False, yes: Annotated[bool, typer.Option("--yes", "-y", help="Do not ask.")] = False) -> None:
    """Make the deployment as a file says. It shows the changes, and asks before the first one.

    The second run with one file changes nothing. What the file does not name stays, unless --prune is given. An object that somebody else
    changes meanwhile is left as it is, and the command says so: run it again.
    """
    from idp.cli import asking
    from idp.cli.deployment import deployment
    from idp.services.audit.recorder import SYSTEM

    with deployment() as services:
        declared = _declared(services)
        planned = [each for each in _planned(declared, file, prune=prune) if each.action != "same"]
        _print(planned, err=bool(planned))  # it belongs to the question
        if not planned:
            return
        asking.confirm(f"Make these changes: {len(planned)}?", yes=yes)
        for each in planned:
            declared.apply(each, scope=DEPLOYMENT, by=SYSTEM)
            typer.echo(f"{each.id}: done")


def _declared(services: AllServices) -> DeclaredConnections:
    from idp.services.connections.declared import DeclaredConnections

    return DeclaredConnections(services.connection_service, services.keyring)


def _planned(declared: DeclaredConnections, file: Path, *, prune: bool) -> list[Planned]:
    from idp.cli import declared_file

    wanted = declared_file.read(file).get("connections", {})
    for name, members in wanted.items():
        if "secret" in members:
            members["secret"] = declared_file.secret_of(members["secret"], folder=file.parent, field=f"connections.{name}.secret")
    return declared.plan(wanted, prune=prune, scope=DEPLOYMENT)


def _print(planned: list[Planned], *, err: bool = False) -> None:
    if all(each.action == "same" for each in planned):
        typer.echo("Nothing differs.")
        return
    for each in planned:
        if each.action == "same":
            continue
        typer.echo(f"{_SIGNS[each.action]} connection {each.id}", err=err)
        for name, (now, then) in each.changed.items():
            typer.echo(f"    {name}" + ("" if name == "secret" else f": {_text(now)} → {_text(then)}"), err=err)


def _text(value: Any) -> str:
    import json

    return "–" if value is None or value == () else json.dumps(value, ensure_ascii=False)
