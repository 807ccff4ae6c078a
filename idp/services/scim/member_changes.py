"""What a request means for the members of a group, without reading them: only the difference is written (threats P-06)."""

from __future__ import annotations

from typing import Any, NamedTuple

from idp.domain.people.user import ID_PREFIX
from idp.domain.scim.filters import Compare, Filter, Some
from idp.domain.scim.patch_request import Operation
from idp.domain.scim.refusal import ScimRefusal

MEMBERS = "members"
LONGEST_ID, MOST_IN_A_REQUEST = 64, 5000
"""Characters of an id, and members that one request may add or remove."""


class MemberChange(NamedTuple):
    """`clears`: all members that are not in `add` go. Otherwise those of `remove` go. Both hold ids, each once and in order."""

    clears: bool = False
    add: tuple[str, ...] = ()
    remove: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.clears or self.add or self.remove)

    def then(self, op: str, ids: list[str]) -> MemberChange:
        """Return this change followed by another one. `op`: add, remove or replace."""
        if op == "replace":
            return MemberChange(clears=True, add=tuple(ids))
        named = set(ids)
        if op == "add":
            return self._replace(
                add=tuple(dict.fromkeys([*self.add, *ids])), remove=tuple(each for each in self.remove if each not in named)
            )  # fmt: skip
        kept = tuple(each for each in self.add if each not in named)
        return self._replace(add=kept, remove=self.remove if self.clears else tuple(dict.fromkeys([*self.remove, *ids])))


def of_value(value: Any) -> MemberChange:
    """Return the change that sets the members to those of a POST or PUT. Without the attribute (None) they stay."""
    return MemberChange() if value is None else MemberChange().then("replace", ids_of(value))


def split(operations: list[Operation]) -> tuple[MemberChange, list[Operation]]:
    """Return the change of the members, and the operations on other attributes."""
    change, others = MemberChange(), []
    for each in operations:
        if each.place is None:
            named = {name: value for name, value in each.value.items() if name.rpartition(":")[2].lower() == MEMBERS}
            for value in named.values():
                change = change.then(each.op, ids_of(value))
            rest = {name: value for name, value in each.value.items() if name not in named}
            others.append(each._replace(value=rest))
        elif each.place.attribute is not None and each.place.attribute.name == MEMBERS:
            change = _by_path(change, each)
        else:
            others.append(each)
    return change, others


def ids_of(value: Any) -> list[str]:
    """Return the ids that a value of `members` names, each once."""
    several = value if isinstance(value, list) else [] if value is None else [value]
    ids = [each if isinstance(each, str) else _id_of(each) for each in several]
    if len(ids) > MOST_IN_A_REQUEST:
        raise ScimRefusal("scim.too_many_members", scim_type="tooMany", status=413, maximum=MOST_IN_A_REQUEST)
    if not all(each.startswith(ID_PREFIX) and each.isascii() and len(each) <= LONGEST_ID for each in ids):
        raise ScimRefusal("scim.member_unknown", scim_type="invalidValue")
    return list(dict.fromkeys(ids))


def _by_path(change: MemberChange, it: Operation) -> MemberChange:
    if it.place is None or it.place.sub is not None or (it.within is not None and it.op != "remove"):
        raise ScimRefusal("scim.path_invalid", scim_type="invalidPath")
    if it.within is not None:
        return change.then("remove", _named_by(it.within))
    if it.op == "remove" and it.value in (None, [], ""):
        return change.then("replace", [])
    return change.then(it.op, ids_of(it.value))


def _named_by(within: Filter) -> list[str]:
    """Return the ids of `value eq "a" or value eq "b"`."""
    named: list[str] = []
    for part in within.parts if isinstance(within, Some) else (within,):
        if not isinstance(part, Compare) or part.op != "eq" or part.path.lower() != "value" or not isinstance(part.value, str):
            raise ScimRefusal("scim.filter_invalid", scim_type="invalidFilter")
        named.append(part.value)
    return [each for each in named if each.startswith(ID_PREFIX)]


def _id_of(value: Any) -> str:
    members = {str(name).lower(): each for name, each in value.items()} if isinstance(value, dict) else {}
    found = members.get("value")
    if not found and isinstance(members.get("$ref"), str):
        found = members["$ref"].rpartition("/")[2]
    if not isinstance(found, str):
        raise ScimRefusal("scim.value_invalid", scim_type="invalidValue", name=MEMBERS)
    return found
