"""The second step without the authenticator: one of the recovery codes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from idp.http.account.second_factor import Proof
from idp.http.account.step_form import step_form
from idp.services.factors.second_factor import RECOVERY

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response

    from idp.domain.requests.authorization_request import AuthorizationRequest
    from idp.oauth.params import Params

PROOF = Proof("recovery_code.html", lambda second_factor: second_factor.recovery_code, RECOVERY)


@step_form
def recovery_code(request: Request, sent: Params, made: AuthorizationRequest) -> Response:
    """POST /recovery-code."""
    return PROOF.answer(request, sent, made)
