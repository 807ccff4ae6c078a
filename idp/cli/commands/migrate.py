"""`idp migrate`."""

from __future__ import annotations

from typing import Annotated

import typer


def migrate(
    before: Annotated[bool, typer.Option("--before-deploy", help="Only migrations that the running code can work with.")] = False,
) -> None:
    """Migrate the store to the schema of this release.

    Runs the migrations of migrations/ that have not run yet, and records each. Safe to run twice. If a newer release has migrated the
    store, it changes nothing and ends with status 3. On an engine of your own it creates missing tables first. In AWS the stack creates
    them.
    """
    from idp.cli import migrations_runner
    from idp.cli.deployment import deployment

    with deployment(tables=True) as services:
        ran = migrations_runner.run(services.database, services.clock(), before=before, tell=lambda name: typer.echo(f"running {name}"))
    typer.echo(f"{len(ran)} migrations ran." if ran else "Nothing to do: the store has the schema of this release.")
