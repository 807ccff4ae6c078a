"""An invitation: an admin lets the owner of an address create an account, with roles and groups that it gets at once.

One into an organisation makes the owner of the address a member of it, with roles of that organisation; also if they have an account.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

LIFETIME_DAYS = 7


@dataclass(frozen=True, slots=True)
class Invitation:
    """An invitation that was not accepted yet. Times are in epoch seconds.

    `email`: the canonical address that it is for. `roles`, `groups`: assignments (domain.access.roles). `client_id`: the app that the
    person is invited to, or "". `invited_by`: the id of the user or client that made it, or "system". `sent_at`: when the newest mail was
    sent. `org_id`: the organisation that the person is invited into, or "". Then `roles` are roles of this organisation, and `admin` says
    whether the person will administer it.
    """

    id: str
    email: str
    invited_by: str
    roles: Mapping[str, str] = field(default_factory=dict)
    groups: Mapping[str, str] = field(default_factory=dict)
    client_id: str = ""
    created_at: int = 0
    sent_at: int = 0
    expires_at: int = 0
    org_id: str = ""
    admin: bool = False
