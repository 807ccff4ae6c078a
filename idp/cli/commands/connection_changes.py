"""`idp connections create`, `update` and `rotate-secret`. A secret is never an argument: others can read a command line."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from idp.cli.commands.connections import AsJson, Id, Org, facts, managed, options_named, print_facts
from idp.domain.access.tenancy import DEPLOYMENT
from idp.domain.connections.connection import SAML

if TYPE_CHECKING:
    from idp.domain.connections.connection import Connection
    from idp.services.connections.managed import Managed

_MORE = "May be given more than once."
_MEMBERS = 'Other members, with the names of the admin API, such as {"email_trust": "verified"}.'

Stdin = Annotated[bool, typer.Option("--secret-stdin", help="Read the secret from standard input.")]
SecretFile = Annotated[str, typer.Option("--secret-file", metavar="FILE", help="Read the secret, or the private key in PEM, from a file.")]
Name = Annotated[str, typer.Option("--name", metavar="TEXT", help="The name on the button; by default that of the preset.")]
Issuer = Annotated[str, typer.Option("--issuer", metavar="URL", help="The upstream's issuer, exactly as its metadata has it.")]
ClientId = Annotated[str, typer.Option("--client-id", metavar="ID", help="The client_id that the upstream gave.")]
TeamId = Annotated[str, typer.Option("--team-id", metavar="ID", help="Apple: the id of the team.")]
KeyId = Annotated[str, typer.Option("--key-id", metavar="ID", help="Apple: the id of the private key.")]
Tenant = Annotated[
    list[str] | None, typer.Option("--tenant", metavar="UUID", help=f"Microsoft: a tenant whose people may sign in. {_MORE}")
]
App = Annotated[list[str] | None, typer.Option("--app", metavar="CLIENT_ID", help=f"Only this app uses it; by default all do. {_MORE}")]
Domain = Annotated[
    list[str] | None, typer.Option("--domain", metavar="DOMAIN", help=f"Addresses of this domain lead to the connection. {_MORE}")
]
Hook = Annotated[str, typer.Option("--hook", metavar="URL|ARN", help="password: the https URL or Lambda function that is asked.")]
Who = Annotated[str, typer.Option("--who", metavar="WHO", help="password: known (imported people), or all (also new addresses).")]
Metadata = Annotated[
    str, typer.Option("--metadata", metavar="SOURCE", help="SAML: the metadata of the identity provider, a file or an https URL.")
]
KeepsTokens = Annotated[
    bool | None, typer.Option("--keeps-tokens/--drops-tokens", help="Keep the upstream's tokens for the apps of --token-app.")
]
TokenApp = Annotated[
    list[str] | None, typer.Option("--token-app", metavar="CLIENT_ID", help=f"This app may use the upstream's tokens. {_MORE}")
]
Members = Annotated[str, typer.Option("--members", metavar="JSON", help=_MEMBERS)]


def create(  # noqa: PLR0913, PLR0917  # one for each option
    preset: Annotated[str, typer.Argument(metavar="PRESET", help="The kind of upstream, from: idp connections presets")],
    connection_id: Annotated[str, typer.Option("--id", metavar="ID", help="The id; by default the name of the preset.")] = "",
    client_id: ClientId = "",
    secret_stdin: Stdin = False,
    secret_file: SecretFile = "",
    name: Name = "",
    issuer: Issuer = "",
    team_id: TeamId = "",
    key_id: KeyId = "",
    tenant: Tenant = None,
    app: App = None,
    domain: Domain = None,
    keeps_tokens: KeepsTokens = None,
    token_app: TokenApp = None,
    hook: Hook = "",
    who: Who = "",
    members: Members = "{}",
    metadata: Metadata = "",
    organization: Org = "",
    as_json: AsJson = False,
) -> None:
    """Create a connection, and say which redirect URI to register at the upstream. The secret is asked for.

    Google:     idp connections create google --client-id ID

    Microsoft:  idp connections create microsoft --client-id ID --tenant UUID --secret-file secret.txt

    Apple:      idp connections create apple --client-id ID --team-id ID --key-id ID --secret-file AuthKey.p8

    SAML:       idp connections create saml --id acme --name Acme --metadata metadata.xml

    Any other:  idp connections create oidc --id acme --name Acme --issuer https://login.acme.example --client-id ID

    The system that people come from:  idp connections create password --hook https://old.example.com/check

    Of an organisation:  idp connections create oidc --organization acme --id okta --name Okta --issuer https://acme.okta.com --client-id ID
    """
    from idp.cli.command_input import upstream_secret
    from idp.cli.deployment import deployment
    from idp.domain.connections.presets import PRESETS
    from idp.services.audit.recorder import SYSTEM

    texts = {"client_id": client_id, "name": name, "issuer": issuer, "team_id": team_id, "key_id": key_id, "hook": hook, "who": who}
    named = _given({**texts, "tenants": tenant, "apps": app, "domains": domain, **_tokens(keeps_tokens, token_app)}, members)
    given = {name: value for name, value in named.items() if value is not None} | _metadata_of(metadata)
    without = given.get("client_auth") == "none" or hook.startswith("arn:") or (preset in PRESETS and PRESETS[preset].type == SAML)
    with deployment() as services, options_named():
        calls = managed(services, organization)
        if preset in PRESETS and not without:
            calls.must_be_free(connection_id or preset, scope=DEPLOYMENT)  # before the question
            given["secret"] = upstream_secret(stdin=secret_stdin, file=secret_file)
        made = calls.create(connection_id or preset, {"preset": preset, **given}, scope=DEPLOYMENT, by=SYSTEM)
        known = facts(services.settings.issuer, made)
    if as_json:
        print_facts(known, as_json=True)
        return
    typer.echo(f"{made.own_id}  {made.name}  {made.issuer or made.hook}")
    if made.org_id:
        typer.echo(f"Lead a proven domain to it, in the console or by the admin API. Its whole id: {made.id}")
    if made.hook:
        about = "people who were imported without a password" if made.who == "known" else "every address without an account, too"
        typer.echo(f"It is asked about {about}.")
    if made.type == SAML:
        typer.echo(f"Give this metadata to the identity provider:   {known['own_metadata_uri']}")
        typer.echo(f"Or enter the entity id:                        {made.client_id}")
        typer.echo(f"and the assertion consumer service (ACS) URL:  {known['redirect_uri']}")
        return
    typer.echo(f"Register this redirect URI at the upstream: {known['redirect_uri']}")
    if PRESETS[preset].register:
        typer.echo(f"The place for it: {PRESETS[preset].register}")


def update(  # noqa: PLR0913, PLR0917  # one for each option
    connection_id: Id,
    enable: Annotated[bool, typer.Option("--enable", help="Let people sign in by it again.")] = False,
    disable: Annotated[bool, typer.Option("--disable", help="Refuse each sign-in by it from now on. Nothing is lost.")] = False,
    read_metadata: Annotated[bool, typer.Option("--read-metadata", help="Read the endpoints of the upstream again.")] = False,
    client_id: ClientId = "",
    name: Name = "",
    issuer: Issuer = "",
    tenant: Tenant = None,
    app: App = None,
    domain: Domain = None,
    keeps_tokens: KeepsTokens = None,
    token_app: TokenApp = None,
    hook: Hook = "",
    who: Who = "",
    members: Members = "{}",
    metadata: Metadata = "",
    organization: Org = "",
    as_json: AsJson = False,
) -> None:
    """Change a connection. Options that are not given stay; a list is replaced as a whole. Null in --members sets the default.

    Example: idp connections update google --disable
    """
    from idp.cli.command_input import at_most_one
    from idp.cli.deployment import deployment
    from idp.services.audit.recorder import SYSTEM

    at_most_one(enable=enable, disable=disable)
    texts = {"client_id": client_id, "name": name, "issuer": issuer, "hook": hook, "who": who}
    lists = {"tenants": tenant, "apps": app, "domains": domain, **_tokens(keeps_tokens, token_app)}
    changes = _given({**texts, **lists}, members) | _metadata_of(metadata)
    if enable or disable:
        changes["enabled"] = enable
    with deployment() as services, options_named():
        service = managed(services, organization)
        changed = service.get(connection_id, scope=DEPLOYMENT)
        if changes:
            changed = service.patch(connection_id, changes, scope=DEPLOYMENT, by=SYSTEM)
        if read_metadata:
            changed = service.discover(connection_id, scope=DEPLOYMENT, by=SYSTEM)
        known = facts(services.settings.issuer, changed)
    print_facts(known, as_json=as_json)


def rotate_secret(
    connection_id: Id, secret_stdin: Stdin = False, secret_file: SecretFile = "", key_id: KeyId = "", organization: Org = "",
    as_json: AsJson = False,
) -> None:  # fmt: skip
    """Replace the secret that the upstream gave, or the private key. The next sign-in uses the new one.

    Let the upstream accept the old and the new secret until this command is done, so that no sign-in fails.
    """
    from idp.cli.command_input import upstream_secret
    from idp.cli.deployment import deployment

    with deployment() as services:
        calls = managed(services, organization)
        calls.get(connection_id, scope=DEPLOYMENT)  # before the question
        secret = upstream_secret(stdin=secret_stdin, file=secret_file)
        changed = _replace_secret(calls, connection_id, secret, key_id)
        known = facts(services.settings.issuer, changed)
    if as_json:
        print_facts(known, as_json=True)
        return
    typer.echo(f"{connection_id} has a new secret.")


def _replace_secret(service: Managed, connection_id: str, secret: str, key_id: str) -> Connection:
    from idp.domain.errors import Invalid
    from idp.services.audit.recorder import SYSTEM

    if not secret:
        raise Invalid("connection.secret_malformed", field="secret")
    changes = {"secret": secret} | ({"key_id": key_id} if key_id else {})
    return service.patch(connection_id, changes, scope=DEPLOYMENT, by=SYSTEM)


def _metadata_of(source: str) -> dict[str, Any]:
    """Return the member for the option about SAML metadata."""
    from idp.cli.command_input import text_file
    from idp.domain.errors import Invalid

    if source.startswith("https://"):
        return {"metadata_url": source}
    if "://" in source:
        raise Invalid("value.not_https_url", field="--metadata")
    return {"metadata": text_file("--metadata", source, 1024 * 1024)} if source else {}


def _tokens(keeps: bool | None, apps: list[str] | None) -> dict[str, Any]:
    """Return the members for the options about tokens. `keeps`: None if none was given."""
    return {"token_apps": apps} if keeps is None else {"token_apps": apps, "keeps_tokens": keeps}


def _given(options: dict[str, Any], members: str) -> dict[str, Any]:
    """Return the members that were given, by the names and in the types of a connection.

    Raises:
        Invalid: the JSON is no object, has the secret, or a member is unknown or of another type.
    """
    from idp.cli.command_input import json_object
    from idp.domain.errors import Invalid
    from idp.services.connections.typed_members import typed_members

    more = json_object("--members", members)
    if "secret" in more:
        raise Invalid("command.secret_in_json")
    return typed_members({name: value for name, value in options.items() if value or value is False} | more)
