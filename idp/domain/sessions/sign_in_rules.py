"""When a step of a sign-in is due: one pure rule for each, from stored facts alone. `sign_in_step` has the table of steps."""

from __future__ import annotations

from typing import TYPE_CHECKING

from idp.domain.requests import claims_request, organisation_scope
from idp.domain.requests.scope import SCOPE_CLAIMS
from idp.domain.sessions.session import AAL1, AAL2

if TYPE_CHECKING:
    from idp.domain.apps.client import Client
    from idp.domain.organisations.profile import OrganisationProfile
    from idp.domain.people.user import User
    from idp.domain.requests.authorization_request import AuthorizationRequest
    from idp.domain.sessions.session import Session
    from idp.domain.sessions.standing import Standing
    from idp.domain.sessions.visitor import Visitor
    from idp.domain.tokens.grant import Grant


PERSONAL = {claim: {scope} for scope, claims in SCOPE_CLAIMS.items() for claim in claims}
"""Claims about a person, each with the scope that gives it."""


def is_login_due(request: AuthorizationRequest, visitor: Visitor) -> bool:
    """prompt=login, prompt=select_account, max_age, or a hint at another user (OIDC Core §3.1.2.1).

    Or an app or organisation that accepts sessions of connections only, or an organisation for which the sign-in is too old. A sign-in
    during this request answers all of them but the hint; one by a connection answers prompt=login and max_age only if it was fresh there
    (`Visitor.has_fresh_first_factor`), and the age of an organisation only if the upstream told its time. A sign-in by mail is not enough
    where two factors are required, because with a second factor it is still worth one.
    """
    user, session = visitor.user, visitor.session
    other = request.hinted_sub is not None and request.hinted_sub != user.id
    if other or not user.accepts(session.security_stamp) or _needs_connection(request, visitor):
        return True
    # A session that is pending for a person without a second factor is one of which a hook demands two factors.
    held = session.pending and not user.needs_second_factor
    if session.by_mail and (user.must_have_second_factor or held or _two_factors_required(request, visitor)):
        return True
    too_old = visitor.standing is not None and visitor.standing.is_too_old(session, request.received_at)
    limited = visitor.standing is not None and visitor.standing.max_age is not None
    if session.proved_for == request.id:
        return too_old or ((limited or asks_for_fresh_sign_in(request)) and not visitor.has_fresh_first_factor)
    proved = session.used_own_factor or visitor.has_fresh_first_factor
    # An upstream identity is linked only by a person who signs in for that.
    if too_old or (limited and not proved) or request.upstream or {"login", "select_account"} & set(request.prompt):
        return True
    if request.max_age is None:
        return False
    return not proved or session.authenticated_at + request.max_age <= request.received_at


def asks_for_fresh_sign_in(request: AuthorizationRequest) -> bool:
    """The request asks the person to prove again who they are, or when they did (OIDC Core §3.1.2.1)."""
    return request.max_age is not None or "login" in request.prompt


def is_code_due(request: AuthorizationRequest, visitor: Visitor) -> bool:
    """A second factor is due, and the user has one: an authenticator app or a passkey."""
    return _second_factor_due(request, visitor) and visitor.user.has_second_factor


def is_enrolment_due(request: AuthorizationRequest, visitor: Visitor) -> bool:
    """A second factor is due, and the user has not set one up."""
    return _second_factor_due(request, visitor) and not visitor.user.has_second_factor


def first_choice(visitor: Visitor) -> str:
    """The address at which the second factor is asked for first: a passkey, if the user has one. Its page leads to the others."""
    return "/passkey" if visitor.user.passkeys else "/totp"


def may_skip_second_factor(request: AuthorizationRequest, user: User, client: Client | None) -> bool:
    """Whether a remembered device may stand for the second factor of this user in this request. Such a sign-in is worth one factor.

    Not if the user must have a second factor, if the app or the request asks for one, if the request asks for a fresh sign-in, or if an
    upstream identity will be linked.
    """
    fresh = asks_for_fresh_sign_in(request) or request.upstream is not None
    return not (user.must_have_second_factor or fresh or _two_factors_asked(request, client))


def may_begin_by_mail(request: AuthorizationRequest, client: Client | None) -> bool:
    """Whether a code from a mail can answer this request, which is not so if it asks for two factors."""
    return not _two_factors_asked(request, client)


def is_upgrade_due(request: AuthorizationRequest, visitor: Visitor) -> bool:
    """The browser may make a passkey without a gesture (WebAuthn Level 3 §5.1.3): after a password, once in the life of an account.

    Not for a person with a second factor, or who must have one: they choose themselves what stands for two factors. Not if the address is
    not verified, because the notice may reach another person. Not after a sign-in by mail or in a remembered device (N-15).
    """
    user, session = visitor.user, visitor.session
    by_password = session.amr == ("pwd",) and not session.pending and not session.remembered_device
    plain = user.email_verified and not user.needs_second_factor and not user.automatic_passkeys
    return request.upgrade_passkey and session.proved_for == request.id and by_password and plain


def is_offer_due(request: AuthorizationRequest, visitor: Visitor) -> bool:
    """The person signed in with a password during this request, with the second factor if they have one, and has no passkey."""
    user, session = visitor.user, visitor.session
    proved = session.passed_second_factor or not user.has_second_factor
    return request.offer_passkey and session.proved_for == request.id and not session.pending and proved and not user.all_passkeys


def is_link_due(request: AuthorizationRequest, visitor: Visitor) -> bool:
    """The person signed in during this request, with all factors that are due, and an upstream identity without an account waits for it."""
    return request.upstream is not None and visitor.session.proved_for == request.id


def is_choice_due(request: AuthorizationRequest, visitor: Visitor) -> bool:
    """The request asks for an organisation, and the person is in several; or their organisations are not read yet."""
    standing = visitor.standing
    return bool(request.organization) and (standing is None or bool(standing.choices))


def is_consent_due(request: AuthorizationRequest, visitor: Visitor) -> bool:
    """Always for prompt=consent; else for what the user has not allowed before, unless the client is our own (OIDC Core §3.1.2.4).

    RFC 8252 §8.6: requests of a native app whose identity nothing proves (any program may claim its scheme or loopback port) are
    "processed as if no previous request had been approved".
    """
    client, consent = visitor.client, visitor.consent
    if client is None:
        return False
    answered = consent is not None and consent.request_id == request.id and _organisation_name(visitor) <= set(consent.scopes)
    # RFC 8628 §5.4, RFC 9396 §13: the user sees and allows each request of a device, and each with authorization details.
    if "consent" in request.prompt or request.device or request.authorization_details:
        return not answered
    if client.first_party:
        return False
    if client.is_public and client.is_native and not request.redirect_uri.startswith("https://"):
        return not answered
    if consent is None or not client.holds_consent(consent):
        return True
    return not set(names_for_consent(request, visitor)) <= set(consent.scopes)


def names_for_consent(request: AuthorizationRequest, visitor: Visitor) -> tuple[str, ...]:
    """What the person allows: the scopes, the claims that are asked by name, and the organisation, in the form that consent stores."""
    scopes = [scope for scope in request.scopes if scope != organisation_scope.SCOPE or not request.organization]
    return tuple(dict.fromkeys((*scopes, *_organisation_name(visitor), *sorted(claims_asked_by_name(request)))))


def _organisation_name(visitor: Visitor) -> set[str]:
    """The name under which consent stores the organisation that the request is for, if it is for one."""
    standing = visitor.standing
    return {organisation_scope.PREFIX + standing.org_id} if standing is not None and standing.org_id else set()


def is_verification_due(request: AuthorizationRequest, visitor: Visitor) -> bool:
    """The request needs a verified address (IDP_VERIFY_EMAIL=before), and no person has proved that they read the user's mail."""
    return request.needs_verified_email and not visitor.user.email_verified


def asks_for_email(request: AuthorizationRequest) -> bool:
    """Whether the app asks for the email address, by the scope or the claims parameter (OIDC Core §5.4, §5.5)."""
    names = {name for member in claims_request.MEMBERS for name in claims_request.names(request.claims, member)}
    return "email" in request.scopes or bool({"email", "email_verified"} & names)


def is_second_factor_owed(grant: Grant, *, client: Client, user: User, organisation: OrganisationProfile | None) -> bool:
    """Whether the grant was given without a second factor, and its user, an admin, its client or its organisation requires one by now.

    Such a grant gets no new tokens: the person signs in again. Users who set up a second factor voluntarily keep their grants.
    """
    of_organisation = organisation is not None and organisation.policy.mfa_required
    return grant.acr != AAL2 and (user.must_have_second_factor or client.require_mfa or of_organisation)


def claims_asked_by_name(request: AuthorizationRequest) -> set[str]:
    """Claims that the claims parameter asks for and no scope of the request gives (OIDC Core §5.5), in the form that consent stores."""
    asked = {name for member in claims_request.MEMBERS for name in claims_request.names(request.claims, member)}
    return {f"claim:{name}" for name in asked if name in PERSONAL and not PERSONAL[name] & set(request.scopes)}


def _needs_connection(request: AuthorizationRequest, visitor: Visitor) -> bool:
    """The app accepts sessions of connections only, or the organisation those of its own, and this is another one.

    It is enough to link an upstream identity.
    """
    session, standing = visitor.session, visitor.standing
    only = visitor.client is not None and visitor.client.connections_only
    of_app = only and (session.upstream is None or _is_by_another_organisation(session, standing))
    of_organisation = standing is not None and standing.needs_connection(session)
    return request.upstream is None and (of_app or of_organisation)


def _is_by_another_organisation(session: Session, standing: Standing | None) -> bool:
    """Whether an organisation made the connection of the session, and the request is for another one.

    Its admins decide what the connection says, so at an app for connections only it counts for their organisation (threats Q-17).
    """
    if session.upstream is None or standing is None:
        return False
    made_by, dot, _ = session.upstream.get("connection", "").partition(".")  # as in `domain.connections.ids`, which would be a circle
    return bool(dot) and standing.org_id not in {"", made_by}


def _second_factor_due(request: AuthorizationRequest, visitor: Visitor) -> bool:
    """The session is pending, the user has or owes a second factor, or the client or the request asks for one; it was not proved yet."""
    user, session, client = visitor.user, visitor.session, visitor.client
    if session.passed_second_factor:
        return False
    if session.pending or _two_factors_required(request, visitor):
        return True
    skipped = bool(session.remembered_device) and may_skip_second_factor(request, user, client)
    return user.needs_second_factor and not skipped


def _two_factors_required(request: AuthorizationRequest, visitor: Visitor) -> bool:
    """The client, the request, or the organisation that it is for demands two factors."""
    of_organisation = visitor.standing is not None and visitor.standing.requires_second_factor
    return of_organisation or _two_factors_asked(request, visitor.client)


def _two_factors_asked(request: AuthorizationRequest, client: Client | None) -> bool:
    """The client requires two factors, or the request asks for nothing less."""
    wanted = claims_request.values(request.claims, "acr") if claims_request.essential(request.claims, "acr") else request.acr_values
    return (AAL2 in wanted and AAL1 not in wanted) or (client is not None and client.require_mfa)
