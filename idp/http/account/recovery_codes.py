"""The recovery codes, shown this once, and the way on from there."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from idp.http.account.onward import onward, visitor
from idp.http.account.step_form import step_form
from idp.http.pages import render
from idp.http.services import services

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response

    from idp.domain.requests.authorization_request import AuthorizationRequest
    from idp.oauth.params import Params


def page(request: Request, codes: list[str], *, continue_action: str, **context: Any) -> Response:
    """The codes."""
    text = f"{services(request).settings.issuer}\n\n" + "\n".join(codes) + "\n"
    download = "data:text/plain;charset=utf-8," + quote(text)
    return render(request, "recovery_codes.html", codes=codes, continue_action=continue_action, download=download, **context)


@step_form
def recovery_codes(request: Request, sent: Params, made: AuthorizationRequest) -> Response:
    """POST /recovery-codes, in the middle of a sign-in: they are saved, go on."""
    del sent
    return onward(request, made, visitor(request, made))
