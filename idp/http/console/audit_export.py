"""Audit events as files: the page says what is in each part, and leads to the next one. No part is greater than an answer can be."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

from starlette.responses import Response

from idp.domain.errors import Invalid
from idp.http.account.moment import moment
from idp.http.console.again import answer_or_again
from idp.http.console.audit import AUDIT
from idp.http.console.audit_query import FIELDS, address_of, search_of, shown, typed_of
from idp.http.console.pages import Page
from idp.http.console.show import show
from idp.http.request import query
from idp.http.services import services
from idp.services.admin.cursors import LONGEST, Cursors
from idp.services.audit.formats import FORMATS

if TYPE_CHECKING:
    from starlette.requests import Request

    from idp.http.console.visit import Visit
    from idp.http.form_error import FormError
    from idp.services.audit.export import ExportPage

_PATH = f"{AUDIT}/export"
IN_A_PART = 2000
"""Events of one file at most: about 3 MB, of the 6 MB that an answer of Lambda can have."""
_TYPES = {"ndjson": "application/x-ndjson", "ocsf": "application/x-ndjson", "cef": "text/plain; charset=utf-8"}
_ENDS = {"ndjson": "ndjson", "ocsf": "ocsf.ndjson", "cef": "cef.log"}
_LATE = 99_999
_KEPT = tuple(name for name in FIELDS if name not in {"since", "until"})
"""Filters of the list that the form of the export keeps as they are."""
_OFFERED = 30 * 86400
"""Seconds: the time that the form offers."""


def page(request: Request, visit: Visit) -> Response:
    """GET …/export. With `part`, it says what is in this part."""
    typed = _typed(request)

    def again(*, error: FormError, status: int) -> Response:
        return _page(request, typed, error=error, status=status)

    def act() -> Response:
        if not typed["part"]:
            return _page(request, {**typed, "since": typed["since"] or _some_time_ago(request)})
        found, following = _read(request, visit, typed)
        return _page(request, typed, found, following)

    return answer_or_again(act, again)


def file(request: Request, visit: Visit) -> Response:
    """GET …/export/file: one part as a download."""
    typed = _typed(request)
    found, _ = _read(request, visit, typed)
    form = typed["format"] if typed["format"] in FORMATS else "ndjson"
    lines = "".join(f"{FORMATS[form](shown(event, visit))}\n" for event in found.events)
    name = f"audit-{_part(typed):05d}.{_ENDS[form]}"
    return Response(lines, media_type=_TYPES[form], headers={"Content-Disposition": f'attachment; filename="{name}"'})


def _read(request: Request, visit: Visit, typed: dict[str, str]) -> tuple[ExportPage, str | None]:
    """Return a part, and the cursor of the next one; None if there is none."""
    if typed["format"] not in FORMATS:
        raise Invalid("console.format_unknown", field="format")
    if len(typed["cursor"]) > LONGEST:
        raise Invalid("cursor.unknown", field="cursor")
    cursors, place = Cursors(services(request).keyring), (visit.key, "audit-export", *(typed[name] for name in FIELDS))
    found = services(request).audit_export.page(
        **search_of(request, visit, typed), scope=visit.scope, after=cursors.open(place, typed["cursor"] or None), limit=IN_A_PART
    )
    return found, None if found.caught_up else cursors.seal(place, found.place)


def _page(
    request: Request, typed: dict[str, str], found: ExportPage | None = None, following: str | None = None, *,
    error: FormError | None = None, status: int = 200,
) -> Response:  # fmt: skip
    times = [moment(event.at // 1000) for event in (found.events[:1] + found.events[-1:] if found else [])]
    more: dict[str, Any] = {}
    if found:
        more = {
            "count": len(found.events), "times": times, "part": _part(typed), "file": f"{_PATH}/file{address_of(typed)}",
            "next_part": _PATH + address_of({**typed, "cursor": following, "part": str(_part(typed) + 1)}) if following else "",
        }  # fmt: skip
    return show(
        request, "audit_export.html", status=status, at=AUDIT, typed=typed, forms=list(FORMATS), read=bool(found), error=error,
        most=IN_A_PART, kept={name: typed[name] for name in _KEPT if typed[name]}, **more,
    )  # fmt: skip


def _some_time_ago(request: Request) -> str:
    return time.strftime("%Y-%m-%dT00:00", time.gmtime(services(request).clock() - _OFFERED))


def _typed(request: Request) -> dict[str, str]:
    sent = query(request)
    more = {name: (sent.get(name) or "").strip()[: LONGEST + 1] for name in ("format", "cursor", "part")}
    return typed_of(sent) | more | ({} if "format" in sent else {"format": "ndjson"})


def _part(typed: dict[str, str]) -> int:
    text = typed["part"]
    return min(int(text[:6]), _LATE) if text.isascii() and text.isdecimal() else 1


PAGES = (
    Page(_PATH, "GET", page, needs=("audit:read",), organisation=True),
    Page(f"{_PATH}/file", "GET", file, needs=("audit:read",), organisation=True),
)
