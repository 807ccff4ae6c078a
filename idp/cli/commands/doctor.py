"""`idp doctor`."""

from __future__ import annotations

import json
import os
from contextlib import nullcontext
from typing import TYPE_CHECKING, Annotated

import typer

from idp.cli.error_sentences import REFUSED

if TYPE_CHECKING:
    from contextlib import AbstractContextManager

    from idp.wiring.all_services import AllServices

_MARKS = {
    "ok": ("✓", typer.colors.GREEN),
    "wrong": ("✗", typer.colors.RED),
    "advice": ("!", typer.colors.YELLOW),
    "skipped": ("–", typer.colors.BRIGHT_BLACK),
}


def doctor(
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object, for programs.")] = False,
    keep: Annotated[bool, typer.Option("--keep", help="Show the findings in the console too, in place of those before.")] = False,
) -> None:
    """Check a deployment, and print what to do about each problem.

    It checks the issuer as users reach it, its discovery document and keys, the tables, KMS, mail, the clock and the schema. It changes
    nothing but, with --keep, what the overview of the console shows. It ends with status 1 if something is wrong. It needs the settings
    of the functions, and credentials that may describe tables and keys.
    """
    from idp.cli.doctor import examine
    from idp.domain.access.tenancy import DEPLOYMENT

    with _services() as services:
        found = list(examine(services))
        if keep:
            services.doctors_findings.keep(found, scope=DEPLOYMENT)
    bad = [finding for finding in found if finding.state == "wrong"]
    if as_json:
        rows = [{"about": finding.about, "state": finding.state, "says": finding.says} for finding in found]
        typer.echo(json.dumps({"ok": not bad, "findings": rows}, indent=2))
    else:
        width = max(len(finding.about) for finding in found)
        for finding in found:
            mark, colour = _MARKS[finding.state]
            typer.echo(f"{typer.style(mark, fg=colour)} {finding.about:{width}}  {finding.says}")
        typer.echo(f"\n{len(bad)} to mend." if bad else "\nAll is well.")
    if bad:
        raise typer.Exit(REFUSED)


def _services() -> AbstractContextManager[AllServices]:
    """Open the deployment without the check of the schema that other commands make: a wrong schema is one of the findings."""
    from idp.cli import environment
    from idp.cli.deployment import deployment
    from idp.wiring import build_services

    settings = environment.settings()
    if settings.dev and not environment.endpoint(os.environ):
        return deployment()
    return nullcontext(build_services(settings))
