"""Prints after an import how people without a password can sign in."""

from __future__ import annotations

import typer

_WAYS = (
    'People without a password: {number}. Each of them uses "Forgot password?" or another provider, or the old system is asked at '
    "the first sign-in (docs/moving.md, Just-in-time)."
)
_HASHES = "Auth0 has the hashes in a file of their own, which its support sends on request: --hashes FILE. "
_BEFORE = "Give it at the first import: a later one adds no password."
_AFTER = "It was not given, and a later import adds no password to these people."


def tell(number: int, source: str, *, hashes: bool, dry_run: bool) -> None:
    """Print it on standard error. `number`: of people who have no password. `hashes`: a file of hashes was given."""
    if not number:
        return
    typer.secho(_WAYS.format(number=number), fg=typer.colors.YELLOW, err=True)
    if source == "auth0" and not hashes:
        typer.secho(_HASHES + (_BEFORE if dry_run else _AFTER), fg=typer.colors.YELLOW, err=True)
