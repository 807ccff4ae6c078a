"""`idp users delete`, `cancel-deletion`, `verify-erased`, `erase-due`: the erasure of people."""

from __future__ import annotations

from typing import Annotated

import typer

from idp.cli.commands.user_access import Who, find_user
from idp.domain.access.tenancy import DEPLOYMENT

_EMAIL = "An address that the user had. May be given more than once. Without it only the id is searched for."
_STRIP = "Also remove the network address of the user from audit events about others, in which the user acted as an admin."


def delete(who: Who, yes: Annotated[bool, typer.Option("--yes", "-y", help="Do not ask.")] = False) -> None:
    """Erase a user and everything about them now, also during the days of grace after they deleted their account.

    Asks before. Without a terminal and without --yes it refuses: status 2. `idp users verify-erased` proves it.
    """
    from idp.cli import asking
    from idp.cli.deployment import deployment

    with deployment() as services:
        user = find_user(services, who)
        asking.confirm(f"Erase {user.email} for ever?", yes=yes)
        services.user_service.delete(user.id, scope=DEPLOYMENT)
        services.wait_for_mails()
    typer.echo(f"{user.id}: erased")


def cancel_deletion(who: Who) -> None:
    """Cancel the deletion that a user asked for. They can sign in again; their former sessions do not come back."""
    from idp.cli.deployment import deployment

    with deployment() as services:
        user = services.self_deletion.cancel(find_user(services, who).id, scope=DEPLOYMENT)
    typer.echo(f"{user.id}  {user.email}: not deleted")


def verify_erased(
    user_id: Annotated[str, typer.Argument(metavar="ID", help="The id of the user who was erased.")],
    email: Annotated[list[str] | None, typer.Option("--email", metavar="ADDRESS", help=_EMAIL)] = None,
    strip_events: Annotated[bool, typer.Option("--strip-events", help=_STRIP)] = False,
) -> None:
    """Search all tables for a user who was erased, and print the number of items that still have the id or an address.

    Each place is printed with table, form of the key and kind of item, without personal data. Status 1 if there is one. Every item is read
    once, which costs as much as a backup. Audit events that have nothing but the id are counted apart: they stay until their retention
    ends.
    """
    from idp.cli import leftovers, tables
    from idp.cli.deployment import deployment
    from idp.cli.progress import progress
    from idp.services.people.user_changes import parse_email

    addresses = [parse_email(each) for each in email or ()]
    with deployment() as services:
        total = sum(tables.rough_size(services.database, name) for name in leftovers.TABLES)
        with progress("search", total or None) as seen:
            found = leftovers.find_leftovers(services, user_id, addresses, strip_events=strip_events, seen=seen)
    for (table, form, kind), number in sorted(found.places.items()):
        typer.echo(f"{table}  {form}  {kind}  {number}")
    typer.echo(f"{found.places.total()} items have the id or an address of this user.")
    if found.stripped:
        typer.echo(f"{found.stripped} audit events about others lost the network address of this user.")
    if found.events:
        typer.echo(f"{found.events} audit events and versions of policies keep the id and nothing else about the user.")
    if found.waiting:
        typer.echo(f"{found.waiting} items for apps and devices keep the id alone, for two days at most.")
    raise typer.Exit(1 if found.places else 0)


def erase_due() -> None:
    """Erase the people whose deletion is due, as the daily job does. For a deployment that is not on Lambda: run it once a day."""
    from idp.cli.deployment import deployment

    with deployment() as services:
        erased = services.due_deletions.run(scope=DEPLOYMENT)
        services.wait_for_mails()
    typer.echo(f"{erased} people erased")
