"""Redirects: always 303, so that no browser repeats a form with a password (RFC 9700 §4.12). For form_post, a page that posts itself."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import urlencode

from starlette.responses import Response

from idp.domain.errors import PageError
from idp.http.services import services

if TYPE_CHECKING:
    from starlette.requests import Request

    from idp.oauth.authorization.error_response import AuthorizationError
    from idp.oauth.authorization.response import AuthorizationResponse


def see_other(location: str) -> Response:
    """303 to a location that this provider built or validated (RFC 9700 §4.12)."""
    return Response(status_code=303, headers={"Location": location})


def authorization_response(request: Request, answer: AuthorizationResponse | AuthorizationError) -> Response:
    """Send the parameters to the redirect URI in the response mode that was asked for.

    See JARM §2.3, OAuth 2.0 Form Post Response Mode §2, RFC 9700 §4.12.
    """
    mode, parameters = answer.response_mode, answer.parameters
    if mode not in {"query", "form_post"}:
        mode, parameters = _sign(request, answer)
    if mode == "form_post":
        from idp.http.pages import render

        return render(
            request,
            "form_post.html",
            leads_away=True,
            action=answer.redirect_uri,
            fields=parameters,
            client=answer.client,
        )
    return see_other(with_parameters(answer.redirect_uri, parameters))


def _sign(request: Request, answer: AuthorizationResponse | AuthorizationError) -> tuple[str, dict[str, str]]:
    """JARM: the plain mode, and the one parameter that is sent. An error has only the id of its client."""
    from idp.oauth.authorization import jarm

    s = services(request)
    client = answer.client or s.clients.get(answer.client_id)
    if client is None:
        raise PageError("invalid_client", "page.app_unknown")
    return jarm.PLAIN[answer.response_mode], jarm.wrap(s.provider, client, answer.parameters)


def with_parameters(uri: str, parameters: dict[str, str]) -> str:
    """The URI with parameters added to its query, which is kept as registered (RFC 6749 §3.1.2)."""
    return f"{uri}{'&' if '?' in uri else '?'}{urlencode(parameters)}"
