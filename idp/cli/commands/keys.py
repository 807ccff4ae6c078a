"""`idp keys …`: the keys that sign tokens."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from idp.services.key_rotation import KeyInfo

group = typer.Typer(no_args_is_help=True, help="The keys that sign tokens: list, rotate, revoke.")


@group.command("list")
def list_keys() -> None:
    """Show every signing key: its id, algorithm, state and since when. Private parts are never shown.

    States: next (published, signs after the next rotation), active (signs), retiring (verifies what it signed), retired, revoked.
    """
    from idp.cli.deployment import deployment

    with deployment() as services:
        found = services.key_rotation.listing()
    for key in found:
        typer.echo(_line(key))
    if not found:
        typer.echo("There are no keys yet. Run: idp bootstrap", err=True)


@group.command()
def rotate(
    alg: Annotated[str, typer.Option("--alg", metavar="ALG", help="Only the key of this algorithm, such as RS256; by default each.")] = "",
) -> None:
    """Let the next keys sign from now on. The old ones still verify until the last token that they signed has expired.

    In AWS a schedule does this every IDP_KEY_ROTATION_DAYS. Running functions know of it within a minute.
    """
    from idp.cli.deployment import deployment
    from idp.domain.errors import NotFound
    from idp.services.audit import SYSTEM

    with deployment() as services:
        signing = sorted({key.alg for key in services.key_rotation.listing() if key.state == "active"})
        chosen = [each for each in signing if alg in ("", each)]
        if not chosen:
            raise NotFound(
                f"No key signs with {alg}; there are: {', '.join(signing)}." if alg else "There are no keys yet. Run: idp bootstrap"
            )
        for each in chosen:
            active = services.key_rotation.rotate(each)
            services.audit.act("key.rotated", SYSTEM, target=active.kid)
            typer.echo(_line(active))


@group.command()
def revoke(
    kid: Annotated[str, typer.Argument(help="The key's id, from: idp keys list")],
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Do not ask.")] = False,
) -> None:
    """Emergency: nothing that this key signed is accepted any more, and another one signs at once.

    For a private key that has leaked. Every access token and ID token that it signed is dead; people and apps get new ones by refreshing.
    """
    from idp.cli.deployment import deployment
    from idp.services.audit import SYSTEM

    if not yes:
        typer.confirm(f"Everything that {kid} signed stops to be valid. Revoke it?", abort=True, err=True)
    with deployment() as services:
        revoked = services.key_rotation.revoke(kid)
        services.audit.act("key.revoked", SYSTEM, target=kid)
    typer.echo(_line(revoked))


def _line(key: KeyInfo) -> str:
    since = time.strftime("%Y-%m-%d %H:%M", time.gmtime(key.activated_at or key.created_at))
    return f"{key.kid}  {key.alg:7} {key.state:9} since {since} UTC"
