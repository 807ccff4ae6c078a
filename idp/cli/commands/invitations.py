"""`idp invitations …`: invite people by mail, before an admin can sign in. The admin API can do the same."""

from __future__ import annotations

import json
import time
from typing import TYPE_CHECKING, Annotated, Any

import typer

from idp.domain.access.tenancy import DEPLOYMENT

if TYPE_CHECKING:
    from idp.domain.people.invitation import Invitation
    from idp.settings import Settings

group = typer.Typer(no_args_is_help=True, help="Invitations: people create their account by a link that only the mail has.")

AsJson = Annotated[bool, typer.Option("--json", help="Print one JSON object, for programs.")]
Id = Annotated[str, typer.Argument(metavar="ID", help="The id that `idp invitations list` shows.")]
_MOST = 500
_MORE = "May be given more than once."


@group.command()
def create(
    email: Annotated[str, typer.Argument(help="The address that gets the mail and the account.")],
    role: Annotated[list[str] | None, typer.Option("--role", metavar="NAME", help=f"A role of the account. {_MORE}")] = None,
    group: Annotated[list[str] | None, typer.Option("--group", metavar="NAME", help=f"A group of the account. {_MORE}")] = None,
    app: Annotated[str, typer.Option("--app", metavar="CLIENT_ID", help="The app that the person is invited to.")] = "",
    as_json: AsJson = False,
) -> None:
    """Invite a person: send a link that is valid for seven days. IDP_SIGN_UP has to be invited or open.

    Example: idp invitations create ada@example.com --role order-editor
    """
    from idp.cli.deployment import deployment

    with deployment() as services:
        _require_mail(services.settings)
        made = services.invitation_service.create(email, roles=role or [], groups=group or [], client_id=app, scope=DEPLOYMENT)
    _print([made], as_json=as_json)


@group.command("list")
def list_(as_json: AsJson = False) -> None:
    """List the invitations that were not accepted yet."""
    from idp.cli.deployment import deployment

    with deployment() as services:
        found, more = services.invitation_service.listing(scope=DEPLOYMENT, limit=_MOST)
    _print(found, as_json=as_json)
    if more:
        typer.echo(f"These are the first {len(found)}. The admin API has the rest.", err=True)


@group.command()
def resend(invitation_id: Id, as_json: AsJson = False) -> None:
    """Send a new link. The former link ends."""
    from idp.cli.deployment import deployment

    with deployment() as services:
        _require_mail(services.settings)
        made = services.invitation_service.resend(invitation_id, scope=DEPLOYMENT)
    _print([made], as_json=as_json)


@group.command()
def withdraw(invitation_id: Id) -> None:
    """Withdraw an invitation. Its link ends."""
    from idp.cli.deployment import deployment

    with deployment() as services:
        services.invitation_service.withdraw(invitation_id, scope=DEPLOYMENT)
    typer.echo("The invitation is withdrawn.")


def _require_mail(settings: Settings) -> None:
    """Require that this process can send mails.

    Raises:
        SettingsError: in development the mails are in the memory of `idp dev`.
    """
    from idp.settings import SettingsError

    if settings.dev and not (settings.smtp_url or settings.mail_function):
        msg = "idp dev keeps mails in its own memory. Send POST /admin/v1/invitations to it, or set IDP_SMTP_URL and IDP_MAIL_FROM."
        raise SettingsError(msg)


def _print(found: list[Invitation], *, as_json: bool) -> None:
    rows = [_facts(each) for each in found]
    lines = (f"{one['id']}  {one['email']}  {' '.join([*one['roles'], *one['groups']])}  until {one['expires_at']}" for one in rows)
    typer.echo(json.dumps(rows, indent=2) if as_json else "\n".join(lines))


def _facts(it: Invitation) -> dict[str, Any]:
    until = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(it.expires_at))
    return {
        "id": it.id, "email": it.email, "roles": sorted(it.roles), "groups": sorted(it.groups), "client_id": it.client_id,
        "expires_at": until,
    }  # fmt: skip
