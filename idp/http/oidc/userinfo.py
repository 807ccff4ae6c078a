"""The UserInfo endpoint (OIDC Core §5.3)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from starlette.responses import JSONResponse, Response

from idp.domain.errors import OAuthError
from idp.http.request import authorization, caller, form
from idp.http.services import services
from idp.oauth.resources.userinfo import userinfo as claims_of

if TYPE_CHECKING:
    from starlette.requests import Request


def userinfo(request: Request) -> Response:
    """The claims about the token's user, by GET or POST (OIDC Core §5.3.1)."""
    scheme, token = _read_token(request)
    answer = claims_of(services(request).provider, token, caller(request), scheme=scheme)
    return Response(answer, media_type="application/jwt") if isinstance(answer, str) else JSONResponse(answer)


def _read_token(request: Request) -> tuple[str, str | None]:
    """The scheme and the token, from the Authorization header (RFC 6750 §2.1, RFC 9449 §7.1) or a POST's form.

    See FAPI 2.0 Security Profile §5.3.4, RFC 6750 §2.2.

    Never from the query, never from two places (RFC 6750 §2, RFC 9700 §4.3.2).
    """
    scheme, _, value = (authorization(request) or "").partition(" ")
    in_form = form(request).get("access_token") if request.method == "POST" and request.scope["idp.body"] else None
    in_header = value.strip(" ") if scheme.lower() in {"bearer", "dpop"} else None
    if in_form and in_header:
        raise OAuthError("invalid_request", "access_token.sent_twice")
    return (scheme, in_header) if in_header else ("Bearer", in_form or None)
