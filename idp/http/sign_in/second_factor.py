"""The second step with a code: of the authenticator app, or a recovery code."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from idp.http.pages import render
from idp.http.request import origin
from idp.http.services import services
from idp.http.session_cookie import read_session
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
    """A template, the method of the service behind it, and the `amr` value (RFC 8176) that it proves."""

    template: str
    use: Use
    method: str

    def find(self, request: Request, asked: AuthorizationRequest) -> Visitor | None:
        """The visitor, with the credential and the counters of wrong codes."""
        s = services(request)
        return s.second_factor.find(read_session(request), client_id=asked.client_id or None, now=s.clock())

    def page(
        self, request: Request, asked: AuthorizationRequest, visitor: Visitor, *, error: FormError | None = None, status: int = 200
    ) -> Response:
        """The form."""
        return render(
            request, self.template, status=status, client=visitor.client, email=visitor.user.email, error=error,
            totp=visitor.user.totp_enabled, passkeys=bool(visitor.user.passkeys),
            **page_fields(request, asked),
        )  # fmt: skip

    def prove(self, request: Request, sent: Params, asked: AuthorizationRequest, visitor: Visitor) -> MethodProved | Response:
        """The code is used. `show` asks for this form from the page of the other kind of code."""
        if sent.get("show"):
            return self.page(request, asked, visitor)
        s = services(request)
        self.use(s.second_factor)(visitor, sent.get("code") or "", origin=origin(request), now=s.clock())
        return MethodProved(self.method)
