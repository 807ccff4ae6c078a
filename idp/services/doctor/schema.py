"""All migrations of this release have run, and none of a newer one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from idp.domain.doctor.finding import ok, wrong
from idp.domain.texts import marked
from idp.store.release_migrations import NEWER, NewerSchemaError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from idp.domain.doctor.finding import Finding
    from idp.services.doctor.parts import Parts


def check(parts: Parts) -> Iterator[Finding]:
    """Compare the log of the deployment with the migrations of this release."""
    try:
        left = parts.pending()
    except NewerSchemaError as newer:
        yield wrong("schema", NEWER, names=newer.names)
        return
    if left:
        waits = marked("Migrations that have not run yet: {count}, {first} first. Run: idp migrate")
        yield wrong("schema", waits, count=len(left), first=left[0].stem)
    else:
        yield ok("schema", marked("The store has the schema of this release"))
