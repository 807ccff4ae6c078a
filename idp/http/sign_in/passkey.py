"""POST /passkey: a passkey as the second factor. The page leads to the other ways, and says so without JavaScript."""

from __future__ import annotations

from typing import TYPE_CHECKING

from idp.http.pages import render
from idp.http.passkey_fields import answer_of, passkey_fields
from idp.http.request import origin
from idp.http.services import services
from idp.http.sign_in.remember import new_device, offered_days
from idp.http.sign_in.sealed_request import page_fields
from idp.http.sign_in.step_form import StepForm
from idp.oauth.sign_in.proofs import MethodProved
from idp.services.passkeys.authentication import SECOND_FACTOR

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response

    from idp.domain.requests.authorization_request import AuthorizationRequest
    from idp.domain.sessions.visitor import Visitor
    from idp.http.form_error import FormError
    from idp.oauth.params import Params


class PasskeyForm(StepForm):
    """The form of POST /passkey."""

    def page(
        self, request: Request, asked: AuthorizationRequest, visitor: Visitor, *, error: FormError | None = None, status: int = 200
    ) -> Response:
        """The page, with a new challenge."""
        user, s = visitor.user, services(request)
        return render(
            request, "passkey.html", status=status, client=visitor.client, email=user.email, error=error, totp=user.totp_enabled,
            remember_days=offered_days(request, asked, visitor),
            **passkey_fields(s.passkey_authentication.request(user, SECOND_FACTOR, visitor.session.id)), **page_fields(request, asked),
        )  # fmt: skip

    def prove(self, request: Request, sent: Params, asked: AuthorizationRequest, visitor: Visitor) -> MethodProved | Response:
        """The passkey is used. `show` asks for this form from the page of another way."""
        if sent.get("show"):
            return self.page(request, asked, visitor)
        s = services(request)
        used = s.passkey_authentication.use(
            visitor.user, SECOND_FACTOR, visitor.session.id, answer_of(sent), client=visitor.client, origin=origin(request), now=s.clock()
        )
        return MethodProved(used.methods, new_device(request, sent, asked, visitor))


FORM = PasskeyForm()
