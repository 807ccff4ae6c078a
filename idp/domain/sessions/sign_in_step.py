"""The dispatcher: which step of a sign-in is next, from stored facts alone (docs/design.md, Signing in). Steps do not call each other."""

from __future__ import annotations

from enum import Enum
from typing import TYPE_CHECKING

from idp.domain.requests import claims_request
from idp.domain.requests.scope import SCOPE_CLAIMS
from idp.domain.sessions.session import AAL1, AAL2

if TYPE_CHECKING:
    from idp.domain.apps.client import Client
    from idp.domain.people.consent import Consent
    from idp.domain.people.user import User
    from idp.domain.requests.authorization_request import AuthorizationRequest
    from idp.domain.sessions.session import Session
    from idp.domain.tokens.grant import Grant


PERSONAL = {claim: {scope} for scope, claims in SCOPE_CLAIMS.items() for claim in claims}
"""Claims about a person, and the scope that gives each."""


class Step(Enum):
    """What is next."""

    LOGIN = "login"
    SECOND_FACTOR = "second_factor"
    ENROL = "enrol"
    CONSENT = "consent"
    RESPOND = "respond"


def next_step(
    request: AuthorizationRequest, *, client: Client | None, user: User | None, session: Session | None, consent: Consent | None
) -> Step:
    """The next step for this request. `session` is live or None; `user` and `consent` are its user's."""
    if user is None or session is None or not user.accepts(session.security_stamp) or _must_sign_in_again(request, user, session):
        return Step.LOGIN
    if session.acr != AAL2 and _second_factor_due(request, client, user, session):
        return Step.SECOND_FACTOR if user.totp_enabled else Step.ENROL
    if client is not None and _consent_due(request, client, consent):
        return Step.CONSENT
    return Step.RESPOND


def second_factor_owed(grant: Grant, *, client: Client, user: User) -> bool:
    """Whether this grant was given without a second factor, and one is required by now: of its user, of admins, or by its client.

    Such a grant gives no new tokens: the person signs in again. A user who sets up a second factor without having to keeps the grants.
    """
    return grant.acr != AAL2 and (user.mfa_required or user.admin or client.require_mfa)


def _must_sign_in_again(request: AuthorizationRequest, user: User, session: Session) -> bool:
    """prompt=login and select_account, max_age, a hint at somebody else (OIDC Core §3.1.2.1).

    A sign-in for this request answers all but the hint.
    """
    if request.hinted_sub is not None and request.hinted_sub != user.id:
        return True
    if session.proved_for == request.id:
        return False
    if {"login", "select_account"} & set(request.prompt):
        return True
    return request.max_age is not None and session.auth_time + request.max_age <= request.received_at


def _second_factor_due(request: AuthorizationRequest, client: Client | None, user: User, session: Session) -> bool:
    """Where the session is pending, the user has or owes a second factor, or the client or the request asks for one."""
    wanted = claims_request.values(request.claims, "acr") if claims_request.essential(request.claims, "acr") else request.acr_values
    asked = AAL2 in wanted and AAL1 not in wanted
    return session.pending or user.needs_second_factor or asked or (client is not None and client.require_mfa)


def _consent_due(request: AuthorizationRequest, client: Client, consent: Consent | None) -> bool:
    """prompt=consent always; otherwise what was not allowed before, unless the client is the deployment's own (OIDC Core §3.1.2.4).

    RFC 8252 §8.6: of a native app whose identity nothing proves (any program may claim its scheme or loopback port) each request is
    "processed as if no previous request had been approved".
    """
    answered = consent is not None and consent.request_id == request.id
    # RFC 8628 §5.4, RFC 9396 §13: what a device asks for, and what is asked for in detail, a person sees and allows each time
    if "consent" in request.prompt or request.device or request.authorization_details:
        return not answered
    if client.first_party:
        return False
    if client.public and client.native and not request.redirect_uri.startswith("https://"):
        return not answered
    if consent is None or not client.holds_consent(consent):
        return True
    return not set(request.scopes) | claims_asked_by_name(request) <= set(consent.scopes)


def claims_asked_by_name(request: AuthorizationRequest) -> set[str]:
    """What the claims parameter asks for beside the scopes, as consent remembers it (OIDC Core §5.5)."""
    asked = {name for member in claims_request.MEMBERS for name in claims_request.names(request.claims, member)}
    return {f"claim:{name}" for name in asked if name in PERSONAL and not PERSONAL[name] & set(request.scopes)}
