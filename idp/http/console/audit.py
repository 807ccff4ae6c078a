"""The audit trail: filters, pages, each event in words and as JSON, and a view that follows it."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from idp.domain.errors import Invalid
from idp.domain.events.catalogue import OF_AUDIT, OF_THINGS
from idp.http.console.again import answer_or_again
from idp.http.console.audit_query import address_of, is_filtered, search_of, shown, typed_of
from idp.http.console.event_words import tell
from idp.http.console.names import names_in
from idp.http.console.pages import Page
from idp.http.console.show import show
from idp.http.console.views import HOME
from idp.http.language import texts_of
from idp.http.redirect import see_other
from idp.http.request import query
from idp.http.services import services
from idp.services.admin.cursors import LONGEST, Cursors
from idp.services.audit.formats import plain
from idp.services.audit.trail import FIRST_DAYS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from starlette.requests import Request
    from starlette.responses import Response

    from idp.domain.audit.event import AuditEvent
    from idp.http.console.visit import Visit
    from idp.http.form_error import FormError

AUDIT = f"{HOME}/audit"
_ON_A_PAGE = 40
"""Events, each with its JSON: 50 made a first view of more than 100 KB."""
REFRESHED, LIVE_FOR = 10, 900
"""Seconds between two readings of a page that follows the trail, and for how long it does: then it would keep the session from ending."""
_TYPES = tuple(sorted({*OF_AUDIT, *OF_THINGS} | {each.partition(".")[0] for each in OF_AUDIT}))


def page(request: Request, visit: Visit) -> Response:
    """GET /console/audit, with at most eight calls at the first view, and one for each shard of the events by time.

    `cursor`: the next page; `live`: since when (epoch seconds) the page follows the trail, or `on` to begin.
    """
    sent = query(request)
    typed, cursor, live = typed_of(sent), sent.get("cursor"), sent.get("live") or ""
    now = services(request).clock()
    if live == "on":
        return see_other(AUDIT + address_of(typed, live=str(now)))
    follows = not cursor and live.isascii() and live.isdecimal() and now - LIVE_FOR < int(live[:12]) <= now

    def again(*, error: FormError, status: int) -> Response:
        return _page(request, visit, typed, error=error, status=status)

    def act() -> Response:
        if cursor is not None and len(cursor) > LONGEST:
            raise Invalid("cursor.unknown", field="cursor")
        cursors, place = Cursors(services(request).keyring), (visit.key, "audit", *typed.values())
        # The page that opens first, and one that is read every few seconds, look at few days. The next page goes on from there.
        brief = follows or not (cursor or is_filtered(typed))
        found = services(request).audit_trail.page(
            **search_of(request, visit, typed),
            place=cursors.open(place, cursor),
            limit=_ON_A_PAGE,
            scope=visit.scope,
            most_days=FIRST_DAYS if brief else None,
        )
        return _page(
            request, visit, typed, found.events, searched=found.searched, following=cursors.seal(place, found.more),
            later=cursor is not None, follows=follows, short=FIRST_DAYS if brief and found.ended_by_days else 0, named=not follows,
        )  # fmt: skip

    return answer_or_again(act, again)


def _page(
    request: Request, visit: Visit, typed: dict[str, str], events: Sequence[AuditEvent] = (), *, searched: int = 0,
    following: str | None = None, later: bool = False, follows: bool = False, short: int = 0, named: bool = False,
    error: FormError | None = None, status: int = 200,
) -> Response:  # fmt: skip
    texts, settings = texts_of(request), services(request).settings
    return show(
        request, "audit.html", status=status, at=AUDIT, typed=typed, types=_TYPES, error=error,
        events=[(tell(event, texts, visit), event, _json(shown(event, visit))) for event in events],
        names=names_in(request, visit, events, look_up=named), searched=searched, short=short,
        next_page=AUDIT + address_of(typed, cursor=following) if following else "", first_page=AUDIT + address_of(typed), later=later,
        follows=REFRESHED if follows else 0, live=AUDIT + address_of(typed, live="on"), chained=settings.chains_events,
        filtered=is_filtered(typed), export=AUDIT + "/export" + address_of(typed),
        days=settings.event_retention.longest // 86400, may_read_people=visit.may("users:read"),
    )  # fmt: skip


def _json(event: AuditEvent) -> str:
    """Return the event as the export writes it, with a member in each line."""
    return json.dumps(json.loads(plain.line(event)), indent=2, ensure_ascii=False)


PAGES = (Page(AUDIT, "GET", page, needs=("audit:read",), organisation=True),)
