"""How the answers of each upstream become an identity. The module of a preset is imported at its first sign-in; others use `standard`."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol, cast

if TYPE_CHECKING:
    from collections.abc import Mapping

    from idp.domain.connections.connection import Connection
    from idp.domain.connections.identity import UpstreamIdentity
    from idp.services.upstream.protected_resource import ProtectedResource

OWN = {"google", "microsoft", "apple", "github", "facebook", "discord", "cognito"}
"""The presets whose answers differ from the standard."""


class Answers(NamedTuple):
    """What one sign-in gave. `id_token`: its validated claims; empty for OAuth 2.0. `resource`: the upstream's API.

    `user`: the text of the member `user` of a posted form, unsigned; "" if there is none. `with_max_age`: `max_age` was asked for.
    """

    id_token: Mapping[str, Any]
    resource: ProtectedResource
    user: str
    with_max_age: bool


class Shape(Protocol):
    """A module of this package."""

    def identify(self, connection: Connection, answers: Answers) -> UpstreamIdentity:
        """Return the identity. Raises UpstreamRefused if the answers do not name one person."""
        ...


def shape_of(connection: Connection) -> Shape:
    """Return the module for a connection."""
    name = connection.preset if connection.preset in OWN else "standard"
    return cast("Shape", import_module(f"{__name__}.{name}"))
