"""Protection against forms that another site makes a browser send (F-02, B-17): by the Origin header and by a sealed token.

In addition the cookies are SameSite=Lax, and the pages of a sign-in contain a request that is bound to the browser.
"""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from idp.domain.errors import PageError
from idp.http.services import services

if TYPE_CHECKING:
    from starlette.requests import Request

    from idp.oauth.params import Params

PURPOSE = "csrf"
FIELD = "csrf"


def same_origin(request: Request) -> None:
    """Require that our own page sent this POST.

    Browsers send the Origin of every POST (Fetch §3.1). `null` is a sandbox, a file or a redirect from another site, and is refused.
    Without Origin, Sec-Fetch-Site decides. A client that sends neither is not a browser, so it has no cookies that a site could abuse.

    Raises:
        PageError: another site sent it.
    """
    issuer = urlsplit(services(request).settings.issuer)
    sent_by = request.headers.getlist("origin")
    if sent_by:
        ours = sent_by == [f"{issuer.scheme}://{issuer.netloc}"]
    else:
        ours = request.headers.get("sec-fetch-site", "none") in {"same-origin", "none"}
    if not ours:
        raise PageError("forbidden", "page.foreign_form", status=403)


def token(request: Request, session_id: str) -> str:
    """The token for the hidden field of a form that acts for this session."""
    return services(request).keyring.sealer().seal(PURPOSE, [session_id])


def is_valid(request: Request, form: Params, *session_ids: str) -> bool:
    """Whether the form was made for this session, under one of its ids."""
    return services(request).keyring.sealer().open(PURPOSE, form.get(FIELD) or "") in [[each] for each in session_ids]


def check(request: Request, form: Params, session_id: str) -> None:
    """Require that the form was made for this session.

    Raises:
        PageError: it was made for another session, or not by this provider.
    """
    if not is_valid(request, form, session_id):
        raise PageError("forbidden", "page.other_session", status=403)
