"""Names of roles and groups of another system, as names that are allowed here. One name here stands for one name there."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from idp.domain.access.roles import is_name
from idp.domain.message import Message

if TYPE_CHECKING:
    from collections.abc import Iterable


def spelled(name: str) -> str:
    """Return the name in lower case, with `.` for `/` and `-` for spaces; "" if that is no name here (`idp.domain.access.roles.NAME`)."""
    found = name.strip("/ ").lower().replace("/", ".").replace(" ", "-")
    return found if name.isascii() and is_name(found) else ""


class Names:
    """All names of one kind in a file."""

    def __init__(self, names: Iterable[str]) -> None:
        found: dict[str, set[str]] = defaultdict(set)
        for each in names:
            found[spelled(each)].add(each)
        self.shared = {name: sorted(several) for name, several in found.items() if name and len(several) > 1}
        """By name here, the names there that would become this one."""

    def problem(self, name: str) -> Message | None:
        """Return why the name has none here, or None."""
        found = spelled(name)
        if not found:
            return Message("moving.role_name")
        return Message("moving.role_shared", name=found) if found in self.shared else None

    def of(self, name: str) -> str:
        """Return the name here. A name that has none, or shares it with another one, stays as it is, so that nobody gets another's role."""
        return name if self.problem(name) else spelled(name)
