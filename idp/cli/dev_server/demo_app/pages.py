"""The demo app's pages: templates/demo/."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any

from jinja2 import Environment, FileSystemLoader
from starlette.responses import HTMLResponse

from idp.http.pages import TEMPLATES
from idp.http.static_files import url_of

if TYPE_CHECKING:
    from starlette.responses import Response

    from idp.cli.dev_server.demo_app.relying_party import SignedIn

_SHOWN = 24


def page(template: str, policy: str, *, status: int = 200, signed_in: SignedIn | None = None, **context: Any) -> Response:
    """Return a page with a content security policy."""
    if signed_in:
        context |= {
            "claims": signed_in.claims, "id_token_header": signed_in.header, "userinfo": signed_in.userinfo, "tokens": _summary(signed_in),
        }  # fmt: skip
    text = _environment().get_template(template).render(t=str, brand="Demo app", stylesheet=url_of("idp.css"), **context)
    headers = {"Content-Security-Policy": policy, "Cache-Control": "no-store", "X-Content-Type-Options": "nosniff"}
    return HTMLResponse(text, status, headers)


def _summary(signed_in: SignedIn) -> dict[str, str]:
    """Return the beginning of each token: enough to see that it changes, too little to use it."""
    tokens = signed_in.tokens
    shown = {name: f"{tokens[name][-_SHOWN:]}" for name in ("access_token", "refresh_token", "id_token") if name in tokens}
    return {**{name: f"…{end}" for name, end in shown.items()}, "expires_in": f"{tokens['expires_in']} s", "scope": tokens.get("scope", "")}


@cache
def _environment() -> Environment:
    return Environment(loader=FileSystemLoader(str(TEMPLATES)), autoescape=True, auto_reload=False)
