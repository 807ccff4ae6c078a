"""POST /upstream/finish: the account of a person who comes from a connection, after its address is proved. It has no password."""

from __future__ import annotations

import hmac
from typing import TYPE_CHECKING, NamedTuple

from idp.domain.access.tenancy import DEPLOYMENT
from idp.domain.connections.pending_link import PendingLink, from_payload
from idp.domain.errors import Invalid
from idp.http.services import services
from idp.http.sign_in.sign_up_pages import typed_values
from idp.http.sign_in.step_form import FirstForm
from idp.http.sign_in.upstream_pages import came_from, finish_page, login_page, marks, signed_in, taken_page
from idp.services.people.sign_up.rules import UPSTREAM

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response

    from idp.domain.apps.client import Client
    from idp.domain.requests.authorization_request import AuthorizationRequest
    from idp.domain.tickets.ticket import Ticket
    from idp.http.form_error import FormError
    from idp.oauth.params import Params


class Ready(NamedTuple):
    """An identity whose account may be made. `ticket`: the proof of the address; None if the connection vouches for it."""

    pending: PendingLink
    email: str
    client: Client | None
    ticket: Ticket | None


class UpstreamFinish(FirstForm):
    """The form of claims and terms."""

    def page(
        self, request: Request, asked: AuthorizationRequest, *, client: Client | None, email: str = "", reason: str = "",
        error: FormError | None = None, status: int = 200,
    ) -> Response:  # fmt: skip
        """The sign-in page, because an account needs an identity."""
        del reason
        return login_page(request, asked, client=client, email=email, error=error, status=status)

    def prove(self, request: Request, sent: Params, asked: AuthorizationRequest) -> Response:
        """The account is made, and its person is signed in."""
        s, ready = services(request), _ready(request, sent, asked)
        if ready is None:
            return taken_page(request, asked, s.clients.get(asked.client_id) if asked.client_id else None)
        pending, email, client, ticket = ready
        connection = s.sign_in_connections.get(pending.connection_id)
        if connection is None:
            raise Invalid("upstream.unknown")
        tokens, gone = s.token_keeper.waited(connection, pending, s.clock())
        proved = s.upstream_accounts.create(
            connection, pending, email, typed_values(request, sent), client, came_from(request, asked), ticket=ticket,
            parts=(*marks(request, pending), *gone), tokens=tokens, now=s.clock(),
        )  # fmt: skip
        return signed_in(request, asked, proved) if proved else taken_page(request, asked, client)

    def page_again(
        self, request: Request, sent: Params, asked: AuthorizationRequest, *, client: Client | None, error: FormError, status: int
    ) -> Response:  # fmt: skip
        """The same page with the error."""
        ready = _ready(request, sent, asked)
        if ready is None:
            return taken_page(request, asked, client)
        return finish_page(
            request, asked, ready.pending, email=ready.email, client=ready.client, handle=sent.get("ticket") or "",
            sent=typed_values(request, sent), error=error, status=status,
        )  # fmt: skip


def _ready(request: Request, sent: Params, asked: AuthorizationRequest) -> Ready | None:
    """What the form is about. None without an identity, or without a proof of an address.

    A mail proves an address for the identity that asked for it, and for no other one in the same browser (threats I-07).
    """
    if asked.upstream is None:
        return None
    s, pending, handle = services(request), from_payload(asked.upstream), sent.get("ticket")
    if handle:
        found = s.sign_up.find(handle, client_id=asked.client_id, now=s.clock(), scope=DEPLOYMENT)
        if found is None or not hmac.compare_digest(found.ticket.details.get(UPSTREAM, ""), pending.id):
            return None
        return Ready(pending, found.ticket.email, found.client, found.ticket)
    client = s.clients.get(asked.client_id) if asked.client_id else None
    return Ready(pending, pending.trusted, client, None) if pending.trusted else None


FORM = UpstreamFinish()
