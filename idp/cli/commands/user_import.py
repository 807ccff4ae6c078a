"""`idp users import`: people from a file of another system."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from idp.cli.error_sentences import REFUSED
from idp.services.moving.formats import FORMATS

if TYPE_CHECKING:
    from idp.domain.moving.person import ImportedPerson, RefusedRow
    from idp.services.moving.importer import Result

NOT_THERE = "Do not write. Say what would be imported and what would be refused."
VERIFIED = "Believe the file which addresses are verified. Without it every person proves the address here."
TOTP = "Also authenticator apps. Without it people sign in with the password alone until they set one up."
ROLES = "Also roles and groups, by their names. They have to exist here: a row with an unknown one is refused."
HASHES = "Auth0: the file with password hashes that its support sends."
KEY = "idp: the private key for which the export was encrypted, as a JWK or PEM file. Without it people have no passwords."
HASH_CONFIG = "Firebase: a file with the password hash parameters of the project, as the console shows them."
LINKS = "Also links to this provider of the file, as links of this connection. Can be repeated. Without it people link it again."
PASSKEYS = "Also passkeys, if the RP ID is the same. Needs --keep-ids, because a passkey carries the id of its owner."
CODES = "Also recovery codes, of people who have an authenticator or a passkey here."
KEEP = "The id here, and so `sub` in tokens, is the id in the other system. A row whose id is taken or has another form is refused."
_REPORT = "Write each refused row and its reason to this file, as JSON lines. Otherwise they are printed."
STOPPED = "The people who were imported stay. Run the same command again for the others."
RATE = "People per second at most, so that the import leaves room for others."

File = Annotated[Path, typer.Argument(help="The file.", exists=True, dir_okay=False, readable=True)]
Source = Annotated[str, typer.Option("--from", help=f"What wrote the file: {', '.join(FORMATS)}.", metavar="FORMAT")]
DryRun = Annotated[bool, typer.Option("--dry-run", help=NOT_THERE)]
TrustVerified = Annotated[bool, typer.Option("--trust-verified", help=VERIFIED)]
WithTotp = Annotated[bool, typer.Option("--with-totp", help=TOTP)]
WithRoles = Annotated[bool, typer.Option("--with-roles", help=ROLES)]
Hashes = Annotated[Path | None, typer.Option("--hashes", help=HASHES, exists=True, dir_okay=False)]
HashConfig = Annotated[Path | None, typer.Option("--hash-config", help=HASH_CONFIG, exists=True, dir_okay=False)]
Key = Annotated[Path | None, typer.Option("--key", help=KEY, exists=True, dir_okay=False)]
WithLinks = Annotated[list[str] | None, typer.Option("--with-links", help=LINKS, metavar="NAME=CONNECTION_ID")]
WithPasskeys = Annotated[bool, typer.Option("--with-passkeys", help=PASSKEYS)]
WithRecoveryCodes = Annotated[bool, typer.Option("--with-recovery-codes", help=CODES)]
KeepIds = Annotated[bool, typer.Option("--keep-ids", help=KEEP)]
"""Options of each import of people, also of those that a job does."""


def import_(  # noqa: PLR0913, PLR0917  # each is an option
    file: File,
    source: Source,
    dry_run: DryRun = False,
    trust_verified: TrustVerified = False,
    with_totp: WithTotp = False,
    with_roles: WithRoles = False,
    hashes: Hashes = None,
    hash_config: HashConfig = None,
    key: Key = None,
    with_links: WithLinks = None,
    with_passkeys: WithPasskeys = False,
    with_recovery_codes: WithRecoveryCodes = False,
    keep_ids: KeepIds = False,
    report: Annotated[Path | None, typer.Option("--report", help=_REPORT, dir_okay=False)] = None,
    rate: Annotated[int, typer.Option("--rate", min=0, help=RATE + " 0: as fast as the tables bear.")] = 0,
    workers: Annotated[int, typer.Option("--workers", min=1, max=32, help="Transactions at once.")] = 4,
) -> None:
    """Import people from a file of another system. They keep their passwords.

    Safe to stop and to run again: a person is imported once for each id of the other system. An address that an account has already is
    refused, and so is a row that cannot be read; the others are imported. No imported person is an admin. The status is 1 if
    a row was refused.

    docs/moving.md tells for each system how to get the file.
    """
    from idp.cli import audit_event, without_passwords
    from idp.cli.deployment import deployment
    from idp.cli.progress import progress
    from idp.cli.stopping import goes_on
    from idp.domain.errors import Invalid
    from idp.services.moving.choices import Choices
    from idp.services.moving.pace import paced

    if with_passkeys and not keep_ids:
        raise Invalid("moving.passkeys_need_ids", field="--with-passkeys")
    links = parse_links(with_links or [])
    choices = Choices(trust_verified, with_totp, with_roles, links, with_passkeys, with_recovery_codes, keep_ids)
    further = {"hashes": hashes, "hash_config": hash_config, "key": key}
    keep_inputs(report, file, *further.values())
    with _rows(source, file, further) as found, deployment() as services, reporting(report) as refuse, progress("import", None) as seen:
        rows = paced(found, rate)
        with goes_on(STOPPED):
            result = services.importer.run(rows, source, choices, refused=refuse, seen=seen, dry_run=dry_run, workers=workers)
        if not dry_run:
            counts = {"created": str(result.created), "refused": str(result.refused)}
            audit_event.write_event(services, "users.imported", source=source, options=choices.words, **counts)
    print_result(result, dry_run=dry_run)
    without_passwords.tell(result.left_out["passwords"], source, hashes=hashes is not None, dry_run=dry_run)
    if result.refused and not result.created + result.known:
        typer.secho(f"No row could be imported. Is it a file of {source}?", fg=typer.colors.YELLOW, err=True)
    if result.refused or result.broken:
        raise typer.Exit(REFUSED)


def parse_links(given: list[str]) -> dict[str, str]:
    """Return the id of a connection for each name of a provider."""
    from idp.domain.errors import Invalid

    found: dict[str, str] = {}
    for each in given:
        name, _, connection_id = each.rpartition("=")
        if not name or not connection_id or name in found:
            raise Invalid("moving.links_malformed", field="--with-links")
        found[name] = connection_id
    return found


@contextmanager
def _rows(source: str, file: Path, further: Mapping[str, Path | None]) -> Iterator[Iterator[ImportedPerson | RefusedRow]]:
    """Yield the rows. `further`: the files that only some formats take, by their names in the table of formats; None if not given."""
    from idp.services.moving.formats import reader

    given = {name: path for name, path in further.items() if path is not None}
    read = reader(source, given)
    with ExitStack() as opened:
        yield read(opened.enter_context(file.open("rb")), **{name: opened.enter_context(path.open("rb")) for name, path in given.items()})


def keep_inputs(report: Path | None, *inputs: Path | None) -> None:
    """Check that the report does not replace a file that is read.

    Raises:
        Invalid: it is one of these files.
    """
    from idp.domain.errors import Invalid

    if report and report.exists() and any(report.samefile(each) for each in inputs if each):
        raise Invalid("moving.report_is_input", field="--report", path=str(report))


@contextmanager
def reporting(path: Path | None) -> Iterator[Callable[[RefusedRow], None]]:
    """Yield what reports a refused row: a line of a file that only its owner may read, or a line on standard error."""
    from idp.domain.messages import render

    if path is None:
        yield lambda row: typer.echo(f"row {row.row}{_in_brackets(row.source_id)}: {render(row.reason)}", err=True)
        return
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="utf-8") as file:

        def write(row: RefusedRow) -> None:
            told = {"row": row.row, "id": row.source_id, "field": row.field, "code": row.reason.id, "reason": render(row.reason)}
            file.write(json.dumps(told) + "\n")

        yield write


def _in_brackets(source_id: str) -> str:
    """The id for a terminal: characters outside printable ASCII are escaped."""
    return f" ({ascii(source_id)[1:-1]})" if source_id else ""


def print_result(result: Result, *, dry_run: bool) -> None:
    """Print the numbers, and what the people are without."""
    from idp.domain.messages import render

    typer.echo(f"{result.created} {'would be imported' if dry_run else 'imported'}")
    typer.echo(f"{result.known} imported before")
    typer.echo(f"{result.refused} refused")
    for what, number in sorted(result.left_out.items()):
        typer.echo(f"without {what}: {number}")
    if result.broken:
        typer.secho(render(result.broken), fg=typer.colors.RED, err=True)
