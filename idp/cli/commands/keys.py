"""`idp keys …`: signing keys and sealing keys."""

from __future__ import annotations

import time
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated

import typer

from idp.cli.identifier_argument import TakesIdentifier

if TYPE_CHECKING:
    from idp.services.keys.key_rotation import KeyInfo
    from idp.services.keys.sealing_keys import SealingKeyInfo
    from idp.wiring.all_services import AllServices

group = typer.Typer(no_args_is_help=True, help="Signing keys and sealing keys: list, rotate, revoke.")


class Kind(StrEnum):
    """Signing keys sign tokens; sealing keys seal codes, refresh tokens and cookies."""

    SIGNING = "signing"
    SEALING = "sealing"


_AT_ONCE = "Emergency: also if the next key is new. Verifiers that cache the JWK Set refuse its tokens until they read the set again."
OfKind = Annotated[Kind, typer.Option("--kind", help="signing: keys that sign JWTs; sealing: keys of codes, refresh tokens and cookies.")]


@group.command("list")
def list_keys(kind: OfKind = Kind.SIGNING) -> None:
    """List every key with id, algorithm, state and time. Private parts are never shown.

    Signing keys: next (published, signs after the next rotation), active (signs), retiring (verifies what it signed), retired, revoked.

    Sealing keys: next (seals in two minutes), active (seals), opening (opens what it sealed), retired.
    """
    from idp.cli.deployment import deployment

    with deployment() as services:
        if kind is Kind.SEALING:
            for sealing in services.sealing_keys.listing():
                typer.echo(_sealing_line(sealing))
            return
        found = services.key_rotation.listing()
    for key in found:
        typer.echo(_line(key))
    if not found:
        typer.echo("There are no keys yet. Run: idp bootstrap", err=True)


@group.command()
def rotate(
    alg: Annotated[
        str, typer.Option("--alg", metavar="ALG", help="Only the key of this algorithm, such as RS256; by default every algorithm.")
    ] = "",
    at_once: Annotated[bool, typer.Option("--at-once", help=_AT_ONCE)] = False,
    kind: OfKind = Kind.SIGNING,
) -> None:
    """Activate the next keys. The old ones still verify until the last token that they signed has expired.

    With --kind sealing: add a key that seals in two minutes; the old ones still open what they sealed. Neither signs out any user.

    Refused while a next signing key has been in the JWK Set for less than two hours: verifiers that cache the set may not have it yet.

    In AWS a schedule does this every IDP_KEY_ROTATION_DAYS. Running functions use the new keys within a minute.
    """
    from idp.cli.deployment import deployment
    from idp.domain.errors import Invalid

    if kind is Kind.SEALING and (alg or at_once):
        raise Invalid("command.options_of_signing_keys")
    with deployment() as services:
        if kind is Kind.SEALING:
            _rotate_sealing(services)
            return
        for active in services.key_rotation.rotate(*([alg] if alg else []), at_once=at_once):
            typer.echo(_line(active))


@group.command(cls=TakesIdentifier)
def revoke(
    kid: Annotated[str, typer.Argument(help="The key's id, from: idp keys list")],
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Do not ask.")] = False,
    kind: OfKind = Kind.SIGNING,
) -> None:
    """Emergency, for a leaked private key: nothing that it signed is accepted any more, and another key signs at once.

    With --kind sealing: nothing that it sealed can be opened any more; those users sign in again.

    Every access token and ID token that it signed becomes invalid; people and apps get new ones by refreshing.

    Asks first. Without a terminal it needs --yes.
    """
    from idp.cli import asking
    from idp.cli.deployment import deployment

    with deployment() as services:
        if kind is Kind.SEALING:
            services.sealing_keys.require_revocable(kid)
            asking.confirm(f"Nothing that the sealing key {kid} sealed will open any more. Revoke it?", yes=yes)
            services.sealing_keys.revoke(kid)
            typer.echo(f"{kid} is revoked.")
            return
        services.key_rotation.require_revocable(kid)
        asking.confirm(f"Nothing that the signing key {kid} signed will be accepted any more. Revoke it?", yes=yes)
        revoked = services.key_rotation.revoke(kid)
    typer.echo(_line(revoked))


def _rotate_sealing(services: AllServices) -> None:
    made = services.sealing_keys.rotate()
    typer.echo(_sealing_line(made))


def _line(key: KeyInfo) -> str:
    return f"{key.kid}  {key.alg:7} {key.state:9} since {_moment(key.activated_at or key.created_at)}"


def _sealing_line(key: SealingKeyInfo) -> str:
    until = f", opens until {_moment(key.opens_until)}" if key.opens_until and key.state == "opening" else ""
    return f"{key.id:12} {key.state:9} since {_moment(key.created_at)}{until}"


def _moment(seconds: int) -> str:
    return time.strftime("%Y-%m-%d %H:%M UTC", time.gmtime(seconds))
