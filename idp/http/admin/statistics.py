"""Numbers of hours and days, for plots."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any, Literal

from fastapi import APIRouter, Query
from starlette.responses import Response

from idp.domain.statistics.counters import COUNTERS, FAILED, REASONS
from idp.http.admin import present
from idp.http.admin.context import Ctx, reply
from idp.http.admin.describe import PREFIX, refuses
from idp.http.admin.numbers import Instant
from idp.http.admin.route import StrictRoute
from idp.http.admin.schemas.statistics import StatisticsAnswer
from idp.http.admin.scopes import needs

if TYPE_CHECKING:
    from idp.store.statistics import Hour

router = APIRouter(prefix=PREFIX + "/statistics", tags=["Statistics"], route_class=StrictRoute)
Since = Annotated[
    Instant | None,
    Query(description="The first hour or day: an instant in it, RFC 3339 with a time zone, or whole seconds since the epoch. Without it, "
                      "24 hours or 30 days before `until`."),
]  # fmt: skip
Until = Annotated[Instant | None, Query(description="The end, in the same format. Without it, now.")]
Step = Annotated[Literal["hour", "day"], Query(description="Numbers of hours (at most 31 days) or of days of UTC (at most 93).")]


@router.get("", response_model=StatisticsAnswer, responses=refuses(), **needs("audit:read"))
def read_statistics(ctx: Ctx, since: Since = None, until: Until = None, step: Step = "hour") -> Response:
    """Read how many sign-ins, failures, locks and new people there were, hour by hour or day by day.

    The stream of changes counts them a few seconds later, while it is switched on (the parameter `stream` of a deployment). What happened
    before is not counted. Numbers are kept for 400 days. Each act is counted once; only a fault in the moment of counting can count a few
    twice.
    """
    first, last = (None if moment is None else int(moment.timestamp()) for moment in (since, until))
    read = ctx.services.statistics.hours if step == "hour" else ctx.services.statistics.days
    return reply({"step": step, "items": [_serialise(each) for each in read(first, last, scope=ctx.scope)]})


def _serialise(hour: Hour) -> dict[str, Any]:
    failed = {reason: hour.counts.get(f"{FAILED}_{reason}", 0) for reason in REASONS}
    others = {name: hour.counts.get(name, 0) for name in COUNTERS if not name.startswith(f"{FAILED}_")}
    return {"begin": present.moment(hour.begin), "sign_ins_failed": failed, **others}
