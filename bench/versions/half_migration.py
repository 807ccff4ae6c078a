"""A migration that was stopped in the middle: this version's `idp migrate`, whose store refuses writes after the first one."""

from __future__ import annotations

from bench.versions.pair import NEWER, Pair
from bench.versions.site import Site, expect

_SCRIPT = """
import os, sys
from idp import settings
from idp.cli import migrations_runner
from idp.wiring import build_services

services = build_services(settings.load({k: v for k, v in os.environ.items() if k.startswith("IDP_")}))
database, written = services.database, []
put = database.put
def once(*given, **named):
    if len(written) == 1:
        sys.exit(7)
    written.append(given)
    return put(*given, **named)
database.put = once
migrations_runner.run(database, services.clock())
"""
LINKS = 3


def leave_links(site: Site) -> None:
    """What migration 0002 looks for: links of people to connections that were deleted."""
    from idp.domain.access.trusted_issuer import IssuerLink
    from idp.store import issuer_links

    items = []
    for number in range(LINKS):
        link = IssuerLink(site.person().id, "https://gone.example", "", f"subject-{number}", 1, f"gone-{number}", "e@example.com", "new")
        items.append(issuer_links.item(link).raw())
    site.pair.write("directory", items)


def migrate_half(pair: Pair) -> None:
    """Begin to migrate, and stop after the first write. The log has no record of the migration."""
    ended = pair.run(NEWER, script=_SCRIPT)
    expect(ended.returncode == 7, f"the migration was not stopped: {ended.returncode} {ended.stderr[-1500:]}")
