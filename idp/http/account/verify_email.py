"""The account page's way to verify the address: send a mail, then type its code or use its link."""

from __future__ import annotations

from typing import TYPE_CHECKING

from idp.http import csrf
from idp.http.account.signed_in import redirect_to_account, signed_in, signed_in_form, signed_in_form_with
from idp.http.pages import render
from idp.http.request import origin
from idp.http.services import services
from idp.http.sign_in.page_again import answer_or_page_again

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response

    from idp.domain.sessions.visitor import Visitor
    from idp.http.form_error import FormError
    from idp.oauth.params import Params
    from idp.services.sessions.visitors import More


def _wanted(request: Request, sent: Params) -> More:
    del sent
    return services(request).email_verification.list_wanted()


@signed_in_form_with(_wanted)
def ask(request: Request, visitor: Visitor, sent: Params) -> Response:
    """POST /account/verify-email: send the mail, and show the page for its code."""
    del sent
    s = services(request)
    if visitor.user.email_verified or not s.settings.verifies_email:
        return redirect_to_account("")

    def act() -> Response:
        s.email_verification.ask(visitor, origin=origin(request), now=s.clock())
        return _page(request, visitor)

    def again(*, error: FormError, status: int) -> Response:
        return _page(request, visitor, error=error, status=status)

    return answer_or_page_again(act, again)


@signed_in
def show_code(request: Request, visitor: Visitor) -> Response:
    """GET /account/verify-email/code: the page for the code of a mail that was sent before."""
    return redirect_to_account("") if visitor.user.email_verified else _page(request, visitor)


@signed_in_form
def check(request: Request, visitor: Visitor, sent: Params) -> Response:
    """POST /account/verify-email/code: the code that was typed, or the handle of the link in `ticket`."""
    s, now = services(request), services(request).clock()

    def act() -> Response:
        ticket = s.email_verification.prove(visitor, code=sent.get("code") or "", handle=sent.get("ticket"), now=now)
        s.email_verification.verify(visitor, ticket, attempt=s.new_id(), origin=origin(request), now=now)
        return redirect_to_account("verified")

    def again(*, error: FormError, status: int) -> Response:
        return _page(request, visitor, error=error, status=status)

    return answer_or_page_again(act, again)


def _page(request: Request, visitor: Visitor, *, error: FormError | None = None, status: int = 200) -> Response:
    return render(
        request, "verify_email.html", status=status, email=visitor.user.email, sent=True, error=error,
        to_send="/account/verify-email", to_check="/account/verify-email/code", csrf=csrf.token(request, visitor.session.id),
    )  # fmt: skip
