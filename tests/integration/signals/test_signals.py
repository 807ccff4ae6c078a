"""What receivers hear: of whom, what, and that nothing else tells it (Shared Signals Framework 1.0, CAEP 1.0, RISC 1.0)."""

from __future__ import annotations

import base64
import json
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from idp.domain.access.tenancy import DEPLOYMENT
from idp.domain.errors import IdpError, InvalidToken
from idp.domain.people.consent import Consent
from idp.domain.sessions.request_origin import Origin
from idp.domain.streams.record import read_record
from idp.services.audit.recorder import SYSTEM, Actor
from tests.integration.signals.conftest import RESOURCE, TYPES, claims
from tests.support.admin_calls import ISSUER

if TYPE_CHECKING:
    from idp.domain.apps.client import Client
    from idp.domain.people.user import User
    from idp.services.signals.audience import Known
    from tests.integration.signals.conftest import Make, Transmitter

REVOKED, CREDENTIAL = "caep/event-type/session-revoked", "caep/event-type/credential-change"
PURGED, RECOVERY = "risc/event-type/account-purged", "risc/event-type/recovery-information-changed"


def disable(transmitter: Transmitter, user: User) -> None:
    """Disable a person, and give what was committed to the function."""
    transmitter.services.user_service.patch(user.id, {"disabled": True}, scope=DEPLOYMENT, by=SYSTEM)
    transmitter.take()


def test_a_disabled_account_is_told_to_the_app_that_the_person_used(transmitter: Transmitter) -> None:
    """CAEP and RISC say it both, with the same cause. No claim makes the SET look like another token (§4.1.3)."""
    app = transmitter.receiver()
    stream = transmitter.stream(app)
    user = transmitter.user_of(app)
    disable(transmitter, user)
    revoked, disabled = transmitter.poll(app, stream)
    assert list(revoked["events"]) == [TYPES + REVOKED]
    assert list(disabled["events"]) == [f"{TYPES}risc/event-type/account-disabled"]
    assert revoked["events"][TYPES + REVOKED]["reason_admin"]["en"]
    assert revoked["txn"] == disabled["txn"]
    assert revoked["jti"] != disabled["jti"]
    assert {"exp", "sub", "nbf", "client_id", "scope"}.isdisjoint(revoked)
    assert revoked["sub_id"] == {"format": "iss_sub", "iss": ISSUER, "sub": user.id}
    assert (revoked["aud"], revoked["iss"]) == (app.id, ISSUER)


def test_an_app_that_the_person_never_used_hears_nothing(transmitter: Transmitter) -> None:
    """Each stream has the people of its own app alone."""
    app, other = transmitter.receiver(), transmitter.receiver()
    stream, others = transmitter.stream(app), transmitter.stream(other)
    disable(transmitter, transmitter.user_of(app))
    assert transmitter.poll(other, others) == []
    assert len(transmitter.poll(app, stream)) == 2


def test_an_erased_account_is_told_after_its_grants_are_gone(transmitter: Transmitter) -> None:
    """Nothing about the person stays for longer than two days, also if a late record tells of a grant."""
    app = transmitter.receiver()
    stream = transmitter.stream(app)
    user = transmitter.user_of(app)
    services = transmitter.services
    services.user_service.delete(user.id, scope=DEPLOYMENT)
    transmitter.take()
    assert transmitter.told(app, stream)[PURGED] == {}
    services.signal_subjects.used(user.id, app.id, app.incarnation, now=services.clock())
    (kept,) = services.signal_subjects.of(user.id).values()
    assert int(kept.ttl) <= services.clock() + 2 * 86400


def test_a_password_that_an_administrator_set_is_a_changed_credential_and_ends_sessions(transmitter: Transmitter) -> None:
    """Both have the reasons that the interoperability profile asks for (§3)."""
    app = transmitter.receiver()
    stream = transmitter.stream(app)
    user = transmitter.user_of(app)
    transmitter.services.user_service.set_password(user.id, "another horse battery", scope=DEPLOYMENT, by=transmitter.by)
    transmitter.take()
    told = transmitter.told(app, stream)
    changed = told[CREDENTIAL]
    assert (changed["credential_type"], changed["change_type"], changed["initiating_entity"]) == ("password", "update", "admin")
    assert changed["reason_admin"]["en"]
    assert told[REVOKED]["event_timestamp"]


def test_one_session_is_told_to_the_apps_that_know_it_and_to_no_other(transmitter: Transmitter) -> None:
    """The subject names the person and the `sid` of the app's own ID Token."""
    app, other = transmitter.receiver(), transmitter.receiver()
    stream, others = transmitter.stream(app), transmitter.stream(other)
    user = transmitter.user_of(app)
    transmitter.granted(user, other, "openid")
    grant = transmitter.granted(user, app, "openid")
    transmitter.services.access.end_session(user, grant.session_id, SYSTEM, scope=DEPLOYMENT)
    transmitter.take()
    (told,) = transmitter.poll(app, stream)
    named = {"format": "iss_sub", "iss": ISSUER, "sub": user.id}
    assert told["sub_id"] == {"format": "complex", "user": named, "session": {"format": "opaque", "id": grant.session_id}}
    assert transmitter.poll(other, others) == []


def test_a_changed_address_is_told_without_an_address(transmitter: Transmitter) -> None:
    """Neither a SET nor what waits has one: the provider is not authoritative for addresses (RISC 1.0 §2.5)."""
    app = transmitter.receiver()
    stream = transmitter.stream(app)
    user = transmitter.user_of(app)
    transmitter.services.user_service.patch(user.id, {"email": "new.address@example.com"}, scope=DEPLOYMENT, by=SYSTEM)
    transmitter.take()
    assert RECOVERY in transmitter.told(app, stream)
    assert "@" not in json.dumps(transmitter.poll(app, stream))
    items = [each.body for each in transmitter.services.webhook_queue.waiting(stream, limit=100)[0]]
    assert len(items) == 1
    assert "@" not in json.dumps(items)


def test_an_app_whose_access_was_ended_hears_that_and_then_nothing(transmitter: Transmitter) -> None:
    """A day later also the grant that was revoked counts no more."""
    app = transmitter.receiver()
    stream = transmitter.stream(app)
    user = transmitter.user_of(app)
    services = transmitter.services
    services.consents.put(Consent(user.id, app.id, ("openid",), services.clock(), client_stamp=app.stamp))
    services.access.revoke_app(user, app.id, Actor(user.id, Origin()), scope=DEPLOYMENT)
    transmitter.take()
    told = transmitter.poll(app, stream)
    assert {each for one in told for each in one["events"]} == {TYPES + REVOKED}
    transmitter.poll(app, stream, ack=[each["jti"] for each in told])
    transmitter.clock.advance(86400 + 1)
    disable(transmitter, user)
    assert transmitter.poll(app, stream) == []


def test_receivers_with_pairwise_subjects_cannot_find_out_that_two_subjects_are_one_person(transmitter: Transmitter) -> None:
    """Subjects, ids and causes differ. The id of the person is in no SET."""
    apps = [transmitter.receiver(subject_type="pairwise", redirect_uris=[f"https://{name}.example/cb"]) for name in ("a", "b")]
    streams = [transmitter.stream(app) for app in apps]
    user = transmitter.user_of(apps[0])
    transmitter.granted(user, apps[1], "openid")
    disable(transmitter, user)
    one, two = (transmitter.poll(app, stream)[0] for app, stream in zip(apps, streams, strict=True))
    assert one["sub_id"]["sub"] != two["sub_id"]["sub"]
    assert one["txn"] != two["txn"]
    assert one["jti"] != two["jti"]
    assert user.id not in json.dumps([one, two])
    assert one["sub_id"]["sub"] == transmitter.services.subjects.of(apps[0], user.id)


def test_a_later_app_with_the_same_id_hears_nothing_of_the_people_of_the_former_one(transmitter: Transmitter) -> None:
    """Nor does it get the former stream."""
    former = transmitter.receiver(client_id="crm")
    transmitter.stream(former)
    user = transmitter.user_of(former)
    transmitter.services.client_service.delete("crm", scope=DEPLOYMENT)
    later = transmitter.receiver(client_id="crm")
    assert transmitter.ask(later, "GET", "streams").json() == []
    stream = transmitter.stream(later)
    disable(transmitter, user)
    assert transmitter.poll(later, stream) == []


def test_a_write_that_was_refused_is_no_signal(transmitter: Transmitter) -> None:
    """A signal exists only if its write was committed."""
    app = transmitter.receiver()
    stream = transmitter.stream(app)
    user, other = transmitter.user_of(app), transmitter.user_of(app)
    with pytest.raises(IdpError):
        transmitter.services.user_service.patch(user.id, {"email": other.email, "disabled": True}, scope=DEPLOYMENT, by=SYSTEM)
    transmitter.take()
    assert transmitter.poll(app, stream) == []


def test_a_signal_that_comes_again_has_the_same_content(transmitter: Transmitter) -> None:
    """Also after it was acknowledged, so that a receiver finds it out by its `jti`."""
    app = transmitter.receiver()
    stream = transmitter.stream(app)
    user = transmitter.user_of(app)
    transmitter.services.user_service.patch(user.id, {"disabled": True}, scope=DEPLOYMENT, by=SYSTEM)
    records = transmitter.take()
    first = transmitter.poll(app, stream)
    transmitter.services.stream.take(records)
    assert transmitter.poll(app, stream) == first
    assert transmitter.poll(app, stream, ack=[each["jti"] for each in first]) == []
    transmitter.clock.advance(60)
    transmitter.services.stream.take(records)
    assert transmitter.poll(app, stream) == first


def test_a_removed_subject_is_not_told_until_it_is_added_again(transmitter: Transmitter) -> None:
    """The answer does not tell whether a person is known (§9.1), and a further sign-in adds nobody."""
    app = transmitter.receiver()
    stream = transmitter.stream(app)
    user = transmitter.user_of(app)

    def set_subject(which: str, sub: str) -> int:
        body = {"stream_id": stream, "subject": {"format": "iss_sub", "iss": ISSUER, "sub": sub}}
        return transmitter.ask(app, "POST", f"subjects/{which}", json=body).status_code

    assert (set_subject("remove", user.id), set_subject("remove", "usr_unknown")) == (204, 204)
    assert transmitter.services.signal_subjects.of("usr_unknown") == {}
    transmitter.granted(user, app, "openid")
    disable(transmitter, user)
    assert transmitter.poll(app, stream) == []
    assert (set_subject("add", user.id), set_subject("add", "usr_unknown")) == (200, 200)
    transmitter.services.user_service.patch(user.id, {"disabled": False}, scope=DEPLOYMENT, by=SYSTEM)
    transmitter.take()
    assert list(transmitter.told(app, stream)) == ["risc/event-type/account-enabled"]


def _name_by_address(transmitter: Transmitter, app: Client, stream: str, address: str, which: str = "remove") -> int:
    body = {"stream_id": stream, "subject": {"format": "email", "email": address}}
    return transmitter.ask(app, "POST", f"subjects/{which}", json=body).status_code


def test_a_subject_is_removed_and_added_by_its_verified_address(transmitter: Transmitter) -> None:
    """RFC 9493 §3.2.2. Addresses are compared in their canonical form."""
    app = transmitter.receiver("ssf.manage", "ssf.read", "email")
    stream = transmitter.stream(app)
    user = transmitter.user_of(app, email_verified=True)
    assert _name_by_address(transmitter, app, stream, user.email.upper()) == 204
    disable(transmitter, user)
    assert transmitter.poll(app, stream) == []
    assert _name_by_address(transmitter, app, stream, user.email, "add") == 200
    transmitter.services.user_service.patch(user.id, {"disabled": False}, scope=DEPLOYMENT, by=SYSTEM)
    transmitter.take()
    assert list(transmitter.told(app, stream)) == ["risc/event-type/account-enabled"]


def test_an_address_that_leads_to_no_user_of_the_app_gets_the_same_answer_and_changes_nothing(
    transmitter: Transmitter, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Unknown, not verified, of a person who never used the app, or given up: none can be told from a user's, also not by its calls."""
    app = transmitter.receiver("ssf.manage", "ssf.read", "email")
    stream, services = transmitter.stream(app), transmitter.services
    unverified = transmitter.user_of(app)
    stranger = transmitter.user(email=f"{services.new_id().lower()}@example.com", email_verified=True)
    erased = transmitter.user_of(app, email_verified=True)
    services.user_service.delete(erased.id, scope=DEPLOYMENT)
    transmitter.take()
    asked = list[str]()
    knows = services.signal_audience.knows

    def spied(user_id: str, client: Client) -> Known | None:
        asked.append(user_id)
        return knows(user_id, client)

    monkeypatch.setattr(services.signal_audience, "knows", spied)
    for address in (unverified.email, stranger.email, erased.email, "unknown@example.com"):
        assert _name_by_address(transmitter, app, stream, address) == 204, address
        assert _name_by_address(transmitter, app, stream, address, "add") == 200, address
    assert asked == ["?"] * 2 + [stranger.id] * 2 + ["?"] * 4
    assert services.signal_subjects.of(stranger.id) == services.signal_subjects.of("?") == {}
    assert not services.signal_subjects.of(unverified.id)[app.id].removed


def test_an_app_that_may_not_read_addresses_cannot_try_them(transmitter: Transmitter) -> None:
    """Otherwise it would learn a person's address by what it does not hear any more. The answer does not depend on the address."""
    app = transmitter.receiver()
    stream = transmitter.stream(app)
    user = transmitter.user_of(app, email_verified=True)
    for address in (user.email, "unknown@example.com", "no address"):
        assert _name_by_address(transmitter, app, stream, address) == 403, address
    disable(transmitter, user)
    assert len(transmitter.poll(app, stream)) == 2


def test_a_stream_gets_only_the_types_that_it_asked_for(transmitter: Transmitter) -> None:
    """`events_requested` limits it; a type that is not supported is ignored (§8.1.1)."""
    app = transmitter.receiver()
    wanted = f"{TYPES}risc/event-type/account-disabled"
    stream = transmitter.stream(app, events_requested=[wanted, "urn:example:unknown"])
    disable(transmitter, transmitter.user_of(app))
    assert [list(each["events"]) for each in transmitter.poll(app, stream)] == [[wanted]]


def test_a_disabled_app_hears_nothing(transmitter: Transmitter) -> None:
    """What happens meanwhile is not kept for it."""
    app = transmitter.receiver()
    stream = transmitter.stream(app)
    user = transmitter.user_of(app)
    transmitter.services.clients.replace(replace(app, disabled=True))
    disable(transmitter, user)
    assert transmitter.services.webhook_queue.waiting(stream, limit=1) == ([], False)


@pytest.mark.parametrize("less", [{"scope": "openid"}, {"resources": []}])
def test_an_app_that_may_not_hear_of_people_any_more_hears_nothing(transmitter: Transmitter, less: dict[str, Any]) -> None:
    """Its stream is still there, and keeps nothing."""
    app = transmitter.receiver()
    stream = transmitter.stream(app)
    user = transmitter.user_of(app)
    transmitter.services.client_service.patch(app.id, less, scope=DEPLOYMENT, by=transmitter.by)
    disable(transmitter, user)
    assert transmitter.services.webhook_queue.waiting(stream, limit=1) == ([], False)


def _set_subject(transmitter: Transmitter, app: Client, stream: str, user: User, which: str) -> None:
    body = {"stream_id": stream, "subject": {"format": "iss_sub", "iss": ISSUER, "sub": user.id}}
    assert transmitter.ask(app, "POST", f"subjects/{which}", json=body).status_code in {200, 204}


def test_adding_a_subject_after_the_access_was_ended_brings_nothing_back(transmitter: Transmitter) -> None:
    """The revoked grant still counts for a day, and no request of the app makes more of it. The stream is younger than the grant."""
    app, services = transmitter.receiver(), transmitter.services
    user = transmitter.user_of(app)
    services.consents.put(Consent(user.id, app.id, ("openid",), services.clock(), client_stamp=app.stamp))
    services.access.revoke_app(user, app.id, Actor(user.id, Origin()), scope=DEPLOYMENT)
    transmitter.take()
    stream = transmitter.stream(app)
    for which in ("add", "remove", "add"):
        _set_subject(transmitter, app, stream, user, which)
    transmitter.clock.advance(86400 + 1)
    disable(transmitter, user)
    assert transmitter.poll(app, stream) == []


def test_an_app_cannot_prolong_the_time_in_which_it_hears_of_a_person(transmitter: Transmitter) -> None:
    """400 days count from the last grant."""
    app, subjects = transmitter.receiver(), transmitter.services.signal_subjects
    stream = transmitter.stream(app)
    user = transmitter.user_of(app)
    before = subjects.of(user.id)[app.id].ttl
    transmitter.clock.advance(86400)
    for which in ("remove", "add"):
        _set_subject(transmitter, app, stream, user, which)
    assert subjects.of(user.id)[app.id].ttl == before


@pytest.mark.parametrize("how", ["removed", "disabled", "no stream"])
def test_nothing_of_an_erased_person_stays_for_apps_that_hear_nothing(make_transmitter: Make, how: str) -> None:
    """Also an item of an app that removed the subject, is disabled, or has no stream any more goes in two days."""
    transmitter = make_transmitter()
    app, services = transmitter.receiver(), transmitter.services
    stream = transmitter.stream(app)
    user = transmitter.user_of(app)
    if how == "removed":
        _set_subject(transmitter, app, stream, user, "remove")
    elif how == "disabled":
        services.clients.replace(replace(app, disabled=True))
    else:
        transmitter.ask(app, "DELETE", f"streams?stream_id={stream}")
    services.user_service.delete(user.id, scope=DEPLOYMENT)
    transmitter.take()
    (kept,) = services.signal_subjects.of(user.id).values()
    assert int(kept.ttl) <= services.clock() + 2 * 86400


def test_our_verifiers_take_a_set_for_no_other_token(transmitter: Transmitter) -> None:
    """Its `typ` is its own (§4.1.1), also if the audience and the subject of the SET were those of a token."""
    app = transmitter.receiver()
    stream = transmitter.stream(app)
    disable(transmitter, transmitter.user_of(app))
    (token, *_) = transmitter.ask(app, "POST", f"poll/{stream}", json={}).json()["sets"].values()
    header = json.loads(base64.urlsafe_b64decode(token.split(".")[0] + "=="))
    assert (header["typ"], header["alg"], set(header)) == ("secevent+jwt", "RS256", {"typ", "alg", "kid"})
    tokens, forged = transmitter.services.tokens, {**claims(token), "sub": "usr_1", "client_id": app.id, "exp": 2**40, "auth_time": 1}
    for each in (token, tokens.sign(app, {**forged, "aud": RESOURCE}, typ="secevent+jwt", chosen=None)):
        with pytest.raises(InvalidToken):
            tokens.verify_access_token(each)
        assert tokens.verify_id_token(each) is None
        assert tokens.verify_id_token_hint(each) is None
        for path in ("/userinfo", "/signals/v1/streams"):
            assert transmitter.http.get(path, headers={"Authorization": f"Bearer {each}"}).status_code == 401


def test_nothing_is_read_or_written_if_no_app_has_a_stream(make_transmitter: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    """One Query for a batch with something to tell, and nothing else."""
    transmitter = make_transmitter()
    user = transmitter.user_of(transmitter.receiver())
    transmitter.services.user_service.patch(user.id, {"disabled": True}, scope=DEPLOYMENT, by=SYSTEM)
    records, calls = transmitter.read(), list[str]()
    transport = transmitter.services.database.transport

    def call(_: object, operation: str, __: object) -> dict[str, list[object]]:
        calls.append(operation)
        return {"Items": []}

    monkeypatch.setattr(type(transport), "call", call)
    transmitter.services.signal_consumer.take([each for one in records if (each := read_record(one))])
    assert calls == ["Query"]


@pytest.mark.parametrize("stage", ["before the batch", "before the write"])
def test_a_grant_that_is_told_after_the_erasure_leaves_no_item_for_400_days(
    transmitter: Transmitter, monkeypatch: pytest.MonkeyPatch, stage: str
) -> None:
    """The erasure's record finds no item to mark, because that of the first grant comes later, in the other stream."""
    app, services = transmitter.receiver(), transmitter.services
    transmitter.stream(app)
    user, living = transmitter.user(), transmitter.user()
    for each in (user, living):
        transmitter.granted(each, app, "openid")
    late, note = transmitter.state.read(), services.signal_subjects.used

    def erase() -> None:
        services.user_service.delete(user.id, scope=DEPLOYMENT)
        assert services.stream.take(transmitter.directory.read()) == {"batchItemFailures": []}
        assert services.signal_subjects.of(user.id) == {}

    def used(user_id: str, *args: Any, **kwargs: Any) -> None:
        if user_id == user.id:
            erase()
        note(user_id, *args, **kwargs)

    if stage == "before the batch":
        erase()
    else:
        monkeypatch.setattr(services.signal_subjects, "used", used)
    assert services.stream.take(late) == {"batchItemFailures": []}
    (kept,) = services.signal_subjects.of(user.id).values()
    assert int(kept.ttl) <= services.clock() + 2 * 86400
    (other,) = services.signal_subjects.of(living.id).values()
    assert (bool(other.purged), int(other.ttl)) == (False, services.clock() + 400 * 86400)


def test_a_subject_that_is_removed_while_the_person_is_erased_leaves_no_item_for_400_days(
    transmitter: Transmitter, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The stream is younger than the grant, so the app's request writes the first item of the person."""
    app, services = transmitter.receiver(), transmitter.services
    user = transmitter.user_of(app)
    stream, note = transmitter.stream(app), services.signal_subjects.set_removed
    assert services.signal_subjects.of(user.id) == {}

    def set_removed(user_id: str, *args: Any, **kwargs: Any) -> None:
        services.user_service.delete(user_id, scope=DEPLOYMENT)
        transmitter.take()
        note(user_id, *args, **kwargs)

    monkeypatch.setattr(services.signal_subjects, "set_removed", set_removed)
    _set_subject(transmitter, app, stream, user, "remove")
    (kept,) = services.signal_subjects.of(user.id).values()
    assert int(kept.ttl) <= services.clock() + 2 * 86400
