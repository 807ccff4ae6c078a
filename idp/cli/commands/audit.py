"""`idp audit …`: verify the audit chain, and export events."""

from __future__ import annotations

import json
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from idp.cli.error_sentences import REFUSED
from idp.cli.instant import instant

if TYPE_CHECKING:
    from collections.abc import Iterable

    from idp.domain.audit.report import HourReport

group = typer.Typer(no_args_is_help=True, help="The audit trail: prove that nothing was removed or changed, and export events.")


class Form(StrEnum):
    """Forms of exported events."""

    NDJSON = "ndjson"
    OCSF = "ocsf"
    CEF = "cef"


From = Annotated[str, typer.Option("--from", metavar="HOUR", help="The first hour, such as 2026-11-29T10 or 2026-11-29, in UTC.")]
To = Annotated[str, typer.Option("--to", metavar="HOUR", help="The last hour; of a day, its last one.")]
AsJson = Annotated[bool, typer.Option("--json", help="Print one JSON object for each hour, for programs.")]
_FILES = "Verify these segments (.ndjson.gz), in the order of their hours, without a deployment and without a network."
_KEY = "With --file: the public key that signed them, as a JWK, from `idp audit key`. Without it, the first file names its own key."

_TABLES_ALONE = (
    "Only the tables were compared. They cannot show that their newest hours were removed with all events, or the whole chain: "
    "the sealed hours do, with --bucket or --file."
)


@group.command()
def verify(
    first: From = "",
    last: To = "",
    bucket: Annotated[bool, typer.Option("--bucket", help="Verify the segments in IDP_AUDIT_BUCKET instead of the tables.")] = False,
    file: Annotated[list[Path] | None, typer.Option("--file", help=_FILES, exists=True, dir_okay=False, readable=True)] = None,
    key: Annotated[Path | None, typer.Option("--key", metavar="FILE", help=_KEY, exists=True, dir_okay=False, readable=True)] = None,
    as_json: AsJson = False,
) -> None:
    """Say of each hour whether it is complete, and if not, what happened to it. Status 1 if anything was done to it.

    complete: all is as it was written. erased: also, and a person was erased since. expired: events are gone because their time was over.
    open: not signed yet. Faults: forked, missing, altered, reordered, inserted; a line below tells what.
    """
    from idp.cli import audit_verification

    if file:
        if bucket or first or last:
            raise typer.BadParameter("It stands alone: leave --bucket, --from and --to out.", param_hint="--file")
        reports, notice = audit_verification.of_files(file, key), "" if key else "Without --key: the first file named its own key."
    else:
        if key:
            raise typer.BadParameter("It is for --file: the deployment knows its own key.", param_hint="--key")
        reports = audit_verification.of_deployment(_hour(first, "--from"), _hour(last, "--to", end=True), bucket=bucket)
        notice = "" if bucket else _TABLES_ALONE
    faults = _show(reports, as_json=as_json)
    if notice:
        typer.secho(notice, fg=typer.colors.YELLOW, err=True)
    if faults is None:
        typer.secho("There is no audit chain in this time. docs/audit.md says how to switch it on.", fg=typer.colors.RED, err=True)
        raise typer.Exit(REFUSED)
    if faults:
        typer.secho(f"{faults} findings: somebody or something changed the audit.", fg=typer.colors.RED, err=True)
        raise typer.Exit(REFUSED)


@group.command()
def export(
    file: Annotated[Path | None, typer.Argument(help="The file to write. Without it, standard output.")] = None,
    form: Annotated[Form, typer.Option("--format", help="ndjson: our own members. ocsf: OCSF 1.8.0. cef: ArcSight.")] = Form.NDJSON,
    since: Annotated[str, typer.Option("--since", metavar="TIME", help="Only events from then on: RFC 3339, or a day, in UTC.")] = "",
    until: Annotated[str, typer.Option("--until", metavar="TIME", help="Only events before then.")] = "",
    kind: Annotated[str, typer.Option("--type", help="Only this type, or all that begin with it: sign_in.failed, or sign_in.")] = "",
    person: Annotated[str, typer.Option("--person", metavar="WHO", help="Only events about this person: an id, or an address.")] = "",
    app: Annotated[str, typer.Option("--app", metavar="CLIENT_ID", help="Only events about this app, or acts of it.")] = "",
    actor: Annotated[str, typer.Option("--actor", metavar="ID", help="Only acts of this user, app, or system.")] = "",
    outcome: Annotated[str, typer.Option("--outcome", help="Only success, or only failure.")] = "",
    address: Annotated[str, typer.Option("--address", metavar="NETWORK", help="Only from this IP address or network.")] = "",
    request: Annotated[str, typer.Option("--request", metavar="ID", help="Only events of the request with this id.")] = "",
    resume: Annotated[bool, typer.Option("--resume", help="Go on with FILE: what was interrupted, or what happened since.")] = False,
) -> None:
    """Write audit events, the oldest first, one on a line. The events of the last minute are left out. Filters are combined.

    FILE.state says how far FILE is. The file has personal data and is readable for you only.
    """
    import sys

    from idp.cli import audit_filters
    from idp.cli.deployment import deployment
    from idp.cli.event_file import EventFile
    from idp.cli.progress import progress
    from idp.cli.stopping import goes_on
    from idp.domain.access.tenancy import DEPLOYMENT
    from idp.services.audit.formats import FORMATS

    if resume and file is None:
        raise typer.BadParameter("It needs a FILE.", param_hint="--resume")
    first, last, line = instant(since, "--since"), instant(until, "--until"), FORMATS[form]
    chosen = {
        "kind": kind, "person": person, "app": app, "actor": actor, "outcome": outcome, "address": address, "request": request,
    }  # fmt: skip
    filters = audit_filters.read(**chosen)
    with deployment() as services:
        if file is None:
            for event in services.audit_export.events(scope=DEPLOYMENT, since=first, until=last, after=None, **filters):
                sys.stdout.write(line(event) + "\n")
            return
        made_for = {"prefix": services.database.prefix, "form": form.value, "since": first, "until": last}
        target = EventFile(file, made_for | {name: value for name, value in chosen.items() if value})
        (target.go_on if resume else target.begin)()
        events = services.audit_export.events(scope=DEPLOYMENT, since=first, until=last, after=target.after, **filters)
        with goes_on("Add --resume to the same command, and it goes on here."), progress("export", None) as seen:
            count = target.write(events, line, seen)
    typer.echo(f"{count} events in {file}", err=True)


@group.command()
def key() -> None:
    """Print the public key that signs the hours of this deployment, as a JWK. Keep it where the provider cannot change it."""
    from idp.cli.deployment import deployment

    with deployment() as services:
        typer.echo(json.dumps(services.head_signer.public))


@group.command()
def seal() -> None:
    """Sign the hours that are over, as the function does; for a deployment that is not on Lambda."""
    from idp.cli.deployment import deployment

    with deployment() as services:
        typer.echo(f"{services.audit_sealing.run()} hours sealed", err=True)


@group.command()
def save(
    folder: Annotated[Path, typer.Argument(help="The folder for the segments.", exists=True, file_okay=False, writable=True)],
    first: From = "",
    last: To = "",
) -> None:
    """Write the segment of each sealed hour into a folder, as it would be in the bucket. Files that are there stay as they are."""
    from idp.cli import audit_verification

    count = audit_verification.save(folder, _hour(first, "--from"), _hour(last, "--to", end=True))
    typer.echo(f"{count} segments in {folder}", err=True)


@group.command()
def spread() -> None:
    """List new sign-ins and events in 16 partitions of the index, logout tokens that wait, too, and people in 8. There is no way back.

    So the deployment bears 16,000 events and 8,000 new accounts a second instead of 1,000. A release without this command does not list
    what is written from then on. A new deployment begins with it.
    """
    from idp.cli.deployment import deployment
    from idp.store.time_shards import SHARDS, switch_on

    with deployment() as services:
        switch_on(services.database, services.clock())
    typer.echo(f"Within a minute new events are listed in {SHARDS} partitions. Older ones stay where they are.", err=True)


def _show(reports: Iterable[HourReport], *, as_json: bool) -> int | None:
    """Print the reports. Returns the number of faults; None without a report."""
    faults, any_ = 0, False
    for report in reports:
        any_, faults = True, faults + report.faults
        if as_json:
            typer.echo(json.dumps(_as_json(report)))
            continue
        more = "".join(f", {number} {word}" for word, number in (("erased", report.erased), ("expired", report.expired)) if number)
        typer.echo(f"{report.hour or '?':13}  {report.state:9}  {report.events} events{more}")
        for finding in report.findings:
            typer.echo(f"    {finding.what}: {finding.detail}")
        if report.faults > len(report.findings):
            typer.echo(f"    and {report.faults - len(report.findings)} more")
    return faults if any_ else None


def _as_json(report: HourReport) -> dict[str, Any]:
    return {
        "hour": report.hour, "state": report.state, "events": report.events, "erased": report.erased, "expired": report.expired,
        "faults": report.faults, "findings": [{"what": each.what, "detail": each.detail} for each in report.findings],
    }  # fmt: skip


def _hour(text: str, option: str, *, end: bool = False) -> str:
    from idp.domain.audit.head import start_of

    whole = f"{text}T{'23' if end else '00'}" if text and "T" not in text else text
    try:
        if whole:
            start_of(whole)
    except ValueError:
        raise typer.BadParameter(f"{text[:40]!r} is not an hour such as 2026-11-29T10, or a day.", param_hint=option) from None
    return whole
