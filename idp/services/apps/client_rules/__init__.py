"""What has to hold between a client's members (RFC 7591 §2.1, RFC 9700 §2.1), whoever set them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from idp.domain.errors import Invalid
from idp.services.apps.client_rules import algorithms, authentication, fapi2, grants, uris

if TYPE_CHECKING:
    from idp.domain.apps.client import Client
    from idp.settings import Settings


def completed(client: Client, settings: Settings) -> Client:
    """The client with what its other members imply: an encryption without a choice of encoding, a profile."""
    return fapi2.completed(algorithms.completed(client), settings)


def check(client: Client, response_types: tuple[str, ...] | None, settings: Settings) -> None:
    """Raise Invalid for the first rule that does not hold."""
    for problems in (
        grants.problems(client, response_types, settings),
        authentication.problems(client, settings),
        algorithms.problems(client, settings),
        uris.problems(client, dev=settings.dev),
        fapi2.problems(client, settings),
    ):
        for field, message in problems:
            raise Invalid(message, field=field)
