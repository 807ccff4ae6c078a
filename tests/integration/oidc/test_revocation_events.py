"""The audit trail has exactly one event, with the same fields, for each grant that the protocol revokes."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import Any

from idp.domain.audit.event import AuditEvent
from idp.domain.people.user import User
from idp.domain.sessions.request_origin import Origin
from tests.integration.oidc.devices import GRANTS, begin, decided, poll, typed
from tests.support.deployment import SERVICE, SPA, WEB, App, Deployment

GRACE_OVER = 3600


def revocations(idp: Deployment, person: User) -> list[AuditEvent]:
    """The person's events, without those of the device page."""
    return [event for event in idp.events(person) if event.type not in {"device.approved", "sign_in.succeeded"}]


def fields(event: AuditEvent) -> dict[str, Any]:
    assert event.address
    assert event.request_id
    names = ("type", "outcome", "actor", "subject", "target", "client_id", "reason", "details")
    return {name: getattr(event, name) for name in names}


def expected(idp: Deployment, person: User, app: App, type_: str, outcome: str) -> dict[str, Any]:
    (grant,) = idp.services.grants.of(person.id)
    assert grant.revoked_at is not None
    return {
        "type": type_, "outcome": outcome, "actor": app.id, "subject": person.id, "target": grant.id, "client_id": app.id,
        "reason": "", "details": {},
    }  # fmt: skip


def test_a_revoked_refresh_token_is_one_event(idp: Deployment) -> None:
    """RFC 7009. A repeated request, and a replay of the token afterwards, add no event."""
    person = idp.person()
    tokens = idp.tokens(WEB, person)
    for _ in range(3):
        idp.call(WEB, "/revoke", token=tokens["refresh_token"])
    idp.clock.advance(GRACE_OVER)
    idp.refresh(WEB, tokens["refresh_token"])
    assert [fields(event) for event in revocations(idp, person)] == [expected(idp, person, WEB, "grant.revoked", "success")]


def test_a_replayed_code_is_one_event(idp: Deployment) -> None:
    """RFC 6749 §4.1.2."""
    person = idp.person()
    code = idp.code(WEB, person)
    for _ in range(4):
        idp.redeem(WEB, code)
    assert [fields(event) for event in revocations(idp, person)] == [expected(idp, person, WEB, "code.replayed", "failure")]


def test_a_replayed_refresh_token_is_one_event(idp: Deployment) -> None:
    """RFC 9700 §4.14.2. The revocation endpoint adds no event for the grant that ended."""
    person = idp.person()
    tokens = idp.tokens(WEB, person)
    idp.refresh(WEB, tokens["refresh_token"])
    idp.clock.advance(GRACE_OVER)
    for _ in range(3):
        idp.refresh(WEB, tokens["refresh_token"])
    idp.call(WEB, "/revoke", token=tokens["refresh_token"])
    assert [fields(event) for event in revocations(idp, person)] == [
        expected(idp, person, WEB, "refresh_token.replayed", "failure")
    ]  # fmt: skip


def test_a_replayed_device_code_is_one_event(idp: Deployment) -> None:
    """RFC 8628 §3.5: a device code is redeemed once, like an authorization code."""
    tv = idp.app(secret=False, grant_types=GRANTS, redirect_uris=(), name="Television")
    codes = begin(idp, tv, scope="openid")
    person = idp.person()
    browser = idp.browser(person)
    decided(browser, typed(browser, codes["user_code"]))
    for _ in range(3):
        idp.clock.advance(10)
        poll(idp, tv, codes)
    assert [fields(event) for event in revocations(idp, person)] == [expected(idp, person, tv, "device_code.replayed", "failure")]


def test_concurrent_revocations_are_one_event(idp: Deployment) -> None:
    """One conditional write decides which of them revoked the grant."""
    person = idp.person()
    idp.tokens(WEB, person)
    (grant,) = idp.services.grants.of(person.id)
    revocation = idp.services.revocation
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda _: revocation.revoke_grant(grant, origin=Origin(address="192.0.2.1")), range(8)))
    assert [event.type for event in revocations(idp, person)] == ["grant.revoked"]


def test_what_revokes_no_grant_is_no_event(idp: Deployment) -> None:
    """An access token alone, a token of another app, a token of a service, and text that is not a token."""
    person = idp.person()
    tokens = idp.tokens(WEB, person)
    service = idp.call(SERVICE, "/token", grant_type="client_credentials").json["access_token"]
    idp.call(WEB, "/revoke", token=tokens["access_token"])
    idp.call(SPA, "/revoke", token=tokens["refresh_token"])
    idp.call(SERVICE, "/revoke", token=service)
    idp.call(WEB, "/revoke", token="no-token")
    assert revocations(idp, person) == []
    assert idp.alive(WEB, tokens["refresh_token"])
