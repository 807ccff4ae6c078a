"""One import of people: the forms for its files, how far it is, the rows that were refused, and its end.

A browser sends the files to the bucket by plain HTML forms, so no script is needed, and no file passes this function (threats R-19).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from starlette.responses import Response

from idp.domain import csv_cells
from idp.domain.errors import Unavailable
from idp.domain.moving.import_job import PEOPLE as MAIN
from idp.domain.moving.import_job import Status
from idp.http.console.again import answer_or_again
from idp.http.console.audit import LIVE_FOR
from idp.http.console.import_words import facts
from idp.http.console.imports import IMPORTS, NAMES, READ, WRITE
from idp.http.console.listing import open_listing
from idp.http.console.pages import Page
from idp.http.console.person_view import PEOPLE
from idp.http.console.show import show
from idp.http.form_error import FormError
from idp.http.language import texts_of
from idp.http.redirect import see_other
from idp.http.request import query
from idp.http.services import services
from idp.services.imports.jobs import may_run
from idp.telemetry import record

if TYPE_CHECKING:
    from starlette.requests import Request

    from idp.domain.moving.import_job import ImportJob
    from idp.http.console.visit import Visit
    from idp.oauth.params import Params

_ONE = f"{IMPORTS}/{{import_id}}"
REFRESHED = 3
"""Seconds between two readings of a page that follows a job."""
_IN_A_FILE = 10_000
"""Refused rows of a file: about 2 MB, of the 6 MB that an answer of Lambda can have."""


def page(request: Request, visit: Visit) -> Response:
    """GET …/imports/ID. `live`: since when (epoch seconds) the page follows the job, or `on` to begin."""
    job, live = _find(request, visit), query(request).get("live") or ""
    if live == "on":
        return _follow(request, job)
    return _page(request, visit, job)


def start(request: Request, visit: Visit, sent: Params) -> Response:
    """POST …/start."""
    del sent
    job = _find(request, visit)

    def again(*, error: FormError, status: int) -> Response:
        return _page(request, visit, _find(request, visit), error=error, status=status)

    def act() -> Response:
        return _follow(request, services(request).import_job_service.start(job.id, by=visit.by, scope=visit.scope))

    return answer_or_again(act, again)


def cancel(request: Request, visit: Visit, sent: Params) -> Response:
    """POST …/cancel."""
    del sent
    job = services(request).import_job_service.cancel(_find(request, visit).id, by=visit.by, scope=visit.scope)
    return see_other(f"{IMPORTS}/{job.id}?done=import-cancelled")


def report(request: Request, visit: Visit) -> Response:
    """GET …/report: the refused rows as a CSV file. `after`: the number of the row after which it begins."""
    job, after = _find(request, visit), query(request).get("after") or ""
    first = int(after[:9]) if after.isascii() and after.isdecimal() else 0
    found, _ = services(request).import_job_service.report(job.id, after=first, limit=_IN_A_FILE, scope=visit.scope)
    lines = csv_cells.rows([("row", "id", "field", "reason"), *((str(it.row), it.source_id, it.field, it.reason) for it in found)])
    return Response(lines, media_type="text/csv; charset=utf-8", headers={"Content-Disposition": 'attachment; filename="refused-rows.csv"'})


def _find(request: Request, visit: Visit) -> ImportJob:
    return services(request).import_job_service.get(request.path_params["import_id"], scope=visit.scope)


def _follow(request: Request, job: ImportJob) -> Response:
    return see_other(f"{IMPORTS}/{job.id}?live={services(request).clock()}")


def _page(request: Request, visit: Visit, job: ImportJob, *, error: FormError | None = None, status: int = 200) -> Response:
    s, texts, path = services(request), texts_of(request), f"{IMPORTS}/{job.id}"
    list_ = open_listing(request, visit, "imports", job.id)
    found, more = s.import_job_service.report(job.id, after=list_.start or 0, limit=list_.limit, scope=visit.scope)
    may, now, live = visit.may(*WRITE) and may_run(job, visit.held), s.clock(), query(request).get("live") or ""
    follows = live.isascii() and live.isdecimal() and now - LIVE_FOR < int(live[:12]) <= now
    asked: dict[str, Any] = {"files": [], "complete": False}
    if may and job.status is Status.WAITING and s.settings.import_bucket:
        try:
            asked = _files(request, visit, job, path)
        except Unavailable as refusal:
            record.note_refusal(refusal)
            error, status = error or FormError(refusal.message), refusal.status
    response = show(
        request, "import_job.html", status=status, error=error, at=PEOPLE, job=facts(job, texts, path),
        format=texts.text(NAMES.get(job.system, job.system)), refusals=found, later=list_.later,
        following=list_.seal(found[-1].row if more and found else None), may_import=may, may_cancel=visit.may("imports:write"),
        follows=REFRESHED if follows and job.status is Status.RUNNING else 0, on=bool(s.settings.import_bucket),
        files=asked["files"], complete=asked["complete"],
    )  # fmt: skip
    if origins := {each["origin"] for each in asked["files"]}:
        told = response.headers["Content-Security-Policy"]
        response.headers["Content-Security-Policy"] = told.replace("form-action 'self'", " ".join(["form-action 'self'", *sorted(origins)]))
    return response


def _files(request: Request, visit: Visit, job: ImportJob, path: str) -> dict[str, Any]:
    """Return the files that the job waits for. The bucket leads the browser back to `path`."""
    s = services(request)
    expected = s.import_job_service.expected(job, back=s.settings.issuer + path, scope=visit.scope, by=visit.by)
    return {
        "complete": len(expected.sizes) == len(job.files),
        "files": [
            {
                "name": name, "main": name == MAIN, "size": expected.sizes.get(name), "url": form.url, "fields": list(form.fields.items()),
                "origin": "{0.scheme}://{0.netloc}".format(urlsplit(form.url)),
            }
            for name, form in expected.forms.items()
        ],
    }  # fmt: skip


PAGES = (
    Page(_ONE, "GET", page, READ),
    Page(f"{_ONE}/start", "POST", start, WRITE, fresh=True),
    Page(f"{_ONE}/cancel", "POST", cancel, ("imports:write",)),
    Page(f"{_ONE}/report", "GET", report, READ),
)
