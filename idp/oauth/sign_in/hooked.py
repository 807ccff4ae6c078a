"""What hooks decide about a sign-in (docs/hooks.md). Loaded only if IDP_HOOKS is on.

They are asked before a session without a missing factor is written, and again whenever an app is answered by a session that exists.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, NoReturn

from idp.domain.errors import PageError
from idp.domain.hooks.answer import DENIED, MFA, Decision
from idp.domain.hooks.hook import SIGN_IN
from idp.domain.message import Message
from idp.domain.sessions.session import AAL2
from idp.domain.sessions.sign_in_rules import is_code_due, is_enrolment_due
from idp.domain.sessions.sign_in_step import LOGIN, next_step
from idp.oauth.authorization.error_response import refusal
from idp.oauth.authorization.request_source import use_up
from idp.services.hooks import facts

if TYPE_CHECKING:
    from idp.domain.requests.authorization_request import AuthorizationRequest
    from idp.domain.sessions.request_origin import Origin
    from idp.domain.sessions.sign_in_step import Step
    from idp.domain.sessions.visitor import Visitor
    from idp.oauth.provider import SignInParts

SECOND_FACTOR = "second_factor"
"""The reason of a refusal: a hook wants a second factor, and the request cannot ask for one."""


def holds(provider: SignInParts, request: AuthorizationRequest, visitor: Visitor, origin: Origin) -> bool:
    """Ask about a session that is not written yet. Returns whether a second factor is demanded, so that the session has to be pending.

    A session that is pending anyway is not asked about: its second factor is.

    Raises:
        AuthorizationError: access_denied, for the app.
        PageError: the same, for a device or a page of the provider.
        Unavailable: the hooks cannot be read.
    """
    if visitor.session.pending:
        return False
    decision = _decide(provider, request, visitor, origin, is_new=True)
    return decision.outcome == MFA and visitor.session.acr != AAL2


def after_factor(
    provider: SignInParts, request: AuthorizationRequest, visitor: Visitor, origin: Origin
) -> tuple[AuthorizationRequest, bool]:  # fmt: skip
    """Ask about a session to which a second factor was just added, and which is not written yet. Returns the request, and as `holds`.

    A session that began with a code from a mail is still worth one factor. If two are demanded, the request asks for a sign-in that can be
    worth two, and is refused if it cannot. Raises as `holds`.
    """
    if not holds(provider, request, visitor, origin):
        return request, False
    request = replace(request, acr_values=(AAL2,))
    if next_step(request, visitor) is not LOGIN:  # the claims parameter asks for another acr
        _refuse(provider, request, visitor, origin, Decision(DENIED, SECOND_FACTOR))
    return request, True


def before_answer(
    provider: SignInParts, request: AuthorizationRequest, visitor: Visitor, origin: Origin
) -> tuple[AuthorizationRequest, Step | None]:
    """Ask about an answer to an app by a session that exists. Returns the request, and the step that is due if a hook demands a factor.

    Raises:
        AuthorizationError: access_denied, or interaction_required for prompt=none.
        PageError, Unavailable: as `holds`.
    """
    decision = _decide(provider, request, visitor, origin, is_new=False)
    if decision.outcome != MFA or visitor.session.acr == AAL2:
        return request, None
    if "none" in request.prompt:
        use_up(provider, request)
        raise refusal(provider, request, "interaction_required", Message("request.interaction_required"))
    request = replace(request, acr_values=(AAL2,))
    step = next_step(request, visitor)
    if step is None:  # the claims parameter asks for another acr
        _refuse(provider, request, visitor, origin, Decision(DENIED, SECOND_FACTOR))
    return request, step


def _decide(provider: SignInParts, request: AuthorizationRequest, visitor: Visitor, origin: Origin, *, is_new: bool) -> Decision:
    def told() -> facts.Facts:
        session = visitor.session
        due = is_code_due(request, visitor) or is_enrolment_due(request, visitor)
        sign_in = {
            "amr": list(session.told_amr), "acr": session.acr,
            "connection": (session.upstream or {}).get("connection"), "second_factor_due": due, "session_is_new": is_new,
            "grant_type": None,
        }  # fmt: skip
        return facts.of(
            user=visitor.user, client=visitor.client, origin=origin, now=provider.clock(), scopes=request.scopes,
            org_id=visitor.standing.org_id if visitor.standing else "", sign_in=sign_in,
        )  # fmt: skip

    decision = provider.hooks.ask_decision(SIGN_IN, request.client_id, told, origin)
    if decision.outcome == DENIED:
        _refuse(provider, request, visitor, origin, decision)
    return decision


def _refuse(provider: SignInParts, request: AuthorizationRequest, visitor: Visitor, origin: Origin, decision: Decision) -> NoReturn:
    """Refuse the request: the app, the waiting device, or the page of the provider (RFC 6749 §4.1.2.1, RFC 8628 §3.5)."""
    message = Message("sign_in.refused_by_rule", reason=decision.reason or "-")
    provider.audit.record(
        "sign_in.failed", outcome="failure", reason="hook", origin=origin, subject=visitor.user.id, client_id=request.client_id,
        hook=decision.hook, answer=decision.reason,
    )  # fmt: skip
    if request.device:
        from idp.oauth import device_authorization

        device_authorization.deny(provider, request, visitor.user.id)
    if request.device or not request.client_id:
        raise PageError("access_denied", message, status=403, app=visitor.client)
    use_up(provider, request)
    raise refusal(provider, request, "access_denied", message)
