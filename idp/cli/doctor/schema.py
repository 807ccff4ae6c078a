"""All migrations of this release have run, and none of a newer one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from idp.cli.doctor.finding import Finding, ok, wrong
from idp.cli.migrations_runner import NewerSchemaError, pending_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from idp.wiring.all_services import AllServices


def check(services: AllServices) -> Iterator[Finding]:
    """Compare the log of the deployment with the migrations of this release."""
    try:
        left = pending_of(services.database)
    except NewerSchemaError as newer:
        yield wrong("schema", str(newer))
        return
    if left:
        yield wrong("schema", f"{len(left)} migrations have not run yet, {left[0].stem} first. Run: idp migrate")
    else:
        yield ok("schema", "the store has the schema of this release")
