"""After a sign-in with a password the browser may make a passkey without a gesture (IDP_PASSKEY_UPGRADE). The page goes on by itself.

The sign-in goes on whatever the browser does: a passkey that was not made, or is refused, changes nothing.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from idp.domain.errors import Conflict, Forbidden, Invalid
from idp.http.pages import render
from idp.http.passkey_fields import answer_of, passkey_fields
from idp.http.request import origin
from idp.http.services import services
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


class UpgradePasskey(StepForm):
    """The form of POST /upgrade-passkey."""

    def page(
        self, request: Request, asked: AuthorizationRequest, visitor: Visitor, *, error: FormError | None = None, status: int = 200
    ) -> Response:
        """The page whose script asks the browser. Some minutes after the password it only goes on."""
        upgrade, now = services(request).passkey_upgrade, services(request).clock()
        passkey: dict[str, Any] = {**passkey_fields(upgrade.offer(visitor, now=now))} if upgrade.may_ask(visitor, now=now) else {}
        return render(
            request, "passkey_upgrade.html", status=status, client=visitor.client, error=error, user_agent=origin(request).user_agent,
            **passkey, **page_fields(request, asked),
        )  # fmt: skip

    def prove(self, request: Request, sent: Params, asked: AuthorizationRequest, visitor: Visitor) -> FactStored:
        """The browser made a passkey, or did not."""
        del asked
        s, given = services(request), answer_of(sent)
        if not given.answer:
            return FactStored(visitor, upgrade_tried=True)
        try:
            user = s.passkey_upgrade.finish(visitor, given, name=sent.get("name") or "", origin=origin(request), now=s.clock())
        except (Invalid, Forbidden, Conflict):
            return FactStored(visitor, upgrade_tried=True)
        return FactStored(replace(visitor, user=user), upgrade_tried=True)


FORM = UpgradePasskey()
