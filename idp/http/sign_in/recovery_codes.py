"""POST /recovery-codes, which continues a sign-in after the page that showed recovery codes once."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import urlencode

from idp.http.redirect import see_other
from idp.http.sign_in.sealed_request import page_fields
from idp.http.sign_in.step_form import StepForm
from idp.oauth.sign_in.proofs import NothingProved

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response

    from idp.domain.requests.authorization_request import AuthorizationRequest
    from idp.domain.sessions.visitor import Visitor
    from idp.http.form_error import FormError
    from idp.oauth.params import Params


class RecoveryCodesSaved(StepForm):
    """The person has saved the codes. It proves nothing: the factor was proved when it was set up."""

    def page(
        self, request: Request, asked: AuthorizationRequest, visitor: Visitor, *, error: FormError | None = None, status: int = 200
    ) -> Response:
        """Redirect to the step that is due. The codes are shown once, with the answer to /enrol."""
        del visitor, error, status
        return see_other("/recovery-codes?" + urlencode({"request": page_fields(request, asked)["request_field"]}))

    def prove(self, request: Request, sent: Params, asked: AuthorizationRequest, visitor: Visitor) -> NothingProved:
        """Continue with the step that is due."""
        del request, sent, asked, visitor
        return NothingProved()


FORM = RecoveryCodesSaved()
