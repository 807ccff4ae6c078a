"""The accounts at other services that open this account: connect one, disconnect one. Each needs a recent sign-in (threats O-14)."""

from __future__ import annotations

import hmac
from typing import TYPE_CHECKING, Any, NamedTuple

from idp.domain.access.tenancy import DEPLOYMENT
from idp.domain.errors import Invalid, PageError
from idp.http.account.moment import moment
from idp.http.account.signed_in import redirect_to_account
from idp.http.request import origin
from idp.http.services import services
from idp.http.session_cookie import read_session

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response

    from idp.domain.connections.connection import Connection
    from idp.domain.sessions.session import Session
    from idp.domain.sessions.visitor import Visitor
    from idp.http.account.moment import Moment
    from idp.oauth.params import Params
    from idp.services.upstream.sign_in import Finished
    from idp.store.account_items import HeldItems

CONNECT, DISCONNECT = "/account/connections/link", "/account/connections/unlink"
CHOSEN = ("connection", "link")
"""The fields that say what an act is about. The page of the confirmation keeps them."""


class Row(NamedTuple):
    """A link, as the page shows it. `gives_tokens`: apps may use the account at the other service."""

    id: str
    name: str
    theirs: str
    since: Moment
    gives_tokens: bool


def rows(request: Request, held: HeldItems) -> dict[str, Any]:
    """What `templates/account/connections.html` shows. A page with a button that leads to a connection leads away."""
    buttons = services(request).connection_buttons
    offered, names, giving = buttons.shown(""), buttons.names(), buttons.giving_tokens()
    links = [
        Row(
            one.id,
            names.get(one.connection_id, one.connection_id.rpartition(".")[2]),
            one.email or one.subject[:40],
            moment(one.created_at),
            one.connection_id in giving,
        )
        for one in held.links
    ]
    return {"links": links, "connections": offered, "leads_away": bool(offered)}


def connect(request: Request, visitor: Visitor, sent: Params) -> tuple[Response, Session]:
    """The redirect to the connection. The attempt is bound to this session, so no other person's attempt ends in it."""
    from idp.domain.connections.decision import refusal_of
    from idp.http.sign_in.upstream import LINK, leave

    s = services(request)
    found = s.sign_in_connections.get(sent.get("connection") or "")
    if found is None or found.org_id:  # one of an organisation is linked on the way of a sign-in only
        raise PageError("not_found", "upstream.unknown", status=404)
    if refused := refusal_of(found, ""):
        raise PageError("forbidden", refused, status=403)
    prompt = "select_account consent" if found.keeps_tokens else "select_account"  # OIDC Core §11: consent, for a refresh token
    begun = s.upstream_sign_in.begin(found, purpose=LINK, carried=_carried(visitor), prompt=prompt, now=s.clock())
    return leave(request, begun), visitor.session


def linked(request: Request, connection: Connection, finished: Finished) -> Response:
    """The person came back: the link is written for the session that began the attempt."""
    from idp.domain.connections.decision import refusal_of
    from idp.domain.connections.pending_link import pending_link
    from idp.services.connections.upstream_links import BY_PERSON

    s = services(request)
    visitor = s.visitors.signed_in(read_session(request))
    if visitor is None or not hmac.compare_digest(finished.carried, _carried(visitor)):
        raise PageError("forbidden", "upstream.other_session", status=403)
    if refused := refusal_of(connection, ""):
        raise PageError("forbidden", refused, status=403)
    parts: tuple[Any, ...] = (finished.mark,) if finished.mark else ()
    pending = pending_link(connection, finished.identity)
    known_since = visitor.session.browser_known_since
    parts += s.token_keeper.parts(connection, visitor.user.id, pending.id, finished.tokens, s.clock())
    try:
        s.upstream_links.link(
            connection, pending, visitor.user, how=BY_PERSON, browser_known_since=known_since, parts=parts, origin=origin(request),
            now=s.clock(),
        )  # fmt: skip
    except Invalid as taken:  # the page of the account has no form to show again: the person chose nothing wrong there
        raise PageError("conflict", taken.message, status=409) from taken
    return redirect_to_account("connected")


def disconnect(request: Request, visitor: Visitor, sent: Params) -> tuple[Response, Session]:
    """The link is removed, and every other session that began with it ends."""
    s = services(request)
    s.own_connections.unlink(visitor, sent.get("link") or "", origin=origin(request), now=s.clock(), scope=DEPLOYMENT)
    return redirect_to_account("disconnected"), visitor.session


def _carried(visitor: Visitor) -> str:
    return f"{visitor.user.id} {visitor.session.id}"
