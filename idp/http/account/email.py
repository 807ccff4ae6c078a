"""The pages to change the own address: type the new one, then the code that it gets. Nothing changes before the code is right."""

from __future__ import annotations

from typing import TYPE_CHECKING

from idp.domain.errors import Invalid
from idp.domain.tickets.ticket import EMAIL_CHANGE
from idp.http import cookies, csrf
from idp.http.account import reauthentication
from idp.http.account.signed_in import redirect_to_account, signed_in, signed_in_form, signed_in_form_with
from idp.http.device_cookie import remember_device
from idp.http.pages import render
from idp.http.request import origin
from idp.http.services import services
from idp.http.sign_in.page_again import answer_or_page_again

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response

    from idp.domain.sessions.session import Session
    from idp.domain.sessions.visitor import Visitor
    from idp.domain.tickets.ticket import Ticket
    from idp.http.form_error import FormError
    from idp.oauth.params import Params
    from idp.services.sessions.visitors import More

PATH = "/account/email"


def offer(request: Request, visitor: Visitor, sent: Params) -> tuple[Response, Session]:
    """The form for the new address, after a confirmation. Without a way to send mails, the account page."""
    del sent
    if not services(request).settings.sends_mail:
        return redirect_to_account(""), visitor.session
    return _form(request, visitor), visitor.session


def _wanted(request: Request, sent: Params) -> More:
    return services(request).email_change.list_wanted(sent.get("email") or "")


@signed_in_form_with(_wanted)
def ask(request: Request, visitor: Visitor, sent: Params) -> Response:
    """POST /account/email/ask: send the mail, and show the page for its code."""
    s = services(request)
    if not visitor.is_recent(s.clock()) or not s.settings.sends_mail:
        return reauthentication.page(request, visitor, next_=PATH)
    typed = sent.get("email") or ""

    def again(*, error: FormError, status: int) -> Response:
        return _form(request, visitor, typed=typed, error=error, status=status)

    def act() -> Response:
        address = s.email_change.ask(visitor, typed, origin=origin(request), now=s.clock())
        return _code_page(request, visitor, address=address)

    return answer_or_page_again(act, again)


@signed_in
def show_code(request: Request, visitor: Visitor) -> Response:
    """GET /account/email/code: the page for the code of a mail that was sent before."""
    return _code_page(request, visitor)


@signed_in_form
def commit(request: Request, visitor: Visitor, sent: Params) -> Response:
    """POST /account/email/code: the code that was typed, or the handle of the link in `ticket`."""
    s = services(request)

    def again(*, error: FormError, status: int) -> Response:
        return _code_page(request, visitor, error=error, status=status)

    def act() -> Response:
        ticket = _proved(request, visitor, sent)
        user = s.email_change.commit(visitor, ticket, attempt=s.new_id(), origin=origin(request), now=s.clock())
        response = redirect_to_account("email")
        known = s.devices.of(cookies.read(request, cookies.DEVICE, s.settings), visitor.user, s.clock())
        if known:  # the cookie names the address, and the next sign-in here should not look like one from a new browser
            remember_device(request, response, s.devices.remember(user.email, known.known_since).handle)
        return response

    return answer_or_page_again(act, again)


def _proved(request: Request, visitor: Visitor, sent: Params) -> Ticket:
    s = services(request)
    handle = sent.get("ticket")
    if handle is None:
        return s.tickets.try_code(visitor.user.id, EMAIL_CHANGE, sent.get("code") or "", now=s.clock())
    opened = s.tickets.open(handle, now=s.clock())
    if opened is None or (opened.kind, opened.owner) != (EMAIL_CHANGE, visitor.user.id):
        raise Invalid("ticket.expired", field="code")
    return s.tickets.read(opened, now=s.clock())


def _form(request: Request, visitor: Visitor, *, typed: str = "", error: FormError | None = None, status: int = 200) -> Response:
    return render(
        request, "email.html", status=status, email=visitor.user.email, typed=typed, error=error,
        csrf=csrf.token(request, visitor.session.id),
    )  # fmt: skip


def _code_page(request: Request, visitor: Visitor, *, address: str = "", error: FormError | None = None, status: int = 200) -> Response:
    return render(request, "email_code.html", status=status, address=address, error=error, csrf=csrf.token(request, visitor.session.id))
