"""Rules between the members of a client, for admins and for clients that register themselves (RFC 7591 §2.1, RFC 9700 §2.1)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from idp.domain.errors import Invalid
from idp.services.apps.client_rules import algorithms, authentication, fapi2, grants, organisations, uris

if TYPE_CHECKING:
    from idp.domain.apps.client import Client
    from idp.settings import Settings


def complete_members(client: Client, settings: Settings) -> Client:
    """Return the client with members that follow from others: a default content encryption, and what its profile demands."""
    return fapi2.complete_members(algorithms.complete_members(client), settings)


def check(client: Client, response_types: tuple[str, ...] | None, settings: Settings) -> None:
    """Check all rules.

    Raises:
        Invalid: the first rule that the client breaks.
    """
    for problems in (
        grants.find_problems(client, response_types, settings),
        authentication.find_problems(client, settings),
        algorithms.find_problems(client, settings),
        uris.find_problems(client, dev=settings.dev),
        fapi2.find_problems(client, settings),
        organisations.find_problems(client),
    ):
        for field, message in problems:
            raise Invalid(message, field=field)
