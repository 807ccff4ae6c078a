"""`idp clients …`: apps, for the time before an admin can sign in. The admin API can do more."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Annotated, Any

import typer

from idp.cli.whole_number import whole_number
from idp.domain.access.tenancy import DEPLOYMENT
from idp.domain.errors import Conflict, IdpError, Invalid
from idp.domain.message import Message

if TYPE_CHECKING:
    from idp.domain.apps.client import Client
    from idp.wiring.all_services import AllServices

group = typer.Typer(no_args_is_help=True, help="Apps that ask for tokens: create, find, rotate a secret. The admin API can do more.")

AsJson = Annotated[bool, typer.Option("--json", help="Print one JSON object, for programs.")]
_BACK = "Address of the app to which the sign-in returns. May be given more than once."
_AFTER = "Address of the app after a sign-out. May be given more than once."
_SCOPE = "Scopes that it may ask for, separated by spaces; by default those of OpenID Connect."
_SEARCH = "Only apps with these words in the client_id or the name: any part of it, in any case."
_RESOURCE = "The aud of its access tokens. May be given more than once."
_CLAIMS = "Its ID tokens also contain name, email and the other claims of its scopes; by default only UserInfo does."
_MORE = "More members, with the names of RFC 7591 as in the admin API."
_FILE = "A JSON file with the metadata of one app, or a list: all are registered, or none if one is refused. - is standard input."


@group.command()
def create(  # members that most apps need; --metadata has the others
    name: Annotated[str, typer.Argument(help="The name that people see when the app asks for access.")] = "",
    redirect_uri: Annotated[list[str] | None, typer.Option("--redirect-uri", metavar="URI", help=_BACK)] = None,
    post_logout_redirect_uri: Annotated[list[str] | None, typer.Option("--post-logout-redirect-uri", metavar="URI", help=_AFTER)] = None,
    public: Annotated[bool, typer.Option("--public", help="A single-page or native app, which cannot keep a secret.")] = False,
    service: Annotated[bool, typer.Option("--service", help="A service without people: client_credentials only.")] = False,
    native: Annotated[bool, typer.Option("--native", help="A mobile or desktop app (RFC 8252).")] = False,
    first_party: Annotated[bool, typer.Option("--first-party", help="Your own app: people are not asked for consent.")] = False,
    id_token_claims: Annotated[bool, typer.Option("--id-token-claims", help=_CLAIMS)] = False,
    scope: Annotated[str, typer.Option("--scope", metavar="SCOPES", help=_SCOPE)] = "",
    resource: Annotated[list[str] | None, typer.Option("--resource", metavar="URI", help=_RESOURCE)] = None,
    client_id: Annotated[str, typer.Option("--client-id", metavar="ID", help="The client_id; by default it is random.")] = "",
    metadata: Annotated[str, typer.Option("--metadata", metavar="JSON", help=_MORE)] = "{}",
    from_file: Annotated[str, typer.Option("--from", metavar="FILE", help=_FILE)] = "",
    as_json: AsJson = False,
) -> None:
    """Register an app. The secret of a confidential app is printed once, now.

    A web app:          idp clients create "My shop" --redirect-uri https://shop.example.com/callback

    A single-page app:  idp clients create "My app" --public --redirect-uri https://app.example.com/

    A service:          idp clients create "Nightly job" --service --resource https://api.example.com --scope "orders:read"

    Several at once:    idp clients create --from apps.json --json
    """
    from idp.cli.command_input import at_most_one, json_object
    from idp.cli.deployment import deployment

    at_most_one(public=public, service=service)
    members: dict[str, Any] = {"client_name": name} if name else {}
    members |= {"grant_types": ["client_credentials"]} if service else {}
    members |= {"token_endpoint_auth_method": "none"} if public else {}
    members |= {"application_type": "native"} if native else {}
    members |= {"first_party": True} if first_party else {}
    members |= {"id_token_claims": True} if id_token_claims else {}
    lists = {"redirect_uris": redirect_uri, "post_logout_redirect_uris": post_logout_redirect_uri, "resources": resource}
    texts = {"scope": scope, "client_id": client_id}
    members |= {member: value for member, value in (lists | texts).items() if value}
    members |= json_object("--metadata", metadata)
    if from_file:
        _create_all(from_file, members, as_json=as_json)
        return
    if not name:
        raise Invalid("command.app_unnamed")
    with deployment() as services:
        client, secret = services.client_service.create(members, scope=DEPLOYMENT)
    _print(client, secret, as_json=as_json)


def _create_all(path: str, common: dict[str, Any], *, as_json: bool) -> None:
    """Check all apps before the first is written. The answer has as many entries as the file, in its order."""
    from idp.cli.command_input import json_documents
    from idp.cli.deployment import deployment

    apps, single = json_documents("--from", path)
    made: list[tuple[Client, str | None]] = []
    with deployment() as services:
        _check_all(services, [{**app, **common} for app in apps])
        try:
            for app in apps:
                client, secret = services.client_service.create({**app, **common}, scope=DEPLOYMENT)
                made.append((client, secret))
        except IdpError:
            typer.echo(f"{len(made)} of {len(apps)} apps were registered, those printed here. Run it again with the others.", err=True)
            _print_all(made, as_json=as_json)
            raise
    _print_all(made, as_json=as_json, single=single)


def _check_all(services: AllServices, apps: list[dict[str, Any]]) -> None:
    """Raise Invalid or Conflict for the first app that cannot be registered. Writes nothing."""
    first: dict[str, int] = {}
    for number, app in enumerate(apps, 1):
        try:
            client = services.client_service.preview(app, scope=DEPLOYMENT)
        except Invalid as problem:
            raise Invalid("command.app_refused", number=number, problem=problem.message, field=problem.field) from None
        if client.id in first:
            raise Invalid("command.app_twice", number=number, client_id=client.id, other=first[client.id])
        if services.clients.get(client.id):
            raise Conflict("command.app_exists", number=number, client_id=client.id)
        first[client.id] = number


def _print_all(made: list[tuple[Client, str | None]], *, as_json: bool, single: bool = False) -> None:
    if not as_json:
        for client, secret in made:
            _print(client, secret, as_json=False)
        return
    rows = [_facts(client, secret) | {"redirect_uris": list(client.redirect_uris)} for client, secret in made]
    typer.echo(json.dumps(rows[0] if single else rows, indent=2))


@group.command("list")
def list_(
    search: Annotated[str, typer.Option("--search", metavar="WORDS", help=_SEARCH)] = "",
    limit: Annotated[int, typer.Option("--limit", metavar="NUMBER", parser=whole_number(1, 10_000), help="How many at most.")] = 100,
    as_json: AsJson = False,
) -> None:
    """List apps by client_id, or search them."""
    from idp.cli.deployment import deployment
    from idp.cli.list_pages import pages

    with deployment() as services:
        found = pages(lambda room, start: services.client_service.search(text=search, limit=room, start=start, scope=DEPLOYMENT), limit)
    if as_json:
        rows = [{"client_id": client.id, "client_name": client.name, "disabled": client.disabled} for client in found]
        typer.echo(json.dumps(rows, indent=2, ensure_ascii=False))
        return
    for client in found:
        typer.echo("  ".join([client.id, *([client.name] if client.name else []), *(["disabled"] if client.disabled else [])]))


@group.command()
def rotate_secret(
    client_id: Annotated[str, typer.Argument(help="The app's client_id.")],
    overlap: Annotated[
        int,
        typer.Option(
            "--overlap",
            metavar="SECONDS",
            parser=whole_number(0),
            help="Seconds for which the old secret still works, so that no request fails.",
        ),
    ] = 0,
    as_json: AsJson = False,
) -> None:
    """Give an app a new secret, printed once, now."""
    from idp.cli.command_input import name_missing
    from idp.cli.deployment import deployment

    with deployment() as services, name_missing(Message("command.client_unknown", client_id=client_id)):
        client, secret = services.client_service.rotate_secret(client_id, overlap, scope=DEPLOYMENT)
    _print(client, secret, as_json=as_json)


@group.command()
def copies(
    client_id: Annotated[str, typer.Argument(help="The client_id of the app.")],
    number: Annotated[int, typer.Argument(metavar="NUMBER", parser=whole_number(0, 31), help="0 to 31. 0 removes the copies.")],
) -> None:
    """Store copies of a popular app, so that more requests a second can read it: 3,000 for the app itself and for each copy.

    A change of the app is written to all of them at once. Use it when every environment runs this release: an older one changes the app
    and not the copies. Set 0 before you go back to an older release.
    """
    from idp.cli.command_input import name_missing
    from idp.cli.deployment import deployment
    from idp.store.copies import READS

    with deployment() as services, name_missing(Message("command.client_unknown", client_id=client_id)):
        services.client_copies.set(client_id, number, scope=DEPLOYMENT)
    typer.echo(f"{client_id} has {number} copies: {READS * (number + 1):,} reads a second.", err=True)


def _facts(client: Client, secret: str | None) -> dict[str, Any]:
    return {"client_id": client.id, **({"client_secret": secret} if secret else {})}


def _print(client: Client, secret: str | None, *, as_json: bool) -> None:
    facts = _facts(client, secret)
    if as_json:
        facts |= {"redirect_uris": list(client.redirect_uris)} if client.redirect_uris else {}
    typer.echo(json.dumps(facts, indent=2) if as_json else "  ".join(f"{name} {value}" for name, value in facts.items()))
