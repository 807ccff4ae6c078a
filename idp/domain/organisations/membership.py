"""A membership: a person belongs to an organisation, and has roles there."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

MOST_MEMBERSHIPS = 50
"""The greatest number of organisations of one person."""
SOURCES = ("admin", "invitation", "scim", "connection", "domain", "import")
"""What made a membership."""
SCIM = "scim"
"""The source of those that a SCIM client of the organisation made, and may end."""


@dataclass(frozen=True, slots=True)
class Membership:
    """A person's membership. Times are in epoch seconds.

    `id` is random: a membership that ended and began again is another one, which gives no life to what the former one gave. `roles`:
    assignments (domain.access.roles) of the organisation's own roles. `admin`: the person administers the organisation, with the OAuth
    scopes in `admin_scopes`, or with all of an organisation's admin if that is None. `owned`: the organisation made the account, or its
    address is in a domain that the organisation had proven when the person joined; only then its admins may disable or erase the account.
    `version` counts the writes and is the ETag.
    """

    id: str
    org_id: str
    user_id: str
    roles: Mapping[str, str] = field(default_factory=dict)
    admin: bool = False
    admin_scopes: frozenset[str] | None = None
    owned: bool = False
    source: str = "admin"
    joined_at: int = 0
    version: int = 1
