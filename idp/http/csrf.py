"""Against posts that another site makes a browser send (F-02, B-17): they name their origin, and they do not know our tokens.

The cookies are SameSite=Lax as well, and the pages of a sign-in carry a request that is bound to the browser.
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
    """Let a post pass only if a page of ours sent it.

    Browsers name the origin of every post (Fetch §3.1). `null` is a sandbox, a file or a redirect from elsewhere: no page of ours.
    Where there is no Origin, Sec-Fetch-Site says it; what sends neither is no browser of today, and has no cookies to abuse.

    Raises:
        PageError: another site did, or nobody says who.
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
    """For the hidden field of a form that acts for this session."""
    return services(request).keyring.sealer().seal(PURPOSE, [session_id])


def belongs(request: Request, form: Params, *session_ids: str) -> bool:
    """Whether the form was made for this session, under one of its ids."""
    return services(request).keyring.sealer().open(PURPOSE, form.get(FIELD) or "") in [[each] for each in session_ids]


def check(request: Request, form: Params, session_id: str) -> None:
    """Let a form pass only if it was made for this session.

    Raises:
        PageError: it was made for another one, or not by us.
    """
    if not belongs(request, form, session_id):
        raise PageError("forbidden", "page.other_session", status=403)
