"""POST /upstream: a person chooses a connection, or types an address whose domain has one, and is sent there."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from idp.domain.connections.decision import refusal_of
from idp.domain.connections.ids import org_id_of
from idp.domain.errors import Invalid
from idp.http.redirect import see_other
from idp.http.services import services
from idp.http.sign_in.sealed_request import page_fields
from idp.http.sign_in.step_form import FirstForm
from idp.http.sign_in.upstream_pages import login_page
from idp.services.upstream.sign_in import UpstreamRefused
from idp.telemetry import record

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response

    from idp.domain.apps.client import Client
    from idp.domain.requests.authorization_request import AuthorizationRequest
    from idp.http.form_error import FormError
    from idp.oauth.params import Params
    from idp.services.upstream.sign_in import Begun

SIGN_IN, LINK = "sign_in", "link"
"""The purposes for which a person is sent to a connection."""
LONGEST = 4000
"""Characters of a sealed request that fit into the `state` of an address. Only pushed requests are longer."""
LONGEST_HINT = 254
"""Characters of an address that is passed on (RFC 5321 §4.5.3.1.3). A longer one would make the address of the redirect too long."""
MOST_ATTEMPTS, MOST_COOKIES = 5, 5000
"""Attempts of one browser that stay open, and characters of their cookies together. Longer requests would be refused by a gateway."""


class Upstream(FirstForm):
    """The buttons of the sign-in page, and its form for the address of an organisation."""

    def page(
        self, request: Request, asked: AuthorizationRequest, *, client: Client | None, email: str = "", reason: str = "",
        error: FormError | None = None, status: int = 200,
    ) -> Response:  # fmt: skip
        """The sign-in page."""
        del reason
        return login_page(request, asked, client=client, email=email, error=error, status=status)

    def prove(self, request: Request, sent: Params, asked: AuthorizationRequest) -> Response:
        """The redirect to the connection. An address is compared with the domains of connections and organisations only."""
        email, s = sent.get("email") or "", services(request)
        named = sent.get("connection") or ""
        if org_id_of(named):  # no button leads there: only a typed address of its organisation's domain does
            raise Invalid("upstream.unknown")
        chosen = named or s.connection_buttons.of_address(email, asked.client_id) or s.domain_routes.of_address(email)
        if not chosen:
            raise Invalid("upstream.no_organisation" if email.strip() else "upstream.address_first", field="email")
        return to_connection(request, asked, chosen, login_hint="" if named else email)


def to_connection(request: Request, asked: AuthorizationRequest, connection_id: str, *, login_hint: str = "") -> Response:
    """The redirect to the connection, for this request.

    Raises:
        Invalid: there is no such connection, it is off or not for this app, or the request is too long.
        UpstreamRefused: its settings cannot be read.
    """
    s = services(request)
    connection = s.sign_in_connections.get(connection_id)
    # That another app has this connection is not told: its name can name a customer.
    if connection is None or refusal_of(connection, asked.client_id):
        raise Invalid("upstream.unknown")
    carried = page_fields(request, replace(asked, upstream=None, connection=""))["request_field"]
    if len(carried) > LONGEST:
        raise Invalid("upstream.request_too_long")
    prompt = next((each for each in ("login", "select_account") if each in asked.prompt), "")
    if connection.keeps_tokens and "consent" in asked.prompt:  # OIDC Core §11: an upstream gives a refresh token after a consent
        prompt = f"{prompt} consent".strip()
    hint = login_hint or asked.login_hint or ""
    ages = [age for age in (asked.max_age, asked.upstream_age) if age is not None]
    begun = s.upstream_sign_in.begin(
        connection, purpose=SIGN_IN, carried=carried, login_hint=hint if len(hint) <= LONGEST_HINT else "", prompt=prompt,
        max_age=0 if "login" in asked.prompt else min(ages, default=None), now=s.clock(),
    )  # fmt: skip
    return leave(request, begun)


def straight_to_connection(request: Request, asked: AuthorizationRequest, app: Client) -> Response | None:
    """The redirect for a request of this app that names a connection, or whose app has exactly one. None if that is not possible."""
    only = services(request).connection_buttons.ids(app.id) if app.connections_only else []
    chosen = asked.connection or (only[0] if len(only) == 1 else "")
    try:
        return to_connection(request, asked, chosen) if chosen else None
    except (Invalid, UpstreamRefused) as unusable:
        record.note_refusal(unusable)
        return None


def leave(request: Request, begun: Begun) -> Response:
    """The redirect, with the cookie that binds the attempt to this browser. The oldest attempts of the browser end."""
    response, prefix = see_other(begun.url), begun.cookie_name.partition("up-")[0] + "up-"
    open_attempts = [name for name in request.cookies if name.startswith(prefix)]  # browsers send the oldest first (RFC 6265 §5.4)
    sizes = [len(begun.cookie_value), *(len(request.cookies[name]) for name in reversed(open_attempts))]
    kept = next((count for count in range(len(sizes), 1, -1) if count <= MOST_ATTEMPTS and sum(sizes[:count]) <= MOST_COOKIES), 1) - 1
    for name in open_attempts[: len(open_attempts) - kept]:
        response.delete_cookie(name, path="/", secure=services(request).settings.secure, httponly=True, samesite="lax")
    response.set_cookie(
        begun.cookie_name, begun.cookie_value, max_age=600, path="/", secure=services(request).settings.secure, httponly=True,
        samesite="lax",
    )  # fmt: skip
    return response


FORM = Upstream()
