"""What is stored about a person: a page in words, and a file. The file needs a confirmation, because it is easy to carry away."""

from __future__ import annotations

import calendar
import json
import time
from typing import TYPE_CHECKING, Any

from starlette.responses import Response

from idp.domain.access.tenancy import DEPLOYMENT
from idp.domain.message import Message
from idp.http import csrf
from idp.http.account import reauthentication
from idp.http.account.event_words import WORDS
from idp.http.account.moment import moment
from idp.http.account.signed_in import signed_in, signed_in_form
from idp.http.language import texts_of
from idp.http.pages import render
from idp.http.redirect import see_other
from idp.http.request import origin
from idp.http.services import services
from idp.http.sign_in.scope_words import words_of
from idp.services.audit.recorder import Actor

if TYPE_CHECKING:
    from starlette.requests import Request

    from idp.domain.sessions.session import Session
    from idp.domain.sessions.visitor import Visitor
    from idp.oauth.params import Params

PATH = "/account/data"
FILE = "my-data.json"
_MOST_SHOWN = 10
"""Rows of a section on the page. The file has all of them."""
_ORDER = ("at", "began_at", "created_at", "allowed_at", "sent_at", "added_at", "remembered_at", "linked_at", "joined_at", "since")
"""The members by which rows are sorted, the newest first."""


@signed_in
def show(request: Request, visitor: Visitor) -> Response:
    """GET /account/data."""
    s = services(request)
    found = s.person_export.read(visitor.user.id, scope=DEPLOYMENT)
    lists = {name: rows for name, rows in found.items() if isinstance(rows, list)}
    return render(
        request, "data.html", account=_readable(found["account"]), apps=found["apps"], complete=found["complete"], words=_words(request),
        organization_names=found["organization_names"],
        scopes=words_of(request, _scopes(lists)),
        rows={name: [_readable(row) for row in _newest(each)[:_MOST_SHOWN]] for name, each in lists.items()},
        counts={name: len(each) for name, each in lists.items()}, csrf=csrf.token(request, visitor.session.id),
        zone=str(visitor.user.claims.get("zoneinfo") or ""),
        notice=Message("notice.confirmed_download") if request.query_params.get("done") == "confirmed" else None,
    )  # fmt: skip


def show_confirmed(request: Request, visitor: Visitor, sent: Params) -> tuple[Response, Session]:
    """After a confirmation: the page with the button, which works for the next minutes."""
    del request, sent
    return see_other(PATH + "?done=confirmed"), visitor.session


@signed_in_form
def download(request: Request, visitor: Visitor, sent: Params) -> Response:
    """POST /account/data/export: the file, which is kept nowhere."""
    del sent
    s = services(request)
    if not visitor.is_recent(s.clock()):
        return reauthentication.page(request, visitor, next_=PATH)
    found = s.person_export.export(visitor.user.id, by=Actor(visitor.user.id, origin(request)), scope=DEPLOYMENT)
    headers = {"Content-Disposition": f'attachment; filename="{FILE}"', "Cache-Control": "no-store"}
    return Response(json.dumps(found, indent=2, ensure_ascii=False), media_type="application/json", headers=headers)


def _words(request: Request) -> dict[str, str]:
    """What events are called in the language of the page, by type."""
    texts = texts_of(request)
    return {type_: texts.text(words) for type_, words in WORDS.items()}


def _scopes(lists: dict[str, list[dict[str, Any]]]) -> set[str]:
    """The scopes that the page names."""
    return {scope for name in ("allowed_apps", "app_access") for row in _newest(lists[name])[:_MOST_SHOWN] for scope in row["scopes"]}


def _newest(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return sorted(rows, key=lambda row: next((row[name] for name in _ORDER if row.get(name)), ""), reverse=True)


def _readable(row: dict[str, Any]) -> dict[str, Any]:
    """Return the row with times as pages show them."""
    return {
        name: _moment(value) if name.endswith(("at", "since", "until")) and isinstance(value, str) else value for name, value in row.items()
    }


def _moment(text: str) -> Any:
    return moment(calendar.timegm(time.strptime(text, "%Y-%m-%dT%H:%M:%SZ")))
