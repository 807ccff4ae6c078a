"""Which clients sign people in for an organisation, and which belong to one (docs/organizations.md)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from idp.domain.message import Message
from idp.domain.requests import organisation_scope

if TYPE_CHECKING:
    from collections.abc import Iterator

    from idp.domain.apps.client import Client
    from idp.services.apps.client_rules.grants import Problem

_MACHINE = ("client_credentials",)
"""The grants of a client that belongs to an organisation. A person's tokens are for the organisation that the person chose."""


def find_problems(client: Client) -> Iterator[Problem]:
    """Find members that contradict each other."""
    known = (
        client.registered_by is None
    )  # an app that registers itself may name each scope that it has heard of; what it cannot have is left out
    if known and organisation_scope.SCOPE in client.scopes and client.organization == organisation_scope.NONE:
        yield "organization", Message("client.organization_scope_alone")
    if known and any(scope.startswith(organisation_scope.PREFIX) for scope in client.scopes):
        yield "scope", Message("client.organization_scope_named")
    if client.org_id and client.grant_types != _MACHINE:
        yield "org_id", Message("client.organization_machine")
