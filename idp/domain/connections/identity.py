"""What one verified answer of an upstream says about a person."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class UpstreamIdentity:
    """An identity, after all checks of the answer. (connection_id, issuer, tenant, subject) names it.

    `issuer`: of an OAuth 2.0 connection, its configured URL. `email`: in canonical form (`domain/people/email.py`), or None.
    `email_verified`: the upstream says that the person reads its mail. `email_authoritative`: the upstream decides who has this address.
    `email_is_relay`: an address that forwards mail or takes none, so that it says nothing about the person's other addresses.
    `claims`: standard claims by our names, checked for type and length. `auth_time`: epoch seconds. `sid`: the upstream's session.
    `tells_time`: the upstream can tell when the person signed in there. It does so only if it is asked (`max_age`).
    """

    connection_id: str
    issuer: str
    tenant: str
    subject: str
    email: str | None = None
    email_verified: bool = False
    email_authoritative: bool = False
    email_is_relay: bool = False
    claims: Mapping[str, Any] = field(default_factory=dict)
    amr: tuple[str, ...] = ()
    acr: str = ""
    auth_time: int | None = None
    sid: str = ""
    tells_time: bool = False
