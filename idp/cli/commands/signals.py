"""`idp signals …`: the streams of shared signals, by which apps get events about their people."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated, Any

import typer

from idp.domain.access.tenancy import DEPLOYMENT

if TYPE_CHECKING:
    from idp.services.signals.administration import StreamState

group = typer.Typer(no_args_is_help=True, help="Shared signals: streams by which apps hear what happens to their people.")

AsJson = Annotated[bool, typer.Option("--json", help="Print one JSON document, for programs.")]
Id = Annotated[str, typer.Argument(metavar="ID", help="The stream's id, from: idp signals list")]


@group.command("list")
def list_(as_json: AsJson = False) -> None:
    """List all streams: app, status with its reason, events that wait, and the last push that arrived."""
    from idp.cli.deployment import deployment

    with deployment() as services:
        found = [_facts(each) for each in services.signal_stream_administration.listing(scope=DEPLOYMENT)]
    if as_json:
        typer.echo(json.dumps(found, indent=2))
        return
    for each in found:
        told = [each["id"], each["client_id"], each["method"], each["status"], f"waiting: {each['waiting']}{'+' * each['more']}"]
        told += [f"{word}: {each[name]}" for name, word in _NAMED.items() if each[name]]
        typer.echo("  ".join(told))
    if not found:
        typer.echo("There are no streams.", err=True)


@group.command()
def pause(stream_id: Id, as_json: AsJson = False) -> None:
    """Pause a stream. What happens meanwhile waits for it. The app may enable it again."""
    from idp.cli.deployment import deployment
    from idp.services.audit.recorder import SYSTEM

    with deployment() as services:
        after = services.signal_stream_administration.pause(stream_id, scope=DEPLOYMENT, by=SYSTEM)
    _print(after.id, after.status, as_json=as_json)


@group.command()
def enable(stream_id: Id, as_json: AsJson = False) -> None:
    """Enable a stream. It gets what waits."""
    from idp.cli.deployment import deployment
    from idp.services.audit.recorder import SYSTEM

    with deployment() as services:
        after = services.signal_stream_administration.enable(stream_id, scope=DEPLOYMENT, by=SYSTEM)
    _print(after.id, after.status, as_json=as_json)


@group.command()
def delete(stream_id: Id, yes: Annotated[bool, typer.Option("--yes", "-y", help="Do not ask.")] = False) -> None:
    """Delete a stream, and what it has not got. Asks first. Without a terminal it needs --yes."""
    from idp.cli import asking
    from idp.cli.deployment import deployment
    from idp.services.audit.recorder import SYSTEM

    with deployment() as services:
        found = services.signal_stream_administration.get(stream_id, scope=DEPLOYMENT)
        asking.confirm(f"The app {found.client_id} hears of no more events. Delete {found.id}?", yes=yes)
        services.signal_stream_administration.delete(stream_id, scope=DEPLOYMENT, by=SYSTEM)
    typer.echo(f"{stream_id} is deleted.")


_NAMED = {"reason": "reason", "last_push": "last push", "failing_since": "failing since", "problem": "problem"}


def _facts(it: StreamState) -> dict[str, Any]:
    stream = it.stream
    return {
        "id": stream.id, "client_id": stream.client_id, "method": "push" if stream.endpoint_url else "poll", "status": stream.status,
        "reason": stream.reason, "waiting": it.waiting, "more": it.more, "last_push": _time(it.sent_at),
        "failing_since": _time(it.failing_since), "problem": it.problem,
    }  # fmt: skip


def _time(at: int) -> str:
    """Return a time of RFC 3339 in UTC, "" for 0."""
    return datetime.fromtimestamp(at, UTC).strftime("%Y-%m-%dT%H:%M:%SZ") if at else ""


def _print(stream_id: str, status: str, *, as_json: bool) -> None:
    typer.echo(json.dumps({"id": stream_id, "status": status}, indent=2) if as_json else f"{stream_id} is {status}.")
