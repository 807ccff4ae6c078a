"""After a sign-in with a password, the person is offered a passkey. "Not now" goes on at once, so no app waits for it."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from idp.http.pages import render
from idp.http.passkey_fields import answer_of, passkey_fields
from idp.http.request import origin
from idp.http.services import services
from idp.http.sign_in.sealed_request import page_fields
from idp.http.sign_in.step_form import StepForm
from idp.oauth.sign_in.proofs import FactorEnrolled, FactStored, OfferDeclined

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response

    from idp.domain.requests.authorization_request import AuthorizationRequest
    from idp.domain.sessions.visitor import Visitor
    from idp.http.form_error import FormError
    from idp.oauth.params import Params


class OfferPasskey(StepForm):
    """The form of POST /offer-passkey."""

    def page(
        self, request: Request, asked: AuthorizationRequest, visitor: Visitor, *, error: FormError | None = None, status: int = 200,
        handle: str | None = None,
    ) -> Response:  # fmt: skip
        """The offer. After a while the page no longer makes a passkey (H-06), and only goes on."""
        s = services(request)
        may = s.passkey_registration.may_add(visitor, handle, now=s.clock())
        passkey: dict[str, Any] = {**passkey_fields(s.passkey_registration.offer(visitor, now=s.clock(), handle=handle))} if may else {}
        return render(
            request, "passkey_offer.html", status=status, client=visitor.client, email=visitor.user.email, error=error,
            user_agent=origin(request).user_agent, **passkey, **page_fields(request, asked),
        )  # fmt: skip

    def prove(
        self, request: Request, sent: Params, asked: AuthorizationRequest, visitor: Visitor
    ) -> FactorEnrolled | FactStored | OfferDeclined:  # fmt: skip
        """The browser made a passkey, or the person goes on without one."""
        del asked
        s, (handle, answer) = services(request), answer_of(sent)
        if not answer or not s.settings.offers_passkeys or not s.passkey_registration.may_add(visitor, handle, now=s.clock()):
            return OfferDeclined(for_good=sent.get("decision") == "never")
        added = s.passkey_registration.finish(
            visitor, handle, answer, name=sent.get("name") or "", origin=origin(request), now=s.clock()
        )  # fmt: skip
        if added.codes:
            return FactorEnrolled(added.methods, added.codes)
        return FactStored(replace(visitor, user=added.user))  # both factors were proved before

    def page_again(
        self, request: Request, sent: Params, asked: AuthorizationRequest, visitor: Visitor, *, error: FormError, status: int
    ) -> Response:  # fmt: skip
        """The offer with a new challenge."""
        return self.page(request, asked, visitor, error=error, status=status, handle=sent.get("challenge"))


FORM = OfferPasskey()
