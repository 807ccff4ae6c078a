"""The gate of the console: each request passes it before its page answers.

It takes the session cookie of this provider and nothing else: no access token, no header (threats Q-05). Session, user and rights are read
strongly for each request, also for each form (Q-06). A page that does not say that it serves an organisation refuses its admins (Q-02).
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, NamedTuple

from starlette.exceptions import HTTPException

from idp.domain.errors import Forbidden, IdpError
from idp.http import csrf
from idp.http.console import choice, confirm, kept
from idp.http.console.arrival import find_visitor, has_fresh_factors, has_two_factors, sign_in_address
from idp.http.console.authority import find_authority, find_authority_in
from idp.http.console.refusals import render_refusal
from idp.http.console.views import HOME
from idp.http.console.visit import KEY, Visit
from idp.http.redirect import see_other
from idp.http.request import form, origin
from idp.http.services import services
from idp.http.session_cookie import set_session
from idp.services.audit.recorder import Actor

if TYPE_CHECKING:
    from collections.abc import Callable

    from starlette.requests import Request
    from starlette.responses import Response

    from idp.domain.organisations.belonging import Belonging
    from idp.domain.sessions.visitor import Visitor
    from idp.http.console.authority import Authority
    from idp.http.console.pages import Page
    from idp.oauth.params import Params


class _Detour(NamedTuple):
    """What comes before the page: the choice of one organisation, or else a sign-in with two factors. `again`: although signed in."""

    choices: tuple[Belonging, ...] = ()
    again: bool = False


def guarded(page: Page) -> Callable[[Request], Response]:
    """Return the handler of a page."""
    return _form(page) if page.method == "POST" else _view(page)


def _view(page: Page) -> Callable[[Request], Response]:
    def endpoint(request: Request) -> Response:
        visitor, path = find_visitor(request), request.scope["path"]
        visit = _enter(request, visitor, page) if visitor else _Detour()
        if isinstance(visit, Visit):
            answer: Response = page.answer(request, visit)
            return answer
        if visitor and visit.choices:
            return choice.ask(request, visitor.session.id, visit.choices, to=path)
        return see_other(sign_in_address(path, again=visit.again))

    return endpoint


def _form(page: Page) -> Callable[[Request], Response]:
    def endpoint(request: Request) -> Response:
        csrf.same_origin(request)
        sent, visitor = form(request), find_visitor(request)
        visit = _enter(request, visitor, page) if visitor else _Detour()
        if not isinstance(visit, Visit):
            if visitor and visit.choices:
                return choice.ask(request, visitor.session.id, visit.choices, status=403)
            return kept.ask_to_sign_in(request, sent, sign_in_address(f"{HOME}/returned", again=visit.again))
        if not (csrf.is_valid(request, sent, visit.form_id) or (page.vouched and page.vouched(request, visit, sent))):
            return kept.ask_to_send_again(request, sent)
        dangerous = page.fresh or any(sent.get(name) for name in page.fresh_with)
        return _confirmed(request, visit, sent, page) if dangerous else _answer(request, visit, sent, page)

    return endpoint


def _confirmed(request: Request, visit: Visit, sent: Params, page: Page) -> Response:
    """Perform a dangerous act, for an admin who signed in a moment ago or confirms with this form that it is them."""
    if visit.visitor.is_recent(services(request).clock()):
        return _answer(request, visit, sent, page)
    session = confirm.confirmation(request, visit, sent, page)
    if not isinstance(session, confirm.Confirmed):
        return session
    visit = replace(visit, visitor=replace(visit.visitor, session=session.session))
    request.scope[KEY] = visit
    response = _answer(request, visit, sent, page)
    set_session(request, response, session.session)  # also if the act was refused: the earlier session is over
    return response


def _answer(request: Request, visit: Visit, sent: Params, page: Page) -> Response:
    try:
        answer: Response = page.answer(request, visit, sent)
    except (IdpError, HTTPException) as refusal:
        return render_refusal(request, refusal)
    return answer


def _enter(request: Request, visitor: Visitor, page: Page) -> Visit | _Detour:
    """Return the visit of an admin who may use this page.

    Raises:
        Forbidden: the visitor is no admin, lacks an OAuth scope that the page needs, or the page does not serve their organisation.
    """
    found = find_authority(visitor.user) or _in_organisation(request, visitor)
    if isinstance(found, _Detour):
        return found
    if not has_fresh_factors(visitor, services(request).clock()):
        return _Detour(again=True)
    visit = Visit(visitor, found.scope, Actor(visitor.user.id, origin(request), found.held), found.organisation)
    request.scope[KEY] = visit
    if not page.organisation:
        visit.scope.require_deployment()
    if missing := set(page.needs) - found.held:
        raise Forbidden("console.needs_scope", rights=" ".join(sorted(missing)))
    return visit


def _in_organisation(request: Request, visitor: Visitor) -> Authority | _Detour:
    """Return what a visitor may do who administers an organisation. What it demands of a sign-in for it holds here too.

    Raises:
        Forbidden: the visitor administers none, or it accepts no other sign-in than by its connection.
    """
    standing = choice.find_standing(request, visitor.user)
    found = find_authority_in(standing.belonging)
    if found is None and not standing.choices:
        raise Forbidden("console.not_admin")
    if not has_two_factors(visitor):
        return _Detour()
    if found is None:
        return _Detour(standing.choices)
    if standing.is_too_old(visitor.session, services(request).clock()):
        return _Detour(again=True)
    if standing.needs_connection(visitor.session):
        raise Forbidden("console.needs_connection")
    return found
