"""The second step: a code from the authenticator app."""

from __future__ import annotations

from typing import TYPE_CHECKING

from idp.http.account.second_factor import Proof
from idp.http.account.step_form import step_form
from idp.services.factors.second_factor import OTP

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response

    from idp.domain.requests.authorization_request import AuthorizationRequest
    from idp.oauth.params import Params

PROOF = Proof("totp.html", lambda second_factor: second_factor.totp, OTP)
page = PROOF.page


@step_form
def totp(request: Request, sent: Params, made: AuthorizationRequest) -> Response:
    """POST /totp."""
    return PROOF.answer(request, sent, made)
