"""`idp migrate`."""

from __future__ import annotations

from typing import Annotated

import typer


def migrate(
    before: Annotated[bool, typer.Option("--before-deploy", help="Only what the code that runs now bears.")] = False,
) -> None:
    """Bring the store to the schema of this release.

    Runs what is in migrations/ and did not run yet, and remembers each. Safe to run twice. Ends with status 3, and changes nothing, when a
    newer release has migrated the store. On an engine of your own it makes missing tables first; in AWS they are serverless.yml's.
    """
    from idp.cli import migrations_runner
    from idp.cli.deployment import deployment

    with deployment(tables=True) as services:
        ran = migrations_runner.run(services.database, services.clock(), before=before, tell=lambda name: typer.echo(f"running {name}"))
    typer.echo(f"{len(ran)} migrations ran." if ran else "Nothing to do: the schema is the one of this release.")
