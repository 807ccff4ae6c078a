"""The account of a person at a target as a SCIM User (RFC 7643 §4.1), and what differs from the one that is there."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from idp.domain.moving.leaving.scim import USER

if TYPE_CHECKING:
    from idp.domain.people.user import User

PATCH = "urn:ietf:params:scim:api:messages:2.0:PatchOp"
_NAME = {"given_name": "givenName", "family_name": "familyName"}


def wanted(user: User, *, active: bool) -> dict[str, Any]:
    """The account: `userName` is the address, `externalId` our id, and the name. Of a person without access only that is sent: `active`."""
    if not active:
        return {"schemas": [USER], "active": False}
    name = {theirs: user.claims[ours] for ours, theirs in _NAME.items() if user.claims.get(ours)}
    shown = user.claims.get("name") or " ".join(name.values()) or user.email
    return {
        "schemas": [USER], "externalId": user.id, "userName": user.email, "displayName": shown, "active": active,
        "emails": [{"value": user.email, "type": "work", "primary": True}],
        **({"name": {**name, "formatted": shown}} if name else {}),
    }  # fmt: skip


def fingerprint(account: Mapping[str, Any]) -> str:
    """A text that differs for different accounts. It is no secret."""
    return hashlib.sha256(json.dumps(account, sort_keys=True).encode()).hexdigest()[:32]


def changes(there: Mapping[str, Any], account: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The operations of a PATCH (RFC 7644 §3.5.2) that make the account `there` like `account`. Each names one path.

    Attributes that the target added, such as an id of an address, are left as they are.
    """
    found = []
    for name, value in account.items():
        if name == "schemas" or _is_contained(value, _member(there, name)):
            continue
        if name == "name":
            was = _member(there, name)
            found += [
                {"op": "replace", "path": f"name.{part}", "value": text}
                for part, text in value.items()
                if not isinstance(was, Mapping) or _member(was, part) != text
            ]
        else:
            found.append({"op": "replace", "path": name, "value": value})
    return found


def _member(of: Mapping[str, Any], name: str) -> Any:
    """A member by its name, whose case does not matter (RFC 7643 §2.1)."""
    return next((value for each, value in of.items() if each.lower() == name.lower()), None)


def _is_contained(value: Any, there: Any) -> bool:
    if isinstance(value, Mapping):
        return isinstance(there, Mapping) and all(_is_contained(each, _member(there, name)) for name, each in value.items())
    if isinstance(value, list):
        return isinstance(there, list) and all(any(_is_contained(each, other) for other in there) for each in value)
    return type(value) is type(there) and bool(value == there)
