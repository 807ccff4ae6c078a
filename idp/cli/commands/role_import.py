"""`idp roles import`: roles and groups from a file of another system."""

from __future__ import annotations

from collections import Counter
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from idp.cli.error_sentences import REFUSED

if TYPE_CHECKING:
    from idp.services.moving.role_import import ImportedName


class System(StrEnum):
    """The systems whose files have roles."""

    KEYCLOAK = "keycloak"


_NOT_THERE = "Do not write. Say what would be made and what would be refused."


def import_(
    file: Annotated[Path, typer.Argument(help="The file.", exists=True, dir_okay=False, readable=True)],
    source: Annotated[System, typer.Option("--from", help="What wrote the file.")],
    dry_run: Annotated[bool, typer.Option("--dry-run", help=_NOT_THERE)] = False,
) -> None:
    """Make the roles and groups of a Keycloak realm export that do not exist here, so that its people get them by --with-roles.

    Names are in lower case here, with . for / and - for spaces: a role Editor becomes editor, a group /staff/night staff.night. Of two
    names that would become one, none is made. Roles have no permissions; what exists here is not changed. A group has the roles of the
    groups above it, and those that a composite role contains. Roles of clients are left out. The status is 1 if something was refused.
    """
    from idp.cli.deployment import deployment
    from idp.domain.errors import Invalid
    from idp.domain.moving import keycloak_roles
    from idp.domain.moving.person import BrokenFileError

    del source  # there is one
    numbers: Counter[str] = Counter()
    with deployment() as services, file.open("rb") as content:
        try:
            realm = keycloak_roles.read(content)
        except BrokenFileError as error:
            raise Invalid(error.message) from None
        for done in services.role_import.run(realm, dry_run=dry_run):
            numbers["refused" if not done.here else "known" if done.known else "made"] += 1
            _print(done)
    typer.echo(f"{numbers['made']} {'would be made' if dry_run else 'made'}\n{numbers['known']} there before\n{numbers['refused']} refused")
    if numbers["refused"]:
        raise typer.Exit(REFUSED)


def _print(done: ImportedName) -> None:
    from idp.domain.messages import render

    told = f"{done.kind} {ascii(done.name)[1:-1]}" + (f" -> {done.here}" if done.here not in {"", done.name} else "")
    typer.echo(told + (" (there before)" if done.known else ""), err=not done.here)
    for note in done.notes:
        typer.echo(f"  {render(note)}", err=not done.here)
