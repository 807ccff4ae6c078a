"""The audit trail."""

from __future__ import annotations

from fastapi import APIRouter
from starlette.responses import Response

from idp.http.admin import present
from idp.http.admin.audit_filters import (
    Acting,
    Address,
    App,
    Email,
    Outcome,
    RequestId,
    Since,
    Type,
    Until,
    User,
    filter_of,
    subject_of,
)
from idp.http.admin.context import Ctx, reply
from idp.http.admin.describe import PREFIX, refuses
from idp.http.admin.pagination import Paged, make_page
from idp.http.admin.route import StrictRoute
from idp.http.admin.schemas.audit import EventPage
from idp.http.admin.scopes import needs
from idp.services.audit.trail import FIRST_DAYS, SOME_DAYS

router = APIRouter(prefix=PREFIX + "/audit", tags=["Audit"], route_class=StrictRoute)


@router.get("", response_model=EventPage, responses=refuses(), **needs("audit:read"))
def list_events(
    ctx: Ctx, paged: Paged, user_id: User = None, email: Email = None, since: Since = None, until: Until = None, kind: Type = None,
    outcome: Outcome = None, client_id: App = None, actor: Acting = None, address: Address = None, request_id: RequestId = None,
) -> Response:  # fmt: skip
    """List events, the newest first: about one user, about one email address, or all events of a period.

    Filters are combined: an event must match all of them. A page with filters ends after 1,000 events were read (`searched`), and a page of
    all events after 16 days; the first one without filters and times after four. So a page can be short or empty although there are more:
    continue while there is a `next_cursor`. `since` with `until`, `user_id` or `email` makes it fast. The list of all events can be a
    moment old.

    An organisation's admin gets the events of the organisation, without network addresses. `email` and `address` are refused then.
    """
    about, wanted = subject_of(ctx, user_id, email), filter_of(kind, outcome, client_id, address, request_id, actor)
    first, last = (None if moment is None else int(moment.timestamp()) for moment in (since, until))
    place = ctx.place("audit", str((user_id, email, first, last, wanted)))
    asks = paged.cursor is not None or wanted or first is not None or last is not None
    page = ctx.services.audit_trail.page(
        **about, since=first, until=last, wanted=wanted, place=ctx.cursors.open(place, paged.cursor), limit=paged.limit, scope=ctx.scope,
        most_days=SOME_DAYS if asks else FIRST_DAYS,
    )  # fmt: skip
    hidden = {"address": ""} if ctx.scope.organisation else {}
    listed = make_page(ctx.cursors, place, [present.serialise_event(event) | hidden for event in page.events], page.more)
    return reply(listed | {"searched": page.searched})
