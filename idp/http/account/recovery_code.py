"""The second step without the authenticator: one of the recovery codes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from idp.http.account.second_factor import Proof
from idp.services.second_factor import RECOVERY

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response

PROOF = Proof("recovery_code.html", lambda second_factor: second_factor.recovery_code, RECOVERY)


def recovery_code(request: Request) -> Response:
    """POST /recovery-code."""
    return PROOF.answer(request)
