"""What `idp dev` prints when it is ready: addresses and accounts."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

from rich.console import Console

from idp.domain.factors import totp


def welcome(
    made: dict[str, Any], port: int, folder: Path, *, demo_app: bool, admin_console: bool, console: Console | None = None
) -> None:  # fmt: skip
    """Print it. No line is wrapped or shortened, so that it can be copied. `demo_app`: whether that serves, on the next port.

    `admin_console`: whether the server has it (IDP_CONSOLE).
    """
    console = console or Console(highlight=False, soft_wrap=True)
    issuer = made["issuer"]
    console.print(f"\n[bold green]●[/] idp is ready at [bold]{issuer}[/]\n")
    for name, url in (
        *([("Demo app", f"http://localhost:{port + 1}")] if demo_app else []),
        ("Your account", f"{issuer}/account"),
        ("Outbox", f"{issuer}/dev/outbox"),
        ("Pages, mails", f"{issuer}/dev/preview"),
        *([("Console", f"{issuer}/console")] if admin_console else []),
        ("Admin API", f"{issuer}/admin/v1/openapi.json"),
    ):
        console.print(f"  [dim]{name:14}[/][bold cyan][link={url}]{url}[/link][/]")
    console.print("\n  [dim]Sign in as[/]")
    for person in [*made["users"], made["admin"]]:
        console.print(f"  [green]{person['email']:19}[/] {person['password'] or '[dim](changed)[/]'}{_second_step(person, made)}")
    console.print(f"\n  [dim]All of it, with the apps' secrets: {folder / 'dev.json'}. Data: {folder}/. Ctrl-C ends it.[/]\n")


def _second_step(person: dict[str, Any], made: dict[str, Any]) -> str:
    secret = person.get("totp_secret")
    if secret:
        import pyotp

        left = totp.PERIOD - int(time.time()) % totp.PERIOD
        return f"\n  [dim]{'':19} TOTP[/] [yellow]{secret}[/] [dim](the code is {pyotp.TOTP(secret).now()} for {left} s)[/]"
    return f"\n  [dim]{'':19} admin: the first sign-in asks to set up a second step[/]" if person is made["admin"] else ""
