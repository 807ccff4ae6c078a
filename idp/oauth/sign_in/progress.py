"""The use case of a sign-in: from the stored facts to the next step or the answer for the app. It does all the writes."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from idp.domain.message import Message
from idp.domain.sessions.sign_in_step import CHOICE, LOGIN, next_step
from idp.oauth.authorization.error_response import refusal
from idp.oauth.authorization.response import require_valid_client
from idp.oauth.sign_in.outcomes import Outcome, ShowLogin, ShowStep

if TYPE_CHECKING:
    from collections.abc import Sequence

    from idp.domain.apps.client import Client
    from idp.domain.people.user import User
    from idp.domain.requests.authorization_request import AuthorizationRequest
    from idp.domain.sessions.request_origin import Origin
    from idp.domain.sessions.session import Session
    from idp.domain.sessions.sign_in_step import Step
    from idp.domain.sessions.visitor import Visitor
    from idp.domain.tokens.grant import Grant
    from idp.oauth.provider import SignInParts
    from idp.oauth.sign_in.outcomes import Answer
    from idp.services.sessions.remembered_devices import NewDevice


AGAIN = "reauthenticate"
ORGANISATION = "organisation"
"""The reason of a login that only a connection of the organisation can answer."""


def proceed(
    provider: SignInParts, request: AuthorizationRequest, visitor: Visitor | None, *, origin: Origin, client: Client | None = None,
    new_session: bool = False, replaces: Session | None = None, ends: Session | None = None, remembers: NewDevice | None = None,
    parts: Sequence[Any] = (),
) -> Outcome:  # fmt: skip
    """Choose the next step or the answer, and do its writes.

    `client`: the app of the request, if there is no visitor. A visitor has it. `new_session`: the visitor's session is not stored
    yet. It is written here, in one call with the grant if there is one. `replaces` is the session whose place it takes.
    `remembers`: a device that is written with it. `parts`: parts of the same transaction. `ends`: a session that ends in it.

    Raises:
        AuthorizationError: access_denied, the person is not in the organisation that the request asks for.
        PageError: the app may not be answered any more, or the request was answered before.
        Invalid: the condition of one of `parts` does not hold.
        Unavailable: the store does not answer.
    """
    if visitor is not None:
        client = visitor.client
    if client is not None or request.client_id:
        client = require_valid_client(client, request)
    request = with_known_hint(provider, request, client, visitor.user if visitor else None)
    visitor, step = step_that_is_due(provider, request, visitor, origin)
    if visitor is None:
        return Outcome(ShowLogin(request, client))
    if step is None and not new_session and request.client_id and provider.settings.hooks == "on":
        from idp.oauth.sign_in import hooked  # without hooks nothing of it is loaded

        request, step = hooked.before_answer(provider, request, visitor, origin)
    answer, grant = (_page(provider, request, step, visitor), None) if step else _answer(provider, request, visitor, origin)
    if not new_session:
        if grant:
            provider.grants.put(grant)
        return Outcome(answer)
    written = provider.session_service.write(
        visitor.session, grant, replaces=replaces, ends=ends, client_id=request.client_id, request_id=origin.request_id,
        remembers=remembers, parts=parts,
    )  # fmt: skip
    if written.session is not visitor.session:  # under new ids, because a write got no answer
        visitor = replace(visitor, session=written.session)
        answer = _page(provider, request, step, visitor) if step else _answer_anew(provider, request, visitor, written.grant, answer)
    device = written.remembers
    return Outcome(answer, written.session, remembered_device=(device.handle, device.lasts) if device else None)


def with_known_hint(
    provider: SignInParts, request: AuthorizationRequest, client: Client | None, user: User | None
) -> AuthorizationRequest:  # fmt: skip
    """The request with the user's id as the hint, if it hints at this user by the pairwise name of this client (OIDC Core §8.1)."""
    if request.hinted_sub is None or client is None or user is None or request.hinted_sub == user.id:
        return request
    return replace(request, hinted_sub=user.id) if provider.subjects.of(client, user.id) == request.hinted_sub else request


def step_that_is_due(
    provider: SignInParts, request: AuthorizationRequest, visitor: Visitor | None, origin: Origin
) -> tuple[Visitor | None, Step | None]:
    """The step that is due, None when the request can be answered; and the visitor with the organisations that it was decided by.

    The organisations are read only for a request that asks for one, and only when no earlier step is due: who has not signed in completely
    learns nothing about them.

    Raises:
        AuthorizationError: access_denied, the person is not in the organisation that the request asks for.
        PageError: the same, for a device.
    """
    step = next_step(request, visitor)
    if visitor is None or step is not CHOICE or visitor.standing is not None:
        return visitor, step
    from idp.oauth.sign_in.organisation import with_standing  # almost no request asks for an organisation

    visitor = with_standing(provider, request, visitor, origin)
    return visitor, next_step(request, visitor)


def refuse_step_that_is_due(
    provider: SignInParts, request: AuthorizationRequest, visitor: Visitor | None, origin: Origin
) -> Visitor | None:
    """prompt=none: refuse with the error of the step that is due (OIDC Core §3.1.2.6), and use up a pushed request.

    Returns the visitor, with the organisations that it was decided by.

    Raises:
        AuthorizationError: login_required, interaction_required or consent_required; not raised if no step is due.
        PageError: the pushed request was answered before.
    """
    visitor, step = step_that_is_due(provider, request, visitor, origin)
    if step is None:
        return visitor
    from idp.oauth.authorization.request_source import use_up

    use_up(provider, request)
    raise refusal(provider, request, step.none_error, Message("request.interaction_required"))


def _page(provider: SignInParts, request: AuthorizationRequest, step: Step, visitor: Visitor) -> Answer:
    """The page of the step that is due. A repeated login has its reason, and the person's email filled in."""
    user, client = visitor.user, visitor.client
    if step is not LOGIN:
        if step.needs_recent_sign_in and not (visitor.session.pending or visitor.is_recent(provider.clock())):
            asked = replace(request, prompt=(*request.prompt, "login"))  # so that an upstream asks for a proof, too
            return ShowLogin(asked, client, reason=AGAIN, email=user.email)
        return ShowStep(request, step, visitor)
    if request.hinted_sub not in (None, user.id):
        return ShowLogin(request, client)
    request = _limited_by_organisation(request, visitor)
    if by := _organisation_connection(request, visitor):
        return ShowLogin(by, client, reason=ORGANISATION, email=user.email)
    return _login_again(request, visitor)


def _organisation_connection(request: AuthorizationRequest, visitor: Visitor) -> AuthorizationRequest | None:
    """The request with the connection by which alone its organisation lets the person sign in; None if the session is by one.

    Or with that of the session, if the person came from it in this request, and it was not asked for the time that the organisation limits.
    """
    standing, session = visitor.standing, visitor.session
    if standing is None:
        return None
    if standing.needs_connection(session):
        return replace(request, connection=standing.connections[0])
    if standing.max_age is not None and session.has_unknown_age and session.proved_for == request.id:
        return replace(request, connection=(session.upstream or {})["connection"])  # it comes back with the time, or without one
    return None


def _limited_by_organisation(request: AuthorizationRequest, visitor: Visitor) -> AuthorizationRequest:
    """The request with the age that the organisation accepts, so that an upstream authenticates a person anew whom it knows for longer."""
    limit = visitor.standing.max_age if visitor.standing else None
    return replace(request, upstream_age=limit) if limit is not None else request


def _login_again(request: AuthorizationRequest, visitor: Visitor) -> ShowLogin:
    """The page of a login that is repeated."""
    user, client = visitor.user, visitor.client
    if (
        visitor.session.proved_for == request.id and not visitor.has_fresh_first_factor
    ):  # only a sign-in by a connection does not answer the request
        return ShowLogin(request, client, reason="timeless", email=user.email)
    if "select_account" in request.prompt:
        return ShowLogin(request, client, reason="select_account")
    return ShowLogin(request, client, reason=AGAIN, email=request.login_hint or user.email)


def _answer(provider: SignInParts, request: AuthorizationRequest, visitor: Visitor, origin: Origin) -> tuple[Answer, Grant | None]:
    from idp.oauth.sign_in.answer import answer  # a browser without a session does not import it

    return answer(provider, request, visitor, origin)


def _answer_anew(
    provider: SignInParts, request: AuthorizationRequest, visitor: Visitor, grant: Grant | None, before: Answer
) -> Answer:  # fmt: skip
    """The answer with the code of this grant. Any other answer is as before."""
    from idp.oauth.sign_in.answer import send_code

    return send_code(provider, request, grant, visitor.client) if grant else before
