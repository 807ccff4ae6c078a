"""POST /enrol-passkey: a person who needs a second factor and has none sets up a passkey, instead of an authenticator app."""

from __future__ import annotations

from typing import TYPE_CHECKING

from idp.http.pages import render
from idp.http.passkey_fields import answer_of, passkey_fields
from idp.http.request import origin
from idp.http.services import services
from idp.http.sign_in.sealed_request import page_fields
from idp.http.sign_in.step_form import StepForm
from idp.oauth.sign_in.proofs import FactorEnrolled, NothingProved

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response

    from idp.domain.requests.authorization_request import AuthorizationRequest
    from idp.domain.sessions.visitor import Visitor
    from idp.http.form_error import FormError
    from idp.oauth.params import Params


class EnrolPasskey(StepForm):
    """The form of POST /enrol-passkey."""

    def page(
        self, request: Request, asked: AuthorizationRequest, visitor: Visitor, *, error: FormError | None = None, status: int = 200,
        handle: str | None = None, name: str = "",
    ) -> Response:  # fmt: skip
        """The page that makes a passkey. `handle`: of the page that is shown again. `name`: what the person called the passkey."""
        s = services(request)
        offer = s.passkey_registration.offer(visitor, now=s.clock(), handle=handle)
        return render(
            request, "passkey_add.html", status=status, client=visitor.client, error=error, action="/enrol-passkey", name=name,
            user_agent=origin(request).user_agent, **passkey_fields(offer), **page_fields(request, asked),
        )  # fmt: skip

    def prove(
        self, request: Request, sent: Params, asked: AuthorizationRequest, visitor: Visitor
    ) -> FactorEnrolled | NothingProved | Response:  # fmt: skip
        """The browser made a passkey. `show` asks for this form from the page of the authenticator app.

        The dispatcher asks for the first factor again if neither the sign-in nor the page is recent (H-06).
        """
        s, (handle, answer) = services(request), answer_of(sent)
        if s.settings.passkeys != "on" or not s.passkey_registration.may_add(visitor, handle, now=s.clock()):
            return NothingProved()
        if sent.get("show"):
            return self.page(request, asked, visitor)
        added = s.passkey_registration.finish(
            visitor, handle, answer, name=sent.get("name") or "", origin=origin(request), now=s.clock()
        )  # fmt: skip
        return FactorEnrolled(added.methods, added.codes)

    def page_again(
        self, request: Request, sent: Params, asked: AuthorizationRequest, visitor: Visitor, *, error: FormError, status: int
    ) -> Response:  # fmt: skip
        """The page with a new challenge, and the name that the person gave."""
        return self.page(
            request, asked, visitor, error=error, status=status, handle=sent.get("challenge"), name=sent.get("name") or ""
        )  # fmt: skip


FORM = EnrolPasskey()
