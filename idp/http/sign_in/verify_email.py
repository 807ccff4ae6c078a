"""POST /verify-email: a person proves the address of the account, before an app that asks for it gets an answer."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from idp.http.pages import render
from idp.http.request import origin
from idp.http.services import services
from idp.http.session_cookie import read_session
from idp.http.sign_in.sealed_request import page_fields
from idp.http.sign_in.step_form import StepForm
from idp.oauth.sign_in.proofs import FactStored

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response

    from idp.domain.requests.authorization_request import AuthorizationRequest
    from idp.domain.sessions.visitor import Visitor
    from idp.http.form_error import FormError
    from idp.oauth.params import Params


class VerifyEmail(StepForm):
    """Two forms: `send` asks for the mail; then `code` is typed, or the page of the link sends its `ticket`."""

    def find(self, request: Request, asked: AuthorizationRequest) -> Visitor | None:
        """The visitor, and the ticket that they have."""
        s = services(request)
        return s.visitors.find(read_session(request), client_id=asked.client_id or None, more=s.email_verification.list_wanted())

    def page(
        self, request: Request, asked: AuthorizationRequest, visitor: Visitor, *, error: FormError | None = None, status: int = 200
    ) -> Response:
        """The form that asks for the mail. Opening the page sends none."""
        return _form(request, asked, visitor, sent=False, error=error, status=status)

    def prove(self, request: Request, sent: Params, asked: AuthorizationRequest, visitor: Visitor) -> FactStored | Response:
        """The mail is sent, or its proof is stored."""
        s, now = services(request), services(request).clock()
        if sent.get("send"):
            s.email_verification.ask(visitor, request=page_fields(request, asked)["request_field"], origin=origin(request), now=now)
            return _form(request, asked, visitor, sent=True)
        ticket = s.email_verification.prove(visitor, code=sent.get("code") or "", handle=sent.get("ticket"), now=now)
        user = s.email_verification.verify(visitor, ticket, attempt=s.new_id(), origin=origin(request), now=now)
        return FactStored(replace(visitor, user=user))

    def page_again(
        self, request: Request, sent: Params, asked: AuthorizationRequest, visitor: Visitor, *, error: FormError, status: int
    ) -> Response:  # fmt: skip
        """The form for the code, with the error. If the mail is over, the form that asks for another one."""
        over = error.message.id == "ticket.expired"
        del sent
        return _form(request, asked, visitor, sent=not over, error=error, status=status)


def _form(
    request: Request, asked: AuthorizationRequest, visitor: Visitor, *, sent: bool, error: FormError | None = None, status: int = 200
) -> Response:
    return render(
        request, "verify_email.html", status=status, client=visitor.client, email=visitor.user.email, sent=sent, error=error,
        to_send="/verify-email", to_check="/verify-email", **page_fields(request, asked),
    )  # fmt: skip


FORM = VerifyEmail()
