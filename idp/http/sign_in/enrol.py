"""A person who needs a second factor and has not set one up does so during the sign-in."""

from __future__ import annotations

from typing import TYPE_CHECKING

from idp.http.pages import render
from idp.http.request import origin
from idp.http.services import services
from idp.http.sign_in.qr import qr_svg
from idp.http.sign_in.sealed_request import page_fields
from idp.http.sign_in.step_form import StepForm
from idp.oauth.sign_in.proofs import FactorEnrolled, NothingProved
from idp.services.factors.second_factor import OTP

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response

    from idp.domain.requests.authorization_request import AuthorizationRequest
    from idp.domain.sessions.visitor import Visitor
    from idp.http.form_error import FormError
    from idp.oauth.params import Params


class Enrol(StepForm):
    """The form of POST /enrol. `enrolment` in it is the sealed secret that the page shows."""

    def page(
        self, request: Request, asked: AuthorizationRequest, visitor: Visitor, *, error: FormError | None = None, status: int = 200,
        handle: str | None = None,
    ) -> Response:  # fmt: skip
        """The form with the secret of the handle, or with a new one."""
        s = services(request)
        offer = s.enrolment.offer(visitor, handle, now=s.clock())
        return render(
            request, "enrol.html", status=status, client=visitor.client, error=error, required=True, enrolment=offer.handle,
            offers_passkey=s.settings.passkeys == "on",
            secret=offer.shown, otpauth_uri=offer.uri, qr_svg=qr_svg(offer.uri), **page_fields(request, asked),
        )  # fmt: skip

    def prove(
        self, request: Request, sent: Params, asked: AuthorizationRequest, visitor: Visitor
    ) -> FactorEnrolled | NothingProved | Response:  # fmt: skip
        """One code of the new authenticator is used. `show` asks for this form from the page of the passkey.

        The dispatcher asks for the password first if neither the sign-in nor the page is recent (H-06).
        """
        s, handle = services(request), sent.get("enrolment")
        if not s.enrolment.may_enrol(visitor, handle, now=s.clock()):
            return NothingProved()
        if sent.get("show"):
            return self.page(request, asked, visitor)
        codes = s.enrolment.confirm(visitor, handle, sent.get("code") or "", origin=origin(request), now=s.clock())
        return FactorEnrolled(OTP, codes)

    def page_again(
        self, request: Request, sent: Params, asked: AuthorizationRequest, visitor: Visitor, *, error: FormError, status: int
    ) -> Response:  # fmt: skip
        """The same secret again, so that a scanned QR code stays valid."""
        return self.page(request, asked, visitor, error=error, status=status, handle=sent.get("enrolment"))


FORM = Enrol()
