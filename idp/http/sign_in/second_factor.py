"""The second step with a code: of the authenticator app, or a recovery code."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from idp.http.pages import render
from idp.http.request import origin
from idp.http.services import services
from idp.http.session_cookie import read_session
from idp.http.sign_in.remember import new_device, offered_days
from idp.http.sign_in.sealed_request import page_fields
from idp.http.sign_in.step_form import StepForm
from idp.oauth.sign_in.proofs import MethodProved

if TYPE_CHECKING:
    from collections.abc import Callable

    from starlette.requests import Request
    from starlette.responses import Response

    from idp.domain.requests.authorization_request import AuthorizationRequest
    from idp.domain.sessions.visitor import Visitor
    from idp.http.form_error import FormError
    from idp.oauth.params import Params
    from idp.services.factors.second_factor import SecondFactor

    Use = Callable[[SecondFactor], Callable[..., None]]
    """Selects the method of the service that uses the code, once."""


@dataclass(frozen=True, slots=True)
class CodeForm(StepForm):
    """A template, the method of the service behind it, and the `amr` value (RFC 8176) that it proves.

    `may_remember`: whether the person may have the device remembered with it.
    """

    template: str
    use: Use
    method: str
    may_remember: bool = False

    def find(self, request: Request, asked: AuthorizationRequest) -> Visitor | None:
        """The visitor, with the credential and the counters of wrong codes."""
        s = services(request)
        return s.second_factor.find(read_session(request), client_id=asked.client_id or None, now=s.clock())

    def page(
        self, request: Request, asked: AuthorizationRequest, visitor: Visitor, *, error: FormError | None = None, status: int = 200,
        remember: bool = False,
    ) -> Response:  # fmt: skip
        """The form. `remember`: the box is checked."""
        return render(
            request, self.template, status=status, client=visitor.client, email=visitor.user.email, error=error,
            totp=visitor.user.totp_enabled, passkeys=bool(visitor.user.passkeys), remember=remember,
            remember_days=offered_days(request, asked, visitor) if self.may_remember else 0,
            **page_fields(request, asked),
        )  # fmt: skip

    def prove(self, request: Request, sent: Params, asked: AuthorizationRequest, visitor: Visitor) -> MethodProved | Response:
        """The code is used. `show` asks for this form from the page of the other kind of code."""
        if sent.get("show"):
            return self.page(request, asked, visitor)
        s = services(request)
        self.use(s.second_factor)(visitor, sent.get("code") or "", origin=origin(request), now=s.clock())
        return MethodProved(self.method, new_device(request, sent, asked, visitor) if self.may_remember else None)

    def page_again(
        self, request: Request, sent: Params, asked: AuthorizationRequest, visitor: Visitor, *, error: FormError, status: int
    ) -> Response:  # fmt: skip
        """The form with an error. The box stays as it was."""
        return self.page(request, asked, visitor, error=error, status=status, remember=bool(sent.get("remember")))
