"""The role of an organisation that a group of its directory stands for.

The role has the id of the group, which is never used again, so either finds the other. Its name begins with that of the SCIM client and a
colon: no name that a directory chooses is the name of a role that an app or an admin knows by another origin.
"""

from __future__ import annotations

import hashlib
import re
import unicodedata
from typing import TYPE_CHECKING

from idp.domain.access.roles import Role
from idp.domain.readable_text import is_readable
from idp.domain.scim.resources import GROUP_PREFIX

if TYPE_CHECKING:
    from collections.abc import Container

    from idp.domain.scim.resources import ScimGroup

LONGEST_NAME, LONGEST_DESCRIPTION = 64, 200
"""Characters of the name of a role, and of its description."""
_OTHER = re.compile(r"[^a-z0-9]+", re.ASCII)


def role_of(group: ScimGroup, own_id: str, taken: Container[str]) -> Role:
    """Return a new role for a new group: without permissions, and with the name of the group as its description.

    `own_id`: that of the SCIM client. `taken`: the names of roles that cannot be used. The name of the role stays when the group gets
    another one, because apps decide by it.
    """
    letters = unicodedata.normalize("NFKD", group.name).encode("ascii", "ignore").decode().lower()
    words, begin = _OTHER.sub("-", letters).strip("-"), f"{own_id}:"
    name = begin + (words or "group")[: LONGEST_NAME - len(begin)].rstrip("-")
    if not words or name in taken:
        tail = "-" + hashlib.sha256(group.id.encode()).hexdigest()[:8]
        name = name[: LONGEST_NAME - len(tail)] + tail
    readable = is_readable(group.name) and len(group.name) <= LONGEST_DESCRIPTION
    return Role(
        name, group.id, description=group.name if readable else "", created_at=group.created_at, updated_at=group.updated_at
    )  # fmt: skip


def is_of_directory(role: Role) -> bool:
    """Return whether a directory made the role."""
    return role.id.startswith(GROUP_PREFIX)
