"""The audit trail."""

from __future__ import annotations

from typing import Annotated, Literal

from fastapi import APIRouter, Query
from starlette.responses import Response

from idp.domain.audit.filter import AuditFilter, Network, network
from idp.domain.errors import Invalid
from idp.http.admin import present
from idp.http.admin.context import Ctx, reply
from idp.http.admin.describe import PREFIX, refuses
from idp.http.admin.numbers import Instant
from idp.http.admin.pagination import Paged, make_page
from idp.http.admin.route import StrictRoute
from idp.http.admin.schemas.audit import EventPage
from idp.http.admin.scopes import needs

router = APIRouter(prefix=PREFIX + "/audit", tags=["Audit"], route_class=StrictRoute)
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
RequestId = Annotated[
    str | None, Query(min_length=1, max_length=512, description="Only events of this request. Error pages and answers contain its id.")
]


@router.get("", response_model=EventPage, responses=refuses(), **needs("audit:read"))
def list_events(
    ctx: Ctx, paged: Paged, user_id: User = None, email: Email = None, since: Since = None, until: Until = None, kind: Type = None,
    outcome: Outcome = None, client_id: App = None, address: Address = None, request_id: RequestId = None,
) -> Response:  # fmt: skip
    """List events, the newest first: about one user, about one email address, or all events of a period.

    Filters are combined: an event must match all of them. A page with filters ends after 1,000 events were read (`searched`), and a page of
    all events after 40 days. So a page can be short or empty although there are more: continue while there is a `next_cursor`. `since` with
    `until`, `user_id` or `email` makes it fast. The list of all events can be a moment old.
    """
    if email is not None:
        ctx.require_scope("users:read", "email")
    if email is not None and user_id is not None:
        raise Invalid("audit.two_subjects", field="email")
    wanted = AuditFilter(kind or "", outcome or "", client_id or "", _network(address), request_id or "")
    first, last = (None if moment is None else int(moment.timestamp()) for moment in (since, until))
    place = ctx.place("audit", str((user_id, email, first, last, wanted)))
    page = ctx.services.audit_trail.page(
        user_id=user_id, email=email, since=first, until=last, wanted=wanted, place=ctx.cursors.open(place, paged.cursor),
        limit=paged.limit, scope=ctx.scope,
    )  # fmt: skip
    listed = make_page(ctx.cursors, place, [present.serialise_event(event) for event in page.events], page.more)
    return reply(listed | {"searched": page.searched})


def _network(address: str | None) -> Network | None:
    try:
        return network(address) if address else None
    except ValueError:
        raise Invalid("audit.not_network", field="address") from None
