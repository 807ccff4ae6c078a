"""/upstream/<connection>/callback: a person comes back from a connection, with a code or an error (RFC 6749 §4.1.2).

The attempt is bound to this browser by a cookie of its own, and the request by the cookie of the sign-in pages. If anything about the
answer is wrong, nothing is written and the sign-in page says so.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

from idp.domain.errors import Invalid, PageError
from idp.domain.message import Message
from idp.http.form_error import FormError
from idp.http.redirect import see_other
from idp.http.request import form, query
from idp.http.services import services
from idp.http.sign_in.page_again import answer_or_page_again
from idp.http.sign_in.sealed_request import is_of_this_browser, open_sealed, pending_request
from idp.http.sign_in.upstream import LINK
from idp.http.sign_in.upstream_pages import FAILED, came_from, go_on, login_page
from idp.services.upstream.sign_in import UpstreamRefused
from idp.telemetry import record

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response

    from idp.domain.connections.connection import Connection
    from idp.oauth.params import Params
    from idp.services.upstream.sign_in import Finished


OTHER_BROWSER = Message("upstream.other_browser")


def come_back(request: Request) -> Response:
    """GET: check the answer, then go on with the sign-in, or with the account page."""
    s, sent, connection = services(request), query(request), _connection(request)
    name = s.upstream_sign_in.cookie_name(connection, sent.get("state") or "", s.clock())
    try:
        finished = s.upstream_sign_in.finish(connection, _texts(sent), _cookie(request, name), s.clock())
    except UpstreamRefused as refused:
        record.note_refusal(refused)
        response = _refused(request, refused)
    else:
        response = _on(request, connection, finished)
    if name:
        response.delete_cookie(name, path="/", secure=s.settings.secure, httponly=True, samesite="lax")
    return response


def repost(request: Request) -> Response:
    """POST: the answer of a connection that uses form_post. Browsers leave our cookies out of it, so the same answer follows by GET.

    See OAuth 2.0 Form Post Response Mode §2. Only the connection's own address is the target, with what it sent sealed again.
    """
    s, connection = services(request), _connection(request)
    try:
        return see_other(s.upstream_sign_in.repost(connection, _texts(form(request)), s.clock()))
    except UpstreamRefused as refused:
        record.note_refusal(refused)
        raise PageError("invalid_request", OTHER_BROWSER) from refused


def _on(request: Request, connection: Connection, finished: Finished) -> Response:
    if finished.purpose == LINK:
        return import_module("idp.http.account.connections").linked(request, connection, finished)  # type: ignore[no-any-return]  # it returns Any
    s, asked = services(request), open_sealed(request, finished.carried)
    if not is_of_this_browser(request, asked):
        raise PageError("forbidden", "upstream.other_browser", status=403)

    def act() -> Response:
        parts = (finished.mark,) if finished.mark else ()
        arrived = s.upstream_people.arrive(
            connection, finished.identity, came_from(request, asked), parts=parts, attempt=finished.attempt,
            tokens=finished.tokens, now=s.clock(),
        )  # fmt: skip
        try:
            return go_on(request, asked, arrived)
        except Invalid as refused:
            if refused.message.id != "ticket.expired":
                raise
            raise Invalid("upstream.used", name=connection.name or connection.id) from refused  # the mark of the attempt was there

    def again(*, error: FormError, status: int) -> Response:
        client = s.clients.get(asked.client_id) if asked.client_id else None
        return login_page(request, asked, client=client, error=error, status=status)

    return answer_or_page_again(act, again)


def _refused(request: Request, refused: UpstreamRefused) -> Response:
    """The sign-in page of the same request, with the reason. If the request is unknown, a page of its own that leads back."""
    if refused.purpose == LINK:
        return see_other("/account?done=not-connected")
    asked = pending_request(request, refused.carried)
    if asked is None:
        raise PageError("invalid_request", refused.message)
    client = services(request).clients.get(asked.client_id) if asked.client_id else None
    return login_page(request, asked, client=client, error=FormError(refused.message), status=FAILED)


def _connection(request: Request) -> Connection:
    found = services(request).sign_in_connections.get(request.path_params["connection"])
    if found is None:
        raise PageError(
            "invalid_request", OTHER_BROWSER
        )  # as for a state that is not of this browser: the names of connections are not told
    return found


def _texts(sent: Params) -> dict[str, str]:
    return {name: values[0] for name, values in sent.every()}


def _cookie(request: Request, name: str | None) -> str | None:
    """The cookie of the attempt. None if the browser sends two of this name: one of them may be planted."""
    pairs = (pair.partition("=") for line in request.headers.getlist("cookie") for pair in line.split(";"))
    found = [value.strip() for key, _, value in pairs if name and key.strip() == name]
    return found[0] if len(found) == 1 else None
