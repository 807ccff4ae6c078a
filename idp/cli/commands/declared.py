"""`idp plan` and `idp apply`: a file has the wanted state."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from idp.cli.error_sentences import REFUSED
from idp.domain.errors import Invalid

if TYPE_CHECKING:
    from idp.cli.declared.api import Api
    from idp.cli.declared.plan import Planned

File = Annotated[Path, typer.Argument(metavar="FILE", help="The file, in YAML. docs/declared.md describes it.")]
NoFile = Annotated[Path | None, typer.Argument(metavar="[FILE]", help="The file, in YAML. docs/declared.md describes it.")]
Url = Annotated[str, typer.Option("--url", metavar="ISSUER", help="Work on this deployment by its admin API, with --token.")]
Token = Annotated[
    str, typer.Option("--token", metavar="PLACE", help="Where the access token is: env:NAME, file:PATH, ssm:NAME or secretsmanager:NAME.")
]  # fmt: skip
Prune = Annotated[bool, typer.Option("--prune", help="Also delete objects that this file labelled, and that it does not have any more.")]


def plan(
    file: NoFile = None,
    prune: Prune = False,
    check: Annotated[bool, typer.Option("--check", help="End with status 1 if something differs, for a script.")] = False,
    from_live: Annotated[bool, typer.Option("--from-live", help="Print a file of what the deployment has. Its plan is empty.")] = False,
    schema: Annotated[bool, typer.Option("--schema", help="Print the JSON Schema of the file. Needs no settings.")] = False,
    url: Url = "",
    token: Token = "",
) -> None:
    """Show what differs between a file and the deployment. Nothing is written, and no secret is shown.

    A line begins with + for what would be created, ~ for what would be changed, and - for what would be deleted.
    """
    from idp.cli.command_input import at_most_one

    at_most_one(**{"from-live": from_live, "schema": schema})
    if file is not None and (from_live or schema):
        raise Invalid("option.contradiction", options=f"FILE and {'--schema' if schema else '--from-live'}")
    if schema:
        _print_schema()
        return
    if file is None and not from_live:
        raise Invalid("declared.file_missing", field="FILE")
    with _api(url, token) as api:
        if file is None:
            _print_live(api)
            return
        planned = _plan(api, file, prune=prune)[1]
    _print(planned)
    if check and any(each.action != "same" for each in planned):
        raise typer.Exit(REFUSED)


def apply(
    file: File,
    prune: Prune = False,
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Do not ask.")] = False,
    url: Url = "",
    token: Token = "",
) -> None:
    """Make the deployment as a file says. It shows the changes, and asks before the first one.

    The second run with one file changes nothing. What the file does not name stays, unless --prune is given. An object that somebody else
    changes meanwhile is left as it is, and the command says so: run it again.
    """
    from idp.cli import asking
    from idp.cli.declared.apply import apply as write
    from idp.cli.declared.problems import ApiRefusedError

    with _api(url, token) as api:
        manager, compared = _plan(api, file, prune=prune)
        planned = [each for each in compared if each.action != "same"]
        _print(planned, err=bool(planned))  # it belongs to the question
        if not planned:
            return
        asking.confirm(_question(planned), yes=yes)
        for number, each in enumerate(planned):
            try:
                write(api, each, manager=manager)
            except ApiRefusedError as refusal:
                typer.echo(
                    f"{number} of {len(planned)} changes are made. The next one was refused. Run the command again after it.", err=True
                )
                raise refusal.at(each.place) from None
            typer.echo(f"{each.place}: done")


@contextmanager
def _api(url: str, token: str) -> Iterator[Api]:
    """Yield the admin API: of the deployment that the settings name, or of another one by its URL."""
    if url or token:
        from idp.cli.declared.references import secret_of
        from idp.cli.declared.remote_api import RemoteApi

        if not (url and token):
            raise Invalid("declared.url_and_token", field="--token" if url else "--url")
        where, _, name = token.partition(":")
        yield RemoteApi(url, secret_of({where: name}, folder=Path(), field="--token"))
        return
    from idp.cli.deployment import deployment

    with deployment() as services:
        from idp.cli.declared.local_api import LocalApi

        yield LocalApi(services)


def _question(planned: list[Planned]) -> str:
    deleted = sum(each.action == "delete" for each in planned)
    return f"Make these changes: {len(planned)}" + (f", and {deleted} of them delete an object?" if deleted else "?")


def _plan(api: Api, file: Path, *, prune: bool) -> tuple[str, list[Planned]]:
    """Return the name of the file, and what has to change."""
    from idp.cli.declared.file import read
    from idp.cli.declared.plan import plan
    from idp.cli.declared.wanted import wanted_of

    declared = read(file)
    return declared.manager, plan(api, wanted_of(declared, file.parent), manager=declared.manager, prune=prune)


def _print(planned: list[Planned], *, err: bool = False) -> None:
    from idp.cli.declared.show import lines

    if all(each.action == "same" for each in planned):
        typer.echo("Nothing differs.")
        return
    for line in lines(planned):
        typer.echo(line, err=err)


def _print_live(api: Api) -> None:
    from idp.cli.declared.from_live import file_of

    for part in file_of(api):
        typer.echo(part, nl=False)


def _print_schema() -> None:
    import json

    from idp.cli.declared.schema import build

    typer.echo(json.dumps(build(), indent=2, ensure_ascii=False))
