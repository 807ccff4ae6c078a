"""SCIM 2.0: resources of RFC 7643, one a line. They have no secrets: SCIM has no place for hashes.

The members of a group are not in its line, because there may be any number of them: each user names their groups (RFC 7643 §4.1.2).
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from idp.domain.moving.leaving.left_out import Counts

USER = "urn:ietf:params:scim:schemas:core:2.0:User"
GROUP = "urn:ietf:params:scim:schemas:core:2.0:Group"
_NAME = {"name": "formatted", "given_name": "givenName", "family_name": "familyName", "middle_name": "middleName"}
_PLAIN = {"nickname": "nickName", "profile": "profileUrl", "zoneinfo": "timezone", "locale": "locale"}
_PHOTO, _PHONE = "picture", "phone_number"
_CARRIED = {*_NAME, *_PLAIN, _PHOTO, _PHONE}


def user(line: Mapping[str, Any], secrets: Mapping[str, Any] | None, left: Counts) -> dict[str, Any]:
    """A User (RFC 7643 §4.1). `line`: of the type `user`. `secrets`: not used."""
    del secrets
    claims = line["claims"]
    left["passwords"] += line["has_password"]
    left["authenticators"] += line["has_totp"]
    left["second_factor_required"] += line["second_factor_required"]
    for name in ("passkeys", "links", "consents"):
        left[name] += len(line[name])
    left["terms"] += bool(line["terms"])
    left["admins"] += line["admin"]
    left["attributes"] += bool(line["attributes"])
    left["claims"] += bool(set(claims) - _CARRIED)
    return {
        "schemas": [USER], "id": line["id"], "externalId": line["id"], "userName": line["email"], "active": not line["disabled"],
        "emails": [{"value": line["email"], "type": "work", "primary": True}],
        **profile(claims),
        "groups": [{"value": name, "display": name} for name in line["groups"]],
        "roles": [{"value": name} for name in line["roles"]],
        "meta": _meta("User", line),
    }  # fmt: skip


def profile(claims: Mapping[str, Any]) -> dict[str, Any]:
    """The attributes of a User that claims of OIDC Core §5.1 have a place in."""
    name = {theirs: claims[ours] for ours, theirs in _NAME.items() if claims.get(ours)}
    found: dict[str, Any] = {theirs: claims[ours] for ours, theirs in _PLAIN.items() if claims.get(ours)}
    if name:
        found["name"] = name
    if claims.get("name"):
        found["displayName"] = claims["name"]
    if claims.get(_PHOTO):
        found["photos"] = [{"value": claims[_PHOTO], "type": "photo"}]
    if claims.get(_PHONE):
        found["phoneNumbers"] = [{"value": claims[_PHONE], "type": "work"}]
    return found


def group(line: Mapping[str, Any], left: Counts) -> dict[str, Any]:
    """A Group without its members (RFC 7643 §4.2). `line`: of the type `group`. `id` is its name, by which users name it."""
    left["group_roles"] += bool(line["roles"])
    return {"schemas": [GROUP], "id": line["name"], "displayName": line["name"], "meta": _meta("Group", line)}


def _meta(kind: str, line: Mapping[str, Any]) -> dict[str, str]:
    return {"resourceType": kind, "created": _time(line["created_at"]), "lastModified": _time(line["updated_at"] or line["created_at"])}


def _time(at: int) -> str:
    return datetime.fromtimestamp(at, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
