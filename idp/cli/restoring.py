"""`idp restore`, step by step: read the file, refuse what can't work, write, and bring the schema up."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from idp.cli import archive, archive_file, migrations_runner
from idp.cli.archive_file import ArchiveError, Contents
from idp.cli.deployment import deployment
from idp.cli.progress import progress

if TYPE_CHECKING:
    from idp.http.services import Services

_DATA_KEY = "DATAKEY"


def restored(file: Path, tables: Sequence[str], *, ask: Callable[[str], None] | None) -> Counter[str]:
    """Restore `tables` from `file`: how many items went into each. `ask` aborts or returns; it is called when there is data already."""
    contents = archive_file.inspect(file)
    migrations_runner.pending(contents.migrations)
    if "keys" in tables and not contents.keys:
        msg = f"{file} has no keys: it was written without --with-keys. Restore without it; then second factors have to be enrolled again."
        raise ArchiveError(msg)
    if "state" in tables and not contents.counts["state"]:
        msg = f"{file} has no state: it was written with --without-state. Restore without it; then everybody signs in again."
        raise ArchiveError(msg)
    with deployment(tables=True) as services:
        if "keys" in tables:
            _must_open(services, contents)
        migrations_runner.run(services.database, services.clock())
        if ask and next(services.database.scan("directory"), None):
            ask(f"There is data in {services.database.prefix}-directory already. Write the backup over it?")
        with progress("restore", sum(contents.counts[table] for table in tables)) as seen:
            counts = archive.restore(services.database, file, contents, services.clock(), tables=tables, seen=seen)
        # Once more what ran after the backup was written: its items have not been through that.
        migrations_runner.run(services.database, services.clock(), ran=contents.migrations)
        services.keyring.reload()
        if "keys" not in tables:
            _warn_of_other_keys(services, contents)
    return counts


def _must_open(services: Services, contents: Contents) -> None:
    """Refuse keys that this deployment can't open, before its own are gone."""
    data_key = next((item for item in contents.keys if item["sk"]["S"] == _DATA_KEY), None)
    if data_key:
        services.envelope.unwrap(data_key["enveloped"]["B"])  # type: ignore[attr-defined]  # no handler asks for it, so it is not listed


def _warn_of_other_keys(services: Services, contents: Contents) -> None:
    if contents.prefix != services.settings.table_prefix:
        typer.secho(
            f"The backup is of the deployment {contents.prefix}. If that has other keys than this one, its second factors don't open here: "
            "restore once more with --with-keys, or reset them.",
            fg=typer.colors.YELLOW,
            err=True,
        )
