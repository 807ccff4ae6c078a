"""POST /upstream/link: a person who signed in to an account decides whether a connection may open it from now on."""

from __future__ import annotations

from typing import TYPE_CHECKING

from idp.domain.connections.decision import refusal_of
from idp.domain.connections.pending_link import from_payload
from idp.domain.errors import Invalid
from idp.http import csrf
from idp.http.pages import render
from idp.http.request import origin
from idp.http.services import services
from idp.http.sign_in.sealed_request import page_fields
from idp.http.sign_in.step_form import StepForm
from idp.http.sign_in.upstream_pages import marks
from idp.oauth.sign_in.proofs import LinkAnswered
from idp.services.connections.upstream_links import BY_SIGN_IN

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response

    from idp.domain.requests.authorization_request import AuthorizationRequest
    from idp.domain.sessions.visitor import Visitor
    from idp.http.form_error import FormError
    from idp.oauth.params import Params


class UpstreamLink(StepForm):
    """The question names both accounts. The sign-in goes on with either answer."""

    def page(
        self, request: Request, asked: AuthorizationRequest, visitor: Visitor, *, error: FormError | None = None, status: int = 200
    ) -> Response:
        """The question."""
        pending = from_payload(asked.upstream or [])
        return render(
            request, "upstream_link.html", status=status, client=visitor.client, error=error, email=visitor.user.email,
            connection=pending.name, theirs=pending.shown, csrf=csrf.token(request, visitor.session.id), **page_fields(request, asked),
        )  # fmt: skip

    def prove(self, request: Request, sent: Params, asked: AuthorizationRequest, visitor: Visitor) -> LinkAnswered:
        """The link is written, if the person wants it and the connection still may."""
        csrf.check(request, sent, visitor.session.id)
        if sent.get("decision") != "link":
            return LinkAnswered()
        s, pending = services(request), from_payload(asked.upstream or [])
        connection = s.sign_in_connections.get(pending.connection_id)
        if connection is None:
            raise Invalid("upstream.unknown")
        if refused := refusal_of(connection, asked.client_id):
            raise Invalid(refused)
        known_since = visitor.session.browser_known_since
        tokens, gone = s.token_keeper.waited(connection, pending, s.clock())
        kept = s.token_keeper.parts(connection, visitor.user.id, pending.id, tokens, s.clock())
        s.upstream_links.link(
            connection, pending, visitor.user, how=BY_SIGN_IN, browser_known_since=known_since,
            parts=(*marks(request, pending), *gone, *kept), origin=origin(request), now=s.clock(),
        )  # fmt: skip
        return LinkAnswered(
            s.connection_members.join_after_link(
                visitor.user, connection, pending, origin=origin(request), now=s.clock()
            )
        )  # fmt: skip


FORM = UpstreamLink()
