"""Two-step sign-in on the account page: set it up, replace the recovery codes, turn it off. Each needs a recent sign-in."""

from __future__ import annotations

from dataclasses import replace
from importlib import import_module
from typing import TYPE_CHECKING

from idp.domain.sessions.sign_in_step import LOGIN
from idp.http import csrf
from idp.http.account import connections, data, delete, email, passkeys, password, reauthentication
from idp.http.account.signed_in import redirect_to_account, signed_in_form
from idp.http.pages import render
from idp.http.request import origin
from idp.http.services import services
from idp.http.session_cookie import set_session
from idp.http.sign_in.begin import begin
from idp.http.sign_in.codes_page import codes_page
from idp.http.sign_in.page_again import answer_or_page_again
from idp.http.sign_in.qr import qr_svg
from idp.services.factors.second_factor import OTP

if TYPE_CHECKING:
    from collections.abc import Callable

    from starlette.requests import Request
    from starlette.responses import Response

    from idp.domain.people.user import User
    from idp.domain.sessions.session import Session
    from idp.domain.sessions.visitor import Visitor
    from idp.http.form_error import FormError
    from idp.http.sign_in.step_form import FirstForm
    from idp.oauth.params import Params

    Act = Callable[[Request, Visitor, Params], tuple[Response, Session]]
    """Gets what the form sent. Returns the response, and the session that the visitor has from then on."""


def _offer(request: Request, visitor: Visitor, sent: Params) -> tuple[Response, Session]:
    del sent
    return _enrolment_page(request, visitor), visitor.session


def _codes(request: Request, visitor: Visitor, sent: Params) -> tuple[Response, Session]:
    del sent
    s = services(request)
    codes = s.enrolment.new_recovery_codes(visitor, origin=origin(request), now=s.clock())
    return codes_page(request, codes, continue_action="/account?done=codes-replaced"), visitor.session


def _remove(request: Request, visitor: Visitor, sent: Params) -> tuple[Response, Session]:
    del sent
    s = services(request)
    s.enrolment.remove(visitor, origin=origin(request), now=s.clock())
    renewed = s.session_service.renew(visitor.session, visitor.user)
    word = "app-removed" if visitor.user.passkeys else "factor-removed"
    return redirect_to_account(word), s.account.replace_session(visitor, renewed, origin=origin(request))


REMOVE = "/account/totp/remove"
"""Turning two-step sign-in off is confirmed with password and code each time, even after a recent sign-in."""
ACTS: dict[str, Act] = {
    "/account/totp/enrol": _offer, "/account/recovery-codes": _codes, REMOVE: _remove, passkeys.ADD: passkeys.offer,
    passkeys.REMOVE: passkeys.remove, password.PATH: password.show_confirmed, email.PATH: email.offer, data.PATH: data.show_confirmed,
    delete.PATH: delete.offer, connections.CONNECT: connections.connect, connections.DISCONNECT: connections.disconnect,
}  # fmt: skip
"""The acts that may follow a confirmation, by path. A form cannot name another path (F-05)."""


@signed_in_form
def act(request: Request, visitor: Visitor, sent: Params) -> Response:
    """POST of an address of ACTS."""
    path: str = request.scope["path"]  # not request.url, which depends on the Host header (F-07)
    if _always_asks(path, visitor.user) or not visitor.is_recent(services(request).clock()):
        return reauthentication.page(request, visitor, next_=path, passkey=sent.get("passkey") or "", chosen=_chosen(sent))
    return _perform(request, visitor, sent, path, before=visitor.session)


@signed_in_form
def confirm(request: Request, visitor: Visitor, sent: Params) -> Response:
    """POST /account/confirm: check the confirmation, then perform the act."""
    path = sent.one("next")
    if path not in ACTS:
        return redirect_to_account("")
    if sent.get("again"):
        return _sign_in_again(request)

    def again(*, error: FormError, status: int) -> Response:
        return reauthentication.page(
            request, visitor, next_=path, passkey=sent.get("passkey") or "", chosen=_chosen(sent), error=error, status=status
        )  # fmt: skip

    def confirmed() -> Response:
        session = reauthentication.confirm_presence(request, visitor, sent)
        return _perform(request, replace(visitor, session=session), sent, path, before=visitor.session)

    return answer_or_page_again(confirmed, again)


@signed_in_form
def confirm_enrolment(request: Request, visitor: Visitor, sent: Params) -> Response:
    """POST /account/totp/confirm."""
    s = services(request)

    def again(*, error: FormError, status: int) -> Response:
        if not s.enrolment.may_enrol(visitor, sent.get("enrolment"), now=s.clock()):
            return reauthentication.page(request, visitor, next_="/account/totp/enrol")
        return _enrolment_page(request, visitor, handle=sent.get("enrolment"), error=error, status=status)

    def enrolled() -> Response:
        codes = s.enrolment.confirm(visitor, sent.get("enrolment"), sent.get("code") or "", origin=origin(request), now=s.clock())
        response = codes_page(request, codes, continue_action="/account")
        session = s.session_service.elevate(visitor.session, method=OTP, proved_for=visitor.session.proved_for)
        set_session(request, response, s.account.replace_session(visitor, session, origin=origin(request)))
        return response

    return answer_or_page_again(enrolled, again)


def _chosen(sent: Params) -> dict[str, str]:
    return {name: value for name in connections.CHOSEN if (value := sent.get(name))}


def _sign_in_again(request: Request) -> Response:
    """The sign-in page, for a person without a password whose sign-in is too old. It leads back to the account page."""
    first: FirstForm = import_module(LOGIN.page).FORM
    return begin(request, lambda asked: first.page(request, replace(asked, prompt=("login",)), client=None))


def _always_asks(path: str, user: User) -> bool:
    """Whether the act is confirmed even after a recent sign-in: it ends two-step sign-in. A user who must keep it is refused at once."""
    alone = len(user.passkeys) + user.totp_enabled == 1
    return path in {REMOVE, passkeys.REMOVE} and (alone or path == REMOVE) and not (alone and (user.admin or user.mfa_required))


def _perform(request: Request, visitor: Visitor, sent: Params, path: str, *, before: Session) -> Response:
    response, session = ACTS[path](request, visitor, sent)
    if session.id != before.id:
        set_session(request, response, session)
    return response


def _enrolment_page(
    request: Request, visitor: Visitor, *, handle: str | None = None, error: FormError | None = None, status: int = 200
) -> Response:
    s = services(request)
    offer = s.enrolment.offer(visitor, handle, now=s.clock())
    return render(
        request, "enrol.html", status=status, error=error, action="/account/totp/confirm", cancel_url="/account", enrolment=offer.handle,
        secret=offer.shown, otpauth_uri=offer.uri, qr_svg=qr_svg(offer.uri), csrf=csrf.token(request, visitor.session.id),
    )  # fmt: skip
