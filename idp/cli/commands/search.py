"""`idp search …`: the rows by which people are found by a part of a name, of the address or of the id, or by a role or group."""

from __future__ import annotations

import json
import time
from typing import TYPE_CHECKING, Annotated

import typer

from idp.domain.access.tenancy import DEPLOYMENT

if TYPE_CHECKING:
    from idp.store.search_rows import SearchStateItem

group = typer.Typer(no_args_is_help=True, help="Search: rows by which a person is found at once among a million.")

AsJson = Annotated[bool, typer.Option("--json", help="Print one JSON document, for programs.")]


@group.command()
def rebuild(
    prune: Annotated[bool, typer.Option("--prune", help="Also remove rows whose person was erased.")] = False,
    anew: Annotated[bool, typer.Option("--anew", help="Begin anew instead of going on where an earlier run stopped.")] = False,
    as_json: AsJson = False,
) -> None:
    """Make the rows of all people. Run it once, after the stream is switched on: make deploy PARAMS="stream=on".

    Until it has ended, searches read one person after the other. It can be stopped, and goes on when it is called again.
    """
    from idp.cli.deployment import deployment
    from idp.cli.progress import bar
    from idp.cli.stopping import goes_on

    with deployment() as services, goes_on("To go on: idp search rebuild"), bar("People", None) as update:
        state = services.search_rebuild.run(scope=DEPLOYMENT, prune=prune, anew=anew, tell=update)
    _print(state, as_json=as_json)


@group.command()
def status(as_json: AsJson = False) -> None:
    """Show whether searches use rows, and how far a rebuild came."""
    from idp.cli.deployment import deployment

    with deployment() as services:
        state = services.search_rebuild.status(scope=DEPLOYMENT)
    _print(state, as_json=as_json)


@group.command()
def remove() -> None:
    """Remove all rows. Searches read one person after the other again.

    Do this when the stream is switched off: without the stream the rows do not have new people.
    """
    from idp.cli.deployment import deployment
    from idp.cli.progress import bar
    from idp.cli.stopping import goes_on

    with deployment() as services, goes_on("To go on: idp search remove"), bar("Rows", None) as update:
        removed = services.search_rebuild.remove(scope=DEPLOYMENT, tell=update)
    typer.echo(f"{removed} rows removed")


def _print(state: SearchStateItem | None, *, as_json: bool) -> None:
    if as_json:
        typer.echo(json.dumps(_facts(state), indent=2))
    elif state is None:
        typer.echo("There are no rows: searches read one person after the other. To make them: idp search rebuild")
    elif state.usable:
        typer.echo(f"Searches use rows. The last rebuild: {int(state.people)} people, {int(state.rows)} rows, {_moment(state.finished_at)}")
        if not state.has_holders:
            typer.echo("Lists of the people of a role or group do not use rows yet. To make them: idp search rebuild")
    else:
        typer.echo(f"Searches do not use rows yet: {int(state.people)} people are done. To go on: idp search rebuild")


def _facts(state: SearchStateItem | None) -> dict[str, object]:
    if state is None:
        return {"in_use": False, "roles_in_use": False, "people": 0, "rows": 0, "started_at": None, "finished_at": None}
    used: dict[str, object] = {"in_use": state.usable, "roles_in_use": state.has_holders}
    counts = {**used, "people": int(state.people), "rows": int(state.rows)}
    return {**counts, "started_at": _moment(state.started_at), "finished_at": _moment(state.finished_at)}


def _moment(at: float | None) -> str | None:
    """Epoch seconds as RFC 3339."""
    return time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(int(at))) if at else None
