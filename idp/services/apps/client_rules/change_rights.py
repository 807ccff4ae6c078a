"""What a caller needs to change a client: the scopes for all that the client may do (threats J-05)."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from idp.domain.errors import Forbidden
from idp.services.apps.client_rules import power

if TYPE_CHECKING:
    from idp.domain.apps.client import Client
    from idp.services.audit.recorder import Actor
    from idp.settings import Settings


def require_rights(before: Client, after: Client, by: Actor, settings: Settings) -> None:
    """Check that the caller's token has the scopes for all that the client may do before and after the change.

    A caller with only clients:write may still disable or delete a client, unless the client can use the admin API.

    Raises:
        Forbidden: a scope is missing, or an app changes its own roles or claim mappings.
    """
    both = (before, after)
    needed = frozenset[str]().union(*(power.required_for_admin_api(client, settings) for client in both))
    if not _is_only_disabled(before, after):
        needed = needed.union(*(power.required_elsewhere(client, settings) for client in both))
    if not needed <= by.held:
        missing = " ".join(sorted(needed - by.held))
        raise Forbidden("client.needs_scopes", scopes=missing)
    if before.id == by.id and (before.roles, before.claim_mappings) != (after.roles, after.claim_mappings):
        raise Forbidden("client.own_access")


def _is_only_disabled(before: Client, after: Client) -> bool:
    """Return whether the change only disables the client."""
    noted = ("disabled", "security_stamp", "kept_by_admin", "provisional_until")
    return after.disabled and replace(after, **{name: getattr(before, name) for name in noted}) == before
