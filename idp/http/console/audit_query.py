"""The filters of the audit trail as a form and as an address."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from idp.domain.audit.filter import AuditFilter, network
from idp.domain.errors import Forbidden, Invalid, InvalidValue
from idp.http.services import services
from idp.services.people.user_changes import parse_email

if TYPE_CHECKING:
    from starlette.requests import Request

    from idp.domain.audit.event import AuditEvent
    from idp.domain.audit.filter import Network
    from idp.http.console.visit import Visit
    from idp.oauth.params import Params

FIELDS = ("type", "person", "app", "actor", "since", "until", "outcome", "address", "request")
"""Names of the fields. `person`, `actor`: an id or an email address; times are in UTC."""
_TYPE = re.compile(r"[a-z0-9_.]{1,100}", re.ASCII)
_LONGEST = 512


def typed_of(sent: Params) -> dict[str, str]:
    """Return the fields as they were sent."""
    return {name: (sent.get(name) or "").strip()[:_LONGEST] for name in FIELDS}


def address_of(typed: dict[str, str], **more: str) -> str:
    """Return the query of an address with these fields, without the empty ones; "" if nothing is left."""
    said = {name: value for name, value in {**typed, **more}.items() if value}
    return f"?{urlencode(said)}" if said else ""


def search_of(request: Request, visit: Visit, typed: dict[str, str]) -> dict[str, Any]:
    """Return the arguments of `AuditTrail.page` and `AuditExport.page`.

    Raises:
        Invalid: a field has no valid value.
        Forbidden: an email address needs the OAuth scope users:read too, as at the admin API.
    """
    if typed["type"] and not _TYPE.fullmatch(typed["type"]):
        raise Invalid("console.event_type_malformed", field="type")
    if typed["outcome"] not in {"", "success", "failure"}:
        raise Invalid("console.outcome_unknown", field="outcome")
    person = typed["person"]
    if "@" in person and not visit.may("users:read"):
        raise Forbidden("console.needs_scope", rights="users:read")
    return {
        "wanted": AuditFilter(
            typed["type"].rstrip("."), typed["outcome"], typed["app"], _network(typed["address"]), typed["request"],
            actor=_actor(request, visit, typed["actor"]),
        ),
        "since": instant(typed, "since"), "until": instant(typed, "until"),
        "user_id": person if person and "@" not in person else None, "email": parse_email(person) if "@" in person else None,
    }  # fmt: skip


def is_filtered(typed: dict[str, str]) -> bool:
    """Return whether a field has a value."""
    return any(typed[name] for name in FIELDS)


def shown(event: AuditEvent, visit: Visit) -> AuditEvent:
    """Return the event as this admin may see it: one of an organisation does not see network addresses, as in the admin API."""
    return replace(event, address="") if visit.scope.organisation else event


def instant(typed: dict[str, str], name: str) -> int | None:
    """Return a time of the form in epoch seconds. Without a zone it is UTC.

    Raises:
        Invalid: it is no time.
    """
    if not typed[name]:
        return None
    try:
        read = datetime.fromisoformat(typed[name])
        return max(0, int((read if read.tzinfo else read.replace(tzinfo=UTC)).timestamp()))
    except (ValueError, OverflowError):
        raise Invalid("console.time_malformed", field=name) from None


def _actor(request: Request, visit: Visit, typed: str) -> str:
    """Return the id of the person with this address, if the admin may find people by it; else the text, which may be the id of an app."""
    if "@" not in typed or visit.scope.organisation or not visit.may("users:read"):
        return typed
    try:
        return services(request).user_service.id_of(typed, scope=visit.scope) or typed
    except InvalidValue:  # no address
        return typed


def _network(text: str) -> Network | None:
    try:
        return network(text) if text else None
    except ValueError:
        raise Invalid("audit.not_network", field="address") from None
