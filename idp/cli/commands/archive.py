"""`idp backup` and `idp restore`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

_FILE = "The file to write, such as idp.jsonl.gz. An existing file is replaced."
_AND_KEYS = (
    "Also the table of keys. They stay encrypted under IDP_KMS_KEY_ID or IDP_KEY_FILE: keep that too, or the backup cannot be opened."
)
_NO_STATE = "Without sessions, grants and audit events, for example from tables restored to a moment, which have no state beside them."
_STATE = "Also sessions, grants and audit events: what was revoked since the backup is valid again."
_KEYS = "Also the keys, in place of the present ones. Needs the IDP_KMS_KEY_ID or IDP_KEY_FILE that they were made with."
_NO_KEYS = "Restore even if this deployment has other keys than the backup, or none: second factors do not open then."
_OTHER_RP_ID = "Restore even if the passkeys in it were made under another RP ID: they do not work here then."
_MADE_UNDER = (
    "The KMS key of another region or account that the backup's keys were made with. This deployment's own key encrypts them then."
)


def backup(
    file: Annotated[Path, typer.Argument(help=_FILE, dir_okay=False)],
    with_keys: Annotated[bool, typer.Option("--with-keys", help=_AND_KEYS)] = False,
    without_state: Annotated[bool, typer.Option("--without-state", help=_NO_STATE)] = False,
) -> None:
    """Write all tables into one file: users, apps, consents, sessions, grants, audit events.

    The file is compressed JSON lines, readable for you only. It contains password hashes and encrypted second factors: protect it.
    """
    from idp.cli import archive, audit_event, tables
    from idp.cli.deployment import deployment
    from idp.cli.progress import progress

    with deployment() as services:
        names = ("directory", *(() if without_state else ("state",)), *(("keys",) if with_keys else ()))
        total = sum(tables.rough_size(services.database, name) for name in names)
        with progress("backup", total or None) as seen:
            count = archive.backup(services.database, file, services.clock(), with_keys=with_keys, with_state=not without_state, seen=seen)
        audit_event.write_event(services, "backup.written", tables=" ".join(names), items=str(count))
    typer.echo(f"{count} items in {file}", err=True)


def restore(
    file: Annotated[Path, typer.Argument(help="A file that idp backup wrote.", exists=True, dir_okay=False, readable=True)],
    with_state: Annotated[bool, typer.Option("--with-state", help=_STATE)] = False,
    with_keys: Annotated[bool, typer.Option("--with-keys", help=_KEYS)] = False,
    without_keys: Annotated[bool, typer.Option("--without-keys", help=_NO_KEYS)] = False,
    made_under: Annotated[str, typer.Option("--made-under", metavar="ARN", help=_MADE_UNDER)] = "",
    other_rp_id: Annotated[bool, typer.Option("--other-rp-id", help=_OTHER_RP_ID)] = False,
    workers: Annotated[int, typer.Option("--workers", min=1, max=32, help="Batches at once.")] = 8,
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Do not ask.")] = False,
) -> None:
    """Restore users, apps and consents from a backup, and with the options also the rest.

    Items in the file get the state that they had then, passwords too; other items stay. Safe to run again. The whole file is checked
    before anything is written. On an engine of your own, missing tables are created. At the end missing migrations run.

    Without --with-state every user must sign in again. Second factors can only be decrypted with the keys that encrypted them. If this
    deployment has other keys than the backup, or none, choose --with-keys or --without-keys; without a choice nothing is restored.

    Passkeys work only under the RP ID that they were made under. If this deployment has another one, nothing is restored without
    --other-rp-id.

    Asks before it overwrites data. Without a terminal and without --yes it refuses: status 2.
    """
    from idp.cli.command_input import at_most_one
    from idp.cli.restore_archive import restore_file

    at_most_one(with_keys=with_keys, without_keys=without_keys)
    chosen = ["directory", *(["state"] if with_state else []), *(["keys"] if with_keys else [])]
    if made_under and not with_keys:
        raise typer.BadParameter("It is about the keys: add --with-keys.", param_hint="--made-under")
    counts = restore_file(file, chosen, yes=yes, without_keys=without_keys, made_under=made_under, other_rp_id=other_rp_id, workers=workers)
    for table, count in counts.items():
        typer.echo(f"{count} items into {table}", err=True)
