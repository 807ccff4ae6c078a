"""The authorization endpoint (RFC 6749 §3.1, OIDC Core §3.1.2): one read of all facts, the checks, then the next step."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from idp.domain.errors import PageError
from idp.domain.languages import parse_ui_locales
from idp.domain.message import Message
from idp.domain.requests import organisation_scope
from idp.domain.sessions.visitor import Visitor
from idp.http import by_get, cookies
from idp.http.browser import Browser, browser
from idp.http.language import ask_for
from idp.http.request import origin
from idp.http.services import services
from idp.http.sign_in.rendering import render_outcome
from idp.oauth.authorization.checks.client import require_live_client
from idp.oauth.authorization.error_response import refusal
from idp.oauth.authorization.pipeline import authorization_request
from idp.oauth.authorization.request_source import resolve
from idp.oauth.clients.identification import find_client
from idp.oauth.sign_in.outcomes import ShowLogin
from idp.oauth.sign_in.progress import proceed, refuse_step_that_is_due, with_known_hint

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response

    from idp.domain.apps.client import Client
    from idp.domain.requests.authorization_request import AuthorizationRequest
    from idp.http.interfaces.oidc import OidcServices
    from idp.oauth.params import Params
    from idp.oauth.sign_in.outcomes import Outcome


def authorization(request: Request) -> Response:
    """The page of the next step, or the response for the app."""
    s = services(request)
    sent = by_get.parameters(request)
    client_id = sent.get("client_id")
    if client_id is None:
        raise PageError("invalid_request", "page.client_id_missing")
    ask_for(request, parse_ui_locales(sent.get("ui_locales") or ""))
    if again := by_get.repeat_with_cookies(request, sent):
        return again
    params: Params = sent
    here = browser(request)
    client, user, session, consent = _read(s, here, client_id)
    app = require_live_client(client)
    params, pushed_id = resolve(s.provider, params, app)
    made = authorization_request(s.provider, params, app, request_id=s.new_id())
    made = replace(_with_hint(s, params, made), browser=here.digest, pushed_id=pushed_id)
    made = with_known_hint(s.provider, made, app, user)
    ask_for(request, made.ui_locales)
    visitor = Visitor(session, user, app, consent) if session and user and s.session_service.is_accepted(session, user, app) else None
    if "none" in made.prompt:
        visitor = refuse_step_that_is_due(s.provider, made, visitor, origin(request))
    if visitor:
        s.session_service.touch(visitor.session)
    outcome = proceed(s.provider, made, visitor, client=app, origin=origin(request))
    response = _to_connection(request, outcome, app) or render_outcome(request, outcome)
    if here.new:
        cookies.set_cookie(response, cookies.BROWSER, here.id, s.settings)
    return response


def _to_connection(request: Request, outcome: Outcome, app: Client) -> Response | None:
    """The redirect to the connection, if the sign-in is due and the request names one, or the app has only one. None: the page follows."""
    if not isinstance(outcome.answer, ShowLogin) or not (outcome.answer.request.connection or app.connections_only):
        return None
    from idp.http.sign_in.upstream import straight_to_connection

    return straight_to_connection(request, outcome.answer.request, app)


def _read(s: OidcServices, here: Browser, client_id: str) -> tuple[Any, Any, Any, Any]:
    """Client, user, session and consent, by one strong read."""
    facts = s.reads.authorization(client_id, here.session, s.connection_buttons.wanted())
    s.connection_buttons.keep(facts.more)
    return find_client(s.provider, client_id, facts.client), facts.user, facts.session, facts.consent


def _with_hint(s: OidcServices, params: Params, made: AuthorizationRequest) -> AuthorizationRequest:
    """Add the subject of id_token_hint: an ID Token of this provider for this client, expired or not (OIDC Core §3.1.2.1).

    With prompt=none nobody can choose an organisation. A request that names none is for the one of the hint.
    """
    hint = params.get("id_token_hint")
    if hint is None:
        return made
    claims = s.tokens.verify_id_token_hint(hint)
    if claims is None or claims.get("aud") != made.client_id:
        raise refusal(s.provider, made, "invalid_request", Message("request.hint_not_of_client"))
    silent = "none" in made.prompt and made.organization == organisation_scope.ANY
    organization = str(claims.get("org_id") or made.organization) if silent else made.organization
    return replace(made, hinted_sub=claims["sub"], organization=organization)
