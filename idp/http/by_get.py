"""Requests that another site's page makes a browser send by POST: they are repeated by GET.

Our cookies are SameSite=Lax. A browser leaves such cookies out of a POST that another site sends, and sends them with a navigation by GET
(RFC 6265bis §5.6.7.1). The authorization endpoint (OIDC Core §3.1.2.1) and the end session endpoint (RP-Initiated Logout 1.0 §2) have to
answer both methods. A POST without a session cookie is therefore answered with a redirect to the same endpoint by GET.

The parameters are sealed into one query parameter, so that no ID Token or email address is in a URL, a log or the browser's history.
"""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from idp.domain.errors import PageError
from idp.http import cookies
from idp.http.redirect import see_other
from idp.http.request import Params, form, query
from idp.http.services import services

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response

PURPOSE = "posted"
"""The purpose under which the parameters are sealed."""
PARAMETER = "posted"
"""The query parameter that contains them. Its value ONCE_MORE marks a POST that our own page repeated."""
ONCE_MORE = "again"
MOST = 6000
"""Characters of sealed parameters that fit into a URL. Gateways and CDNs accept 8 to 10 KB for the request line and all headers."""


def parameters(request: Request) -> Params:
    """The parameters of the request: its form, its query, or those of the POST that led here (OIDC Core §13.2).

    Raises:
        OAuthError: invalid_request, when they cannot be read.
        PageError: the sealed parameters cannot be opened, are for another endpoint, or are older than a sign-in may last.
    """
    if request.method != "GET":
        return form(request)
    sent = query(request)
    if PARAMETER not in sent:
        return sent
    s = services(request)
    opened = s.keyring.sealer().open(PURPOSE, sent.get(PARAMETER) or "")
    if not isinstance(opened, list) or opened[0] != request.scope["path"] or s.clock() >= opened[1] + s.settings.sign_in_lifetime:
        raise PageError("expired", "page.expired")
    return Params([(name, value) for name, value in opened[2]])


def repeat_with_cookies(request: Request, params: Params) -> Response | None:
    """The answer that makes the browser repeat the request with its cookies; None if that is not necessary.

    See RP-Initiated Logout 1.0 §2, RFC 9110 §9.2.1.

    Parameters that are too long for a URL are sent by POST again, from a page of this site.
    """
    s = services(request)
    if request.method != "POST" or cookies.is_sent(request, cookies.SESSION, s.settings):
        return None
    path: str = request.scope["path"]
    pairs = [(name, value) for name, values in params.every() for value in values]
    sealed = s.keyring.sealer().seal(PURPOSE, [path, s.clock(), pairs])
    if len(sealed) <= MOST:
        return see_other(f"{path}?{PARAMETER}={sealed}")
    if not _is_from_another_site(request) or query(request).get(PARAMETER) == ONCE_MORE:
        return None
    from idp.http.pages import render

    action = f"{path}?{PARAMETER}={ONCE_MORE}"
    return render(request, "post_again.html", leads_away=True, action=action, pairs=pairs)


def _is_from_another_site(request: Request) -> bool:
    """Whether the Origin header names another site."""
    issuer = urlsplit(services(request).settings.issuer)
    sent_by = request.headers.getlist("origin")
    return bool(sent_by) and sent_by != [f"{issuer.scheme}://{issuer.netloc}"]
