"""`idp users …`: users, for the time before an admin can sign in. The admin API can do more."""

from __future__ import annotations

import json
from typing import Annotated, Any

import typer

from idp.cli.commands import user_access, user_devices, user_erasure, user_hashes, user_import, user_merge
from idp.cli.identifier_argument import TakesIdentifier
from idp.domain.access.tenancy import DEPLOYMENT

group = typer.Typer(
    no_args_is_help=True, help="People who sign in: create, find, disable, unlock, set a password. The admin API can do more."
)
group.command("list")(user_access.list_)
for command in (
    user_access.show,
    user_access.export,
    user_access.disable,
    user_access.enable,
    user_access.unlock,
    user_access.reset_password,
    user_access.temporary_code,
    user_devices.devices,
    user_devices.forget_devices,
    user_hashes.hashes,
    user_merge.merge,
    user_erasure.delete,
    user_erasure.cancel_deletion,
    user_erasure.verify_erased,
    user_erasure.erase_due,
):
    group.command()(command)
group.command("import")(user_import.import_)
group.command(cls=TakesIdentifier)(user_access.remove_passkey)

Email = Annotated[str, typer.Argument(help="The email address that they sign in with.")]
Stdin = Annotated[bool, typer.Option("--password-stdin", help="Read the password from standard input: its first line.")]
Generate = Annotated[bool, typer.Option("--generate-password", help="Make a random password, and print it once.")]
AsJson = Annotated[bool, typer.Option("--json", help="Print one JSON object, for programs.")]

_ATTRIBUTES = """Attributes for policies, such as '{"department": "sales"}'."""
_ADMIN_SCOPE = "With --admin: a scope of the admin API that the admin may use, and no others but those given. May be given more than once."
_CLAIMS = """Profile claims, such as '{"name": "Ada Lovelace", "locale": "en-GB"}'."""


@group.command()
def create(
    email: Email,
    password_stdin: Stdin = False,
    generate_password: Generate = False,
    no_password: Annotated[bool, typer.Option("--no-password", help="Without a password: they cannot sign in until one is set.")] = False,
    admin: Annotated[bool, typer.Option("--admin", help="May use the admin API; the first sign-in asks for a second factor.")] = False,
    admin_scope: Annotated[list[str] | None, typer.Option("--admin-scope", metavar="SCOPE", help=_ADMIN_SCOPE)] = None,
    email_verified: Annotated[bool, typer.Option("--email-verified", help="Mark the address as verified for apps.")] = False,
    claims: Annotated[str, typer.Option("--claims", metavar="JSON", help=_CLAIMS)] = "{}",
    role: Annotated[
        list[str] | None, typer.Option("--role", metavar="NAME", help="A role of the user. May be given more than once.")
    ] = None,
    group: Annotated[
        list[str] | None, typer.Option("--group", metavar="NAME", help="A group of the user. May be given more than once.")
    ] = None,
    attributes: Annotated[str, typer.Option("--attributes", metavar="JSON", help=_ATTRIBUTES)] = "{}",
    as_json: AsJson = False,
) -> None:
    """Create a user.

    Asks for a password, unless an option says where it comes from. It needs 15 characters, or 8 with --admin, since admins have a second
    factor. A common one is refused.
    """
    from idp.cli.command_input import at_most_one, json_object, password
    from idp.cli.deployment import deployment

    at_most_one(password_stdin=password_stdin, generate_password=generate_password, no_password=no_password)
    profile = json_object("--claims", claims)
    if admin_scope and not admin:
        raise typer.BadParameter("Give --admin too: the scopes limit an admin.", param_hint="--admin-scope")
    access: dict[str, Any] = {
        "admin_scopes": admin_scope or None,
        "roles": role or [],
        "groups": group or [],
        "attributes": json_object("--attributes", attributes),
    }
    with deployment() as services:
        minimum = services.settings.password_min_length
        chosen = None if no_password else password(stdin=password_stdin, generate=generate_password, minimum=minimum)
        user = services.user_service.create(
            email, chosen, admin=admin, email_verified=email_verified, claims=profile or None, scope=DEPLOYMENT, **access
        )
    _print({"id": user.id, "email": user.email}, chosen if generate_password else None, as_json=as_json)


@group.command()
def set_password(email: Email, password_stdin: Stdin = False, generate_password: Generate = False, as_json: AsJson = False) -> None:
    """Set a new password for a user. Their sessions and the access of apps end.

    Asks for it, unless an option says where it comes from.
    """
    from idp.cli.command_input import at_most_one, password
    from idp.cli.deployment import deployment
    from idp.domain.errors import NotFound
    from idp.services.people.user_changes import parse_email

    at_most_one(password_stdin=password_stdin, generate_password=generate_password)
    with deployment() as services:
        user_id = services.users.id_of(parse_email(email))
        if user_id is None:
            raise NotFound("command.email_unknown", email=email)
        minimum = services.settings.password_min_length
        chosen = password(stdin=password_stdin, generate=generate_password, minimum=minimum)
        user = services.user_service.set_password(user_id, chosen, scope=DEPLOYMENT)
    _print({"id": user.id, "email": user.email}, chosen if generate_password else None, as_json=as_json)


def _print(facts: dict[str, Any], password: str | None, *, as_json: bool) -> None:
    if password:
        facts["password"] = password
    typer.echo(json.dumps(facts, indent=2) if as_json else "  ".join(f"{name} {value}" for name, value in facts.items()))
