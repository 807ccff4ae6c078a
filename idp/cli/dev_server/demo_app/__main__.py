"""Runs the demo app. The first line of standard input is its configuration; it ends at the end of standard input."""

from __future__ import annotations

import json
import signal
import sys
import threading

from idp.cli.dev_server.demo_app.app import build
from idp.cli.dev_server.demo_app.relying_party import RelyingParty
from idp.cli.dev_server.listening import Server, sockets
from idp.settings import SettingsError


def main() -> None:
    """Serve until standard input ends."""
    config = json.loads(sys.stdin.readline())
    home = f"http://localhost:{config['port']}"
    client = {name: config[name] for name in ("issuer", "client_id", "client_secret")}
    party = RelyingParty(**client, home=home, redirect_uri=f"{home}/callback")
    try:
        listening = sockets(config["port"], "PORT (the demo app takes the one after it)")
    except SettingsError as error:
        sys.exit(f"The demo app does not start: {error}")
    # The parent reads a line; an empty one means that the app did not get its port (child.py).
    print("listening", flush=True)
    server = Server(build(party), lambda: None)

    def end() -> None:
        sys.stdin.read()
        server.should_exit = True

    threading.Thread(target=end, daemon=True).start()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    server.run(sockets=listening)


main()
