"""`idp provisioning …`: apps whose accounts are kept by SCIM, and what is sent to them."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Annotated, Any

import typer

from idp.domain.access.tenancy import DEPLOYMENT

if TYPE_CHECKING:
    from idp.domain.provisioning.target import Target
    from idp.services.provisioning.targets import TargetStatus

group = typer.Typer(no_args_is_help=True, help="Provisioning: apps that get and lose accounts as people change here, by SCIM 2.0.")

AsJson = Annotated[bool, typer.Option("--json", help="Print one JSON document, for programs.")]
Id = Annotated[str, typer.Argument(metavar="ID", help="The target's id, from: idp provisioning list")]
Stdin = Annotated[bool, typer.Option("--secret-stdin", help="Read the bearer token from standard input.")]
SecretFile = Annotated[str, typer.Option("--secret-file", metavar="FILE", help="Read the bearer token from a file.")]
Group = Annotated[str, typer.Option("--group", metavar="NAME", help="Only people of this group have an account.")]
Role = Annotated[str, typer.Option("--role", metavar="NAME", help="Only people with this role, also by a group, have an account.")]
Leavers = Annotated[str, typer.Option("--leavers", metavar="WHAT", help="What happens to the account of a leaver: deactivate, or delete.")]
Url = Annotated[str, typer.Option("--url", metavar="URL", help="The app's SCIM endpoint, without /Users.")]


@group.command()
def create(
    target_id: Annotated[str, typer.Argument(metavar="ID", help="An id for the target, such as crm.")],
    url: Url,
    secret_stdin: Stdin = False,
    secret_file: SecretFile = "",
    group: Group = "",
    role: Role = "",
    leavers: Leavers = "deactivate",
    as_json: AsJson = False,
) -> None:
    """Create a target. People get accounts with the next run. The bearer token that the app gave you is asked for.

    Nothing is sent before the deployment has the job: make deploy PARAMS="provisioning=on", or idp provisioning run.
    """
    from idp.cli.command_input import upstream_secret
    from idp.cli.deployment import deployment
    from idp.services.audit.recorder import SYSTEM

    given: dict[str, Any] = {"base_url": url, "leavers": leavers, **(_people(group, role) or {})}
    with deployment() as services:
        services.provisioning_target_service.must_be_free(target_id, scope=DEPLOYMENT)  # before the question
        given["token"] = upstream_secret(stdin=secret_stdin, file=secret_file)
        made = services.provisioning_target_service.create(target_id, given, scope=DEPLOYMENT, by=SYSTEM)
    _print(_facts(made), as_json=as_json)


@group.command("list")
def list_(as_json: AsJson = False) -> None:
    """List all targets."""
    from idp.cli.deployment import deployment

    with deployment() as services:
        found = services.provisioning_target_service.listing(scope=DEPLOYMENT)
    if as_json:
        typer.echo(json.dumps([_facts(each) for each in found], indent=2))
        return
    for each in found:
        typer.echo("  ".join([each.id, each.base_url, each.people, *filter(None, [each.name]), *(["paused"] if each.paused else [])]))


@group.command()
def show(target_id: Id, as_json: AsJson = False) -> None:
    """Show a target, and how it does. The token is never shown."""
    from idp.cli.deployment import deployment

    with deployment() as services:
        found = services.provisioning_target_service.get(target_id, scope=DEPLOYMENT)
        status = services.provisioning_target_service.status(target_id, scope=DEPLOYMENT)
    _print({**_facts(found), **_status(status)}, as_json=as_json)


@group.command()
def update(
    target_id: Id,
    url: Url = "",
    secret_stdin: Stdin = False,
    secret_file: SecretFile = "",
    group: Group = "",
    role: Role = "",
    everybody: Annotated[bool, typer.Option("--everybody", help="Everybody has an account.")] = False,
    leavers: Leavers = "",
    pause: Annotated[bool | None, typer.Option("--pause/--resume", help="Stop or resume sending. Changes wait meanwhile.")] = None,
    as_json: AsJson = False,
) -> None:
    """Change a target. Another --url needs the token again. All accounts are compared afterwards."""
    from idp.cli.command_input import upstream_secret
    from idp.cli.deployment import deployment
    from idp.services.audit.recorder import SYSTEM

    changes: dict[str, Any] = {**({"people": "everybody", "name": ""} if everybody else {}), **(_people(group, role) or {})}
    changes |= {name: value for name, value in {"base_url": url, "leavers": leavers}.items() if value}
    if pause is not None:
        changes["paused"] = pause
    with deployment() as services:
        services.provisioning_target_service.get(target_id, scope=DEPLOYMENT)  # before the question
        if secret_stdin or secret_file or url:
            changes["token"] = upstream_secret(stdin=secret_stdin, file=secret_file)
        written = services.provisioning_target_service.patch(target_id, changes, scope=DEPLOYMENT, by=SYSTEM)
    _print(_facts(written), as_json=as_json)


@group.command()
def delete(target_id: Id, yes: Annotated[bool, typer.Option("--yes", "-y", help="Do not ask.")] = False) -> None:
    """Delete a target. The accounts at the app stay as they are, and get no more changes. Asks first. Without a terminal it needs --yes."""
    from idp.cli import asking
    from idp.cli.deployment import deployment
    from idp.services.audit.recorder import SYSTEM

    with deployment() as services:
        found = services.provisioning_target_service.get(target_id, scope=DEPLOYMENT)
        asking.confirm(f"The accounts at {found.base_url} stay, and get no more changes. Delete {found.id}?", yes=yes)
        services.provisioning_target_service.delete(target_id, scope=DEPLOYMENT, by=SYSTEM, expected=[found.version])
    typer.echo(f"{target_id} is deleted.")


@group.command()
def failures(target_id: Id, as_json: AsJson = False) -> None:
    """List people whose account the app refused to the end, at most 1,000, with the status of its answer."""
    from idp.cli.deployment import deployment

    with deployment() as services:
        found, _ = services.provisioning_target_service.failures(target_id, start=None, limit=1000, scope=DEPLOYMENT)
    if as_json:
        typer.echo(json.dumps([each._asdict() for each in found], indent=2))
        return
    for each in found:
        typer.echo(f"{each.user_id}  {each.problem}")


@group.command()
def redeliver(
    target_id: Id,
    user: Annotated[list[str] | None, typer.Option("--user", metavar="ID", help="Only this user; several times for more.")] = None,
) -> None:
    """Try failures again with the next run: the first hundred, or those of --user. An account deleted at the app is made again."""
    from idp.cli.deployment import deployment
    from idp.services.audit.recorder import SYSTEM

    with deployment() as services:
        number = services.provisioning_target_service.redeliver(target_id, user or [], scope=DEPLOYMENT, by=SYSTEM)
    typer.echo(f"{number} accounts are tried again.")


@group.command()
def compare(target_id: Id) -> None:
    """Compare all people and all accounts at the app, beginning with the next run."""
    from idp.cli.deployment import deployment
    from idp.services.audit.recorder import SYSTEM

    with deployment() as services:
        services.provisioning_target_service.compare(target_id, scope=DEPLOYMENT, by=SYSTEM)
    typer.echo("The comparison begins with the next run.")


@group.command()
def run(nightly: Annotated[bool, typer.Option("--nightly", help="Begin the comparison of every target.")] = False) -> None:
    """Send what is due, as the job of the deployment does each minute; for a deployment that is not on Lambda."""
    from idp.cli.deployment import deployment

    with deployment() as services:
        if nightly:
            services.provisioning_nightly.run()
        typer.echo(f"Accounts that were looked at and are up to date: {services.provisioning_worker.run()}")


def _people(group: str, role: str) -> dict[str, str] | None:
    from idp.domain.errors import Invalid

    if group and role:
        raise Invalid("provisioning.name_needed", field="--role")
    if group or role:
        return {"people": "group" if group else "role", "name": group or role}
    return None


def _facts(it: Target) -> dict[str, Any]:
    return {"id": it.id, "base_url": it.base_url, "people": it.people, "name": it.name, "leavers": it.leavers, "paused": it.paused}


def _status(it: TargetStatus) -> dict[str, Any]:
    return it._asdict()


def _print(known: dict[str, Any], *, as_json: bool) -> None:
    """Print the members. For a person those without a value are left out."""
    if as_json:
        typer.echo(json.dumps(known, indent=2))
        return
    for name, value in known.items():
        if value not in ("", 0, False):
            typer.echo(f"{name:16}{value}")
