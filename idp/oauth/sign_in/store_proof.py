"""Stores what a step proved, in a new session or a consent, and continues with the next step.

A session gets a new id at each change of privilege (F-01). At a second factor, `proved_for` stays the same: a code
alone does not answer prompt=login.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from idp.domain.people.consent import Consent
from idp.domain.sessions.sign_in_rules import claims_asked_by_name, may_skip_second_factor
from idp.domain.sessions.visitor import Visitor
from idp.oauth.authorization.response import require_valid_client
from idp.oauth.sign_in import proofs
from idp.oauth.sign_in.answer import deny
from idp.oauth.sign_in.outcomes import Outcome, ShowRecoveryCodes
from idp.oauth.sign_in.progress import proceed

if TYPE_CHECKING:
    from idp.domain.requests.authorization_request import AuthorizationRequest
    from idp.domain.sessions.request_origin import Origin
    from idp.domain.sessions.session import Session
    from idp.oauth.provider import SignInParts


def store_first_factor(
    provider: SignInParts, request: AuthorizationRequest, proof: proofs.FirstFactorProved, origin: Origin
) -> Outcome:  # fmt: skip
    """Begin a session. The browser's previous session ends (F-01). If it was another user's, its apps are notified.

    Raises:
        PageError, Invalid, Unavailable: see `proceed`.
    """
    proved, sessions = proof.proved, provider.session_service
    # With parts, the write can be refused. Then the former session stays, so it ends in the same transaction.
    ends = sessions.live(*proof.replaces) if proof.replaces and proved.parts else None
    before = sessions.end(*proof.replaces) if proof.replaces and not proved.parts else ends
    skips = proved.remembered_device if may_skip_second_factor(request, proved.user, proved.client) else ""
    session = sessions.begin(
        proved.user, proved_for=request.id, origin=origin, follows=before, amr=proved.amr, remembered_device=skips,
        browser_known_since=proved.known_since, upstream=proved.upstream,
    )  # fmt: skip
    visitor = Visitor(session, proved.user, proved.client, proved.consent)
    if proof.may_offer_passkey or proof.may_upgrade_passkey:
        request = replace(request, offer_passkey=proof.may_offer_passkey, upgrade_passkey=proof.may_upgrade_passkey)
    if proved.recovery_codes:  # they are shown first, and the sign-in continues from their page
        sessions.write(session, client_id=request.client_id, request_id=origin.request_id)
        outcome = Outcome(ShowRecoveryCodes(request, proved.client, proved.recovery_codes), new_session=session)
    else:
        outcome = proceed(provider, request, visitor, origin=origin, new_session=True, ends=ends, parts=proved.parts)
    if before and before.user_id != proved.user.id:
        from idp.oauth.end_session import end_replaced_session  # two users of one browser are rare

        end_replaced_session(provider, before)
    if not proved.device_is_new:
        return outcome
    if provider.settings.tells_sign_ins:  # without mails nothing of it is loaded
        provider.sign_in_notices.tell(proved.user, client=proved.client, pending=session.pending, origin=origin, now=provider.clock())
    return replace(outcome, device=proved.device)


def store_proof(
    provider: SignInParts, request: AuthorizationRequest, visitor: Visitor, proof: proofs.LaterProof, origin: Origin
) -> Outcome:  # fmt: skip
    """Store what a later step proved. `visitor`: as read before the step.

    Raises:
        AuthorizationError: access_denied, for the app.
        PageError, Unavailable: see `proceed`.
    """
    match proof:
        case proofs.MethodProved(method, remembers):
            after = replace(visitor, session=_elevate(provider, visitor, method))
            outcome = proceed(provider, request, after, origin=origin, new_session=True, replaces=visitor.session, remembers=remembers)
            return replace(outcome, remembered_device=(remembers.handle, remembers.lasts)) if remembers else outcome
        case proofs.FactorEnrolled(method, codes):
            session = _elevate(provider, visitor, method)
            provider.session_service.write(
                session, replaces=visitor.session, client_id=request.client_id, request_id=origin.request_id
            )  # fmt: skip
            return Outcome(ShowRecoveryCodes(request, visitor.client, codes), new_session=session)
        case proofs.ConsentAnswered(approved):
            return _consent(provider, request, visitor, origin) if approved else Outcome(deny(provider, request, visitor, origin))
        case proofs.FactStored(now, upgrade_tried):
            return proceed(provider, replace(request, upgrade_passkey=False) if upgrade_tried else request, now, origin=origin)
        case proofs.OfferDeclined(for_good):
            outcome = proceed(provider, replace(request, offer_passkey=False), visitor, origin=origin)
            return replace(outcome, no_offers=for_good)
        case proofs.LinkAnswered() | proofs.NothingProved():
            answered = replace(request, upstream=None) if isinstance(proof, proofs.LinkAnswered) else request
            return proceed(provider, answered, visitor, origin=origin)


def _elevate(provider: SignInParts, visitor: Visitor, method: str | tuple[str, ...]) -> Session:
    return provider.session_service.elevate(visitor.session, method=method, proved_for=visitor.session.proved_for)


def _consent(provider: SignInParts, request: AuthorizationRequest, visitor: Visitor, origin: Origin) -> Outcome:
    """Store what the person allows the app, together with what they allowed it before (OIDC Core §3.1.2.4)."""
    client = require_valid_client(visitor.client, request)
    before = visitor.consent.scopes if visitor.consent and client.holds_consent(visitor.consent) else ()
    scopes = dict.fromkeys((*request.scopes, *sorted(claims_asked_by_name(request)), *before))
    consent = Consent(visitor.user.id, client.id, tuple(scopes), provider.clock(), request.id, client.stamp)
    provider.consents.put(consent)
    return proceed(provider, request, replace(visitor, consent=consent), origin=origin)
