"""The query parameters that filter audit events, of the list and of the export."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from fastapi import Query

from idp.domain.audit.filter import AuditFilter, Network, network
from idp.domain.errors import Invalid
from idp.http.admin.context import Ctx
from idp.http.admin.numbers import Instant

User = Annotated[
    str | None, Query(min_length=1, max_length=128, description="Only events about the user with this id, also of a deleted user.")
]
Email = Annotated[
    str | None,
    Query(
        min_length=1, max_length=254,
        description="Events about the user with this address, and sign-in attempts with it while no user had it, such as typing "
        "errors. Needs the scope users:read too.",
    ),
]  # fmt: skip
Since = Annotated[
    Instant | None, Query(description="Only events from this instant on: RFC 3339 with a time zone, or whole seconds since the epoch.")
]
Until = Annotated[Instant | None, Query(description="Only events before this instant, in the same format.")]
Type = Annotated[
    str | None,
    Query(
        alias="type",
        min_length=1,
        max_length=100,
        description="Only events of this type, or of all types that begin with these words: sign_in.locked, or sign_in.",
    ),
]
Outcome = Annotated[Literal["success", "failure"] | None, Query(description="Only events with this outcome.")]
App = Annotated[
    str | None, Query(min_length=1, max_length=2048, description="Only events about the app with this client_id, or acts of it.")
]
Address = Annotated[
    str | None,
    Query(min_length=2, max_length=64, description="Only events from this IP address, or from this network such as 2001:db8::/64."),
]
Acting = Annotated[
    str | None,
    Query(min_length=1, max_length=512, alias="actor", description="Only acts of this actor: a user's id, a client_id, or system."),
]
RequestId = Annotated[
    str | None, Query(min_length=1, max_length=512, description="Only events of this request. Error pages and answers contain its id.")
]


def subject_of(ctx: Ctx, user_id: str | None, email: str | None) -> dict[str, Any]:
    """Return the arguments of the services that say about whom.

    Raises:
        Forbidden: an address needs the OAuth scope users:read too.
        Invalid: both are named.
    """
    if email is not None:
        ctx.require_scope("users:read", "email")
    if email is not None and user_id is not None:
        raise Invalid("audit.two_subjects", field="email")
    return {"user_id": user_id, "email": email}


def filter_of(
    kind: str | None, outcome: str | None, client_id: str | None, address: str | None, request_id: str | None, actor: str | None
) -> AuditFilter:  # fmt: skip
    """Return the filter.

    Raises:
        Invalid: the network address is none.
    """
    return AuditFilter(kind or "", outcome or "", client_id or "", _network(address), request_id or "", actor=actor or "")


def _network(address: str | None) -> Network | None:
    try:
        return network(address) if address else None
    except ValueError:
        raise Invalid("audit.not_network", field="address") from None
