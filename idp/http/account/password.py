"""The page to change the password, which demands the present one; to set the first one; and to remove it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from idp.http import cookies, csrf
from idp.http.account import reauthentication
from idp.http.account.signed_in import redirect_to_account, signed_in, signed_in_form
from idp.http.pages import render
from idp.http.passkey_fields import answer_of, passkey_fields
from idp.http.request import origin
from idp.http.services import services
from idp.http.session_cookie import set_session
from idp.http.sign_in.page_again import answer_or_page_again

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response

    from idp.domain.sessions.session import Session
    from idp.domain.sessions.visitor import Visitor
    from idp.http.form_error import FormError
    from idp.oauth.params import Params


PATH = "/account/password"


def page(request: Request, visitor: Visitor, *, error: FormError | None = None, status: int = 200) -> Response:
    """The form. It asks for a code if the person has a second factor and did not use it during the last minutes.

    An account without a password gets the same form without the present password.
    """
    user = visitor.user
    needs_code = user.has_second_factor and not visitor.is_recent(services(request).clock())
    return render(
        request, "password.html", status=status, email=user.email, needs_code=needs_code, error=error, first=user.password_hash is None,
        minimum=services(request).new_passwords.minimum(user), second_factor=user.needs_second_factor,
        csrf=csrf.token(request, visitor.session.id),
    )  # fmt: skip


def show_confirmed(request: Request, visitor: Visitor, sent: Params) -> tuple[Response, Session]:
    """The page after a confirmation, for a person whose second factor is a passkey."""
    del sent
    return page(request, visitor), visitor.session


@signed_in
def show(request: Request, visitor: Visitor) -> Response:
    """GET /account/password. A person whose only second factor is a passkey confirms first, because the form has no place for it.

    So does a person without a password.
    """
    if _confirms_first(request, visitor):
        return reauthentication.page(request, visitor, next_=PATH)
    return page(request, visitor)


@signed_in_form
def change(request: Request, visitor: Visitor, sent: Params) -> Response:
    """POST /account/password."""
    s = services(request)
    if _confirms_first(request, visitor):
        return reauthentication.page(request, visitor, next_=PATH)

    def again(*, error: FormError, status: int) -> Response:
        return page(request, visitor, error=error, status=status)

    def act() -> Response:
        session = _set_first(request, visitor, sent) if visitor.user.password_hash is None else s.account.change_password(
            visitor, sent.get("current_password") or "", sent.get("new_password") or "", sent.get("code") or "",
            device=cookies.read(request, cookies.DEVICE, s.settings), origin=origin(request), now=s.clock(),
        )  # fmt: skip
        response = redirect_to_account("password" if visitor.user.password_hash else "password-set")
        set_session(request, response, session)
        return response

    return answer_or_page_again(act, again)


@signed_in_form
def remove(request: Request, visitor: Visitor, sent: Params) -> Response:
    """POST /account/password/remove: the page that asks for the passkey, then the removal."""
    s = services(request)

    def again(*, error: FormError | None = None, status: int = 200) -> Response:
        asked = s.own_password.ask(visitor)
        return render(
            request, "password_remove.html", status=status, email=visitor.user.email, error=error,
            csrf=csrf.token(request, visitor.session.id), **passkey_fields(asked),
        )  # fmt: skip

    def act() -> Response:
        session = s.own_password.remove(visitor, answer_of(sent), origin=origin(request), now=s.clock())
        response = redirect_to_account("password-removed")
        set_session(request, response, session)
        return response

    return answer_or_page_again(act, again) if sent.get("credential") is not None else again()


def _set_first(request: Request, visitor: Visitor, sent: Params) -> Session:
    s = services(request)
    return s.own_password.set_first(visitor, sent.get("new_password") or "", origin=origin(request), now=s.clock())


def _confirms_first(request: Request, visitor: Visitor) -> bool:
    """Whether the form has no place for what the person has to prove: a passkey."""
    user = visitor.user
    by_passkey = user.password_hash is None or (user.has_second_factor and not user.totp_enabled)
    return by_passkey and not visitor.is_recent(services(request).clock())
