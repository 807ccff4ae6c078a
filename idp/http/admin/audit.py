"""The audit trail."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query
from pydantic import AwareDatetime
from starlette.responses import Response

from idp.http.admin import present
from idp.http.admin.context import Ctx, reply
from idp.http.admin.describe import PREFIX, refuses
from idp.http.admin.pages import Paged, listed
from idp.http.admin.route import StrictRoute
from idp.http.admin.schemas.audit import EventPage
from idp.http.admin.scopes import needs

router = APIRouter(prefix=PREFIX + "/audit", tags=["Audit"], route_class=StrictRoute)
User = Annotated[str | None, Query(min_length=1, max_length=128, description="Only what is about this user, by id: deleted ones as well.")]
Since = Annotated[AwareDatetime | None, Query(description="From then on: RFC 3339 with a time zone, or seconds since the epoch.")]
Until = Annotated[AwareDatetime | None, Query(description="Before then.")]


@router.get("", response_model=EventPage, responses=refuses(), **needs("audit:read"))
def list_events(ctx: Ctx, paged: Paged, user_id: User = None, since: Since = None, until: Until = None) -> Response:
    """List what happened, the newest first: of one user, or of everybody within a time.

    The list of everybody may lag behind by a moment.
    """
    first, last = (None if moment is None else int(moment.timestamp()) for moment in (since, until))
    place = ctx.place("audit", user_id or "", str(first), str(last))
    after = ctx.cursors.open(place, paged.cursor)
    events, more = ctx.trail.page(user_id=user_id, since=first, until=last, place=after, limit=paged.limit)
    return reply(listed(ctx.cursors, place, [present.event(event) for event in events], more))
