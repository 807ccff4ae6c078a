"""The claims parameter (OIDC Core §5.5): the claims that a client requests by name, where it wants them, and whether they are essential."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from idp.domain.errors import InvalidValue
from idp.verify import strict_json

MEMBERS = ("userinfo", "id_token")
_MEMBER_NAMES = frozenset({"essential", "value", "values", "purpose"})
_MOST, _LONGEST_NAME = 60, 200


def parse(text: str) -> dict[str, Any]:
    """Return the requested claims in the form of the parameter, without unknown members (§5.5).

    Raises:
        InvalidValue: it is not a JSON object of objects.
    """
    try:
        document = strict_json.parse(text.encode())
    except ValueError:
        document = None
    if isinstance(document, dict):
        return {member: found for member in MEMBERS if (found := _asked(document.get(member), member))}
    raise InvalidValue("claims_parameter.not_object")


def _asked(wanted: Any, member: str) -> dict[str, Any]:
    if wanted is None:
        return {}
    if not isinstance(wanted, dict) or len(wanted) > _MOST or any(len(name) > _LONGEST_NAME for name in wanted):
        raise InvalidValue("claims_parameter.member_malformed", member=member, maximum=_MOST)
    for how in wanted.values():
        if how is not None and not (isinstance(how, dict) and _well_formed(how)):
            raise InvalidValue("claims_parameter.claim_malformed", member=member)
    return {name: None if how is None else {k: v for k, v in how.items() if k in _MEMBER_NAMES} for name, how in wanted.items()}


def _well_formed(how: Mapping[str, Any]) -> bool:
    return isinstance(how.get("essential", False), bool) and isinstance(how.get("values", []), list)


def names(claims: Mapping[str, Any] | None, member: str) -> tuple[str, ...]:
    """Return the names of the claims that are requested in `member`."""
    return tuple((claims or {}).get(member, ()))


def values(claims: Mapping[str, Any] | None, name: str) -> tuple[str, ...]:
    """Return the acceptable values of a claim of the ID Token; empty if any value is acceptable."""
    how = ((claims or {}).get("id_token") or {}).get(name) or {}
    wanted = how.get("values", [how["value"]] if "value" in how else [])
    return tuple(value for value in wanted if isinstance(value, str))


def essential(claims: Mapping[str, Any] | None, name: str) -> bool:
    """Return whether the claim of the ID Token is requested as essential."""
    how = ((claims or {}).get("id_token") or {}).get(name) or {}
    return bool(how.get("essential"))
