"""Changes of a user, computed before anything is written. Members that are not listed here cannot be changed (threats J-02)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields, replace
from typing import Any

from idp.domain import merge_patch
from idp.domain.access import admin_scopes
from idp.domain.access.roles import RoleModel
from idp.domain.errors import Invalid, InvalidValue
from idp.domain.people import email as email_addresses
from idp.domain.people import former_emails, standard_claims, user_attributes
from idp.domain.people.user import User
from idp.services.access import assignments

FLAGS = frozenset({"email_verified", "mfa_required", "admin", "disabled"})
ACCESS = frozenset({"roles", "groups", "attributes"})
"""The members that decide what a user may do in apps. Changing them needs an OAuth scope of its own."""
WRITABLE = FLAGS | ACCESS | {"email", "claims", "admin_scopes"}


def apply(user: User, changes: Mapping[str, Any], now: int, model: RoleModel) -> User:
    """Return the user after an RFC 7396 patch, or the same object if nothing changes. `model`: all roles and groups.

    Raises:
        Invalid: a member is unknown or its value is not valid. `field` names the member.
    """
    for name in changes:
        if name not in WRITABLE:
            raise Invalid("member.unknown", field=name if name.isidentifier() else "")
    wanted: dict[str, Any] = {name: _flag(name, changes[name]) for name in FLAGS & set(changes)}
    wanted |= {"deactivated_by": ""} if "disabled" in changes else {}  # an admin decided, also about an account that was disabled before
    if "email" in changes:
        wanted["email"] = parse_email(changes["email"])
        if wanted["email"] != user.email:
            # A new address is unverified until its owner proves it (H-14, H-15). No link of an earlier change undoes what an admin wrote.
            wanted.setdefault("email_verified", False)
            wanted["former_emails"] = former_emails.settle(user.former_emails)
    if "claims" in changes:
        wanted["claims"] = merge_claims(user.claims, changes["claims"])
    changed = replace(user, **wanted, **_access(user, changes, model))
    if changed == user:
        return user
    ends = changed.disabled and not user.disabled
    return replace(changed, updated_at=now, security_stamp=user.security_stamp + ends)


def _access(user: User, changes: Mapping[str, Any], model: RoleModel) -> dict[str, Any]:
    """Return the new values of what the user may do, in apps and as an admin."""
    wanted: dict[str, Any] = {}
    if "roles" in changes:
        wanted["roles"] = assignments.resolve_names(changes["roles"], model.roles, "roles")
    if "groups" in changes:
        wanted["groups"] = assignments.resolve_names(changes["groups"], model.groups, "groups")
    if "attributes" in changes:
        wanted["attributes"] = merge_attributes(user.attributes, changes["attributes"])
    if "admin_scopes" in changes:
        wanted["admin_scopes"] = read_admin_scopes(changes["admin_scopes"])
    return wanted


def parse_email(value: object) -> str:
    """Return the canonical form of an email address.

    Raises:
        Invalid: it is not an email address.
    """
    if not isinstance(value, str):
        raise Invalid("email.not_text", field="email")
    try:
        return email_addresses.normalise(value)
    except InvalidValue as error:
        raise Invalid(error.message, field="email") from None


def merge_claims(claims: Mapping[str, Any], patch: object) -> dict[str, Any]:
    """Return the claims after an RFC 7396 patch. If the patch is None, return no claims.

    Raises:
        Invalid: the patch or a claim is not valid.
    """
    if patch is None:
        return {}
    if not isinstance(patch, Mapping):
        raise Invalid("value.not_object", field="claims")
    try:
        merged = merge_patch.apply_to_object(claims, patch)
    except InvalidValue as error:
        raise Invalid(error.message, field="claims") from None
    if merged.get("phone_number") != claims.get("phone_number") and "phone_number_verified" not in patch:
        merged.pop("phone_number_verified", None)
    if not merged.get("address", True):
        del merged["address"]
    return standard_claims.check_claims(merged)


def read_admin_scopes(value: object) -> frozenset[str] | None:
    """Return the OAuth scopes to which an admin is limited. None means no limit.

    Raises:
        Invalid: the value is no list of scopes of the admin API, or the list is empty.
    """
    if value is None:
        return None
    if not isinstance(value, list | tuple) or not value or not all(isinstance(each, str) and each in admin_scopes.ALL for each in value):
        raise Invalid("user.admin_scopes_malformed", field="admin_scopes")
    return frozenset(value)


def merge_attributes(attributes: Mapping[str, Any], patch: object) -> dict[str, Any]:
    """Return the attributes after an RFC 7396 patch. If the patch is None, return no attributes.

    Raises:
        Invalid: the patch or an attribute is not valid.
    """
    if patch is None:
        return {}
    if not isinstance(patch, Mapping) or any(isinstance(value, Mapping) for value in patch.values()):
        raise Invalid("attribute.not_flat", field="attributes")
    try:
        merged = merge_patch.apply_to_object(attributes, patch)
    except InvalidValue as error:  # lists in lists
        raise Invalid(error.message, field="attributes") from None
    if problem := user_attributes.problem(merged):
        name, message = problem
        raise Invalid(message, field=f"attributes.{name}" if name else "attributes")
    return merged


def list_changes(before: User, after: User) -> list[str]:
    """Return the names of the members that differ, for the audit event. Values are personal data and are not in events."""
    kept = {"version", "updated_at", "security_stamp", "former_emails"}
    return [f.name for f in fields(User) if f.name not in kept and getattr(before, f.name) != getattr(after, f.name)]


def choose_event_type(before: User, after: User) -> str:
    """Return the type of the audit event for this change."""
    if before.disabled != after.disabled:
        return "user.disabled" if after.disabled else "user.enabled"
    return "user.updated"


def _flag(name: str, value: object) -> bool:
    if not isinstance(value, bool):
        raise Invalid("value.not_boolean", field=name)
    return value
