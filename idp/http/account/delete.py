"""Deleting the own account: a page that says what goes and when, and the form below it. Both need a recent confirmation."""

from __future__ import annotations

from typing import TYPE_CHECKING

from idp.http import cookies, csrf
from idp.http.account import reauthentication
from idp.http.account.moment import moment
from idp.http.account.signed_in import redirect_to_account, signed_in_form
from idp.http.pages import render
from idp.http.request import origin
from idp.http.services import services
from idp.http.sign_in.page_again import answer_or_page_again

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response

    from idp.domain.sessions.session import Session
    from idp.domain.sessions.visitor import Visitor
    from idp.http.form_error import FormError
    from idp.oauth.params import Params

PATH = "/account/delete"


def offer(request: Request, visitor: Visitor, sent: Params) -> tuple[Response, Session]:
    """The page, after a confirmation. The account page, if people may not delete their account here."""
    del sent
    if not services(request).settings.deletes_selves:
        return redirect_to_account(""), visitor.session
    return _page(request, visitor), visitor.session


@signed_in_form
def delete(request: Request, visitor: Visitor, sent: Params) -> Response:
    """POST /account/delete/confirm: delete the account. The session ends with it."""
    del sent
    s, now = services(request), services(request).clock()
    if not s.settings.deletes_selves:
        return redirect_to_account("")
    if not visitor.is_recent(now):
        return reauthentication.page(request, visitor, next_=PATH)

    def again(*, error: FormError, status: int) -> Response:
        return _page(request, visitor, error=error, status=status)

    def act() -> Response:
        due = s.self_deletion.ask(visitor, attempt=s.new_id(), origin=origin(request), now=now)
        response = render(request, "deleted.html", email=visitor.user.email, until=moment(due) if due > now else None)
        cookies.clear(request, response, cookies.SESSION, s.settings)
        return response

    return answer_or_page_again(act, again)


def _page(request: Request, visitor: Visitor, *, error: FormError | None = None, status: int = 200) -> Response:
    s, now = services(request), services(request).clock()
    due = s.self_deletion.due(visitor.user, now)
    return render(
        request, "delete_account.html", status=status, error=error, email=visitor.user.email, until=moment(due) if due > now else None,
        csrf=csrf.token(request, visitor.session.id),
    )  # fmt: skip
