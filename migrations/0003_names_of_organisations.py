"""Rows by which organisations of before are found by the words of their names: earlier releases found them by their slug only.

It runs before the new code takes over. An organisation that the old code makes after it is found by its slug only, until
`idp organizations index` runs.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from idp.store.organisation_names import OrganisationNames

if TYPE_CHECKING:
    from idp.store.database import Database


def run(database: Database, now: int) -> None:
    """Write the rows. It may run twice and while the service runs."""
    del now
    OrganisationNames(database).fill_all()
