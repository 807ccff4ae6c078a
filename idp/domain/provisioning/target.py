"""A provisioning target: the SCIM endpoint of an app, and which people have an account there."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from idp.domain.access.roles import RoleModel
    from idp.domain.people.user import User

EVERYBODY, GROUP, ROLE = "everybody", "group", "role"
PEOPLE = (EVERYBODY, GROUP, ROLE)
"""`Target.people`."""
DEACTIVATE, DELETE = "deactivate", "delete"
LEAVERS = (DEACTIVATE, DELETE)
"""`Target.leavers`."""
MOST = 20
"""The greatest number of targets."""


@dataclass(frozen=True, slots=True)
class Target:
    """A target. Its id never changes.

    `base_url`: https, without `/Users`. `token`: the bearer token, sealed under the data key.
    `people`: everybody, or those who have the group or the role `name`. `leavers`: what happens to the account of a person who is disabled
    or belongs to the target no more. The account of an erased person is always deleted. `paused`: nothing is sent, but changes are kept.
    """

    id: str
    base_url: str
    token: str = field(default="", repr=False)
    people: str = EVERYBODY
    name: str = ""
    leavers: str = DEACTIVATE
    paused: bool = False
    version: int = 1
    created_at: int = 0
    updated_at: int = 0

    def has(self, user: User, model: RoleModel) -> bool:
        """Return whether this person shall have an account there that can be used.

        Raises:
            Unavailable: a role or group of the person cannot be read. Then nothing is decided.
        """
        if user.disabled:
            return False
        if self.people == EVERYBODY:
            return True
        group, role = (self.name, None) if self.people == GROUP else (None, self.name)
        return model.has(user.roles, user.groups, role=role, group=group)
