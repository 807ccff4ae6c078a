"""Turns an outcome of a sign-in into a response. Only this module renders outcomes and sets the cookies of new sessions and devices.

Pages and their templates load when the first one is shown.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

from idp.domain.sessions.sign_in_step import LOGIN
from idp.http.language import speak_to
from idp.http.redirect import authorization_response, see_other
from idp.http.session_cookie import set_session
from idp.http.sign_in.branded import branded
from idp.oauth.sign_in import outcomes
from idp.oauth.sign_in.progress import ORGANISATION

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response

    from idp.http.sign_in.step_form import FirstForm, StepForm
    from idp.oauth.sign_in.outcomes import Answer, Outcome


def render_outcome(request: Request, outcome: Outcome) -> Response:
    """The response: a page of the sign-in, or a redirect."""
    response = _response(request, outcome.answer)
    if outcome.new_session:
        set_session(request, response, outcome.new_session)
    if outcome.device:
        from idp.http.device_cookie import remember_device

        remember_device(request, response, outcome.device)
    if outcome.remembered_device:
        _skip_second_factor(request, response, *outcome.remembered_device)
    if outcome.no_offers:
        _offer_no_more(request, response)
    return response


def _response(request: Request, answer: Answer) -> Response:
    match answer:
        case outcomes.SendResponse():
            return authorization_response(request, answer.response)
        case outcomes.OpenPage():
            return see_other(answer.path)
        case outcomes.ShowLogin():
            return _login(request, answer)
        case outcomes.ShowStep():
            speak_to(request, answer.visitor.user)
            later: StepForm = import_module(answer.step.page_for(answer.visitor)).FORM
            return later.page(request, answer.request, branded(answer.visitor))
        case outcomes.ShowRecoveryCodes():
            from idp.http.sign_in.codes_page import codes_page
            from idp.http.sign_in.sealed_request import page_fields

            fields = page_fields(request, answer.request)
            return codes_page(request, answer.codes, continue_action="/recovery-codes", client=answer.client, **fields)
        case outcomes.DeviceAnswered():
            from idp.http.pages import render

            return render(request, "device_done.html", client=answer.client, approved=answer.approved)


def _login(request: Request, answer: outcomes.ShowLogin) -> Response:
    """The sign-in page, or the redirect to the connection of an organisation that accepts no other sign-in."""
    if answer.reason == ORGANISATION and answer.client:
        sent: Response | None = import_module(LOGIN.forms["/upstream"]).straight_to_connection(request, answer.request, answer.client)
        if sent:
            return sent
    first: FirstForm = import_module(LOGIN.page).FORM
    return first.page(request, answer.request, client=answer.client, email=answer.email, reason=answer.reason)


def _skip_second_factor(request: Request, response: Response, handle: str, lasts: int) -> None:
    """The cookie of a browser in which the person is not asked for the second factor for `lasts` seconds."""
    from idp.http import cookies
    from idp.http.services import services

    cookies.set_cookie(response, cookies.REMEMBERED, handle, services(request).settings, max_age=lasts)


def _offer_no_more(request: Request, response: Response) -> None:
    """The cookie of a browser that offers no passkey after a sign-in. It says nothing else, and browsers keep it 400 days at most."""
    from idp.http import cookies
    from idp.http.services import services

    cookies.set_cookie(response, cookies.NO_OFFER, "1", services(request).settings, max_age=400 * 86400)
