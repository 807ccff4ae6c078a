"""The OAuth scopes of the admin API, one pair per resource. Tokens with them have the admin API as their audience (RFC 9068 §3)."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

DESCRIPTIONS: Mapping[str, str] = MappingProxyType(
    {
        "users:read": "See users",
        "users:write": "Create, change and delete users, set passwords, reset second factors",
        "clients:read": "See apps",
        "clients:write": "Create, change and delete apps, rotate their secrets",
        "roles:read": "See roles and groups",
        "roles:write": "Change roles and groups, who has them, the attributes of users, and what tokens tell of all that",
        "sessions:read": "See where a user is signed in and which apps have access",
        "sessions:write": "End sessions, revoke the access of apps",
        "organizations:read": "See organisations, their members, roles and domains",
        "organizations:write": "Create, change and delete organisations, and say who is in them and what they may do there",
        "issuers:read": "See the issuers whose assertions are taken",
        "issuers:write": "Say whose assertions are taken, and for what",
        "connections:read": "See the upstream providers by which people sign in",
        "connections:write": "Say by which upstream providers people sign in, and what their answers count for",
        "scim:read": "See the directories that make people by SCIM, and what they may do",
        "scim:write": "Say which directories make and change people by SCIM, and make their tokens",
        "provisioning:read": "See which apps get accounts of people, and what failed",
        "provisioning:write": "Say which apps get accounts of people, and send them again",
        "webhooks:read": "See which systems hear of events, and what failed",
        "webhooks:write": "Say which systems hear of events, and send events again",
        "signals:read": "See by which streams apps hear what happens to their people, and what failed",
        "signals:write": "Pause, enable and delete the streams by which apps hear what happens to their people",
        "hooks:read": "See what decides about sign-ins and registrations, and adds claims to tokens",
        "hooks:write": "Say what decides about sign-ins and registrations, and adds claims to tokens",
        "imports:read": "See imports of people, and which rows were refused",
        "imports:write": "Import people from files of other systems",
        "policies:read": "See the access policies, and try them out",
        "policies:write": "Save access policies and put them in force",
        "keys:read": "See the public parts and states of the signing keys",
        "keys:write": "Rotate and revoke signing keys",
        "audit:read": "Read the audit events",
    }
)

ALL = frozenset(DESCRIPTIONS)
FIRST = frozenset(f"{kind}:{act}" for kind in ("users", "clients", "sessions", "keys") for act in ("read", "write")) | {"audit:read"}
"""The scopes of the first release. `idp bootstrap` gives a client that has all of them the scopes of later releases too."""


def usable(given: frozenset[str] | None) -> frozenset[str]:
    """Return the scopes that an admin may use, by `User.admin_scopes`. A scope that does not exist any more gives nothing."""
    return ALL if given is None else ALL & given
