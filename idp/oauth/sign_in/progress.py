"""The use case of a sign-in: from the stored facts to the next step or the answer for the app. It does all the writes."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from idp.domain.message import Message
from idp.domain.sessions.sign_in_step import LOGIN, next_step
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
        PageError: the app may not be answered any more, or the request was answered before.
        Invalid: the condition of one of `parts` does not hold.
        Unavailable: the store does not answer.
    """
    if visitor is not None:
        client = visitor.client
    if client is not None or request.client_id:
        client = require_valid_client(client, request)
    request = with_known_hint(provider, request, client, visitor.user if visitor else None)
    step = next_step(request, visitor)
    if visitor is None:
        return Outcome(ShowLogin(request, client))
    answer, grant = (_page(provider, request, step, visitor), None) if step else _answer(provider, request, visitor, origin)
    if new_session:
        provider.session_service.write(
            visitor.session, grant, replaces=replaces, ends=ends, client_id=request.client_id, request_id=origin.request_id,
            remembers=remembers, parts=parts,
        )  # fmt: skip
    elif grant:
        provider.grants.put(grant)
    return Outcome(answer, visitor.session if new_session else None)


def with_known_hint(
    provider: SignInParts, request: AuthorizationRequest, client: Client | None, user: User | None
) -> AuthorizationRequest:  # fmt: skip
    """The request with the user's id as the hint, if it hints at this user by the pairwise name of this client (OIDC Core §8.1)."""
    if request.hinted_sub is None or client is None or user is None or request.hinted_sub == user.id:
        return request
    return replace(request, hinted_sub=user.id) if provider.subjects.of(client, user.id) == request.hinted_sub else request


def refuse_step_that_is_due(provider: SignInParts, request: AuthorizationRequest, visitor: Visitor | None) -> None:
    """prompt=none: refuse with the error of the step that is due (OIDC Core §3.1.2.6), and use up a pushed request.

    Raises:
        AuthorizationError: login_required, interaction_required or consent_required; not raised if no step is due.
        PageError: the pushed request was answered before.
    """
    step = next_step(request, visitor)
    if step is None:
        return
    from idp.oauth.authorization.request_source import use_up

    use_up(provider, request)
    raise refusal(provider, request, step.none_error, Message("request.interaction_required"))


def _page(provider: SignInParts, request: AuthorizationRequest, step: Step, visitor: Visitor) -> Answer:
    """The page of the step that is due. A repeated login has its reason, and the person's email filled in."""
    user, client, again = visitor.user, visitor.client, "reauthenticate"
    if step is not LOGIN:
        if step.needs_recent_sign_in and not (visitor.session.pending or visitor.is_recent(provider.clock())):
            asked = replace(request, prompt=(*request.prompt, "login"))  # so that an upstream asks for a proof, too
            return ShowLogin(asked, client, reason=again, email=user.email)
        return ShowStep(request, step, visitor)
    if request.hinted_sub not in (None, user.id):
        return ShowLogin(request, client)
    if (
        visitor.session.proved_for == request.id and not visitor.has_fresh_first_factor
    ):  # only a sign-in by a connection does not answer the request
        return ShowLogin(request, client, reason="timeless", email=user.email)
    if "select_account" in request.prompt:
        return ShowLogin(request, client, reason="select_account")
    return ShowLogin(request, client, reason=again, email=request.login_hint or user.email)


def _answer(provider: SignInParts, request: AuthorizationRequest, visitor: Visitor, origin: Origin) -> tuple[Answer, Grant | None]:
    from idp.oauth.sign_in.answer import answer  # a browser without a session does not import it

    return answer(provider, request, visitor, origin)
