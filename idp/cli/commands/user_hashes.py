"""`idp users hashes`: how many people still have a password hash that another system made."""

from __future__ import annotations

import json
import time
from typing import TYPE_CHECKING, Annotated

import typer

from idp.cli.commands.user_access import AsJson

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from idp.store.database import Database

Count = Annotated[bool, typer.Option("--count", help="Count now: reads the whole table of users.")]


def hashes(count: Count = False, as_json: AsJson = False) -> None:
    """Show how many people still have the password hash of another system. It is replaced when they sign in."""
    from idp.cli.deployment import deployment

    with deployment() as services:
        if count:
            services.hash_counts.count_all(_stored(services.database))
        found = services.hash_counts.read()
    if as_json:
        kinds = (
            [{"kind": label, "imported": n, "left": found[0].left.get(label, 0)} for label, n in _kinds(found[0].imported)] if found else []
        )
        told = {"people": found[0].people, "counted_at": found[1] or None, "hashes": kinds} if found else None
        typer.echo(json.dumps(told, indent=2))
        return
    if found is None:
        typer.echo("No password hash of another system was counted. After a restore or a change of IDP_ARGON2_*: --count")
        return
    for label, imported in _kinds(found[0].imported):
        typer.echo(f"{label:30}  {found[0].left.get(label, 0)} of {imported} left")
    at = time.strftime("%Y-%m-%d %H:%M:%S UTC", time.gmtime(found[1])) if found[1] else "never"
    typer.echo(f"{found[0].people} people with a password at the last count or import; counted: {at}")


def _kinds(imported: Mapping[str, int]) -> list[tuple[str, int]]:
    return sorted(imported.items())


def _stored(database: Database) -> Iterator[str | None]:
    """The stored hash of each user, or WAITING."""
    from idp.domain.factors.hash_mix import WAITING

    for raw in database.scan("directory"):
        if raw.get("kind") == {"S": "user"}:
            yield raw.get("password_hash", {}).get("S") or (WAITING if raw.get("awaits_migration") == {"BOOL": True} else None)
