"""`idp scim …`: the directories that make and change people here by SCIM 2.0."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Annotated, Any

import typer

from idp.domain.access.tenancy import DEPLOYMENT

if TYPE_CHECKING:
    from idp.domain.scim.client import ScimClient
    from idp.wiring.all_services import AllServices

group = typer.Typer(no_args_is_help=True, help="SCIM clients: directories, such as Okta and Microsoft Entra, that make and change people.")

AsJson = Annotated[bool, typer.Option("--json", help="Print one JSON document, for programs.")]
Id = Annotated[str, typer.Argument(metavar="ID", help="The SCIM client's id, from: idp scim list")]
Org = Annotated[
    str, typer.Option("--organization", metavar="ORG", help="Of this organisation, by its slug or id, in place of the deployment.")
]  # fmt: skip
Days = Annotated[int, typer.Option("--days", metavar="NUMBER", min=1, max=366, help="The days for which the token is valid, at most 366.")]
_MORE = "May be given more than once."
_MEMBERS = 'Other members, with the names of the admin API, such as {"groups": "none", "reject_unknown": true}.'


@group.command("list")
def list_(organization: Org = "", as_json: AsJson = False) -> None:
    """List all SCIM clients of the deployment, or of an organisation, with the ends of their tokens."""
    from idp.cli.deployment import deployment

    with deployment() as services:
        org_id = _org_id(services, organization)
        found = (
            services.organisation_scim_clients.listing(org_id, scope=DEPLOYMENT)
            if org_id
            else services.scim_client_service.listing(scope=DEPLOYMENT)
        )
        rows = [_facts(services.settings.issuer, it) for it in found]
    if as_json:
        typer.echo(json.dumps(rows, indent=2, ensure_ascii=False))
        return
    for row in rows:
        ends = ", ".join(f"token until {each['expires_at']}, last used {each['last_used_on'] or 'never'}" for each in row["tokens"])
        typer.echo("  ".join([row["id"], row["name"], *([] if row["enabled"] else ["disabled"]), ends]))


@group.command()
def create(
    client_id: Annotated[str, typer.Argument(metavar="ID", help="1 to 40 of a-z, 0-9 and -, such as acme-okta.")],
    name: Annotated[str, typer.Option("--name", metavar="TEXT", help="A name for admins; by default the id.")] = "",
    domain: Annotated[
        list[str] | None,
        typer.Option("--domain", metavar="DOMAIN", help=f"Its people have verified addresses of this domain, and no others. {_MORE}"),
    ] = None,
    group_name: Annotated[
        list[str] | None, typer.Option("--fills-group", metavar="NAME", help=f"Its group of this name fills the group here. {_MORE}")
    ] = None,
    days: Days = 180,
    members: Annotated[str, typer.Option("--members", metavar="JSON", help=_MEMBERS)] = "{}",
    organization: Org = "",
    as_json: AsJson = False,
) -> None:
    """Create a SCIM client, and print the base URL and the token to enter at the directory. The token is shown once.

    One of an organisation has no --domain and no --fills-group: its domains are those that the organisation has proven.

    Example: idp scim create acme-okta --name Acme --domain acme.example
    """
    from idp.cli.command_input import json_object
    from idp.cli.deployment import deployment
    from idp.services.audit.recorder import SYSTEM

    given: dict[str, Any] = {"name": name or client_id}
    given |= {each: value for each, value in (("domains", domain), ("fills_groups", group_name)) if value}
    given |= json_object("--members", members)
    with deployment() as services:
        made, token = (
            services.organisation_scim_clients.create(org_id, client_id, given, lifetime=days * 86400, scope=DEPLOYMENT, by=SYSTEM)
            if (org_id := _org_id(services, organization))
            else services.scim_client_service.create(client_id, given, lifetime=days * 86400, scope=DEPLOYMENT, by=SYSTEM)
        )
        known = _facts(services.settings.issuer, made)
    _print_token(known, token, as_json=as_json)


@group.command("rotate-token")
def rotate_token(
    client_id: Id,
    days: Days = 180,
    overlap_days: Annotated[
        int,
        typer.Option(
            "--overlap-days", metavar="NUMBER", min=0, max=366, help="The days for which the earlier token stays valid. 0 ends it at once."
        ),
    ] = 7,
    organization: Org = "",
    as_json: AsJson = False,
) -> None:
    """Make a new token, and print it. It is shown once. Enter it at the directory before the earlier one ends."""
    from idp.cli.deployment import deployment
    from idp.services.audit.recorder import SYSTEM

    with deployment() as services:
        lifetime, overlap = days * 86400, overlap_days * 86400
        made, token = (
            services.organisation_scim_clients.rotate_token(
                org_id, client_id, lifetime=lifetime, overlap=overlap, scope=DEPLOYMENT, by=SYSTEM
            )
            if (org_id := _org_id(services, organization))
            else services.scim_client_service.rotate_token(client_id, lifetime=lifetime, overlap=overlap, scope=DEPLOYMENT, by=SYSTEM)
        )
        known = _facts(services.settings.issuer, made)
    _print_token(known, token, as_json=as_json)


@group.command()
def delete(
    client_id: Id, organization: Org = "", yes: Annotated[bool, typer.Option("--yes", "-y", help="Do not ask.")] = False
) -> None:  # fmt: skip
    """Delete a SCIM client: its tokens end at once. Its people stay, and belong to it again only under the same id.

    Asks first. Without a terminal it needs --yes.
    """
    from idp.cli import asking
    from idp.cli.deployment import deployment
    from idp.services.audit.recorder import SYSTEM

    with deployment() as services:
        org_id = _org_id(services, organization)
        found = services.scim_client_service.get(client_id, scope=DEPLOYMENT, org_id=org_id)
        asking.confirm(f"{found.name} ({found.id}) can no longer make and change people. Delete it?", yes=yes)
        services.scim_client_service.delete(client_id, scope=DEPLOYMENT, by=SYSTEM, expected=[found.version], org_id=org_id)
    typer.echo(f"{client_id} is deleted.")


def _org_id(services: AllServices, organization: str) -> str:
    """The id of the organisation with this slug or id, or "" if none is named."""
    return services.organisation_service.find(organization, scope=DEPLOYMENT).id if organization else ""


def _print_token(known: dict[str, Any], token: str, *, as_json: bool) -> None:
    if as_json:
        typer.echo(json.dumps({**known, "token": token}, indent=2, ensure_ascii=False))
        return
    typer.echo(f"Base URL  {known['base_url']}")
    typer.echo(f"Token     {token}")
    typer.echo(f"The token is shown once. It is valid until {known['tokens'][-1]['expires_at']}.")


def _facts(issuer: str, it: ScimClient) -> dict[str, Any]:
    import time
    from dataclasses import asdict

    from idp.services.scim.clients import OF_ORGANISATION
    from idp.services.scim.representation import base

    members = {name: list(value) if isinstance(value, tuple) else value for name, value in asdict(it).items() if name != "tokens"}
    if it.org_id:
        members = {name: value for name, value in members.items() if name in OF_ORGANISATION | {"created_at", "updated_at", "version"}}
        members = {"id": it.own_id, "organization": it.org_id, **members}
    tokens = [
        {"id": each.id, "expires_at": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(each.expires_at)), "last_used_on": each.used_day}
        for each in it.tokens
    ]
    return {**members, "base_url": base(issuer), "tokens": tokens}
