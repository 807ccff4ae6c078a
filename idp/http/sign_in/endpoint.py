"""The addresses of all steps of a sign-in: the checks that every form needs, then the step's own check, then what follows.

A form counts only if our own page sent it, with a request that was sealed for this browser, while its step is due (H-04).
"""

from __future__ import annotations

from dataclasses import replace
from importlib import import_module
from typing import TYPE_CHECKING
from urllib.parse import urlencode

from starlette.responses import Response

from idp.domain.message import Message
from idp.domain.requests.own_pages import ACCOUNT, is_in_console
from idp.domain.sessions.sign_in_step import LOGIN, Accepts, step_at
from idp.http import cookies, csrf
from idp.http.browser import browser
from idp.http.form_error import FormError
from idp.http.language import speak_to
from idp.http.redirect import see_other
from idp.http.request import form, origin, query
from idp.http.services import services
from idp.http.session_cookie import read_session
from idp.http.sign_in.begin import begin
from idp.http.sign_in.branded import branded
from idp.http.sign_in.page_again import answer_or_page_again
from idp.http.sign_in.rendering import render_outcome
from idp.http.sign_in.sealed_request import is_of_this_browser, open_request
from idp.oauth.authorization.response import require_valid_client
from idp.oauth.sign_in.outcomes import Outcome, ShowLogin
from idp.oauth.sign_in.progress import proceed, step_that_is_due
from idp.oauth.sign_in.store_proof import store_first_factor, store_proof

if TYPE_CHECKING:
    from starlette.requests import Request

    from idp.domain.apps.client import Client
    from idp.domain.requests.authorization_request import AuthorizationRequest
    from idp.domain.sessions.sign_in_step import Step
    from idp.domain.sessions.visitor import Visitor
    from idp.http.sign_in.step_form import FirstForm, StepForm
    from idp.oauth.params import Params

OTHER_BROWSER = FormError(Message("sign_in.other_browser"))
NO_COOKIE = FormError(Message("sign_in.no_cookie"))


def submit(request: Request) -> Response:
    """POST of a step's form."""
    csrf.same_origin(request)
    sent = form(request)
    asked = open_request(request, sent)
    if not is_of_this_browser(request, asked):
        return _sign_in_here(request, asked, email=sent.get("email") or "", refused=True)
    path: str = request.scope["path"]
    step = step_at(path)
    step_form = import_module(step.forms[path]).FORM
    if step is LOGIN:
        return _submit_first(request, sent, asked, step_form)
    return _submit_later(request, sent, asked, step, step_form)


def reopen(request: Request) -> Response:
    """GET of a step: the step that is due for the request in the address. Without a request there, the account page."""
    sent = query(request)
    if sent.get("request") is None:
        return see_other("/account")
    asked = open_request(request, sent)
    if not is_of_this_browser(request, asked):
        return _sign_in_here(request, asked)
    return _proceed(request, asked, _visitor(request, asked))


def start(request: Request) -> Response:
    """GET /login: a sign-in that no app asked for. With a request in the address, the step that is due for it.

    It ends at the account page, or at the page of the admin console in `to`. With `again`, the person signs in again.
    """
    if request.query_params.get("request"):
        return reopen(request)
    to = request.query_params.get("to", "")
    prompt = ("login",) if request.query_params.get("again") else ()
    return begin(
        request, lambda asked: _proceed(request, asked, _visitor(request, asked)), page=to if is_in_console(to) else ACCOUNT, prompt=prompt
    )  # fmt: skip


def open_form(request: Request) -> Response:
    """GET of another form of the first step: its page, for the request in the address, or for a sign-in that no app asked for."""
    form_: FirstForm = import_module(LOGIN.forms[request.scope["path"]]).FORM
    sent = query(request)
    if sent.get("request") is None:
        return begin(request, lambda asked: form_.page(request, asked, client=None))
    asked = open_request(request, sent)
    if not is_of_this_browser(request, asked):
        return _sign_in_here(request, asked)
    return form_.page(request, asked, client=_client(request, asked))


def _submit_first(request: Request, sent: Params, asked: AuthorizationRequest, step_form: FirstForm) -> Response:
    def act() -> Response:
        proof = step_form.prove(request, sent, asked)
        if isinstance(proof, Response):
            return proof
        return render_outcome(request, store_first_factor(services(request).provider, asked, proof, origin(request)))

    def again(*, error: FormError, status: int) -> Response:
        return step_form.page_again(request, sent, asked, client=_client(request, asked), error=error, status=status)

    return answer_or_page_again(act, again)


def _submit_later(request: Request, sent: Params, asked: AuthorizationRequest, step: Step, step_form: StepForm) -> Response:
    found = step_form.find(request, asked)
    if found is None:
        return render_outcome(request, Outcome(ShowLogin(asked, _client(request, asked), reason="expired")))
    speak_to(request, found.user)
    found, due = _decide(request, asked, found)
    if not _is_accepted(step, due):
        return _proceed(request, asked, found)

    def act() -> Response:
        proof = step_form.prove(request, sent, asked, found)
        if isinstance(proof, Response):
            return proof
        return render_outcome(request, store_proof(services(request).provider, asked, found, proof, origin(request)))

    def again(*, error: FormError, status: int) -> Response:
        return step_form.page_again(request, sent, asked, branded(found), error=error, status=status)

    return answer_or_page_again(act, again)


def _decide(request: Request, asked: AuthorizationRequest, found: Visitor) -> tuple[Visitor, Step | None]:
    """The step that is due, and the visitor with the organisations that it was decided by."""
    visitor, due = step_that_is_due(services(request).provider, asked, found, origin(request))
    return visitor or found, due


def _is_accepted(step: Step, due: Step | None) -> bool:
    """Whether a form of `step` counts while `due` is the step that is due."""
    return due is step or (due is None and step.accepts is Accepts.UNTIL_ANSWERED)


def _proceed(request: Request, asked: AuthorizationRequest, found: Visitor | None) -> Response:
    """Render the step that is due by the stored facts, or the answer."""
    client = None if found else _client(request, asked)
    return render_outcome(request, proceed(services(request).provider, asked, found, client=client, origin=origin(request)))


def _visitor(request: Request, asked: AuthorizationRequest) -> Visitor | None:
    return services(request).visitors.find(read_session(request), client_id=asked.client_id or None)


def _client(request: Request, asked: AuthorizationRequest) -> Client | None:
    """The app of the request; None if a page of our own sent it, or the app does not exist any more."""
    return services(request).clients.get(asked.client_id) if asked.client_id else None


def _sign_in_here(request: Request, asked: AuthorizationRequest, *, email: str = "", refused: bool = False) -> Response:
    """The sign-in page for a request that was sealed for another browser, sealed anew for this one (B-17).

    The form's other values and this browser's session are ignored: the person sees which app asks, and signs in for it.
    For a device, the person first confirms the code that it shows (RFC 8628 §5.4). `refused`: a form was refused.
    """
    if asked.device:
        return see_other("/device?" + urlencode({"user_code": asked.device[0]}))
    here = browser(request)
    client = require_valid_client(_client(request, asked), asked) if asked.client_id else None
    error = (NO_COOKIE if here.new else OTHER_BROWSER) if refused else None
    first: FirstForm = import_module(LOGIN.page).FORM
    ours = replace(asked, browser=here.digest)
    response = first.page(request, ours, client=client, email=email, error=error, status=403 if refused else 200)
    if here.new:
        cookies.bind(request, response, here.id, services(request).settings)
    return response
