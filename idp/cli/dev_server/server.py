"""`idp dev`: the provider, its store and the demo app on this machine, in one process and one child that end together."""

from __future__ import annotations

import json
import os
import signal
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

from idp.cli import environment
from idp.cli.deployment import deployment
from idp.cli.dev_server import address
from idp.cli.dev_server.checks import check_hourly
from idp.cli.dev_server.demo_app.child import running
from idp.cli.dev_server.listening import Server, sockets
from idp.cli.dev_server.streams import read_streams
from idp.cli.dev_server.welcome import welcome
from idp.cli.first_run import demo
from idp.cli.first_run.run import bootstrap
from idp.cli.local import data_folder, remembered_settings
from idp.http.app import build

if TYPE_CHECKING:
    from idp.wiring.all_services import AllServices


def serve() -> None:
    """Serve until Ctrl-C or SIGTERM.

    Raises:
        SettingsError: a setting is missing or wrong.
    """
    port = environment.port(os.environ)
    listening = sockets(port, "PORT")
    # SystemExit ends every `with` below: it stops the demo app and saves the data.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    with deployment(tables=True, dev=True) as services, suppress(KeyboardInterrupt):
        made = _made(services, port)
        with _demo_app(made, port) as serves:
            has_console = services.settings.serves_console

            def ready() -> None:
                welcome(made, port, Path(environment.DATA), demo_app=serves(), admin_console=has_console)

            server = Server(_app(services), ready)
            with read_streams(services), check_hourly(services):
                server.run(sockets=listening)


def _made(services: AllServices, port: int) -> dict[str, Any]:
    remembered_settings.write_settings(Path(environment.DATA), os.environ, issuer=services.settings.issuer)
    address.follow(services, port)
    made = bootstrap(services, with_demo=True, admin_email="", tell=lambda sentence: print(sentence, file=sys.stderr))
    folder = data_folder.make_folder(Path(environment.DATA))
    data_folder.write_private(folder / "dev.json", json.dumps(made, indent=2) + "\n")
    return made


def _app(services: AllServices) -> Any:
    from idp.cli.dev_server import outbox, preview

    return build(services, extra=[*outbox.ROUTES, *preview.ROUTES])


@contextmanager
def _demo_app(made: dict[str, Any], port: int) -> Iterator[Callable[[], bool]]:
    """Run the demo app if its secret is known. Yields a function that returns whether it serves."""
    client = next((each for each in made["clients"] if each["client_id"] == demo.APP), None)
    if client is None or not client["client_secret"]:
        print("The demo app does not start: its secret has been changed.", file=sys.stderr)
        yield lambda: False
        return
    with running(issuer=made["issuer"], client_id=client["client_id"], client_secret=client["client_secret"], port=port + 1) as serves:
        yield serves
