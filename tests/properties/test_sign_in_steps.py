"""The dispatcher of a sign-in: no request is answered while a step is due, and each step is due at most once (threats H-04)."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from hypothesis import given
from hypothesis import strategies as st

from idp.domain.apps.client import Client
from idp.domain.organisations.belonging import Belonging
from idp.domain.organisations.membership import Membership
from idp.domain.organisations.profile import OrganisationPolicy, OrganisationProfile
from idp.domain.people.consent import Consent
from idp.domain.people.user import User
from idp.domain.requests.authorization_request import AuthorizationRequest
from idp.domain.sessions.session import AAL1, AAL2, Session
from idp.domain.sessions.sign_in_rules import is_link_due, names_for_consent
from idp.domain.sessions.sign_in_step import CHOICE, LOGIN, STEPS, next_step
from idp.domain.sessions.standing import Standing
from idp.domain.sessions.visitor import Visitor

if TYPE_CHECKING:
    from idp.domain.sessions.sign_in_step import Step

NOW = 1_800_000_000
SCOPES = ("openid", "email", "profile")
FLAG = st.booleans()

users = st.builds(
    User, id=st.just("usr_a"), email=st.just("ada@example.com"), admin=FLAG, mfa_required=FLAG, totp_enabled=FLAG, disabled=FLAG,
    email_verified=FLAG, security_stamp=st.integers(0, 1),
)  # fmt: skip
sessions = st.builds(
    Session, id=st.just("s"), user_id=st.just("usr_a"), created_at=st.just(NOW - 500), auth_time=st.integers(NOW - 500, NOW),
    amr=st.sampled_from([("pwd",), ("pwd", "otp", "mfa")]), expires_at=st.just(NOW + 500), last_seen_at=st.just(NOW),
    security_stamp=st.integers(0, 1), pending=FLAG, proved_for=st.sampled_from(["", "r1", "r2"]),
)  # fmt: skip
clients = st.builds(
    Client, id=st.just("app"), name=st.just("App"), redirect_uris=st.just(("https://app.example/cb",)), first_party=FLAG, require_mfa=FLAG,
    auth_methods=st.sampled_from([("none",), ("client_secret_basic",)]),
    application_type=st.sampled_from(["web", "native"]),
)  # fmt: skip
consents = st.none() | st.builds(
    Consent, user_id=st.just("usr_a"), client_id=st.just("app"), scopes=st.sets(st.sampled_from(SCOPES)).map(tuple),
    granted_at=st.just(NOW), request_id=st.sampled_from(["", "r1", "r2"]),
)  # fmt: skip
visitors = st.builds(Visitor, session=sessions, user=users, client=st.none() | clients, consent=consents)
requests = st.builds(
    AuthorizationRequest, id=st.just("r1"), received_at=st.just(NOW), client_id=st.just("app"),
    redirect_uri=st.sampled_from(["https://app.example/cb", "app.example:/cb"]), scopes=st.sets(st.sampled_from(SCOPES)).map(tuple),
    prompt=st.sets(st.sampled_from(["login", "consent", "select_account"])).map(tuple), max_age=st.none() | st.integers(0, 600),
    hinted_sub=st.sampled_from([None, "usr_a", "usr_b"]), acr_values=st.sampled_from([(), (AAL2,), (AAL1, AAL2)]),
    device=st.sampled_from([(), ("WDJBMJHT", "d1")]), needs_verified_email=FLAG, upstream=st.sampled_from([None, ["corp"]]),
)  # fmt: skip

answerable = requests.map(lambda request: replace(request, hinted_sub=None if request.hinted_sub == "usr_b" else request.hinted_sub))
enabled = visitors.map(lambda visitor: replace(visitor, user=replace(visitor.user, disabled=False)))
"""Requests and visitors whose sign-in can end."""


@given(requests)
def test_without_a_session_the_first_step_is_due(request: AuthorizationRequest) -> None:
    """For any parameters of the request."""
    assert next_step(request, None) is LOGIN


def _after(step: Step, request: AuthorizationRequest, visitor: Visitor) -> Visitor:
    """The visitor after the proof of the step, as the use case stores it."""
    user, session = visitor.user, visitor.session
    if step.name == "login":
        fresh = replace(
            session,
            amr=("pwd",),
            auth_time=NOW,
            proved_for=request.id,
            pending=user.needs_second_factor,
            security_stamp=user.security_stamp,
        )  # fmt: skip
        return replace(visitor, session=fresh)
    if step.name == "verify_email":
        return replace(visitor, user=replace(user, email_verified=True))
    if step.name == "consent":
        return replace(visitor, consent=Consent(user.id, request.client_id, names_for_consent(request, visitor), NOW, request.id))
    elevated = replace(session, amr=("pwd", "otp", "mfa"), auth_time=NOW, pending=False)
    return replace(visitor, session=elevated, user=replace(user, totp_enabled=True))


def _completed(request: AuthorizationRequest, visitor: Visitor) -> tuple[Visitor, list[Step]]:
    """The visitor when no step is due any more, and the steps that were due."""
    seen: list[Step] = []
    while (step := next_step(request, visitor)) is not None:
        seen.append(step)
        assert len(seen) <= len(STEPS), "the sign-in does not end"
        if step.name == "link":  # the answer is in the request
            request = replace(request, upstream=None)
        else:
            visitor = _after(step, request, visitor)
    return visitor, seen


@given(requests, visitors)
def test_an_identity_is_linked_only_after_a_sign_in_during_the_same_request(request: AuthorizationRequest, visitor: Visitor) -> None:
    """A session from before may be of a person who did not ask for it (threats O-02)."""
    if is_link_due(request, visitor):
        assert visitor.session.proved_for == request.id


@given(requests, visitors)
def test_no_request_is_answered_for_another_user_or_an_ended_session(request: AuthorizationRequest, visitor: Visitor) -> None:
    """A disabled user, a session from before all sessions were ended, a hint at another user: the login is due, for any earlier proof."""
    other = replace(request, hinted_sub="usr_b")
    assert next_step(other, visitor) is LOGIN
    disabled = replace(visitor, user=replace(visitor.user, disabled=True))
    assert next_step(request, disabled) is LOGIN
    ended = replace(visitor, user=replace(visitor.user, security_stamp=visitor.session.security_stamp + 1))
    assert next_step(request, ended) is LOGIN


@given(answerable, enabled)
def test_no_request_is_answered_while_a_factor_is_owed(request: AuthorizationRequest, visitor: Visitor) -> None:
    """When no step is due any more, the visitor has the second factor and the fresh sign-in that the request needs."""
    done, _ = _completed(request, visitor)
    user, session, client = done.user, done.session, done.client
    assert user.accepts(session.security_stamp)
    if {"login", "select_account"} & set(request.prompt):
        assert session.proved_for == request.id
    if request.max_age is not None and session.proved_for != request.id:
        assert session.auth_time + request.max_age > request.received_at
    if user.needs_second_factor or session.pending or (client is not None and client.require_mfa) or request.acr_values == (AAL2,):
        assert session.acr == AAL2


@given(answerable, enabled)
def test_no_request_is_answered_with_an_address_that_is_not_proved(request: AuthorizationRequest, visitor: Visitor) -> None:
    """If the request needs a verified one."""
    done, _ = _completed(request, visitor)
    assert done.user.email_verified or not request.needs_verified_email


@given(answerable, enabled)
def test_no_request_is_answered_without_the_consent_that_it_needs(request: AuthorizationRequest, visitor: Visitor) -> None:
    """If consent is asked for each time, it is consent to this request; otherwise consent to all scopes, unless the app is first-party."""
    done, _ = _completed(request, visitor)
    client, consent = done.client, done.consent
    if client is None:
        return
    each_time = "consent" in request.prompt or bool(request.device)
    if each_time:
        assert consent is not None
        assert consent.request_id == request.id
    elif not client.first_party:
        assert consent is not None
        assert set(request.scopes) <= set(consent.scopes) or consent.request_id == request.id


policies = st.builds(OrganisationPolicy, mfa_required=FLAG, session_hours=st.sampled_from([None, 1]), connections_only=FLAG)
members = st.builds(
    lambda policy, number: Belonging(
        OrganisationProfile(f"org_{number}", f"o{number}", f"O{number}", policy=policy), Membership(f"m{number}", f"org_{number}", "usr_a")
    ),
    policies, st.integers(0, 1),
)  # fmt: skip


@given(answerable, enabled, st.lists(members, max_size=3, unique_by=lambda one: one.organisation.id), st.integers(0, 2))
def test_no_request_for_an_organisation_is_answered_against_its_policy(
    request: AuthorizationRequest, visitor: Visitor, there: list[Belonging], pick: int
) -> None:
    """Without a choice among several, without the second factor, by a session that is too old, or by none of its connections."""
    request = replace(request, organization="*")
    seen: list[str] = []
    while (step := next_step(request, visitor)) is not None:
        seen.append(step.name)
        assert len(seen) <= 2 * len(STEPS), "the sign-in does not end"
        if step is CHOICE:
            assert seen.count(step.name) <= 2
            chosen = there[0] if len(there) == 1 else there[pick % len(there)] if there and visitor.standing else None
            visitor = replace(visitor, standing=Standing(chosen, () if chosen else tuple(there), ("corp",)))
        elif step.name == "link":
            request = replace(request, upstream=None)
        else:
            visitor = _after(step, request, visitor)
            if step is LOGIN and visitor.standing and visitor.standing.needs_connection(visitor.session):
                visitor = replace(visitor, session=replace(visitor.session, upstream={"connection": "corp", "timeless": "1"}))
    standing = visitor.standing
    assert standing is not None
    assert not standing.choices
    assert (standing.belonging is None) == (not there)
    if standing.belonging is None:
        return
    policy = standing.belonging.organisation.policy
    assert visitor.session.acr == AAL2 or not policy.mfa_required
    assert not policy.connections_only or (visitor.session.upstream or {}).get("connection") == "corp"
    if policy.session_hours and visitor.session.proved_for != request.id:
        assert visitor.session.auth_time + 3600 > request.received_at


@given(answerable, enabled)
def test_every_step_is_due_at_most_once_and_in_the_order_of_the_table(request: AuthorizationRequest, visitor: Visitor) -> None:
    """After the proof of a step, a later step or no step is due."""
    _, seen = _completed(request, visitor)
    places = [STEPS.index(step) for step in seen]
    assert places == sorted(set(places))
