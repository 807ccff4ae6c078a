"""What an audit event keeps about a person after the person was erased (docs/decisions/0008).

The user id stays: it is random, and it leads to no person any more. The network address of an act is personal data of its actor. So it
goes if the erased person acted, or if the actor is not known; the address of an admin who acted on the person stays.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from idp.domain.audit.event import AuditEvent

KEPT_DETAILS = frozenset(
    {
        "admin", "changed", "counter", "failures", "groups", "groups_added", "groups_removed", "locks", "method", "passkeys_removed",
        "roles", "roles_added", "roles_removed", "synced", "terms", "verified",
    }
)  # fmt: skip
"""Details that say nothing about who the person was. All others are removed, also those of later releases."""


def pseudonymous(event: AuditEvent, user_id: str) -> AuditEvent:
    """Return the event without personal data of this user. An event that has none is returned equal."""
    by_another = event.actor not in {"", user_id}
    return replace(
        event, address=event.address if by_another else "", request_id=event.request_id if by_another else "",
        details=_kept(event.details) if event.subject == user_id else event.details,
    )  # fmt: skip


def about_nobody(event: AuditEvent) -> AuditEvent:
    """Return an event about an address that no user had, without what tells the address or where the attempt came from."""
    return replace(event, address="", request_id="", details=_kept(event.details))


def _kept(details: Mapping[str, str]) -> dict[str, str]:
    return {name: value for name, value in details.items() if name in KEPT_DETAILS}
