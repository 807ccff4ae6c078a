"""`idp hooks …`: rules and functions that decide about sign-ins and add claims. They also work if a hook locks every admin out."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from idp.domain.access.tenancy import DEPLOYMENT

if TYPE_CHECKING:
    from idp.domain.hooks.hook import Hook

group = typer.Typer(no_args_is_help=True, help="Hooks: rules and functions that decide about sign-ins and add claims.")

AsJson = Annotated[bool, typer.Option("--json", help="Print one JSON document, for programs.")]
Name = Annotated[str, typer.Argument(metavar="NAME", help="The hook's name, from: idp hooks list")]


@group.command()
def create(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="The members of the hook as JSON (docs/hooks.md).")], as_json: AsJson = False
) -> None:
    """Create a hook from a file. It is asked within half a minute, where IDP_HOOKS is on."""
    from idp.cli.deployment import deployment
    from idp.domain.errors import Invalid
    from idp.services.audit.recorder import SYSTEM

    try:
        given = json.loads(file.read_bytes())
    except OSError as error:
        raise Invalid("file.unreadable", path=str(file), reason=str(error.strerror)) from None
    except (ValueError, RecursionError) as problem:
        raise Invalid("file.not_json", path=str(file), problem=str(problem)) from None
    if not isinstance(given, dict) or not {"name", "kind"} <= set(given) <= {*_MEMBERS, "name", "kind"} or not _has_types(given):
        raise Invalid("hook.file_malformed", path=str(file))
    with deployment() as services:
        made = services.hook_service.create(given, scope=DEPLOYMENT, by=SYSTEM)
    _print(made, as_json=as_json)


@group.command("list")
def list_(as_json: AsJson = False) -> None:
    """List all hooks, in the order in which they are asked."""
    from idp.cli.deployment import deployment

    with deployment() as services:
        found = services.hook_service.listing(scope=DEPLOYMENT)
    if as_json:
        typer.echo(json.dumps([asdict(each) for each in found], indent=2))
        return
    for each in found:
        what = each.function or "policies"
        typer.echo("  ".join([each.name, each.kind, what, f"on failure: {each.on_failure}", *([] if each.enabled else ["off"])]))


@group.command()
def show(name: Name, as_json: AsJson = False) -> None:
    """Show a hook."""
    from idp.cli.deployment import deployment

    with deployment() as services:
        found = services.hook_service.get(name, scope=DEPLOYMENT)
    _print(found, as_json=as_json)


@group.command("dry-run")
def dry_run(
    name: Name,
    user: Annotated[str, typer.Option("--user", metavar="ID", help="A stored person. Without it: an invented one.")] = "",
    email: Annotated[str, typer.Option("--email", metavar="ADDRESS", help="The address of the invented person.")] = "someone@example.com",
    app: Annotated[str, typer.Option("--app", metavar="CLIENT_ID", help="The app. Without it: a page of the provider.")] = "",
    address: Annotated[str, typer.Option("--address", metavar="IP", help="The network address of the person.")] = "",
    acr: Annotated[str, typer.Option("--acr", metavar="ACR", help="Of a sign-in: aal1 or aal2.")] = "aal1",
    how: Annotated[str, typer.Option("--how", metavar="WAY", help="Of a registration: sign_up, invitation or connection.")] = "sign_up",
    as_json: AsJson = False,
) -> None:
    """Ask a hook about a sample, and show its answer and what would count. Nothing else happens.

    A hook that is switched off is asked too. A function is told `dry_run`.
    """
    from idp.cli.deployment import deployment
    from idp.services.audit.recorder import SYSTEM
    from idp.services.hooks.dry_run import Sample

    sample = Sample(user_id=user, email=email, client_id=app, ip_address=address, acr=acr, how=how)
    with deployment() as services:
        done = services.hook_dry_run.run(name, sample, scope=DEPLOYMENT, by=SYSTEM)
    told = {
        "name": done.hook.name, "kind": done.hook.kind, "counts": done.counts, "reason": done.reason or None, "claims": dict(done.claims),
        "failure": done.failure or None, "took_ms": done.took_ms, "told": dict(done.told),
    }  # fmt: skip
    if as_json:
        typer.echo(json.dumps(told, indent=2))
        return
    for member, value in told.items():
        if value not in (None, {}):
            typer.echo(f"{member}: {json.dumps(value) if isinstance(value, dict) else value}")


@group.command()
def enable(name: Name) -> None:
    """Switch a hook on. It is asked within half a minute."""
    _switch(name, on=True)


@group.command()
def disable(name: Name) -> None:
    """Switch a hook off, also one that lets no admin sign in. It counts within half a minute."""
    _switch(name, on=False)


@group.command()
def delete(name: Name, yes: Annotated[bool, typer.Option("--yes", "-y", help="Do not ask.")] = False) -> None:
    """Delete a hook. Asks first. Without a terminal it needs --yes."""
    from idp.cli import asking
    from idp.cli.deployment import deployment
    from idp.services.audit.recorder import SYSTEM

    with deployment() as services:
        found = services.hook_service.get(name, scope=DEPLOYMENT)
        asking.confirm(f"The hook {name} is not asked any more. Delete it?", yes=yes)
        services.hook_service.delete(name, scope=DEPLOYMENT, by=SYSTEM, expected=[found.version])
    typer.echo(f"{name} is deleted. It counts within half a minute.")


_MEMBERS: dict[str, type] = {
    "cedar": str, "schema": str, "claims": dict, "function": str, "timeout_ms": int, "on_failure": str, "apps": list, "targets": list,
    "enabled": bool, "description": str,
}  # fmt: skip


def _has_types(given: dict[str, Any]) -> bool:
    """Whether each member has its type, as the admin API demands it too."""
    texts = all(isinstance(given[name], str) for name in ("name", "kind"))
    types = all(given.get(name) is None or type(given[name]) is kind for name, kind in _MEMBERS.items())
    return texts and types and all(isinstance(each, str) for name in ("apps", "targets") for each in given.get(name) or ())


def _switch(name: str, *, on: bool) -> None:
    from idp.cli.deployment import deployment
    from idp.services.audit.recorder import SYSTEM

    with deployment() as services:
        services.hook_service.patch(name, {"enabled": on}, scope=DEPLOYMENT, by=SYSTEM)
    typer.echo(f"{name} is {'on' if on else 'off'}. It counts within half a minute.")


def _print(hook: Hook, *, as_json: bool) -> None:
    told = asdict(hook)
    if as_json:
        typer.echo(json.dumps(told, indent=2))
        return
    for name, value in told.items():
        if value not in ("", (), {}):
            typer.echo(f"{name}: {', '.join(value) if isinstance(value, tuple) else value}")
