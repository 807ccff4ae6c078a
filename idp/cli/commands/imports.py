"""`idp imports …`: imports of people as jobs of the deployment, which go on without this computer."""

from __future__ import annotations

import json
import time
from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated, Any

import typer

from idp.cli import without_passwords
from idp.cli.commands.user_import import (
    RATE,
    DryRun,
    File,
    HashConfig,
    Hashes,
    KeepIds,
    Key,
    Source,
    TrustVerified,
    WithLinks,
    WithPasskeys,
    WithRecoveryCodes,
    WithRoles,
    WithTotp,
    parse_links,
)
from idp.cli.error_sentences import REFUSED
from idp.domain.access.tenancy import DEPLOYMENT
from idp.domain.moving import import_job

if TYPE_CHECKING:
    from idp.domain.moving.import_job import ImportJob
    from idp.wiring.all_services import AllServices

group = typer.Typer(no_args_is_help=True, help="Imports of people as jobs of the deployment: a function imports an uploaded file.")

AsJson = Annotated[bool, typer.Option("--json", help="Print one JSON document, for programs.")]
Id = Annotated[str, typer.Argument(metavar="ID", help="The import's id, from: idp imports list")]
_LOOK = 2.0
"""Seconds between two looks at a job."""


@group.command()
def start(  # noqa: PLR0913, PLR0917  # each is an option
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
    rate: Annotated[int, typer.Option("--rate", min=1, max=import_job.FASTEST, help=RATE)] = import_job.RATE,
    no_wait: Annotated[bool, typer.Option("--no-wait", help="Do not wait for the end of the import.")] = False,
) -> None:
    """Upload a file and import it in the deployment, with the options of: idp users import

    Waits for the end, and shows how far it is. Stopping this command does not stop the import; idp imports cancel does. The deployment
    needs a bucket: make deploy PARAMS="imports=on". The status is 1 if a row was refused.
    """
    from idp.cli.deployment import deployment
    from idp.cli.upload import send
    from idp.services.audit.recorder import SYSTEM
    from idp.services.imports.jobs import NewImport

    paths = {import_job.PEOPLE: file, "hashes": hashes, "hash_config": hash_config, "key": key}
    given = {name: path for name, path in paths.items() if path is not None}
    flags = {
        "trust_verified": trust_verified, "with_totp": with_totp, "with_roles": with_roles, "with_passkeys": with_passkeys,
        "with_recovery_codes": with_recovery_codes, "keep_ids": keep_ids,
    }  # fmt: skip
    choices: dict[str, Any] = {name: True for name, on in flags.items() if on}
    if links := parse_links(with_links or []):
        choices["links"] = links
    with deployment() as services:
        new = NewImport(source, {name: path.stat().st_size for name, path in given.items()}, choices, dry_run=dry_run, rate=rate)
        job, uploads = services.import_job_service.create(new, scope=DEPLOYMENT, by=SYSTEM)
        for name, to in uploads.items():
            send(given[name], to)
        job = services.import_job_service.start(job.id, scope=DEPLOYMENT, by=SYSTEM)
        typer.echo(f"{job.id} is started.")
        if not no_wait:
            _print(_followed(services, job), as_json=False)


@group.command("list")
def list_(as_json: AsJson = False) -> None:
    """List the imports of the last 30 days, the newest first."""
    from idp.cli.deployment import deployment

    with deployment() as services:
        found = services.import_job_service.listing(scope=DEPLOYMENT)
    if as_json:
        typer.echo(json.dumps([_facts(each) for each in found], indent=2))
        return
    for each in found:
        typer.echo(
            "  ".join([each.id, each.system, each.status.value, f"{each.progress.created} imported, {each.progress.refused} refused"])
        )


@group.command()
def show(job_id: Id, follow: Annotated[bool, typer.Option("--follow", help="Wait for its end.")] = False, as_json: AsJson = False) -> None:
    """Show an import: its status, and how far it is. The status of the command is 1 if a row was refused, or the import failed."""
    from idp.cli.deployment import deployment

    with deployment() as services:
        job = services.import_job_service.get(job_id, scope=DEPLOYMENT)
        _print(_followed(services, job) if follow else job, as_json=as_json)


@group.command()
def report(job_id: Id) -> None:
    """Print the rows that were refused, and why, as JSON lines."""
    from idp.cli.deployment import deployment

    with deployment() as services:
        after, more = 0, True
        while more:
            found, more = services.import_job_service.report(job_id, after=after, limit=1000, scope=DEPLOYMENT)
            for each in found:
                typer.echo(
                    json.dumps({"row": each.row, "id": each.source_id, "field": each.field, "code": each.code, "reason": each.reason})
                )
                after = each.row


@group.command()
def cancel(job_id: Id) -> None:
    """End an import, and delete its upload. People whom it made stay."""
    from idp.cli.deployment import deployment
    from idp.services.audit.recorder import SYSTEM

    with deployment() as services:
        _print(services.import_job_service.cancel(job_id, scope=DEPLOYMENT, by=SYSTEM), as_json=False, ends=False)


@group.command()
def run() -> None:
    """Work on the import that runs, for a deployment that is not on Lambda."""
    from idp.cli.deployment import deployment

    with deployment() as services:
        while services.import_worker.run(has_time=lambda: True):
            pass


def _followed(services: AllServices, job: ImportJob) -> ImportJob:
    """Wait for the end of a job. Without a function this process works on it."""
    from idp.cli.progress import bar

    with bar("import", job.files[import_job.PEOPLE]) as update:
        while job.status is import_job.Status.RUNNING:
            if services.settings.import_function:
                time.sleep(_LOOK)
            else:
                began = time.monotonic()
                services.import_worker.run(has_time=lambda: time.monotonic() - began < _LOOK)  # noqa: B023  # called within the loop
            job = services.import_job_service.get(job.id, scope=DEPLOYMENT)
            update(job.progress.read)
    return job


def _print(job: ImportJob, *, as_json: bool, ends: bool = True) -> None:
    told = job.progress
    if as_json:
        typer.echo(json.dumps(_facts(job), indent=2))
    else:
        typer.echo(f"{job.id} {job.status.value}")
        typer.echo(f"{told.created} {'would be imported' if job.dry_run else 'imported'}")
        typer.echo(f"{told.known} imported before")
        typer.echo(f"{told.refused} refused" + (f": idp imports report {job.id}" if told.refused else ""))
        for what, number in sorted(told.left_out.items()):
            typer.echo(f"without {what}: {number}")
        without_passwords.tell(told.left_out.get("passwords", 0), job.system, hashes="hashes" in job.files, dry_run=job.dry_run)
        if job.problem:
            typer.secho(job.problem.reason, fg=typer.colors.RED, err=True)
    if ends and (told.refused or job.problem):
        raise typer.Exit(REFUSED)


def _facts(job: ImportJob) -> dict[str, Any]:
    times = {name: getattr(job, name) or None for name in ("created_at", "started_at", "ended_at")}
    return {
        "id": job.id, "format": job.system, "status": job.status.value, "options": dict(job.choices), "dry_run": job.dry_run,
        "rate": job.rate, **asdict(job.progress), "total": job.files[import_job.PEOPLE],
        "problem": job.problem.reason if job.problem else None, "created_by": job.created_by, **times,
    }  # fmt: skip
