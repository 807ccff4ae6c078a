"""`idp users merge`: two accounts of one person become one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from idp.cli.commands.user_access import find_user
from idp.domain.access.tenancy import DEPLOYMENT

if TYPE_CHECKING:
    from idp.domain.access.account_merge import MergePlan

Kept = Annotated[str, typer.Argument(metavar="KEPT", help="The id or email address of the account that stays.")]
Merged = Annotated[str, typer.Argument(metavar="MERGED", help="The id or email address of the account that goes.")]
_LINK = "The id of a link that moves, as --preview prints it. May be given more than once."
_ORGANIZATION = "The id of an organisation whose membership moves. May be given more than once."


def merge(
    kept: Kept,
    merged: Merged,
    roles: Annotated[bool, typer.Option("--roles", help="Roles and groups move.")] = False,
    link: Annotated[list[str] | None, typer.Option("--link", metavar="ID", help=_LINK)] = None,
    organization: Annotated[list[str] | None, typer.Option("--organization", metavar="ID", help=_ORGANIZATION)] = None,
    preview: Annotated[bool, typer.Option("--preview", help="Print what could move, and change nothing.")] = False,
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Do not ask.")] = False,
) -> None:
    """Merge two accounts of one person. MERGED is erased, and apps know the person by the id of KEPT from then on.

    Passwords, passkeys and other factors, consents, sessions and the profile of MERGED do not move. Asks before. Without a terminal and
    without --yes it refuses: status 2.
    """
    from idp.cli import asking
    from idp.cli.deployment import deployment
    from idp.domain.access.account_merge import MergeChoice

    with deployment() as services:
        one, other = find_user(services, kept), find_user(services, merged)
        plan = services.account_merge.plan(one.id, other.id, scope=DEPLOYMENT)
        if preview:
            _print(plan)
            return
        asking.confirm(f"Merge {other.email} into {one.email}, and erase {other.email} for ever?", yes=yes)
        services.account_merge.merge(
            one.id, other.id, MergeChoice(roles, frozenset(link or ()), frozenset(organization or ())), scope=DEPLOYMENT,
            expected=[plan.kept.version], expected_merged=[plan.merged.version],
        )  # fmt: skip
        services.wait_for_mails()
    typer.echo(f"{one.id}  {one.email}: {other.id} is merged into it and erased")


def _print(plan: MergePlan) -> None:
    typer.echo(f"stays  {plan.kept.id}  {plan.kept.email}\ngoes   {plan.merged.id}  {plan.merged.email}")
    for word, names in (("role", plan.roles), ("group", plan.groups)):
        for name in sorted(names):
            typer.echo(f"{word}  {name}")
    for link in plan.links:
        typer.echo(f"link  {link.id}  {link.connection_id or link.issuer}  {link.email}".rstrip())
    for membership in plan.memberships:
        typer.echo(f"organization  {membership.org_id}")
    for org_id in plan.shared:
        typer.echo(f"organization  {org_id}  both are members: the membership of the account that stays is kept")
    if plan.needs_second_factor:
        typer.echo("The account that stays has to have a second factor from then on.")
    if plan.opens_by_mail_alone:
        typer.echo("The account that stays has no password, passkey or link: without a link that moves, only a mail lets the person in.")
