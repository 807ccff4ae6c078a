"""`idp restore`, step by step: read the file, refuse what can't work, write, and bring the schema up."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from idp.cli import archive, archive_file, migrations_runner
from idp.cli.archive_file import ArchiveError, Contents, Raw
from idp.cli.deployment import deployment
from idp.cli.progress import progress

if TYPE_CHECKING:
    from idp.http.services import Services

_DATA_KEY = "DATAKEY"


def restored(file: Path, tables: Sequence[str], *, ask: Callable[[str], None] | None, made_under: str = "") -> Counter[str]:
    """Restore `tables` from `file`: how many items went into each. `ask` aborts or returns; it is called when there is data already.

    `made_under`: the ARN of the KMS key that the backup's keys were made with, where this deployment has another.
    """
    contents = archive_file.inspect(file)
    migrations_runner.pending(contents.migrations)
    if "keys" in tables and not contents.keys:
        msg = f"{file} has no keys: it was written without --with-keys. Restore without it; then second factors have to be enrolled again."
        raise ArchiveError(msg)
    if "state" in tables and not contents.counts["state"]:
        msg = f"{file} has no state: it was written with --without-state. Restore without it; then everybody signs in again."
        raise ArchiveError(msg)
    with deployment(tables=True) as services:
        instead = _opening(services, contents, made_under) if "keys" in tables else {}
        migrations_runner.run(services.database, services.clock())
        if ask and next(services.database.scan("directory"), None):
            ask(f"There is data in {services.database.prefix}-directory already. Write the backup over it?")
        with progress("restore", sum(contents.counts[table] for table in tables)) as seen:
            counts = archive.restore(services.database, file, contents, services.clock(), tables=tables, instead=instead, seen=seen)
        # Once more what ran after the backup was written: its items have not been through that.
        migrations_runner.run(services.database, services.clock(), ran=contents.migrations)
        services.keyring.reload()
        if "keys" not in tables:
            _warn_of_other_keys(services, contents)
    return counts


def _opening(services: Services, contents: Contents, made_under: str) -> dict[str, Raw]:
    """What the data key has to be here, by its sort key. Keys that cannot be opened are refused before those that are there are gone."""
    data_key = next((item for item in contents.keys if item["sk"]["S"] == _DATA_KEY), None)
    if data_key is None:
        return {}
    envelope = services.envelope  # type: ignore[attr-defined]  # no handler asks for it, so it is not listed
    if not made_under:
        envelope.unwrap(data_key["enveloped"]["B"])
        return {}
    from idp.adapters.kms import Kms

    region = [*made_under.split(":"), "", "", ""][3] or os.environ.get("AWS_REGION") or "us-east-1"
    plain = Kms(made_under, region=region).unwrap(data_key["enveloped"]["B"])
    return {_DATA_KEY: {**data_key, "enveloped": {"B": envelope.wrap(plain)}, "by": {"S": envelope.name}}}


def _warn_of_other_keys(services: Services, contents: Contents) -> None:
    if contents.prefix != services.settings.table_prefix:
        typer.secho(
            f"The backup is of the deployment {contents.prefix}. If that has other keys than this one, its second factors don't open here: "
            "restore once more with --with-keys, or reset them.",
            fg=typer.colors.YELLOW,
            err=True,
        )
