"""`idp roles …`, `idp groups …`: create and list, for imports. The admin API can do more."""

from __future__ import annotations

import json
from typing import Annotated

import typer

from idp.domain.access.tenancy import DEPLOYMENT

group = typer.Typer(no_args_is_help=True, help="Roles: names for permissions. The admin API also changes and deletes them.")
groups = typer.Typer(no_args_is_help=True, help="Groups: sets of people, who have the group's roles. The admin API can do more.")

AsJson = Annotated[bool, typer.Option("--json", help="Print one JSON object, for programs.")]
Description = Annotated[str, typer.Option("--description", help="What it is for.")]
_NAME = "1 to 64 of a-z 0-9 . _ : -, beginning with a letter or a digit."
_MORE = "May be given more than once."


@group.command("create")
def create_role(
    name: Annotated[str, typer.Argument(help=_NAME)],
    permission: Annotated[list[str] | None, typer.Option("--permission", metavar="WORD", help=f"Such as orders:read. {_MORE}")] = None,
    description: Description = "",
    as_json: AsJson = False,
) -> None:
    """Create a role. No user has it yet.

    Example: idp roles create order-editor --permission orders:read --permission orders:write
    """
    from idp.cli.deployment import deployment

    with deployment() as services:
        role = services.role_service.create(name, permissions=permission or [], description=description, scope=DEPLOYMENT)
    _print({"name": role.name, "permissions": list(role.permissions)}, as_json=as_json)


@group.command("list")
def list_roles(as_json: AsJson = False) -> None:
    """List all roles with their permissions."""
    from idp.cli.deployment import deployment

    with deployment() as services:
        model = services.role_service.model(scope=DEPLOYMENT)
    rows = [{"name": role.name, "permissions": list(role.permissions)} for _, role in sorted(model.roles.items())]
    typer.echo(json.dumps(rows, indent=2) if as_json else "\n".join(f"{role['name']}  {' '.join(role['permissions'])}" for role in rows))


@groups.command("create")
def create_group(
    name: Annotated[str, typer.Argument(help=_NAME)],
    role: Annotated[list[str] | None, typer.Option("--role", metavar="NAME", help=f"A role of the group. {_MORE}")] = None,
    description: Description = "",
    as_json: AsJson = False,
) -> None:
    """Create a group. It has no members yet.

    Example: idp groups create sales --role order-editor
    """
    from idp.cli.deployment import deployment

    with deployment() as services:
        made = services.group_service.create(name, roles=role or [], description=description, scope=DEPLOYMENT)
    _print({"name": made.name, "roles": sorted(made.roles)}, as_json=as_json)


def _print(facts: dict[str, object], *, as_json: bool) -> None:
    lines = (f"{name} {' '.join(value) if isinstance(value, list) else value}" for name, value in facts.items())
    typer.echo(json.dumps(facts, indent=2) if as_json else "  ".join(lines))
