"""`idp stream …`: what the streams of the tables could not give to their consumers."""

from __future__ import annotations

import json
import os
import time
from typing import TYPE_CHECKING, Annotated

import typer

from idp.domain.access.tenancy import DEPLOYMENT
from idp.domain.errors import NotFound

if TYPE_CHECKING:
    from idp.services.streams.redrive import Redriven

group = typer.Typer(no_args_is_help=True, help="The streams of changes: for webhooks, provisioning, search and others.")


@group.callback()
def stream() -> None:
    """The streams of changes."""


@group.command()
def redrive(
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Read what was given up, and give nothing.")] = False,
    forget: Annotated[bool, typer.Option("--forget", help="Remove the letters of changes that cannot be read any more.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON document, for programs.")] = False,
) -> None:
    """Give changes again that failed five times, and are in the queue of dead letters. Events keep their ids.

    Run it within 24 hours: so long a stream has its records. Later it builds sign-ins and other audit events anew from what is stored, but
    not the changes of people, apps and other things. It needs AWS credentials that may read the queue and the streams and invoke the
    function `stream`. It ends with status 1 if a letter of the streams is left. It can be stopped, and goes on when it is called again.
    """
    from idp.adapters.dead_letter_queue import DeadLetterQueue
    from idp.adapters.stream_function import StreamFunction
    from idp.adapters.stream_reader import StreamReader
    from idp.cli.deployment import deployment
    from idp.cli.progress import bar
    from idp.cli.stopping import goes_on
    from idp.services.streams.redrive import Redrive
    from idp.store.stored_events import StoredEvents

    region, env = os.environ.get("AWS_REGION") or "us-east-1", os.environ.get
    with deployment() as services, goes_on("To go on: idp stream redrive"), bar("Letters", None) as update:
        prefix = services.settings.table_prefix
        if services.settings.dev and not env("AWS_ENDPOINT_URL_SQS"):
            raise NotFound("stream.no_queue", name=f"{prefix}-dead-letters")
        work = Redrive(
            DeadLetterQueue(f"{prefix}-dead-letters", region=region, endpoint=env("AWS_ENDPOINT_URL_SQS")),
            StreamReader(region=region, endpoint=env("AWS_ENDPOINT_URL_DYNAMODB_STREAMS")),
            StreamFunction(f"{prefix}-stream", region=region, endpoint=env("AWS_ENDPOINT_URL_LAMBDA")),
            StoredEvents(services.database), prefix,
        )  # fmt: skip
        done = work.run(scope=DEPLOYMENT, dry_run=dry_run, forget=forget, tell=update)
    _print(done, dry_run=dry_run, forget=forget, as_json=as_json)
    if done.failed or (done.lost and not forget):
        raise typer.Exit(1)


def _print(done: Redriven, *, dry_run: bool, forget: bool, as_json: bool) -> None:
    if as_json:
        numbers = {name: getattr(done, name) for name in ("letters", "given", "rebuilt", "failed", "other")}
        typer.echo(json.dumps({**numbers, "dry_run": dry_run, "lost": [each._asdict() for each in done.lost]}, indent=2))
        return
    verb = "can be given" if dry_run else "were given"
    typer.echo(f"{done.letters} letters of the streams: {done.given} changes {verb} again, {done.rebuilt} of them built from audit events.")
    if done.failed:
        typer.echo(f"{done.failed} letters stay: a change failed again. The log of the function `stream` says why.")
    for each in done.lost:
        about = "is removed" if forget and not dry_run else "stays; --forget removes it"
        typer.echo(f"{each.size} changes of {each.table} since {_moment(each.since)} cannot be read any more. The letter {about}.")
    if done.other:
        typer.echo(f"{done.other} letters are not about streams of this deployment, such as those of jobs and mails, and stay.")


def _moment(at: int) -> str:
    return time.strftime("%Y-%m-%d %H:%M:%S UTC", time.gmtime(at // 1000))
