"""`idp connections …`: list, show and delete the upstream providers by which people sign in, and the presets for them."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Annotated, Any

import typer

from idp.domain.access.tenancy import DEPLOYMENT

if TYPE_CHECKING:
    from idp.domain.connections.connection import Connection

group = typer.Typer(no_args_is_help=True, help="Connections: upstream providers by which people sign in, such as Google.")

AsJson = Annotated[bool, typer.Option("--json", help="Print one JSON document, for programs.")]
Id = Annotated[str, typer.Argument(metavar="ID", help="The connection's id, from: idp connections list")]
_ELSEWHERE = "Shown by the upstream, or asked of those who run it"
_NOWHERE = "nowhere: it is an https URL or a Lambda function of your own (docs/moving.md, Just-in-time)"
_OPTIONS = {"tenants": "--tenant", "scopes": "--scope", "secret": "the secret (asked for, or --secret-file)"}


@group.command()
def presets(as_json: AsJson = False) -> None:
    """List the kinds of upstreams, and what each needs. Needs no settings."""
    from idp.domain.connections.presets import PRESETS

    if as_json:
        rows = [{"preset": it.name, "type": it.type, "needs": list(it.needs), "register": it.register} for it in PRESETS.values()]
        typer.echo(json.dumps(rows, indent=2))
        return
    for it in PRESETS.values():
        typer.echo(f"{it.name:10} needs {', '.join(map(_option, it.needs))}")
        if it.issuer_like:
            typer.echo(f"{'':10} --issuer is like {it.issuer_like}")
        typer.echo(f"{'':10} register at {it.register or (_NOWHERE if it.name == 'password' else _ELSEWHERE.lower())}")
    typer.echo("The redirect URI to register is IDP_ISSUER/upstream/ID/callback. ID is the name of the preset, or --id.")


@group.command("list")
def list_(as_json: AsJson = False) -> None:
    """List all connections."""
    from idp.cli.deployment import deployment

    with deployment() as services:
        found = services.connection_service.listing(scope=DEPLOYMENT)
        rows = [facts(services.settings.issuer, it) for it in found]
    if as_json:
        typer.echo(json.dumps(rows, indent=2, ensure_ascii=False))
        return
    for it in found:
        typer.echo("  ".join([it.id, it.name, it.issuer or it.hook, *([] if it.enabled else ["disabled"])]))


@group.command()
def show(connection_id: Id, as_json: AsJson = False) -> None:
    """Show a connection. The secret is never shown, only whether there is one."""
    from idp.cli.deployment import deployment

    with deployment() as services:
        known = facts(services.settings.issuer, services.connection_service.get(connection_id, scope=DEPLOYMENT))
    print_facts(known, as_json=as_json)


@group.command()
def delete(connection_id: Id, yes: Annotated[bool, typer.Option("--yes", "-y", help="Do not ask.")] = False) -> None:
    """Delete a connection: its people no longer sign in by it. Their links stay stored, and count again under the same id only.

    Asks first. Without a terminal it needs --yes. To stop it for a while: idp connections update ID --disable
    """
    from idp.cli import asking
    from idp.cli.deployment import deployment
    from idp.services.audit.recorder import SYSTEM

    with deployment() as services:
        found = services.connection_service.get(connection_id, scope=DEPLOYMENT)
        asking.confirm(f"People can no longer sign in with {found.name} ({found.id}). Delete it?", yes=yes)
        services.connection_service.delete(connection_id, scope=DEPLOYMENT, by=SYSTEM, expected=[found.version])
    typer.echo(f"{connection_id} is deleted.")


def facts(issuer: str, it: Connection) -> dict[str, Any]:
    """Return the members of a connection for a person or a program, without the secret. `issuer`: of this provider."""
    from dataclasses import asdict

    members = {name: list(value) if isinstance(value, tuple) else value for name, value in asdict(it).items() if name != "secret"}
    ours = {"redirect_uri": it.redirect_uri(issuer), "own_metadata_uri": it.own_metadata_uri(issuer)}
    return {**members, "secret_set": bool(it.secret), **ours}


def print_facts(known: dict[str, Any], *, as_json: bool) -> None:
    """Print the members. For a person those without a value are left out."""
    if as_json:
        typer.echo(json.dumps(known, indent=2, ensure_ascii=False))
        return
    for name, value in known.items():
        if value not in ("", [], {}):
            typer.echo(f"{name:24}{_text(value)}")


def _text(value: Any) -> str:
    if isinstance(value, list):
        return " ".join(value)
    return json.dumps(value, ensure_ascii=False) if isinstance(value, dict | bool) else str(value)


def _option(member: str) -> str:
    return _OPTIONS.get(member, "--" + member.replace("_", "-"))
