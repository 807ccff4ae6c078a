"""`idp restore` in steps: read the file, refuse what cannot work, write, and run migrations."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from idp.cli import archive, archive_file, asking, audit_event, data_key, migrations_runner
from idp.cli.archive_file import ArchiveError, Contents, Raw
from idp.cli.deployment import deployment
from idp.cli.progress import progress
from idp.domain.errors import Invalid
from idp.services.keys.rp_id import RpIdDiffers
from idp.services.keys.serving import StandsBy, require_serving
from idp.store import deployment_keys

if TYPE_CHECKING:
    from idp.wiring.all_services import AllServices

_DATA_KEY = "DATAKEY"
_LEFT = (
    "Restored without the keys: second factors ({}) cannot be decrypted here. Their owners sign in with a recovery code, or after an "
    "admin has removed the second factor: DELETE /admin/v1/users/{{id}}/factors."
)


def restore_file(
    file: Path,
    tables: Sequence[str],
    *,
    yes: bool,
    without_keys: bool = False,
    made_under: str = "",
    other_rp_id: bool = False,
    workers: int = 1,
) -> Counter[str]:
    """Restore `tables` from `file`. Returns the number of items per table. Nothing is written before all checks and the question.

    `yes`: overwrite data without asking. `without_keys`: also if this deployment has other keys than the backup.
    `made_under`: the ARN of the KMS key that the backup's keys were made with, if this deployment has another.
    `other_rp_id`: also if the passkeys in the backup do not work here. `workers` write at once.

    Raises:
        ArchiveError: the file is damaged, or lacks a requested table.
        Invalid: a choice is missing: --with-keys or --without-keys, --other-rp-id, or --yes without a terminal.
    """
    contents = archive_file.inspect(file)
    migrations_runner.pending(contents.migrations)
    if "keys" in tables and not contents.keys:
        msg = f"{file} has no keys: it was written without --with-keys. Restore without it; then second factors must be set up again."
        raise ArchiveError(msg)
    if "state" in tables and not contents.counts["state"]:
        msg = f"{file} has no state: it was written with --without-state. Restore without it; then every user must sign in again."
        raise ArchiveError(msg)
    with deployment(tables=True) as services:
        instead = _opening(services, contents, made_under) if "keys" in tables else {}
        other_keys = "keys" not in tables and data_key.differs(services, contents)
        if other_keys and not without_keys:
            if contents.keys:
                raise Invalid("backup.other_keys", file=str(file), count=contents.second_factors)
            raise Invalid("backup.other_keys_and_none_in_it", file=str(file), count=contents.second_factors)
        if "directory" in tables and not other_rp_id:
            _require_same_rp_id(file, contents, services.relying_party.configured)
        if there := [f"{services.database.prefix}-{table}" for table in tables if _has_data(services, table)]:
            asking.confirm(f"There is data in {' and '.join(there)} already. Overwrite it with the backup?", yes=yes)
        migrations_runner.run(services.database, services.clock())
        with progress("restore", sum(contents.counts[table] for table in tables)) as seen:
            counts = archive.restore(
                services.database, file, contents, services.clock(), tables=tables, instead=instead, workers=workers, seen=seen
            )
        # Run those again that ran after the backup was written: its items have not been migrated by them.
        migrations_runner.run(services.database, services.clock(), ran=contents.migrations)
        services.keyring.reload()
        audit_event.write_event(services, "backup.restored", tables=" ".join(tables), items=str(sum(counts.values())))
        if "keys" in tables:
            _warn_of_rp_id(services)
            _warn_of_region(services)
        if other_keys:
            typer.secho(_LEFT.format(contents.second_factors), fg=typer.colors.YELLOW, err=True)
    return counts


def _has_data(services: AllServices, table: str) -> bool:
    if table == "keys":  # the record of migrations is in this table too, and does not count as data
        return next(services.database.query_all("keys", deployment_keys.KEYS), None) is not None
    return next(services.database.scan(table), None) is not None


def _require_same_rp_id(file: Path, contents: Contents, configured: str) -> None:
    """Refuse passkeys that browsers would not use here: they are bound to another domain (WebAuthn Level 3 §4, RP ID).

    Raises:
        Invalid: there are some.
    """
    if contents.passkeys and contents.rp_id and contents.rp_id != configured:
        raise Invalid("backup.other_rp_id", file=str(file), count=contents.passkeys, theirs=contents.rp_id, ours=configured)


def _warn_of_rp_id(services: AllServices) -> None:
    stored, configured = services.relying_party.read_stored(), services.relying_party.configured
    if stored not in {None, configured}:
        typer.secho(f"Restored with another {RpIdDiffers(stored or '', configured)}", fg=typer.colors.YELLOW, err=True)


def _warn_of_region(services: AllServices) -> None:
    """Say why this deployment serves nothing now, if the home of the backup is of another region."""
    try:
        require_serving(services.key_items.load().home, services.settings.region, services.clock())
    except StandsBy as reason:
        typer.secho(f"Restored with another {reason}.", fg=typer.colors.YELLOW, err=True)


def _opening(services: AllServices, contents: Contents, made_under: str) -> dict[str, Raw]:
    """Return the data key as this deployment must store it, by its sort key. Refuses keys that cannot be decrypted, before any write."""
    data_key = next((item for item in contents.keys if item["sk"]["S"] == _DATA_KEY), None)
    if data_key is None:
        return {}
    envelope = services.envelope
    if not made_under:
        envelope.unwrap(data_key["enveloped"]["B"])
        return {}
    from idp.adapters.kms import Kms

    region = [*made_under.split(":"), "", "", ""][3] or os.environ.get("AWS_REGION") or "us-east-1"
    plain = Kms(made_under, region=region).unwrap(data_key["enveloped"]["B"])
    return {_DATA_KEY: {**data_key, "enveloped": {"B": envelope.wrap(plain)}, "by": {"S": envelope.name}}}
