"""A form whose session has ended, or that was made for another session: nothing was done, and nothing that was typed is lost.

What was typed is shown and can be sent again. Only a press of the button on this page sends it with a valid token, and no other site can
frame the page or send the first form (the Origin was checked), so the token protects as before (F-02).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from idp.http import csrf
from idp.http.console.show import show

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response

    from idp.oauth.params import Params

_HIDDEN = frozenset({csrf.FIELD, "password", "code", "credential", "challenge", "confirming"})
"""Fields that are not kept: the token of the earlier session, and what confirmed who somebody is."""
_NOT_SHOWN = frozenset({"once", "version", "secret"})


def ask_to_sign_in(request: Request, sent: Params, sign_in: str) -> Response:
    """Answer a form that came without a session. `sign_in`: the address of the sign-in, which opens in another tab."""
    return _page(request, sent, status=401, sign_in=sign_in)


def ask_to_send_again(request: Request, sent: Params) -> Response:
    """Answer a form that was made for another session than the one that sends it."""
    return _page(request, sent, status=403, sign_in="")


def fields_of(sent: Params) -> list[tuple[str, str]]:
    """Return names and values of the fields that are kept."""
    return [(name, value) for name, values in sent.every() if name not in _HIDDEN for value in values]


def _page(request: Request, sent: Params, *, status: int, sign_in: str) -> Response:
    fields = fields_of(sent)
    return show(
        request, "kept.html", status=status, action=request.scope["path"], fields=fields, sign_in=sign_in,
        shown=[(name, value) for name, value in fields if name not in _NOT_SHOWN],
    )  # fmt: skip
