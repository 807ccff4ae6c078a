"""`idp bootstrap`."""

from __future__ import annotations

import json
from typing import Annotated, Any

import typer

_EMAIL = "The first admin: by default admin@example.com, in production admin@ and the host of the issuer."


def bootstrap(
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object, for programs.")] = False,
    demo: Annotated[bool, typer.Option("--demo", help="Also create two users and three apps to try it with. Development only.")] = False,
    admin_email: Annotated[str, typer.Option("--admin-email", metavar="EMAIL", help=_EMAIL)] = "",
) -> None:
    """Create what a new deployment needs: schema, keys, a first admin, a client for the admin API.

    Safe to run twice: existing things stay as they are. In development the passwords are derived from the key file, so each run prints
    the same ones. In production they are random and printed once, now; later runs print null. On an engine of your own, missing tables
    are created first. Admins need a second factor: the first sign-in asks them to set one up.
    """
    from idp.cli.deployment import deployment
    from idp.cli.first_run.run import bootstrap as run

    with deployment(tables=True) as services:
        made = run(services, with_demo=demo, admin_email=admin_email, tell=_tell)
    if as_json:
        typer.echo(json.dumps(made, indent=2))
    else:
        _print(made)


def _tell(sentence: str) -> None:
    typer.echo(sentence, err=True)


def _print(made: dict[str, Any]) -> None:
    typer.echo(f"issuer        {made['issuer']}")
    for title, person in [("admin", made["admin"]), *(("user", user) for user in made.get("users", ()))]:
        totp = f"  TOTP secret {person['totp_secret']}" if "totp_secret" in person else ""
        typer.echo(f"{title:13} {person['email']}  password {_show(person['password'])}{totp}")
    for title, client in [("admin client", made["admin_client"]), *(("app", app) for app in made.get("clients", ()))]:
        secret = f"  secret {_show(client['client_secret'])}" if "client_secret" in client else "  public"
        typer.echo(f"{title:13} {client['client_id']}{secret}")


def _show(secret: str | None) -> str:
    return secret or "(as it was set)"
