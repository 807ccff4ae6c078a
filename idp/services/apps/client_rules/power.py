"""The scopes of the admin API that a caller needs to create or change an app, in addition to clients:write (threats J-05).

A caller that changes an app can act as the app, by a new secret or another redirect URI. So the caller needs the scopes for all that the
app may do, before and after the change. clients:write alone is enough for an app that asks people for consent and calls APIs of others.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from idp.domain.access import access_scopes, admin_scopes, signal_scopes
from idp.domain.requests.scope import SCOPE_CLAIMS

if TYPE_CHECKING:
    from idp.domain.apps.client import Client
    from idp.settings import Settings

_ABOUT_PEOPLE = frozenset({"openid", *SCOPE_CLAIMS})


def admin_power(client: Client, admin_resource: str) -> frozenset[str]:
    """Return the scopes of the admin API that tokens of this client can have. The admin API must be one of its resources."""
    return admin_scopes.ALL.intersection(client.scopes) if admin_resource in client.resources else frozenset()


def required_for_admin_api(client: Client, settings: Settings) -> frozenset[str]:
    """Return the scopes that are needed for what the client may do with the admin API and with tokens for it."""
    admin = settings.admin_resource
    if admin in client.introspects or admin in client.token_exchange_audiences:
        return admin_scopes.ALL
    return admin_power(client, admin) | admin_scopes.ALL.intersection(client.token_exchange_scopes)


def required_elsewhere(client: Client, settings: Settings) -> frozenset[str]:
    """Return the scopes that are needed for what the client may do elsewhere without a person's consent."""
    decides = set(client.scopes) if settings.access_resource in client.resources else set()
    receives = set(client.scopes) if settings.signals_resource in client.resources else set()
    rules: tuple[tuple[bool, tuple[str, ...]], ...] = (
        # The client reads data about people without their consent.
        (client.first_party or not _ABOUT_PEOPLE.isdisjoint(client.token_exchange_scopes), ("users:read",)),
        # The client acts as a person, and its tokens do not show that.
        (client.may_impersonate, ("users:write",)),
        # Other servers trust the ID-JAGs that it gets.
        (bool(client.id_jag_audiences), ("issuers:write",)),
        # The client acts for a whole organisation.
        (bool(client.org_id), ("organizations:write",)),
        (bool(client.roles or client.claim_mappings), ("roles:write",)),
        (access_scopes.EVALUATE in decides, ("policies:read",)),
        (access_scopes.SUBJECTS in decides, ("users:read", "roles:read")),
        # It gets events about the accounts of its users.
        (not signal_scopes.SCOPES.isdisjoint(receives), ("users:read",)),
    )
    return frozenset(scope for applies, scopes in rules if applies for scope in scopes)
