"""`idp organizations …`: make organisations, and say who is in them and what their domains are. The admin API can do more."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Annotated, Any

import typer

from idp.domain.access.tenancy import DEPLOYMENT

if TYPE_CHECKING:
    from idp.domain.organisations.domain_claim import DomainClaim
    from idp.domain.organisations.membership import Membership
    from idp.domain.organisations.profile import OrganisationProfile

group = typer.Typer(
    no_args_is_help=True, help="Organisations: people with roles, admins and domains of their own. The admin API can do more."
)
domains = typer.Typer(no_args_is_help=True, help="Domains of organisations, which a DNS record proves.")
group.add_typer(domains, name="domains")

AsJson = Annotated[bool, typer.Option("--json", help="Print one JSON object, for programs.")]
Org = Annotated[str, typer.Argument(metavar="ORG", help="The slug or the id of the organisation.")]
Who = Annotated[str, typer.Argument(metavar="USER", help="The id or the address of the person.")]
Domain = Annotated[str, typer.Argument(metavar="DOMAIN", help="Such as acme.example.")]
_MORE = "May be given more than once."
_MOST = 100


@group.command()
def create(
    slug: Annotated[str, typer.Argument(help="A unique name: a-z, 0-9 and -.")],
    name: Annotated[str, typer.Option("--name", help="The name that people read. The default is the slug.")] = "",
    mfa_required: Annotated[bool, typer.Option("--mfa-required", help="A sign-in for it needs a second factor.")] = False,
    as_json: AsJson = False,
) -> None:
    """Create an organisation without members.

    Example: idp organizations create acme --name "Acme Ltd."
    """
    from idp.cli.deployment import deployment

    with deployment() as services:
        members: dict[str, Any] = {"policy": {"mfa_required": True}} if mfa_required else {}
        made = services.organisation_service.create(slug, name or slug, scope=DEPLOYMENT, **members)
    _tell(_profile(made), as_json=as_json)


@group.command("list")
def list_(
    slug: Annotated[str, typer.Option("--slug", help="Those whose slug begins so.")] = "",
    search: Annotated[str, typer.Option("--search", metavar="WORDS", help="Those whose slug or words of the name begin so.")] = "",
    as_json: AsJson = False,
) -> None:
    """List organisations by slug, or find some."""
    from idp.cli.deployment import deployment

    with deployment() as services:
        found, more = (
            services.organisation_search.find(search, slug_prefix=slug, scope=DEPLOYMENT, limit=_MOST)
            if search
            else services.organisation_service.listing(slug, scope=DEPLOYMENT, limit=_MOST)
        )
    rows = [_profile(each) for each in found]
    if as_json:
        typer.echo(json.dumps(rows, indent=2))
    else:
        _print(rows)
    if more:
        typer.echo(f"These are the first {len(found)}. Name the beginning of a slug, or use the admin API.", err=True)


@group.command()
def index() -> None:
    """Make the rows by which organisations are found by words of their names. May be repeated.

    A migration does so once, and each change of a name keeps its rows. Run it if a release before this one made organisations meanwhile.
    """
    from idp.cli.deployment import deployment

    with deployment() as services:
        number = services.organisation_names.fill_all()
    typer.echo(f"{number} organisations are found by the words of their names.")


@group.command()
def show(org: Org, as_json: AsJson = False) -> None:
    """Show an organisation, its first members and its domains."""
    from idp.cli.deployment import deployment

    with deployment() as services:
        found = services.organisation_service.find(org, scope=DEPLOYMENT)
        members, _ = services.member_service.listing(found.id, scope=DEPLOYMENT, limit=_MOST)
        claims = services.domain_service.listing(found.id, scope=DEPLOYMENT)
    facts = _profile(found) | {
        "people": [_member(each.membership, each.user.email if each.user else "") for each in members],
        "domains": [_claim(each) for each in claims],
    }
    if as_json:
        typer.echo(json.dumps(facts, indent=2))
        return
    _print([_profile(found), *facts["people"], *facts["domains"]])


@group.command("add-member")
def add_member(
    org: Org,
    user: Who,
    role: Annotated[list[str] | None, typer.Option("--role", metavar="NAME", help=f"A role of the organisation. {_MORE}")] = None,
    admin: Annotated[bool, typer.Option("--admin", help="The person administers the organisation.")] = False,
    as_json: AsJson = False,
) -> None:
    """Make a person a member.

    Example: idp organizations add-member acme ada@example.com --admin
    """
    from idp.cli.deployment import deployment

    with deployment() as services:
        found = services.organisation_service.find(org, scope=DEPLOYMENT)
        user_id = services.user_service.id_of(user, scope=DEPLOYMENT) if "@" in user else user
        made = services.member_service.add(found.id, user_id or user, roles=role or [], admin=admin, scope=DEPLOYMENT)
    _tell(_member(made, user if "@" in user else ""), as_json=as_json)


@group.command("remove-member")
def remove_member(org: Org, user: Who) -> None:
    """End a membership. The account stays."""
    from idp.cli.deployment import deployment

    with deployment() as services:
        found = services.organisation_service.find(org, scope=DEPLOYMENT)
        user_id = services.user_service.id_of(user, scope=DEPLOYMENT) if "@" in user else user
        services.member_service.remove(found.id, user_id or user, scope=DEPLOYMENT)
    typer.echo("The person is no longer a member.")


@group.command()
def delete(org: Org) -> None:
    """Delete an organisation. The accounts of its members stay."""
    from idp.cli.deployment import deployment

    with deployment() as services:
        found = services.organisation_service.find(org, scope=DEPLOYMENT)
        services.organisation_service.delete(found.id, scope=DEPLOYMENT)
        services.organisation_ending.clean_up(found.id, scope=DEPLOYMENT, most=1_000_000)
    typer.echo("The organisation is deleted.")


@domains.command()
def claim(org: Org, domain: Domain, as_json: AsJson = False) -> None:
    """Claim a domain, and print the TXT record that proves it."""
    from idp.cli.deployment import deployment

    with deployment() as services:
        found = services.organisation_service.find(org, scope=DEPLOYMENT)
        made = services.domain_service.claim(found.id, domain, scope=DEPLOYMENT)
    _tell(_claim(made), as_json=as_json)


@domains.command()
def check(org: Org, domain: Domain, as_json: AsJson = False) -> None:
    """Look the record up now."""
    from idp.cli.deployment import deployment

    with deployment() as services:
        found = services.organisation_service.find(org, scope=DEPLOYMENT)
        made = services.domain_service.check(found.id, domain.lower(), scope=DEPLOYMENT)
    _tell(_claim(made), as_json=as_json)


@domains.command()
def remove(org: Org, domain: Domain) -> None:
    """Remove a domain."""
    from idp.cli.deployment import deployment

    with deployment() as services:
        found = services.organisation_service.find(org, scope=DEPLOYMENT)
        services.domain_service.remove(found.id, domain.lower(), scope=DEPLOYMENT)
    typer.echo("The domain is removed.")


@domains.command()
def route(
    org: Org,
    domain: Domain,
    connection: Annotated[
        str, typer.Option("--connection", metavar="ID", help="A connection of the deployment, from: idp connections list")
    ] = "",
    own: Annotated[
        str, typer.Option("--own", metavar="ID", help="A connection of the organisation, from: idp connections list --organization ORG")
    ] = "",
    nowhere: Annotated[bool, typer.Option("--none", help="Lead people to no connection.")] = False,
    as_json: AsJson = False,
) -> None:
    """Lead people with an address in the domain to a connection. It counts once the domain is proven and the connection is on.

    Example: idp organizations domains route acme acme.example --own okta
    """
    from idp.cli.deployment import deployment
    from idp.domain.connections.ids import whole_id

    if [bool(connection), bool(own), nowhere].count(True) != 1:
        raise typer.BadParameter("give one of --connection, --own and --none")
    with deployment() as services:
        found = services.organisation_service.find(org, scope=DEPLOYMENT)
        leads_to = whole_id(own, found.id) if own else connection
        made = services.domain_service.route(found.id, domain.lower(), leads_to or None, scope=DEPLOYMENT)
    _tell(_claim(made), as_json=as_json)


def _tell(row: dict[str, Any], *, as_json: bool) -> None:
    if as_json:
        typer.echo(json.dumps(row, indent=2))
    else:
        _print([row])


def _print(rows: list[dict[str, Any]]) -> None:
    for row in rows:
        shown = [" ".join(value) if isinstance(value, list) else str(value) for value in row.values() if value not in (None, "", [], False)]
        typer.echo("  ".join(shown))


def _profile(it: OrganisationProfile) -> dict[str, Any]:
    return {"id": it.id, "slug": it.slug, "name": it.name, "disabled": it.disabled, "members": it.members, "admins": it.admins}


def _member(it: Membership, email: str) -> dict[str, Any]:
    return {"user_id": it.user_id, "email": email, "roles": sorted(it.roles), "admin": it.admin, "owned": it.owned}


def _claim(it: DomainClaim) -> dict[str, Any]:
    record = f"{it.record_name} TXT {it.record_value}"
    return {"domain": it.domain, "state": it.state, "connection": it.connection_id, "record": record}
