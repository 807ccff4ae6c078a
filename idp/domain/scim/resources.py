"""A person and a group, as a SCIM client made them. Both are found only by the client that made them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

GROUP_PREFIX = "grp_"
"""The prefix of the ids of groups."""


@dataclass(frozen=True, slots=True)
class ScimUser:
    """What a client said about a person. `id` is that of the user. `resource` has neither `id`, `meta` nor `password`, and
    `active` only as None, if the client removed it.

    `version` counts the writes by the client.
    """

    id: str
    client_id: str
    resource: Mapping[str, Any] = field(default_factory=dict)
    created_at: int = 0
    updated_at: int = 0
    version: int = 1

    @property
    def user_name(self) -> str:
        """Return the name as it is compared: RFC 7643 §4.1.1 says "caseExact" false."""
        return str(self.resource["userName"]).lower()

    @property
    def external_id(self) -> str:
        """Return the client's own id of the person, or an empty text."""
        return str(self.resource.get("externalId") or "")


@dataclass(frozen=True, slots=True)
class ScimGroup:
    """A group of a client, without its members. `members`: about how many there are; it only limits them."""

    id: str
    client_id: str
    name: str
    external_id: str = ""
    members: int = 0
    created_at: int = 0
    updated_at: int = 0
    version: int = 1
