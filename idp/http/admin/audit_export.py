"""The audit trail for programs that follow it: JSON lines, the oldest event first."""

from __future__ import annotations

from dataclasses import replace
from typing import Annotated, Literal

from fastapi import APIRouter, Query
from starlette.responses import Response

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
from idp.http.admin.context import Ctx
from idp.http.admin.describe import PREFIX, refuses
from idp.http.admin.numbers import Whole
from idp.http.admin.route import StrictRoute
from idp.http.admin.scopes import needs
from idp.services.admin.cursors import LONGEST

router = APIRouter(prefix=PREFIX + "/audit", tags=["Audit"], route_class=StrictRoute)
_TEXT = {"type": "string"}
_LINES = {
    "description": "One event on each line: our own members, or an object of OCSF 1.8.0. Empty members are left out.",
    "headers": {
        "Next-Cursor": {"description": "`cursor` of the next request, always: later events follow there.", "schema": _TEXT},
        "Caught-Up": {"description": "`true`: there was nothing more. A page without events can say `false`.", "schema": _TEXT},
    },
    "content": {"application/x-ndjson": {"schema": _TEXT}},
}
Form = Annotated[Literal["ndjson", "ocsf"], Query(alias="format", description="ndjson: our own members. ocsf: objects of OCSF 1.8.0.")]
Limit = Annotated[Whole, Query(ge=1, le=1000, description="The maximum number of events.")]
Cursor = Annotated[str | None, Query(max_length=LONGEST, description="`Next-Cursor` of the answer before, with the same filters.")]


@router.get("/export", response_class=Response, responses=refuses(ok=_LINES), **needs("audit:read"))
def export_events(
    ctx: Ctx, user_id: User = None, email: Email = None, since: Since = None, until: Until = None, kind: Type = None,
    outcome: Outcome = None, client_id: App = None, actor: Acting = None, address: Address = None, request_id: RequestId = None,
    form: Form = "ndjson", limit: Limit = 500, cursor: Cursor = None,
) -> Response:  # fmt: skip
    """Follow the audit trail: events as JSON lines, the oldest first. Ask again with `Next-Cursor` for what happened since.

    No event is left out and none comes twice. The events of the last minute come later, because some of them may still be on their way.
    The filters are those of the list. A page ends after 5,000 events were read, so it can be empty although there are more (`Caught-Up`).

    An organisation's admin gets the events of the organisation, without network addresses. `email` and `address` are refused then.
    """
    from idp.services.audit.formats import FORMATS

    about, wanted = subject_of(ctx, user_id, email), filter_of(kind, outcome, client_id, address, request_id, actor)
    first, last = (None if moment is None else int(moment.timestamp()) for moment in (since, until))
    # Without a filter the place has the times alone, as in earlier releases: programs keep their cursors for long.
    place = ctx.place("audit-export", str((first, last, user_id, email, wanted) if wanted or any(about.values()) else (first, last)))
    page = ctx.services.audit_export.page(
        scope=ctx.scope, since=first, until=last, after=ctx.cursors.open(place, cursor), limit=limit, **about, wanted=wanted
    )  # fmt: skip
    told = [replace(event, address="") for event in page.events] if ctx.scope.organisation else page.events
    lines = "".join(f"{FORMATS[form](event)}\n" for event in told)
    headers = {"Next-Cursor": ctx.cursors.seal(place, page.place) or "", "Caught-Up": str(page.caught_up).lower()}
    return Response(lines, media_type="application/x-ndjson", headers=headers)
