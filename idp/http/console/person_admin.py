"""Who administers the deployment, and with which rights. Only an admin with every right says so."""

from __future__ import annotations

from typing import TYPE_CHECKING

from idp.domain.access import admin_scopes
from idp.domain.errors import Forbidden, PreconditionFailed
from idp.domain.message import Message
from idp.http.console import rights
from idp.http.console.again import answer_or_again
from idp.http.console.pages import Page
from idp.http.console.person_acts import back, expected
from idp.http.console.person_view import PEOPLE, find, show_person
from idp.http.form_error import FormError
from idp.http.language import texts_of
from idp.http.services import services

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response

    from idp.domain.people.user import User
    from idp.http.console.visit import Visit
    from idp.oauth.params import Params

_TAB = "/admin"


def page(request: Request, visit: Visit) -> Response:
    """GET …/admin."""
    return _page(request, visit, find(request, visit))


def change(request: Request, visit: Visit, sent: Params) -> Response:
    """POST …/admin."""
    user, typed = find(request, visit), (sent.get("level") or "", rights.chosen(sent, admin_scopes.ALL))

    def again(*, error: FormError, status: int) -> Response:
        return _page(request, visit, user, typed, error=error, status=status)

    def act() -> Response:
        if not visit.held >= admin_scopes.ALL:
            raise Forbidden("user.admin_needs_every_scope")
        wanted = rights.changes(sent, admin_scopes.ALL)
        if wanted["admin_scopes"] is None and user.admin_scopes is None:
            del wanted["admin_scopes"]
        after = services(request).user_service.patch(user.id, wanted, by=visit.by, expected=expected(sent), scope=visit.scope)
        return back(request, "unchanged" if after.version == user.version else "made-admin" if after.admin else "not-admin", _TAB)

    try:
        return answer_or_again(act, again)
    except PreconditionFailed:
        now, error = find(request, visit), FormError(Message("user.changed"))
        return _page(request, visit, now, typed, theirs=_level(now), error=error, status=412)


def _level(user: User) -> str:
    return rights.level_of(admin=user.admin, scopes=user.admin_scopes)


def _page(
    request: Request, visit: Visit, user: User, typed: tuple[str, set[str]] | None = None, *, theirs: str = "",
    error: FormError | None = None, status: int = 200,
) -> Response:  # fmt: skip
    level, scopes = typed or (_level(user), set(user.admin_scopes or ()))
    return show_person(
        request, visit, user, "person_admin.html", _TAB, status=status, error=error, level=level, scopes=scopes, theirs=theirs,
        rights=rights.rows(admin_scopes.ALL, texts_of(request)), every=visit.held >= admin_scopes.ALL,
    )  # fmt: skip


_HERE = PEOPLE + "/{user_id}"
PAGES = (
    Page(f"{_HERE}{_TAB}", "GET", page, ("users:read", "users:write")),
    Page(f"{_HERE}{_TAB}", "POST", change, ("users:write",), fresh=True),
)
