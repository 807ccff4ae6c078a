"""The options of `idp audit export` that choose events, as the filters of the admin API."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import typer

from idp.domain.audit.filter import AuditFilter, network

if TYPE_CHECKING:
    from idp.domain.audit.filter import Network

OUTCOMES = ("success", "failure")


def read(*, kind: str, person: str, app: str, actor: str, outcome: str, address: str, request: str) -> dict[str, Any]:
    """Return the arguments of `AuditExport.events`. `person`: an id or an email address.

    Raises:
        typer.BadParameter: a value is none of its option.
    """
    if outcome not in {"", *OUTCOMES}:
        raise typer.BadParameter(f"{outcome[:40]!r} is neither success nor failure.", param_hint="--outcome")
    about = {"email" if "@" in person else "user_id": person} if person else {}
    return {**about, "wanted": AuditFilter(kind.rstrip("."), outcome, app, _network(address), request, actor=actor)}


def _network(text: str) -> Network | None:
    try:
        return network(text) if text else None
    except ValueError:
        message = f"{text[:64]!r} is neither an IP address nor a network such as 203.0.113.0/24."
        raise typer.BadParameter(message, param_hint="--address") from None
