"""Stores what a step proved, in a new session or a consent, and continues with the next step.

A session gets a new id at each change of privilege (F-01). At a second factor, `proved_for` stays the same: a code
alone does not answer prompt=login.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from idp.domain.people.consent import Consent
from idp.domain.sessions.session import AAL2
from idp.domain.sessions.sign_in_rules import may_skip_second_factor, names_for_consent
from idp.domain.sessions.visitor import Visitor
from idp.oauth.authorization.response import require_valid_client
from idp.oauth.sign_in import proofs
from idp.oauth.sign_in.answer import deny
from idp.oauth.sign_in.outcomes import Outcome, ShowRecoveryCodes
from idp.oauth.sign_in.progress import proceed, step_that_is_due

if TYPE_CHECKING:
    from idp.domain.requests.authorization_request import AuthorizationRequest
    from idp.domain.sessions.request_origin import Origin
    from idp.domain.sessions.standing import Standing
    from idp.oauth.provider import SignInParts
    from idp.services.factors.password_sign_in import Proved


def store_first_factor(
    provider: SignInParts, request: AuthorizationRequest, proof: proofs.FirstFactorProved, origin: Origin
) -> Outcome:  # fmt: skip
    """Begin a session. The browser's previous session ends (F-01). If it was another user's, its apps are notified.

    Raises:
        PageError, Invalid, Unavailable: see `proceed`.
    """
    proved, sessions = proof.proved, provider.session_service
    skips = proved.remembered_device if may_skip_second_factor(request, proved.user, proved.client) else ""
    held, standing = (False, None) if provider.settings.hooks != "on" else _ask_hooks(provider, request, proved, skips, origin)
    # With parts, the write can be refused. Then the former session stays, so it ends in the same transaction.
    ends = sessions.live(*proof.replaces) if proof.replaces and proved.parts else None
    before = sessions.end(*proof.replaces) if proof.replaces and not proved.parts else ends
    session = sessions.begin(
        proved.user, proved_for=request.id, origin=origin, follows=before, amr=proved.amr, remembered_device=skips,
        browser_known_since=proved.known_since, upstream=proved.upstream,
    )  # fmt: skip
    if held:  # the request asks for two factors from now on, which a sign-in by mail cannot prove
        session, request = sessions.hold(session), replace(request, acr_values=(AAL2,))
    visitor = Visitor(session, proved.user, proved.client, proved.consent, standing=standing)
    if proof.may_offer_passkey or proof.may_upgrade_passkey:
        request = replace(request, offer_passkey=proof.may_offer_passkey, upgrade_passkey=proof.may_upgrade_passkey)
    if proved.recovery_codes:  # they are shown first, and the sign-in continues from their page
        session = sessions.write(session, client_id=request.client_id, request_id=origin.request_id).session
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
            request, after = _elevate(provider, request, visitor, method, origin)
            return proceed(provider, request, after, origin=origin, new_session=True, replaces=visitor.session, remembers=remembers)
        case proofs.FactorEnrolled(method, codes):
            request, after = _elevate(provider, request, visitor, method, origin)
            written = provider.session_service.write(
                after.session, replaces=visitor.session, client_id=request.client_id, request_id=origin.request_id
            )  # fmt: skip
            return Outcome(ShowRecoveryCodes(request, visitor.client, codes), new_session=written.session)
        case proofs.ConsentAnswered(approved):
            return _consent(provider, request, visitor, origin) if approved else Outcome(deny(provider, request, visitor, origin))
        case proofs.FactStored(now, upgrade_tried):
            return proceed(provider, replace(request, upgrade_passkey=False) if upgrade_tried else request, now, origin=origin)
        case proofs.OfferDeclined(for_good):
            outcome = proceed(provider, replace(request, offer_passkey=False), visitor, origin=origin)
            return replace(outcome, no_offers=for_good)
        case proofs.OrganizationChosen() | proofs.LinkAnswered() | proofs.NothingProved():
            user = (proof.user if isinstance(proof, proofs.LinkAnswered) else None) or visitor.user
            return proceed(provider, _answered(request, proof), replace(visitor, user=user, standing=None), origin=origin)


def _answered(
    request: AuthorizationRequest, proof: proofs.OrganizationChosen | proofs.LinkAnswered | proofs.NothingProved
) -> AuthorizationRequest:
    """The request with the person's answer."""
    if isinstance(proof, proofs.OrganizationChosen):
        return replace(request, organization=proof.org_id)
    return replace(request, upstream=None) if isinstance(proof, proofs.LinkAnswered) else request


def _ask_hooks(
    provider: SignInParts, request: AuthorizationRequest, proved: Proved, skips: str, origin: Origin
) -> tuple[bool, Standing | None]:  # fmt: skip
    """Whether a hook demands a second factor, and the organisations that it was told of, if they were read. Nothing is written before.

    Raises:
        AuthorizationError, PageError, Unavailable: see `hooked.holds` and `step_that_is_due`.
    """
    from idp.oauth.sign_in import hooked  # without hooks nothing of it is loaded

    session = provider.session_service.begin(
        proved.user, proved_for=request.id, origin=origin, amr=proved.amr, remembered_device=skips, upstream=proved.upstream
    )
    visitor = _with_organisation(provider, request, Visitor(session, proved.user, proved.client, proved.consent), origin)
    held = hooked.holds(provider, request, visitor, origin)
    return held, None if held else visitor.standing


def _elevate(
    provider: SignInParts, request: AuthorizationRequest, visitor: Visitor, method: str | tuple[str, ...], origin: Origin
) -> tuple[AuthorizationRequest, Visitor]:
    """The visitor with one more factor in the session, and the request, if the hooks allow it. Raises as `_ask_hooks`."""
    sessions = provider.session_service
    after = replace(visitor, session=sessions.elevate(visitor.session, method=method, proved_for=visitor.session.proved_for))
    if provider.settings.hooks != "on":
        return request, after
    from idp.oauth.sign_in import hooked

    after = _with_organisation(provider, request, after, origin)
    request, held = hooked.after_factor(provider, request, after, origin)
    return request, replace(after, session=sessions.hold(after.session)) if held else after


def _with_organisation(provider: SignInParts, request: AuthorizationRequest, visitor: Visitor, origin: Origin) -> Visitor:
    """The visitor with the organisations, as `proceed` reads them: a hook decides about them too. Raises as `step_that_is_due`."""
    after, _ = step_that_is_due(provider, request, visitor, origin)
    return after or visitor


def _consent(provider: SignInParts, request: AuthorizationRequest, visitor: Visitor, origin: Origin) -> Outcome:
    """Store what the person allows the app, together with what they allowed it before (OIDC Core §3.1.2.4)."""
    client = require_valid_client(visitor.client, request)
    before = visitor.consent.scopes if visitor.consent and client.holds_consent(visitor.consent) else ()
    scopes = dict.fromkeys((*names_for_consent(request, visitor), *before))
    consent = Consent(visitor.user.id, client.id, tuple(scopes), provider.clock(), request.id, client.stamp)
    provider.consents.put(consent)
    return proceed(provider, request, replace(visitor, consent=consent), origin=origin)
