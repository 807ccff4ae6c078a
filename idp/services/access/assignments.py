"""Assignments: names of roles and groups, each with the id of the role or group that has the name at that moment."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from idp.domain.access.roles import MOST_ASSIGNED, is_name
from idp.domain.errors import Invalid

if TYPE_CHECKING:
    from idp.domain.access.roles import Assignments, Group, Role


def resolve_names(names: object, there: Mapping[str, Role] | Mapping[str, Group], field: str) -> dict[str, str]:
    """Return the assignments for these names. None gives no assignments.

    Raises:
        Invalid: it is not a list of names, a name is unknown, or there are too many.
    """
    if names is None:
        return {}
    if not isinstance(names, list | tuple) or len(names) > MOST_ASSIGNED or not all(isinstance(name, str) for name in names):
        raise Invalid("assignment.not_names", maximum=MOST_ASSIGNED, field=field)
    unknown = [name for name in names if name not in there]
    if unknown:
        # A text that cannot be a name is not repeated.
        if is_name(unknown[0]):
            raise Invalid("assignment.unknown_name", name=unknown[0], field=field)
        raise Invalid("assignment.unknown", field=field)
    return {name: there[name].id for name in sorted(set(names))}


def describe_difference(before: Assignments, after: Assignments, what: str) -> dict[str, str]:
    """Return the added and removed names, for the audit event. `what`: roles or groups."""
    added = sorted(name for name, id_ in after.items() if before.get(name) != id_)
    removed = sorted(name for name, id_ in before.items() if after.get(name) != id_)
    changes = {f"{what}_added": added, f"{what}_removed": removed}
    return {name: " ".join(names) for name, names in changes.items() if names}
