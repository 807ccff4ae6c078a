"""What `idp dev` prints when it is ready: where to click, and with what."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table


def welcome(made: dict[str, Any], port: int, folder: Path, *, console: Console | None = None) -> None:
    """Print it, short."""
    console = console or Console(highlight=False)
    issuer = made["issuer"]
    links = Table.grid(padding=(0, 2))
    for name, url in (
        ("Demo app", f"http://localhost:{port + 1}"),
        ("Your account", f"{issuer}/account"),
        ("Outbox", f"{issuer}/dev/outbox"),
        ("Discovery", f"{issuer}/.well-known/openid-configuration"),
    ):
        links.add_row(f"  [dim]{name}[/]", f"[bold cyan][link={url}]{url}[/link][/]")
    people = Table.grid(padding=(0, 2))
    for person in [*made["users"], made["admin"]]:
        people.add_row(f"  [green]{person['email']}[/]", person["password"] or "[dim](changed)[/]", _second_step(person, made))
    console.print(f"\n[bold green]●[/] idp is ready at [bold]{issuer}[/]\n")
    console.print(links, "")
    console.print("  [dim]Sign in as[/]")
    console.print(people, "")
    console.print(f"  [dim]All of it, and the apps' secrets: {folder / 'dev.json'} · data: {folder} · Ctrl-C ends it[/]\n")


def _second_step(person: dict[str, Any], made: dict[str, Any]) -> str:
    secret = person.get("totp_secret")
    if secret:
        import pyotp

        left = 30 - int(time.time()) % 30
        return f"TOTP [yellow]{secret}[/] [dim](now {pyotp.TOTP(secret).now()}, {left} s left)[/]"
    return "[dim]admin; sets up a second step at the first sign-in[/]" if person is made["admin"] else ""
