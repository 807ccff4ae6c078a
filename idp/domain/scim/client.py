"""A SCIM client: a system that makes and changes people here, such as the directory of a company. Admins manage it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import NamedTuple

ID = re.compile(r"[a-z0-9][a-z0-9-]{0,39}", re.ASCII)
OF_ORGANISATION = re.compile(r"org_[A-Za-z0-9_-]{1,60}\.[a-z0-9][a-z0-9-]{0,39}", re.ASCII)
"""The id of a SCIM client of an organisation. No release before it reads such an id, so none takes it for one of the deployment."""
NONE, READ, WRITE = "none", "read", "write"
RIGHTS = (NONE, READ, WRITE)
MOST_TOKENS = 2
"""Two tokens are valid at once, so that the client can change to the new one before the old one ends."""


class ScimToken(NamedTuple):
    """A bearer token, as stored. `digest`: the SHA-256 of its secret. Times in epoch seconds; `used_day`: YYYY-MM-DD of its last use."""

    id: str
    digest: str
    created_at: int
    expires_at: int
    used_day: str = ""

    def is_live(self, now: int) -> bool:
        """Return whether it can be used at `now`."""
        return now < self.expires_at


@dataclass(frozen=True, slots=True)
class ScimClient:
    """A SCIM client. It sees only the people and groups that it made: `id` is the scope of all that it reads and changes.

    `users`, `groups`: none, read or write. `domains`: the email domains that it may use, and of which its statements count as verified;
    without any, it uses those that no other directory, connection or organisation has, and its statements never verify an address.
    `connection_id`: the upstream provider by which its people sign in, or empty.
    `reject_unknown`: an attribute that no schema has is refused instead of
    ignored. `sets_passwords`: it may set passwords. `fills_groups`: the names of groups of this deployment whose members are those of
    its groups of the same name. `version` counts the changes by admins.

    A client of an organisation has the organisation's id before its own name: `org_….okta`. It reaches only people who are members by it;
    its groups are roles of the organisation that it made, and its domains are those that the organisation has proven.
    """

    id: str
    name: str
    users: str = WRITE
    groups: str = WRITE
    enabled: bool = True
    domains: tuple[str, ...] = ()
    connection_id: str = ""
    reject_unknown: bool = False
    sets_passwords: bool = False
    fills_groups: tuple[str, ...] = ()
    tokens: tuple[ScimToken, ...] = ()
    created_at: int = 0
    updated_at: int = 0
    version: int = 1

    @property
    def org_id(self) -> str:
        """Return the id of the organisation that it belongs to, or ""."""
        org_id, dot, _ = self.id.partition(".")
        return org_id if dot else ""

    @property
    def own_id(self) -> str:
        """Return its id as its admins name it: without that of the organisation."""
        return self.id.rpartition(".")[2]

    def allows(self, kind: str, *, write: bool) -> bool:
        """Return whether it may read or change people (`User`) or groups (`Group`)."""
        right = self.users if kind == "User" else self.groups
        return right == WRITE or (right == READ and not write)

    def vouches_for(self, email: str) -> bool:
        """Return whether this canonical address counts as verified, because the SCIM client is trusted for its domain."""
        return email.rpartition("@")[2] in self.domains
