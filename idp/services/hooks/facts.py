"""What a hook gets, as JSON (docs/hooks.md). No secret, no password, no token, no factor.

`VERSION` counts changes that take something away or give it another meaning. Members may be added without a new number.
"""

from __future__ import annotations

import ipaddress
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from idp.domain.apps.client import Client
    from idp.domain.people.user import User
    from idp.domain.sessions.request_origin import Origin

VERSION = 1

Facts = Mapping[str, Any]


def of(
    *, user: User | None, client: Client | None, origin: Origin, now: int, client_id: str = "", is_new: bool = False,
    scopes: tuple[str, ...] = (), org_id: str = "", sign_in: Mapping[str, Any] | None = None,
    registration: Mapping[str, Any] | None = None,
) -> Facts:  # fmt: skip
    """Return the facts. `now`: epoch seconds. `is_new`: the account is not stored yet, so it has no id.

    `client_id`: the app, if `client` was not read.

    `sign_in`, `registration`: the facts of these moments.
    """
    facts: dict[str, Any] = {
        "version": VERSION,
        "at": now,
        "app": {"client_id": client.id, "name": client.name} if client else {"client_id": client_id} if client_id else None,
        "person": _person(user, is_new=is_new) if user else None,
        "request": {"id": origin.request_id, **_place(origin)},
        "scopes": list(scopes),
        "org_id": org_id or None,
    }
    if sign_in is not None:
        facts["sign_in"] = dict(sign_in)
    if registration is not None:
        facts["registration"] = dict(registration)
    return facts


def _person(user: User, *, is_new: bool) -> dict[str, Any]:
    return {
        "id": None if is_new else user.id, "email": user.email, "email_verified": user.email_verified, "admin": user.admin,
        "claims": dict(user.claims), "attributes": dict(user.attributes), "has_second_factor": user.has_second_factor,
        "created_at": user.created_at,
    }  # fmt: skip


def _place(origin: Origin) -> dict[str, Any]:
    try:
        address: str | None = str(ipaddress.ip_address(origin.address))
    except ValueError:
        address = None
    return {"ip_address": address, "country": origin.country or None, "user_agent": origin.user_agent[:200] or None}
