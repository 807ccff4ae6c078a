"""What receivers may ask of their stream, and what is refused (Shared Signals Framework 1.0 §7 and §8, RFC 8936)."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import httpx
import pytest

from idp.domain.access.signal_scopes import is_receiver
from idp.domain.access.tenancy import DEPLOYMENT
from idp.domain.signals.event_types import VERIFICATION as VERIFIED
from idp.domain.signals.signal import about_stream
from idp.services.audit.recorder import SYSTEM
from idp.services.signals import streams
from idp.services.signals.stream_changes import VERIFICATION_DELAY, VERIFICATION_INTERVAL
from tests.integration.signals.conftest import POLL, PUSH, RESOURCE, TYPES
from tests.support.admin_calls import ISSUER
from tests.support.local_provider import LocalProvider

if TYPE_CHECKING:
    from tests.integration.signals.conftest import Transmitter

VERIFICATION = "ssf/event-type/verification"


def test_the_metadata_names_only_endpoints_that_answer(transmitter: Transmitter) -> None:
    """§7.1, and what the interoperability profile requires (§2.3)."""
    found = transmitter.http.get("/.well-known/ssf-configuration").json()
    assert (found["spec_version"], found["issuer"], found["default_subjects"]) == ("1_0", ISSUER, "ALL")
    assert found["delivery_methods_supported"] == [PUSH, POLL]
    assert found["authorization_schemes"] == [{"spec_urn": "urn:ietf:rfc:6749"}]
    for name in [each for each in found if each.endswith("_endpoint")]:
        assert transmitter.http.post(found[name].removeprefix(ISSUER), json={}).status_code == 401, name
    assert transmitter.http.get(found["jwks_uri"].removeprefix(ISSUER)).json()["keys"]
    resource = transmitter.http.get("/.well-known/oauth-protected-resource/signals/v1").json()
    assert (resource["resource"], resource["scopes_supported"]) == (RESOURCE, ["ssf.manage", "ssf.read"])


def test_without_the_setting_there_is_no_address(transmitter: Transmitter) -> None:
    """Neither metadata nor an endpoint."""
    off = LocalProvider(replace(transmitter.settings, shared_signals="off"))
    for path in ("/.well-known/ssf-configuration", "/signals/v1/streams"):
        assert off.http.get(path).status_code == 404


def test_a_receiver_makes_reads_changes_and_removes_its_stream(transmitter: Transmitter) -> None:
    """§8.1.1: PATCH leaves what is not sent, PUT does not."""
    app = transmitter.receiver()
    assert transmitter.ask(app, "GET", "streams").json() == []
    wanted = f"{TYPES}caep/event-type/session-revoked"
    made = transmitter.ask(app, "POST", "streams", json={"events_requested": [wanted], "description": "CRM"}).json()
    stream = made["stream_id"]
    assert (made["iss"], made["aud"], made["events_delivered"]) == (ISSUER, app.id, [wanted])
    assert made["delivery"] == {"method": POLL, "endpoint_url": f"{RESOURCE}/poll/{stream}"}
    assert transmitter.ask(app, "GET", "streams").json() == [made]
    assert transmitter.ask(app, "GET", f"streams?stream_id={stream}").json() == made
    assert transmitter.ask(app, "POST", "streams", json={}).status_code == 409
    patched = transmitter.ask(app, "PATCH", "streams", json={**made, "description": "other"}).json()
    assert patched == {**made, "description": "other"}
    put = transmitter.ask(app, "PUT", "streams", json={"stream_id": stream}).json()
    assert "description" not in put
    assert put["events_delivered"] == put["events_supported"]
    assert transmitter.ask(app, "DELETE", f"streams?stream_id={stream}").status_code == 204
    assert transmitter.ask(app, "GET", f"streams?stream_id={stream}").status_code == 404


@pytest.mark.parametrize(
    "delivery",
    [
        "push", {"method": "urn:ietf:rfc:9999"}, {"method": [PUSH]}, {"method": {}}, {"method": PUSH}, {"method": PUSH, "endpoint_url": 7},
        {"method": PUSH, "endpoint_url": "http://crm.example/set"}, {"method": PUSH, "endpoint_url": "https://10.0.0.1/set"},
        {"method": PUSH, "endpoint_url": "https://crm.example:8443/set"}, {"method": PUSH, "endpoint_url": "https://u@crm.example/"},
        {"method": PUSH, "endpoint_url": "https://crm.example/#f"},
        {"method": PUSH, "endpoint_url": "https://crm.example/", "authorization_header": "a\r\nX: b"},
    ],
)  # fmt: skip
def test_a_delivery_that_may_not_be_sent_to_is_refused(transmitter: Transmitter, delivery: object) -> None:
    """Nothing is stored: push goes only where webhooks go."""
    app = transmitter.receiver()
    assert transmitter.ask(app, "POST", "streams", json={"delivery": delivery}).status_code == 400
    assert transmitter.ask(app, "GET", "streams").json() == []


def test_a_member_of_the_transmitter_cannot_be_changed(transmitter: Transmitter) -> None:
    """§8.1.1.3: a member that is not the receiver's must have its present value."""
    wrong: dict[str, Any]
    app = transmitter.receiver()
    stream = transmitter.stream(app)
    for wrong in ({"aud": "other"}, {"iss": "https://other.example"}, {"events_delivered": []}, {"events_requested": "all"}):
        assert transmitter.ask(app, "PATCH", "streams", json={"stream_id": stream, **wrong}).status_code == 400, wrong
    assert transmitter.ask(app, "PATCH", "streams", json={"description": "no id"}).status_code == 404


def test_each_change_of_a_stream_is_an_audit_event_without_what_it_contains(transmitter: Transmitter) -> None:
    """By the app. A change that was refused and a request for verification are none."""
    app = transmitter.receiver()
    stream = transmitter.stream(app)
    delivery = {"method": PUSH, "endpoint_url": "https://crm.example/set", "authorization_header": "Bearer hidden"}
    asks: list[tuple[str, str, dict[str, Any]]] = [
        ("PATCH", "streams", {"delivery": delivery}), ("PATCH", "streams", {"aud": "other"}), ("POST", "verification", {}),
        ("POST", "status", {"status": "paused"}),
    ]  # fmt: skip
    for method, path, body in asks:
        transmitter.ask(app, method, path, json={"stream_id": stream, **body})
    transmitter.ask(app, "DELETE", f"streams?stream_id={stream}")
    found = [each for each in transmitter.events() if each["target"] == stream]
    assert sorted(each["type"] for each in found) == [
        "signal_stream.created", "signal_stream.deleted", "signal_stream.updated", "signal_stream.updated"
    ]  # fmt: skip
    assert {(each["actor"], each["client_id"]) for each in found} == {(app.id, app.id)}
    assert {"method endpoint_url sealed_authorization", "status"} == {each["details"].get("changed", "") for each in found} - {""}
    assert "crm.example" not in str(found)
    assert "hidden" not in str(found)


def test_no_endpoint_reaches_the_stream_of_another_receiver(transmitter: Transmitter) -> None:
    """The same answer as for a stream that does not exist."""
    app, other = transmitter.receiver(), transmitter.receiver()
    transmitter.stream(other)
    stream = transmitter.stream(app)
    subject = {"format": "iss_sub", "iss": ISSUER, "sub": "usr_1"}
    body = {"stream_id": stream, "status": "disabled", "subject": subject}
    answers = [
        transmitter.ask(other, method, path, json=body)
        for method, path in (
            ("PATCH", "streams"), ("PUT", "streams"), ("POST", "status"), ("POST", "verification"), ("POST", "subjects/add"),
            ("POST", "subjects/remove"), ("POST", f"poll/{stream}"),
        )
    ]  # fmt: skip
    answers += [transmitter.ask(other, method, f"{path}?stream_id={stream}") for method, path in (("GET", "streams"), ("GET", "status"))]
    answers.append(transmitter.ask(other, "DELETE", f"streams?stream_id={stream}"))
    assert {each.status_code for each in answers} == {404}
    assert transmitter.ask(app, "GET", f"status?stream_id={stream}").json()["status"] == "enabled"


def test_only_an_app_with_its_own_token_for_this_resource_is_a_receiver(transmitter: Transmitter) -> None:
    """Wrong audience, a person's token, too little scope, an app that registered itself: each is refused."""
    app = transmitter.receiver()
    services, user = transmitter.services, transmitter.user_of(app)

    def status(token: str, method: str = "GET") -> int:
        return transmitter.http.request(method, "/signals/v1/streams", headers={"Authorization": f"Bearer {token}"}, json={}).status_code

    assert status(services.tokens.issue_access_token(app, scopes=app.scopes)) == 200
    assert status(services.tokens.issue_access_token(app, scopes=app.scopes, resources=(ISSUER,))) == 401
    assert status(services.tokens.issue_access_token(app, scopes=app.scopes, resources=(RESOURCE, "https://api.example"))) == 401
    assert status(services.tokens.issue_access_token(app, scopes=("openid",))) == 403
    assert status(services.tokens.issue_access_token(app, scopes=("ssf.read",))) == 200
    assert status(services.tokens.issue_access_token(app, scopes=("ssf.read",)), "POST") == 403
    assert status(transmitter.token(user, app, "ssf.manage")) == 403
    assert transmitter.http.get("/signals/v1/streams", params={"access_token": "x"}).status_code == 401

    itself = replace(app, id="itself", registered_by="dynamic")
    services.clients.create(itself)
    assert status(services.tokens.issue_access_token(itself, scopes=app.scopes)) == 403
    assert is_receiver(app, RESOURCE)
    assert not is_receiver(replace(app, org_id="org_1"), RESOURCE)


def test_a_paused_stream_keeps_what_happens_and_a_disabled_one_does_not(transmitter: Transmitter) -> None:
    """§8.1.2.1. The reason is told back."""
    app = transmitter.receiver()
    stream = transmitter.stream(app)
    user = transmitter.user_of(app)

    def status(value: str) -> httpx.Response:
        return transmitter.ask(app, "POST", "status", json={"stream_id": stream, "status": value, "reason": "maintenance"})

    def change(**changes: Any) -> None:
        transmitter.services.user_service.patch(user.id, changes, scope=DEPLOYMENT, by=SYSTEM)
        transmitter.take()

    assert status("paused").json() == {"stream_id": stream, "status": "paused", "reason": "maintenance"}
    change(disabled=True)
    assert transmitter.poll(app, stream) == []
    status("enabled")
    assert len(transmitter.poll(app, stream)) == 2
    status("disabled")
    change(disabled=False)
    status("enabled")
    assert transmitter.poll(app, stream) == []
    assert status("gone").status_code == 400


def test_a_stream_that_was_disabled_loses_all_that_waited(transmitter: Transmitter) -> None:
    """Also more than one call removes, and what the function queued from a stream that it read before."""
    app = transmitter.receiver()
    stream = transmitter.stream(app)
    services, now = transmitter.services, transmitter.services.clock()

    def wait(number: int) -> None:
        told = [about_stream(VERIFIED, stream, f"jti{each}", {}, now=now) for each in range(number)]
        services.webhook_queue.add([(stream, each) for each in told], now=now)

    def status(value: str) -> None:
        assert transmitter.ask(app, "POST", "status", json={"stream_id": stream, "status": value}).status_code == 200

    wait(1200)
    status("disabled")
    assert services.webhook_queue.waiting(stream, limit=1)[0] == []
    wait(2)
    status("enabled")
    assert transmitter.poll(app, stream) == []


def test_streams_of_apps_that_are_gone_take_no_room(transmitter: Transmitter, monkeypatch: pytest.MonkeyPatch) -> None:
    """Of the limit. Streams of apps that exist are not touched."""
    monkeypatch.setattr(streams, "MOST", len(transmitter.services.signal_streams.all()) + 2)
    stays, gone, later = (transmitter.receiver() for _ in range(3))
    stream = transmitter.stream(stays)
    transmitter.stream(gone)
    assert transmitter.ask(later, "POST", "streams", json={}).status_code == 409
    transmitter.services.client_service.delete(gone.id, scope=DEPLOYMENT)
    transmitter.stream(later)
    assert transmitter.services.signal_streams.of(gone.id) is None
    assert transmitter.ask(stays, "GET", f"streams?stream_id={stream}").status_code == 200


def test_refusing_many_events_makes_few_calls(transmitter: Transmitter, monkeypatch: pytest.MonkeyPatch) -> None:
    """One poll may refuse a thousand."""
    app = transmitter.receiver()
    stream = transmitter.stream(app)
    services, now = transmitter.services, transmitter.services.clock()
    told = [about_stream(VERIFIED, stream, f"jti{each}", {}, now=now) for each in range(60)]
    services.webhook_queue.add([(stream, each) for each in told], now=now)
    calls, kind = list[str](), type(services.database.transport)
    real = kind.call

    def call(transport: Any, operation: str, request: dict[str, Any]) -> Any:
        calls.append(operation)
        return real(transport, operation, request)

    monkeypatch.setattr(kind, "call", call)
    assert transmitter.poll(app, stream, maxEvents=0, setErrs={each.id: {"err": "x"} for each in told}) == []
    assert len(calls) <= 12
    assert len(services.webhook_queue.dead(stream)[0]) == 60


def test_a_verification_event_repeats_the_state_and_is_about_the_stream(transmitter: Transmitter) -> None:
    """§8.1.4. A further one within the interval is refused."""
    app = transmitter.receiver()
    stream = transmitter.stream(app)
    body = {"stream_id": stream, "state": "opaque"}
    assert transmitter.ask(app, "POST", "verification", json=body).status_code == 204
    (told,) = transmitter.poll(app, stream)
    assert told["sub_id"] == {"format": "opaque", "id": stream}
    assert told["events"] == {TYPES + VERIFICATION: {"state": "opaque"}}
    again = transmitter.ask(app, "POST", "verification", json=body)
    assert (again.status_code, again.headers["retry-after"]) == (429, str(VERIFICATION_INTERVAL))
    transmitter.clock.advance(VERIFICATION_INTERVAL - VERIFICATION_DELAY - 1)
    again = transmitter.ask(app, "POST", "verification", json=body)
    assert (again.status_code, again.headers["retry-after"]) == (429, str(VERIFICATION_DELAY + 1))
    transmitter.clock.advance(VERIFICATION_INTERVAL)
    assert transmitter.ask(app, "POST", "verification", json={"stream_id": stream, "state": 7}).status_code == 400


def test_a_receiver_that_keeps_to_the_interval_is_not_refused_if_its_first_request_took_long(transmitter: Transmitter) -> None:
    """§8.1.1: the interval is between requests as the receiver sends them, and a cold start delays the first one alone."""
    app = transmitter.receiver()
    stream = transmitter.stream(app)
    assert transmitter.ask(app, "POST", "verification", json={"stream_id": stream}).status_code == 204
    transmitter.clock.advance(VERIFICATION_INTERVAL - VERIFICATION_DELAY)
    assert transmitter.ask(app, "POST", "verification", json={"stream_id": stream}).status_code == 204
    assert len(transmitter.poll(app, stream)) == 2
    assert transmitter.ask(app, "POST", "verification", json={"stream_id": stream}).status_code == 429


def test_what_is_not_acknowledged_comes_again_and_what_is_refused_becomes_a_dead_letter(transmitter: Transmitter) -> None:
    """RFC 8936 §2.4: maxEvents limits an answer, 0 only acknowledges."""
    app = transmitter.receiver()
    stream = transmitter.stream(app)
    users = [transmitter.user_of(app) for _ in range(2)]
    for user in users:
        transmitter.services.user_service.patch(user.id, {"disabled": True}, scope=DEPLOYMENT, by=SYSTEM)
    transmitter.take()
    answer = transmitter.ask(app, "POST", f"poll/{stream}", json={"maxEvents": 1}).json()
    assert answer["moreAvailable"] is True
    first, second, *_ = waiting = [each["jti"] for each in transmitter.poll(app, stream)]
    assert list(answer["sets"]) == [first]
    refusal = {"err": "invalid_audience", "description": "x"}
    assert transmitter.poll(app, stream, maxEvents=0, ack=[first, "unknown"], setErrs={second: refusal}) == []
    assert [each["jti"] for each in transmitter.poll(app, stream)] == waiting[2:]
    (dead,) = transmitter.services.webhook_queue.dead(stream)[0]
    assert (dead.event_id, dead.problem) == (second, "refused: invalid_audience")


@pytest.mark.parametrize(
    "body",
    [
        {"maxEvents": -1}, {"maxEvents": True}, {"maxEvents": "1"}, {"returnImmediately": 1}, {"ack": "a"}, {"ack": [1]},
        {"setErrs": []}, {"setErrs": {"a": "b"}}, [], {"ack": ["a"] * 1001},
    ],
)  # fmt: skip
def test_a_malformed_poll_is_refused_and_takes_nothing(transmitter: Transmitter, body: Any) -> None:
    """No input makes another error."""
    app = transmitter.receiver()
    stream = transmitter.stream(app)
    assert transmitter.ask(app, "POST", f"poll/{stream}", json=body).status_code == 400


def test_a_stream_that_is_pushed_cannot_be_polled(transmitter: Transmitter) -> None:
    """Otherwise two ways would take the same events."""
    app = transmitter.receiver()
    stream = transmitter.stream(app, delivery={"method": PUSH, "endpoint_url": "https://crm.example/set"})
    assert transmitter.ask(app, "POST", f"poll/{stream}", json={}).status_code == 409


def test_subjects_of_other_forms_are_refused(transmitter: Transmitter) -> None:
    """Pairwise subjects lead to nobody, also by an address."""
    app = transmitter.receiver("ssf.manage", "email")
    pairwise = transmitter.receiver("ssf.manage", "email", subject_type="pairwise")
    stream, other = transmitter.stream(app), transmitter.stream(pairwise)
    right = {"format": "iss_sub", "iss": ISSUER, "sub": "usr_1"}
    for wrong in (
        {"format": "email", "email": "a"},
        {"format": "email", "email": "\N{LATIN SMALL LETTER SHARP S}@example.com"},
        {"format": "email", "email": ["a@example.com"]},
        {"format": "email", "email": "a@example.com", "sub": "usr_1"},
        {"format": "email"},
        {"format": "phone_number", "phone_number": "+12065550123"},
        {"format": ["email"], "email": "a@example.com"},
        {**right, "iss": "https://other.example"},
        {**right, "sub": ""},
        "usr_1",
        None,
    ):
        body = {"stream_id": stream, "subject": wrong}
        assert transmitter.ask(app, "POST", "subjects/remove", json=body).status_code == 400, wrong
    for each in (right, {"format": "email", "email": "a@example.com"}):
        assert transmitter.ask(pairwise, "POST", "subjects/remove", json={"stream_id": other, "subject": each}).status_code == 403
