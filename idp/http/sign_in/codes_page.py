"""The page that shows recovery codes once."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from idp.http.pages import render
from idp.http.services import services

if TYPE_CHECKING:
    from collections.abc import Sequence

    from starlette.requests import Request
    from starlette.responses import Response


def codes_page(request: Request, codes: Sequence[str], *, continue_action: str, **context: Any) -> Response:
    """The codes. `continue_action`: where the button leads."""
    text = f"{services(request).settings.issuer}\n\n" + "\n".join(codes) + "\n"
    download = "data:text/plain;charset=utf-8," + quote(text)
    return render(request, "recovery_codes.html", codes=codes, continue_action=continue_action, download=download, **context)
