"""The members of an organisation's profile that a caller writes, checked before anything is written."""

from __future__ import annotations

import json
from dataclasses import fields, replace
from typing import TYPE_CHECKING, Any

from idp.domain import merge_patch
from idp.domain.errors import Forbidden, Invalid, InvalidValue
from idp.domain.looks.look import as_document, parse_look
from idp.domain.organisations.profile import LONGEST_NAME, LONGEST_SESSION_HOURS, OrganisationPolicy, OrganisationProfile, is_slug
from idp.domain.readable_text import is_name

if TYPE_CHECKING:
    from collections.abc import Mapping

OF_ITS_ADMIN = frozenset({"name", "branding", "policy"})
"""The members that an admin of the organisation may change."""
WRITABLE = OF_ITS_ADMIN | {"slug", "disabled", "metadata"}
MOST_BYTES = 4096
"""Of the metadata. A sign-in for the organisation reads the item: DynamoDB charges a read by 4 KB."""
_POLICY = tuple(each.name for each in fields(OrganisationPolicy))


def apply(it: OrganisationProfile, changes: Mapping[str, Any], now: int) -> OrganisationProfile:
    """Return the profile after an RFC 7396 patch, or the same object if nothing changes.

    Raises:
        Invalid: a member is unknown, or its value is not valid. `field` names the member.
    """
    for member in changes:
        if member not in WRITABLE:
            raise Invalid("member.unknown", field=member if member.isidentifier() else "")
    wanted: dict[str, Any] = {member: _CHECKS[member](it, value) for member, value in changes.items()}
    changed = replace(it, **wanted)
    if changed == it:
        return it
    return replace(changed, updated_at=now, security_stamp=it.security_stamp + (changed.disabled and not it.disabled))


def require_stricter(before: OrganisationPolicy, after: OrganisationPolicy) -> None:
    """Check that a policy demands at least as much as before: an organisation's admin does not lift what the deployment demands.

    Raises:
        Forbidden: it demands less.
    """
    longer = before.session_hours is not None and (after.session_hours is None or after.session_hours > before.session_hours)
    lifted = (before.mfa_required and not after.mfa_required) or (before.connections_only and not after.connections_only)
    if longer or lifted:
        raise Forbidden("organisation.policy_weaker")


def _slug(_: OrganisationProfile, value: object) -> str:
    if not isinstance(value, str) or not is_slug(value):
        raise Invalid("organisation.slug_malformed", field="slug")
    return value


def _name(_: OrganisationProfile, value: object) -> str:
    if not isinstance(value, str) or not 0 < len(value) <= LONGEST_NAME or not is_name(value):
        raise Invalid("organisation.name_malformed", longest=LONGEST_NAME, field="name")
    return value


def _disabled(_: OrganisationProfile, value: object) -> bool:
    if not isinstance(value, bool):
        raise Invalid("value.not_boolean", field="disabled")
    return value


def _policy(it: OrganisationProfile, value: object) -> OrganisationPolicy:
    if value is None:
        return OrganisationPolicy()
    if not isinstance(value, dict) or not set(value) <= set(_POLICY):
        raise Invalid("organisation.policy_members", members=", ".join(_POLICY), field="policy")
    for member in {"mfa_required", "connections_only", "joins_by_connection"} & value.keys():
        if not isinstance(value[member], bool | None):
            raise Invalid("value.not_boolean", field=f"policy.{member}")
    hours = value.get("session_hours")
    if hours is not None and (isinstance(hours, bool) or not isinstance(hours, int) or not 0 < hours <= LONGEST_SESSION_HOURS):
        raise Invalid("organisation.hours_malformed", maximum=LONGEST_SESSION_HOURS, field="policy.session_hours")
    empty = OrganisationPolicy()
    return replace(it.policy, **{name: getattr(empty, name) if given is None else given for name, given in value.items()})


def _branding(it: OrganisationProfile, value: object) -> dict[str, Any]:
    """Check a look, as an app's. It is merged with the present one."""
    if value is None:
        return {}
    try:
        merged = merge_patch.apply_to_object(it.branding, value) if isinstance(value, dict) else value
        return as_document(parse_look(merged, of_app=True))
    except InvalidValue as error:
        raise Invalid(error.message, field="branding") from None


def _metadata(it: OrganisationProfile, value: object) -> dict[str, Any]:
    if value is None:
        return {}
    if not isinstance(value, dict):
        raise Invalid("value.not_object", field="metadata")
    try:
        merged = merge_patch.apply_to_object(it.metadata, value)
    except InvalidValue as error:
        raise Invalid(error.message, field="metadata") from None
    if len(json.dumps(merged, ensure_ascii=False).encode("utf-8", "replace")) > MOST_BYTES:
        raise Invalid("organisation.metadata_too_large", maximum=MOST_BYTES, field="metadata")
    return merged


_CHECKS = {
    "slug": _slug, "name": _name, "disabled": _disabled, "policy": _policy, "branding": _branding, "metadata": _metadata,
}  # fmt: skip
