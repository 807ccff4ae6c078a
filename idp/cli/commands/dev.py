"""`idp dev`."""

from __future__ import annotations


def dev() -> None:
    """Serve on this machine without any setting: an embedded store, demo users, a demo app. Prints the addresses.

    http://localhost:8000, or PORT; the demo app takes the next port. Data, keys and passwords are in .idp/ and used again at the next
    start; delete the folder to start from nothing. If AWS_ENDPOINT_URL_DYNAMODB is set, that engine is used instead of the embedded store.
    """
    from idp.cli import environment
    from idp.settings import SettingsError

    if not environment.settings(dev=True).dev:
        msg = "idp dev is for development, and IDP_ENV is prod. Unset IDP_ENV, or set it to dev."
        raise SettingsError(msg)
    from idp.cli.dev_server.server import serve

    serve()
