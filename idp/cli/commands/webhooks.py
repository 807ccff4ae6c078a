"""`idp webhooks …`: other systems that get events, and what was sent to them."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Annotated, Any

import typer

from idp.cli.instant import instant
from idp.domain.access.tenancy import DEPLOYMENT

if TYPE_CHECKING:
    from idp.domain.webhooks.endpoint import WebhookEndpoint

group = typer.Typer(no_args_is_help=True, help="Webhooks: other systems that hear of events, signed as Standard Webhooks.")

AsJson = Annotated[bool, typer.Option("--json", help="Print one JSON document, for programs.")]
Id = Annotated[str, typer.Argument(metavar="ID", help="The endpoint's id, from: idp webhooks list")]
Events = Annotated[
    list[str] | None,
    typer.Option("--event", metavar="TYPE", help="A type of events, or its first words, such as user; several times for more."),
]
Organization = Annotated[str, typer.Option("--organization", metavar="ORG_ID", help="Only events of this organization.")]
Description = Annotated[str, typer.Option("--description", metavar="TEXT", help="A note for admins.")]


@group.command()
def create(
    url: Annotated[str, typer.Argument(metavar="URL", help="Where events are sent: https with a public host name.")],
    event: Events = None,
    organization: Organization = "",
    description: Description = "",
    as_json: AsJson = False,
) -> None:
    """Create an endpoint, and print the secret that its receiver checks signatures with. It is shown once.

    Without --event all events are sent. Nothing is sent before the deployment reads its streams: make deploy PARAMS="stream=on".
    """
    from idp.cli.deployment import deployment
    from idp.services.audit.recorder import SYSTEM

    given = {"url": url, "events": event or [], "org_id": organization, "description": description}
    with deployment() as services:
        made, secret = services.webhook_endpoint_service.create(given, scope=DEPLOYMENT, by=SYSTEM)
    _print({**_facts(made), "secret": secret}, as_json=as_json)


@group.command("list")
def list_(as_json: AsJson = False) -> None:
    """List all endpoints."""
    from idp.cli.deployment import deployment

    with deployment() as services:
        found = services.webhook_endpoint_service.listing(scope=DEPLOYMENT)
    if as_json:
        typer.echo(json.dumps([_facts(each) for each in found], indent=2))
        return
    for each in found:
        typer.echo("  ".join([each.id, each.url, *each.events, *(["off:", each.disabled_why] if each.disabled_why else [])]))


@group.command()
def show(endpoint_id: Id, as_json: AsJson = False) -> None:
    """Show an endpoint, and how it does. A secret is never shown again."""
    from idp.cli.deployment import deployment

    with deployment() as services:
        found = services.webhook_endpoint_service.get(endpoint_id, scope=DEPLOYMENT)
        status = services.webhook_deliveries.status(endpoint_id, scope=DEPLOYMENT)
    _print({**_facts(found), **status._asdict()}, as_json=as_json)


@group.command()
def update(
    endpoint_id: Id,
    url: Annotated[str, typer.Option("--url", metavar="URL", help="Another address.")] = "",
    event: Events = None,
    all_events: Annotated[bool, typer.Option("--all-events", help="All types of events are sent.")] = False,
    enable: Annotated[bool | None, typer.Option("--enable/--disable", help="Switch the endpoint on or off.")] = None,
    as_json: AsJson = False,
) -> None:
    """Change an endpoint. --event replaces the types of events."""
    from idp.cli.deployment import deployment
    from idp.services.audit.recorder import SYSTEM

    changes: dict[str, Any] = {"url": url} if url else {}
    if event or all_events:
        changes["events"] = event or []
    if enable is not None:
        changes["enabled"] = enable
    with deployment() as services:
        written = services.webhook_endpoint_service.patch(endpoint_id, changes, scope=DEPLOYMENT, by=SYSTEM)
    _print(_facts(written), as_json=as_json)


@group.command("rotate-secret")
def rotate_secret(
    endpoint_id: Id,
    overlap: Annotated[int, typer.Option("--overlap", metavar="SECONDS", help="For so long the replaced secret signs too.")] = 86400,
    as_json: AsJson = False,
) -> None:
    """Make a new secret and print it. It is shown once."""
    from idp.cli.deployment import deployment
    from idp.services.audit.recorder import SYSTEM

    with deployment() as services:
        made, secret = services.webhook_endpoint_service.rotate_secret(endpoint_id, overlap=overlap, scope=DEPLOYMENT, by=SYSTEM)
    _print({**_facts(made), "secret": secret}, as_json=as_json)


@group.command()
def delete(endpoint_id: Id, yes: Annotated[bool, typer.Option("--yes", "-y", help="Do not ask.")] = False) -> None:
    """Delete an endpoint, and what it has not got. Asks first. Without a terminal it needs --yes."""
    from idp.cli import asking
    from idp.cli.deployment import deployment
    from idp.services.audit.recorder import SYSTEM

    with deployment() as services:
        found = services.webhook_endpoint_service.get(endpoint_id, scope=DEPLOYMENT)
        asking.confirm(f"{found.url} hears of no more events. Delete {found.id}?", yes=yes)
        services.webhook_endpoint_service.delete(endpoint_id, scope=DEPLOYMENT, by=SYSTEM, expected=[found.version])
    typer.echo(f"{endpoint_id} is deleted.")


@group.command()
def attempts(endpoint_id: Id, as_json: AsJson = False) -> None:
    """List the newest attempts of the last seven days, at most 100, with the status of the answer."""
    from idp.cli.deployment import deployment

    with deployment() as services:
        found, _ = services.webhook_deliveries.attempts(endpoint_id, start=None, limit=100, scope=DEPLOYMENT)
    if as_json:
        typer.echo(json.dumps([each._asdict() for each in found], indent=2))
        return
    for each in found:
        typer.echo(f"{each.at_ms // 1000}  {each.type}  {each.event_id}  {each.attempt}  {each.problem or each.status}")


@group.command("dead-letters")
def dead_letters(endpoint_id: Id, as_json: AsJson = False) -> None:
    """List the events that were given up in the last seven days, at most 1,000."""
    from idp.cli.deployment import deployment

    with deployment() as services:
        found, _ = services.webhook_deliveries.dead_letters(endpoint_id, start=None, limit=1000, scope=DEPLOYMENT)
    if as_json:
        typer.echo(json.dumps([each._asdict() for each in found], indent=2))
        return
    for each in found:
        typer.echo(f"{each.event_id}  {each.type}  {each.problem}")


@group.command()
def redeliver(
    endpoint_id: Id,
    event: Annotated[list[str] | None, typer.Option("--event", metavar="EVENT_ID", help="Only this event; several times for more.")] = None,
    since: Annotated[str, typer.Option("--since", metavar="TIME", help="What arrived from then on: RFC 3339, or a day, in UTC.")] = "",
    until: Annotated[str, typer.Option("--until", metavar="TIME", help="What arrived before then. Without it, before now.")] = "",
) -> None:
    """Send events again, with the same ids: the first hundred dead letters, those of --event, or what arrived from --since on.

    --event takes dead letters and events that arrived. What arrived is kept for seven days.
    """
    from idp.cli.deployment import deployment
    from idp.domain.errors import Invalid
    from idp.services.audit.recorder import SYSTEM

    if event and (since or until):
        raise Invalid("webhook.period_or_ids", field="--since")
    if until and not since:
        raise Invalid("webhook.period_or_ids", field="--since")
    begin, end, number = instant(since, "--since"), instant(until, "--until"), 0
    with deployment() as services:
        deliveries = services.webhook_deliveries
        if begin is None:
            number = deliveries.redeliver(endpoint_id, event or [], scope=DEPLOYMENT, by=SYSTEM)
        else:
            from_ms: int | None = begin * 1000
            until_ms = (services.clock() if end is None else end) * 1000
            while from_ms is not None:
                done = deliveries.redeliver_period(endpoint_id, since_ms=from_ms, until_ms=until_ms, scope=DEPLOYMENT, by=SYSTEM)
                number, from_ms = number + done.events, done.next_since_ms
    typer.echo(f"{number} events are sent again.")


@group.command()
def test(endpoint_id: Id) -> None:
    """Send an event of the type webhook.test to an endpoint. Its attempts show what became of it."""
    from idp.cli.deployment import deployment
    from idp.services.audit.recorder import SYSTEM

    with deployment() as services:
        event_id = services.webhook_deliveries.test(endpoint_id, scope=DEPLOYMENT, by=SYSTEM)
    typer.echo(f"{event_id} is queued.")


@group.command()
def events(as_json: AsJson = False) -> None:
    """List the types of events; --json with the JSON Schema of each body."""
    from idp.domain.events.catalogue import TYPES, schema_of

    if as_json:
        typer.echo(json.dumps({each: schema_of(each) for each in TYPES}, indent=2))
        return
    for each in TYPES:
        typer.echo(each)


@group.command()
def run() -> None:
    """Send what is due at all endpoints, one after another; for a deployment that is not on Lambda."""
    from idp.cli.deployment import deployment

    with deployment() as services:
        worker = services.webhook_worker
        typer.echo(f"Events that arrived: {sum(worker.run(each) for each in worker.waiting())}")


def _facts(it: WebhookEndpoint) -> dict[str, Any]:
    return {
        "id": it.id, "url": it.url, "events": list(it.events), "org_id": it.org_id, "description": it.description,
        "disabled_why": it.disabled_why,
    }  # fmt: skip


def _print(known: dict[str, Any], *, as_json: bool) -> None:
    """Print the members. For a person those without a value are left out."""
    if as_json:
        typer.echo(json.dumps(known, indent=2))
        return
    for name, value in known.items():
        if value not in ("", 0, []):
            typer.echo(f"{name:16}{' '.join(value) if isinstance(value, list) else value}")
