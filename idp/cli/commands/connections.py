"""`idp connections …`: list, show and delete the upstream providers by which people sign in, and the presets for them."""

from __future__ import annotations

import json
from contextlib import contextmanager
from typing import TYPE_CHECKING, Annotated, Any

import typer

from idp.cli.whole_number import whole_number
from idp.domain.access.tenancy import DEPLOYMENT
from idp.domain.connections.connection import PASSWORD, SAML
from idp.domain.connections.of_organisation import MEMBERS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from idp.domain.connections.connection import Connection
    from idp.domain.connections.presets import Preset
    from idp.services.connections.managed import Managed
    from idp.wiring.all_services import AllServices

group = typer.Typer(no_args_is_help=True, help="Connections: upstream providers by which people sign in, such as Google.")

AsJson = Annotated[bool, typer.Option("--json", help="Print one JSON document, for programs.")]
Id = Annotated[str, typer.Argument(metavar="ID", help="The connection's id, from: idp connections list")]
Org = Annotated[
    str, typer.Option("--organization", metavar="ORG", help="Of this organisation, by its slug or id, in place of the deployment.")
]  # fmt: skip
_ELSEWHERE = "the upstream itself: ask those who run it"
_NOWHERE = "no place: it is an https URL or a Lambda function of your own (docs/moving.md, Just-in-time)"
_NEEDED = {"secret": "the secret (asked for, or --secret-file)"}
_OPTIONS = {
    "id": "--id", "preset": "PRESET", "client_id": "--client-id", "name": "--name", "issuer": "--issuer", "team_id": "--team-id",
    "key_id": "--key-id", "tenants": "--tenant", "apps": "--app", "domains": "--domain", "hook": "--hook", "who": "--who",
    "metadata": "--metadata", "metadata_url": "--metadata",
}  # fmt: skip
"""By member, the option that sets it. Other members are given by --members."""
_READS = 2
"""Reads of the connection by a sign-in: one when the person leaves, one at the return."""
_OF_EACH = frozenset({"id", "type", "preset", "own_certificates", "version", "created_at", "updated_at"})
_OF_SAML = frozenset({"name_id_format", "signs_requests", "wants_signed_assertions", "wants_encryption"})
_OF_OAUTH = frozenset({"iss_parameter", "client_auth", "signing_alg", "scopes", "keeps_tokens", "secret_set"})
_OF_BUTTONS = frozenset(
    {"iss_parameter", "signing_alg", "keeps_tokens", "shown", "position", "accounts", "link_verified", "trusts_factors"}
)
"""Members of SAML, of OAuth, and of all types but `password`, which has no button."""


@group.command()
def presets(as_json: AsJson = False) -> None:
    """List the kinds of upstreams, and what each needs. Needs no settings."""
    from idp.domain.connections.presets import PRESETS

    if as_json:
        rows = [{"preset": it.name, "type": it.type, "needs": list(it.needs), "register": it.register} for it in PRESETS.values()]
        typer.echo(json.dumps(rows, indent=2))
        return
    for it in PRESETS.values():
        typer.echo(f"{it.name:10} needs {', '.join(_needed(it))}")
        if it.issuer_like:
            typer.echo(f"{'':10} --issuer is like {it.issuer_like}")
        typer.echo(f"{'':10} register at {it.register or (_NOWHERE if it.name == 'password' else _ELSEWHERE)}")
    typer.echo("The redirect URI to register is IDP_ISSUER/upstream/ID/callback. ID is the name of the preset, or --id.")


@group.command("list")
def list_(organization: Org = "", as_json: AsJson = False) -> None:
    """List all connections of the deployment, or of an organisation."""
    from idp.cli.deployment import deployment

    with deployment() as services:
        found = managed(services, organization).listing(scope=DEPLOYMENT)
        rows = [facts(services.settings.issuer, it) for it in found]
    if as_json:
        typer.echo(json.dumps(rows, indent=2, ensure_ascii=False))
        return
    for it in found:
        typer.echo("  ".join([it.own_id, it.name, it.issuer or it.hook, *([] if it.enabled else ["disabled"])]))


@group.command()
def show(connection_id: Id, organization: Org = "", as_json: AsJson = False) -> None:
    """Show a connection. The secret is never shown, only whether there is one."""
    from idp.cli.deployment import deployment

    with deployment() as services:
        known = facts(services.settings.issuer, managed(services, organization).get(connection_id, scope=DEPLOYMENT))
    print_facts(known, as_json=as_json)


@group.command()
def delete(
    connection_id: Id, organization: Org = "", yes: Annotated[bool, typer.Option("--yes", "-y", help="Do not ask.")] = False
) -> None:  # fmt: skip
    """Delete a connection: its people no longer sign in by it. Their links stay stored, and count again under the same id only.

    Asks first. Without a terminal it needs --yes. To stop it for a while: idp connections update ID --disable
    """
    from idp.cli import asking
    from idp.cli.deployment import deployment
    from idp.services.audit.recorder import SYSTEM

    with deployment() as services:
        calls = managed(services, organization)
        found = calls.get(connection_id, scope=DEPLOYMENT)
        asking.confirm(f"People can no longer sign in with {found.name} ({found.id}). Delete it?", yes=yes)
        calls.delete(connection_id, scope=DEPLOYMENT, by=SYSTEM, expected=[found.version])
    typer.echo(f"{connection_id} is deleted.")


@group.command()
def copies(
    connection_id: Id,
    number: Annotated[int, typer.Argument(metavar="NUMBER", parser=whole_number(0, 31), help="0 to 31. 0 removes the copies.")],
) -> None:
    """Store copies of a popular connection, so that more people a second can sign in by it: 1,500 for itself and for each copy.

    A change of the connection is written to all of them at once. Use it when every environment runs this release: an older one changes the
    connection and not the copies. Set 0 before you go back to an older release.
    """
    from idp.cli.deployment import deployment
    from idp.store.copies import READS

    with deployment() as services:
        services.connection_copies.set(connection_id, number, scope=DEPLOYMENT)
    typer.echo(f"{connection_id} has {number} copies: {READS * (number + 1) // _READS:,} sign-ins a second.", err=True)


def managed(services: AllServices, organization: str) -> Managed:
    """Return the calls for the connections of the deployment, or of the organisation with this slug or id.

    Raises:
        NotFound: there is no such organisation.
    """
    from idp.services.connections.managed import of_deployment, of_organisation

    if not organization:
        return of_deployment(services.connection_service)
    return of_organisation(
        services.organisation_connections, services.organisation_service.find(organization, scope=DEPLOYMENT).id
    )  # fmt: skip


def facts(issuer: str, it: Connection) -> dict[str, Any]:
    """Return the members of a connection for a person or a program, without the secret. `issuer`: of this provider.

    One of an organisation has its own id, its whole id as `connection_id`, and no member that only the deployment sets.
    """
    from dataclasses import asdict

    members = {name: list(value) if isinstance(value, tuple) else value for name, value in asdict(it).items() if name != "secret"}
    if not it.copies:
        del members["copies"]
    if it.org_id:
        members = {name: value for name, value in members.items() if name in MEMBERS | _OF_EACH}
        members = {**members, "id": it.own_id, "connection_id": it.id, "organization": it.org_id}
    ours = {"redirect_uri": it.redirect_uri(issuer), "own_metadata_uri": it.own_metadata_uri(issuer)}
    return {**members, "secret_set": bool(it.secret), **ours}


def print_facts(known: dict[str, Any], *, as_json: bool) -> None:
    """Print the members. For a person those without a value are left out, and those that mean nothing for the type."""
    if as_json:
        typer.echo(json.dumps(known, indent=2, ensure_ascii=False))
        return
    unused = _unused(known["type"])
    for name, value in known.items():
        if value not in ("", [], {}) and name not in unused:
            typer.echo(f"{name:24}{_text(value)}")


def _unused(type_: str) -> frozenset[str]:
    """Return the members that mean nothing for a connection of this type. They have their defaults."""
    if type_ == PASSWORD:
        return _OF_SAML | _OF_BUTTONS
    return _OF_OAUTH if type_ == SAML else _OF_SAML


def _text(value: Any) -> str:
    if isinstance(value, list):
        return " ".join(value)
    return json.dumps(value, ensure_ascii=False) if isinstance(value, dict | bool) else str(value)


def _needed(preset: Preset) -> list[str]:
    """Return the options that a preset needs. Those of SAML are in its metadata."""
    if preset.type == SAML:
        return ["--name", "--metadata"]
    options = [_NEEDED.get(member) or _OPTIONS[member] for member in preset.needs if member in _NEEDED or member in _OPTIONS]
    others = [member for member in preset.needs if member not in _NEEDED and member not in _OPTIONS]
    return [*options, *([f"--members with {', '.join(others)}"] if others else [])]


@contextmanager
def options_named() -> Iterator[None]:
    """Replace the member in a refusal by the option that sets it."""
    from idp.domain.errors import Invalid

    try:
        yield
    except Invalid as error:
        raise Invalid(error.message, field=_OPTIONS.get(error.field or "", error.field)) from None
