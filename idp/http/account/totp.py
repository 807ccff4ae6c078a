"""The second step: a code from the authenticator app."""

from __future__ import annotations

from typing import TYPE_CHECKING

from idp.http.account.second_factor import Proof
from idp.services.second_factor import OTP

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response

PROOF = Proof("totp.html", lambda second_factor: second_factor.totp, OTP)
page = PROOF.page


def totp(request: Request) -> Response:
    """POST /totp."""
    return PROOF.answer(request)
