"""OCSF 1.8.0 (schema.ocsf.io): Authentication (3002), Account Change (3001), and Entity Management (3004) for everything else.

The type of the event is in `metadata.event_code`. What OCSF has no attribute for is in `unmapped`.
"""

from __future__ import annotations

import json
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from idp.services.audit.formats.severity import severity

if TYPE_CHECKING:
    from collections.abc import Mapping

    from idp.domain.audit.event import AuditEvent

VERSION = "1.8.0"
AUTHENTICATION, ACCOUNT_CHANGE, ENTITY_MANAGEMENT = 3002, 3001, 3004
_NAMES = {AUTHENTICATION: "Authentication", ACCOUNT_CHANGE: "Account Change", ENTITY_MANAGEMENT: "Entity Management"}
OTHER = 99
_SYSTEM, _USER, _UNKNOWN = 3, 1, 0
_LOGON, _LOGOFF = 1, 2
_SEVERITY = (1, 2, 3, 4)  # Informational, Low, Medium, High
_STATUS = {"success": 1, "failure": 2}

_AUTHENTICATION: Mapping[str, int] = MappingProxyType(
    {
        "sign_in.succeeded": _LOGON, "sign_in.failed": _LOGON, "second_factor.failed": _LOGON, "second_factor.bypassed": _LOGON,
        "recovery_code.used": _LOGON, "passkey.used_first": _LOGON, "session.ended": _LOGOFF, "user.signed_out_everywhere": _LOGOFF,
        "upstream.signed_out": _LOGOFF, "grant.revoked": OTHER, "passkey.copied": OTHER, "code.replayed": OTHER,
        "refresh_token.replayed": OTHER, "assertion.replayed": OTHER,
    }
)  # fmt: skip
_ACCOUNT: Mapping[str, int] = MappingProxyType(
    {
        "user.created": 1, "user.signed_up": 1, "password.changed": 3, "user.password_set": 3, "password.reset": 4,
        "password.reset_by_passkey": 4, "user.password_reset_started": 4, "user.deleted": 6, "sign_in.locked": 9, "second_factor.locked": 9,
        "factor.added": 10, "passkey.added": 10, "passkey.made_by_browser": 10, "factor.removed": 11, "passkey.removed": 11,
        "user.passkey_removed": 11, "user.factors_reset": 11, "user.unlocked": 12,
    }
)  # fmt: skip
_OF_A_PERSON = ("user.", "sign_in.", "second_factor.", "password.", "passkey.", "factor.", "email.", "recovery_codes.", "consent.")
_ENTITY: Mapping[str, int] = MappingProxyType(
    {
        "created": 1, "registered": 1, "updated": 3, "replaced": 3, "rotated": 3, "secret_rotated": 3, "published": 3, "saved": 3,
        "deleted": 4, "withdrawn": 4, "revoked": 4,
    }
)  # fmt: skip


def line(event: AuditEvent) -> str:
    """Return the event as one line of JSON, without the end of the line."""
    return json.dumps(as_ocsf(event), ensure_ascii=True, separators=(",", ":"))


def as_ocsf(event: AuditEvent) -> dict[str, Any]:
    """Return the event as an object of OCSF."""
    class_uid, activity = _class(event)
    about = {"user": _subject(event)} if class_uid != ENTITY_MANAGEMENT else {"entity": _entity(event)}
    status = _STATUS.get(event.outcome)
    return _filled({
        "category_uid": 3, "class_uid": class_uid, "class_name": _NAMES[class_uid], "activity_id": activity,
        "activity_name": event.type if activity == OTHER else "", "type_uid": class_uid * 100 + activity, "time": event.at,
        "severity_id": _SEVERITY[severity(event)], "status_id": status, "status_code": event.reason,
        "metadata": _metadata(event), "actor": _actor(event), **about, "src_endpoint": _filled({"ip": event.address}),
        "unmapped": _filled({"target": event.target, "client_id": event.client_id, "details": dict(event.details)}),
    })  # fmt: skip


def _class(event: AuditEvent) -> tuple[int, int]:
    """Return class and activity. A class about a user needs one: without it the event is about an entity."""
    if event.type in _AUTHENTICATION:
        return AUTHENTICATION, _AUTHENTICATION[event.type]
    if event.type in _ACCOUNT and event.subject:
        return ACCOUNT_CHANGE, _ACCOUNT[event.type]
    if event.type.startswith(_OF_A_PERSON) and event.subject:
        return ACCOUNT_CHANGE, OTHER
    return ENTITY_MANAGEMENT, _ENTITY.get(event.type.rpartition(".")[2], OTHER)


def _metadata(event: AuditEvent) -> dict[str, Any]:
    return _filled({
        "version": VERSION, "product": {"name": "idp", "vendor_name": "idp"}, "uid": event.id, "event_code": event.type,
        "log_name": "audit", "correlation_uid": event.request_id, "tenant_uid": getattr(event, "org_id", ""),
    })  # fmt: skip


def _actor(event: AuditEvent) -> dict[str, Any]:
    if not event.actor:
        return {}
    if event.actor == "system":
        return {"user": {"name": "system", "type_id": _SYSTEM}}
    return {"app_uid": event.actor} if event.actor == event.client_id else {"user": {"uid": event.actor, "type_id": _USER}}


def _subject(event: AuditEvent) -> dict[str, Any]:
    """The user. Of an attempt with an address that no user has, only a hash is known, or nothing."""
    if event.subject:
        return {"uid": event.subject, "type_id": _USER}
    return _filled({"name": "unknown", "uid_alt": event.details.get("account", "")}) | {"type_id": _UNKNOWN}


def _entity(event: AuditEvent) -> dict[str, Any]:
    return _filled({"name": event.type.partition(".")[0] or "event", "uid": event.target or event.client_id or event.subject})


def _filled(members: Mapping[str, Any]) -> dict[str, Any]:
    """Return the members that say something."""
    return {name: value for name, value in members.items() if value not in ("", None, {})}
