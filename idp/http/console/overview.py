"""The first page: what needs attention, the age of keys, and what happened last. Each part is a bounded read; nothing is scanned."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from idp.domain.statistics.counters import MAIL_PROBLEMS
from idp.http.console import cost, findings, plots
from idp.http.console.event_words import tell
from idp.http.console.names import names_in
from idp.http.console.pages import Page
from idp.http.console.show import show
from idp.http.console.views import HOME
from idp.http.language import texts_of
from idp.http.services import services

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response

    from idp.domain.organisations.profile import OrganisationProfile
    from idp.http.console.visit import Visit

_LATEST = 8
_DAY = 86400
_DAYS = 30


def page(request: Request, visit: Visit) -> Response:
    """GET /console."""
    if visit.organisation:
        return _of_organisation(request, visit, visit.organisation)
    return show(
        request, "overview.html", at=HOME, **findings.of_deployment(request, visit),
        **_keys(request, visit), **_numbers(request, visit), **_events(request, visit),
    )  # fmt: skip


def _of_organisation(request: Request, visit: Visit, organisation: OrganisationProfile) -> Response:
    """The first page of an organisation's admin: its numbers and what happened last. Nothing of the deployment is."""
    return show(
        request, "organization_overview.html", at=HOME, members=organisation.members, admins=organisation.admins,
        **_events(request, visit),
    )  # fmt: skip


def _keys(request: Request, visit: Visit) -> dict[str, Any]:
    """Return the age of the active signing keys in days, and when they are rotated."""
    if not visit.may("keys:read"):
        return {"keys": []}
    s = services(request)
    now = s.clock()
    active = [one for one in s.key_rotation.listing() if one.state == "active"]
    return {
        "keys": [(one.alg, max(0, (now - (one.activated_at or one.created_at)) // _DAY)) for one in active],
        "rotation_days": s.settings.key_rotation_days,
    }  # fmt: skip


def _numbers(request: Request, visit: Visit) -> dict[str, Any]:
    """Return the plots of the last 24 hours and 30 days, by the numbers of each hour; None if nothing was counted. Three calls at most."""
    if not visit.may("audit:read"):
        return {"plots": None}
    s = services(request)
    hours = s.statistics.hours(s.clock() - _DAYS * _DAY, None, scope=visit.scope)
    if not any(hour.counts for hour in hours):
        return {"plots": None}
    return {
        "plots": [("day", plots.of_hours(hours)), ("month", plots.of_days(hours))],
        "size": (plots.WIDTH, plots.HEIGHT, plots.TOP, plots.BASE),
        "mail_problems": sum(hour.counts.get(MAIL_PROBLEMS, 0) for hour in hours), "cost": cost.of_month(hours, s.clock()),
        "counted_since": plots.counted_since(hours),
        "of_day": plots.count(hours[-24:], hours[-1].begin), "of_month": plots.count(hours, hours[0].begin),
    }  # fmt: skip


def _events(request: Request, visit: Visit) -> dict[str, Any]:
    if not visit.may("audit:read"):
        return {"events": []}
    s, texts = services(request), texts_of(request)
    since = s.clock() - _DAY
    found = s.audit_trail.page(since=since, until=None, place=None, limit=_LATEST, scope=visit.scope)
    return {"events": [tell(event, texts, visit) for event in found.events], "names": names_in(request, visit, found.events)}


PAGES = (Page(HOME, "GET", page, organisation=True),)
