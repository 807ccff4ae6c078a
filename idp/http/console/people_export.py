"""The list of people as files: CSV as the import reads it, or JSON lines. The first form needs a confirmation (threats R-13).

What it gives is a sealed address, which is of this session and this form for an hour. Each part has an address of its own.
"""

from __future__ import annotations

import json
import time
from typing import TYPE_CHECKING, Any, NamedTuple

from starlette.responses import Response

from idp.domain import csv_cells
from idp.domain.errors import Invalid
from idp.domain.moving.formats.csv_file import CLAIMS
from idp.domain.texts import marked
from idp.http.console.again import answer_or_again
from idp.http.console.pages import Page
from idp.http.console.person_view import PEOPLE
from idp.http.console.show import show
from idp.http.language import texts_of
from idp.http.redirect import see_other
from idp.http.request import query
from idp.http.services import services
from idp.services.admin.cursors import LONGEST, Cursors
from idp.services.moving.people_files import IN_A_FILE

if TYPE_CHECKING:
    from starlette.requests import Request

    from idp.domain.people.user import User
    from idp.http.console.visit import Visit
    from idp.http.form_error import FormError
    from idp.oauth.params import Params
    from idp.services.moving.people_files import Part

_PATH = f"{PEOPLE}/export"
FORMS = {"csv": marked("CSV file"), "ndjson": marked("JSON lines")}
_TYPES = {"csv": "text/csv; charset=utf-8", "ndjson": "application/x-ndjson"}
LIVES = 3600
"""Seconds in which all parts have to be fetched."""
_COLUMNS = ("id", "email", "email_verified", "disabled", "created_at", "roles", "groups", *CLAIMS)


class _Place(NamedTuple):
    """A part: its format, where it begins, its number, and until when (epoch seconds) it may be fetched.

    `end`: of its file, as of `PeopleFiles.part`; None for the page, which finds out.
    """

    form: str
    start: Any
    number: int
    until: int
    end: str | None = None


def page(request: Request, visit: Visit) -> Response:
    """GET /console/people/export: the form, or with `part` what is in a part, and the way to the next one."""
    sent = query(request)
    if "part" not in sent:
        return _page(request)
    place = _open(request, visit, sent)
    part = services(request).people_files.part(place.start, scope=visit.scope)
    following = _seal(request, visit, place._replace(start=part.more, number=place.number + 1)) if part.more else ""
    address = _seal(request, visit, place._replace(end=part.end), f"{_PATH}/file")
    return _page(
        request, began=True, form=place.form, count=len(part.people), part=place.number, first=next(iter(part.people), None),
        last=next(reversed(part.people), None), file=address, next_part=following,
    )  # fmt: skip


def begin(request: Request, visit: Visit, sent: Params) -> Response:
    """POST /console/people/export."""

    def again(*, error: FormError, status: int) -> Response:
        return _page(request, error=error, status=status)

    def act() -> Response:
        form, s = sent.get("format") or "", services(request)
        if form not in FORMS:
            raise Invalid("console.format_unknown", field="format")
        s.people_files.begin(f"people-{form}", by=visit.by, scope=visit.scope)
        return see_other(_seal(request, visit, _Place(form, None, 1, s.clock() + LIVES)))

    return answer_or_again(act, again)


def file(request: Request, visit: Visit) -> Response:
    """GET …/file: one part as a download."""
    place = _open(request, visit, query(request))
    part = services(request).people_files.part(place.start, scope=visit.scope, end=place.end or "")
    told = _csv(part) if place.form == "csv" else _lines(part)
    name = f"people-{place.number:05d}.{place.form}"
    headers = {"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "no-store"}
    return Response(told, media_type=_TYPES[place.form], headers=headers)


def _csv(part: Part) -> str:
    return csv_cells.rows([_COLUMNS, *(_cells(user, part) for user in part.people)])


def _cells(user: User, part: Part) -> list[str]:
    claims = [value if isinstance(value := user.claims.get(name), str) else "" for name in CLAIMS]
    return [
        user.id, user.email, _word(yes=user.email_verified), _word(yes=user.disabled), _moment(user.created_at),
        ";".join(part.model.live_roles(user.roles)), ";".join(part.model.live_groups(user.groups)), *claims,
    ]  # fmt: skip


def _lines(part: Part) -> str:
    found = (
        {
            "id": user.id, "email": user.email, "email_verified": user.email_verified, "disabled": user.disabled,
            "created_at": _moment(user.created_at), "roles": list(part.model.live_roles(user.roles)),
            "groups": list(part.model.live_groups(user.groups)), "claims": dict(user.claims), "attributes": dict(user.attributes),
        }
        for user in part.people
    )  # fmt: skip
    return "".join(json.dumps(each, ensure_ascii=False) + "\n" for each in found)


def _word(*, yes: bool) -> str:
    return "true" if yes else "false"


def _moment(epoch: int) -> str:
    return time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(epoch))


def _seal(request: Request, visit: Visit, place: _Place, path: str = _PATH) -> str:
    """Return the address of the page about a part, or of its file."""
    sealed = Cursors(services(request).keyring).seal(_bound_to(visit, place.form), [*place[1:]])
    return f"{path}?format={place.form}&part={sealed}"


def _open(request: Request, visit: Visit, sent: Params) -> _Place:
    form, sealed, s = sent.get("format") or "", sent.get("part") or "", services(request)
    if form not in FORMS or len(sealed) > LONGEST:
        raise Invalid("cursor.unknown", field="part")
    start, number, until, *end = Cursors(s.keyring).open(_bound_to(visit, form), sealed)
    if s.clock() >= until:
        raise Invalid("console.export_over", field="part")
    return _Place(form, start, number, until, *end)


def _bound_to(visit: Visit, form: str) -> tuple[str, ...]:
    return (visit.key, "people-export", visit.visitor.session.id, form)


def _page(request: Request, *, error: FormError | None = None, status: int = 200, **context: Any) -> Response:
    texts = texts_of(request)
    values = {"began": False, "form": "csv", "next_part": "", **context}
    return show(
        request, "people_export.html", status=status, error=error, at=PEOPLE, most=IN_A_FILE,
        forms=[(name, texts.text(words)) for name, words in FORMS.items()], **values,
    )  # fmt: skip


PAGES = (
    Page(_PATH, "GET", page, ("users:read",)),
    Page(_PATH, "POST", begin, ("users:read",), fresh=True),
    Page(f"{_PATH}/file", "GET", file, ("users:read",)),
)
