"""What may leave a record of a stream: the kinds of items, and of each the attributes. Nothing else of a record is read (threats R-01).

The role that reads the streams sees whole items: hashes of passwords, sealed secrets, factors. None of them is here.
"""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

_TIMES = frozenset({"created_at", "updated_at", "version"})
_AUDIT = frozenset(
    {
        "type", "outcome", "actor", "subject", "target", "client_id", "address", "request_id", "reason", "details", "day", "at", "org_id",
        "ttl", "salt", "proof",
    }
)  # fmt: skip

ALLOWED: Mapping[str, Mapping[str, frozenset[str]]] = MappingProxyType(
    {
        "directory": {
            "user": _TIMES
            | {
                "user_id", "email", "email_verified", "disabled", "admin", "mfa_required", "roles", "groups", "claims", "deleting_until",
                "security_stamp",
            },
            "client": frozenset({"client_id", "version"}),  # its metadata has digests of secrets
            "role": _TIMES | {"name", "role_id", "permissions"},
            "group": _TIMES | {"name", "group_id", "roles"},
            "connection": frozenset({"connection_id", "version"}),
            "organisation": _TIMES | {"org_id", "slug", "name", "disabled"},
            "member": _TIMES | {"org_id", "user_id", "roles", "admin", "owned", "source", "joined_at"},
        },
        "state": {
            "event": _AUDIT,
            "session": _AUDIT,  # a session is the record of its sign-in
            "grant": frozenset({"user_id", "client_id", "client_stamp"}),  # who uses which app
            "mail_problem": frozenset({"problem"}),  # is counted; whose address it is, is not told
        },
    }
)  # fmt: skip
"""By table and kind, the names of the attributes."""

JSON_TEXTS = frozenset({"claims", "details", "proof"})
"""Attributes that are stored as the text of a JSON object."""


def names_of(table: str, kind: str) -> frozenset[str] | None:
    """Return the attributes that may leave a record of this kind. None: nothing of it may be read."""
    return ALLOWED.get(table, {}).get(kind)
