"""Users: the members that can be set, the effects of a change, and refusals."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest

from idp.domain.access.tenancy import DEPLOYMENT
from idp.domain.errors import Conflict, Unavailable
from idp.store.factors import Totp
from tests.support.people import PASSWORD
from tests.support.stored import change_user, put_totp
from tests.support.world import World


def test_a_user_is_created_with_or_without_a_password(world: World) -> None:
    """The email address is in canonical form. Location and ETag have the address and the version."""
    made = world.call("POST", "/users", json={"email": " Ada@Example.COM ", "password": PASSWORD, "claims": {"name": "Ada"}})
    assert made.status_code == 201
    told = made.json()
    assert (told["email"], told["has_password"], told["claims"], told["email_verified"]) == (
        "ada@example.com",
        True,
        {"name": "Ada"},
        False,
    )
    read = world.call("GET", made.headers["location"])
    assert read.json() == told
    assert read.headers["etag"] == made.headers["etag"] == '"1"'
    without = world.call("POST", "/users", json={"email": "bob@example.com"}).json()
    assert (without["has_password"], without["claims"], without["admin"]) == (False, {}, False)


def test_the_scheme_of_a_password_is_shown_and_not_the_hash(world: World) -> None:
    """`password_scheme`: ours, none, or that of the system from which the person was imported. No caller can set it."""
    ours = world.call("POST", "/users", json={"email": "ada@example.com", "password": PASSWORD}).json()
    without = world.call("POST", "/users", json={"email": "bob@example.com"}).json()
    assert (ours["password_scheme"], without["password_scheme"]) == ("argon2id", None)
    for text, scheme in (("$2b$12$" + "a" * 53, "bcrypt"), ("{SHA}2qU2SGWP8viTM1md3FiI3+rjWXQ=", "wrapped-sha1")):
        stored = world.services.foreign_hashes.accept(text)
        change_user(world.services.users, ours["id"], password_hash=stored)
        told = world.call("GET", f"/users/{ours['id']}")
        assert told.json()["password_scheme"] == scheme
        assert stored not in told.text
        assert stored.rpartition("$")[2] not in told.text


@pytest.mark.parametrize("email", ["ada@example.com", "ADA@example.com", "\uff41\uff44\uff41@example.com"])
def test_a_taken_email_is_a_conflict(world: World, email: str) -> None:
    """In each spelling. The second user gets 409, and nothing is written."""
    world.user(email="ada@example.com")
    assert world.call("POST", "/users", json={"email": email}).status_code == 409
    assert len(world.services.users.listing()[0]) == 1


@pytest.mark.parametrize(
    ("password", "why"),
    [
        ("short", "at least 15"),
        ("fourteen chars", "at least 15"),
        ("123456789qwerty", "common"),
        ("ada@example.com", "email"),
        ("x" * 1025, "1024"),
        ("", "at least 15"),
    ],
)
def test_a_bad_password_is_refused_with_the_reason(world: World, password: str, why: str) -> None:
    """By the policy of the account page. The password is not repeated."""
    refused = world.call("POST", "/users", json={"email": "ada@example.com", "password": password})
    assert refused.status_code == 400
    assert refused.json()["errors"][0]["field"] == "password"
    assert why in refused.json()["detail"]
    assert not password or password not in refused.text


def test_a_new_email_is_not_verified(world: World) -> None:
    """H-15: unless the same request says so. The user is found by the new address."""
    user = world.user(email="old@example.com", email_verified=True)
    assert world.call("PATCH", f"/users/{user.id}", json={"email": "old@example.com"}).json()["email_verified"] is True
    changed = world.call("PATCH", f"/users/{user.id}", json={"email": "New@example.com"}).json()
    assert (changed["email"], changed["email_verified"]) == ("new@example.com", False)
    said = world.call("PATCH", f"/users/{user.id}", json={"email": "newer@example.com", "email_verified": True}).json()
    assert said["email_verified"] is True
    assert world.services.users.id_of("newer@example.com") == user.id
    assert world.services.users.id_of("old@example.com") is None


def test_a_taken_email_is_not_taken_over(world: World) -> None:
    """409, and both users keep their addresses."""
    one, other = world.user(email="one@example.com"), world.user(email="other@example.com")
    assert world.call("PATCH", f"/users/{one.id}", json={"email": "OTHER@example.com"}).status_code == 409
    assert world.services.users.id_of("other@example.com") == other.id
    assert world.services.user_service.get(one.id, scope=DEPLOYMENT).email == "one@example.com"


def test_claims_are_merged_member_by_member(world: World) -> None:
    """RFC 7396: null removes, an object merges, an absent member stays."""
    user = world.user(claims={"name": "Ada", "nickname": "A", "address": {"country": "UK", "locality": "London"}})
    patch = {"claims": {"nickname": None, "locale": "en-GB", "address": {"locality": None}}}
    changed = world.call("PATCH", f"/users/{user.id}", json=patch, headers={"Content-Type": "application/merge-patch+json"}).json()
    assert changed["claims"] == {"name": "Ada", "locale": "en-GB", "address": {"country": "UK"}}
    emptied = world.call("PATCH", f"/users/{user.id}", json={"claims": {"address": {"country": None}}}).json()
    assert "address" not in emptied["claims"]
    assert world.call("PATCH", f"/users/{user.id}", json={"claims": None}).json()["claims"] == {}


def test_a_new_phone_number_is_not_verified(world: World) -> None:
    """As with the email address."""
    user = world.user(claims={"phone_number": "+14255551212", "phone_number_verified": True})
    changed = world.call("PATCH", f"/users/{user.id}", json={"claims": {"phone_number": "+14255550000"}}).json()
    assert changed["claims"] == {"phone_number": "+14255550000"}


@pytest.mark.parametrize(
    ("act", "body"),
    [
        ("PATCH ", {"disabled": True}),
        ("PUT /password", {"password": "another long river"}),
        ("DELETE /factors", None),
        ("DELETE /sessions", None),
    ],
    ids=["disabled", "password", "factors", "signed out"],
)
def test_withdrawn_trust_ends_all_sessions_and_grants(world: World, act: str, body: dict[str, Any] | None) -> None:
    """C-04, H-13: old ones and those of the same second. What begins afterwards is valid, even in the same second."""
    user = world.user()
    old = world.granted(user, world.console)
    world.clock.now += 100
    fresh = world.granted(user, world.console)
    method, _, path = act.partition(" ")
    assert world.call(method, f"/users/{user.id}{path}", json=body).status_code in {200, 204}
    assert world.call("GET", f"/users/{user.id}/sessions").json()["items"] == []
    assert world.call("GET", f"/users/{user.id}/grants").json()["items"] == []
    world.services.user_service.patch(user.id, {"disabled": False}, scope=DEPLOYMENT)
    now = world.services.user_service.get(user.id, scope=DEPLOYMENT)
    assert not now.accepts(old.security_stamp)
    assert not now.accepts(fresh.security_stamp)
    later = world.granted(user, world.console)
    assert [grant["id"] for grant in world.call("GET", f"/users/{user.id}/grants").json()["items"]] == [later.id]


def test_a_reset_removes_totp_and_recovery_codes(world: World) -> None:
    """And the flag of the user."""
    user = world.user()
    put_totp(world.services.database, Totp(user.id, b"sealed", 1, 1, 0))
    world.services.factors.put_recovery_codes(user.id, ["a", "b"], 1)
    change_user(world.services.users, user.id, totp_enabled=True)
    assert world.call("DELETE", f"/users/{user.id}/factors").status_code == 204
    assert world.services.factors.totp(user.id) is None
    assert world.services.factors.recovery_codes_left(user.id) == 0
    assert world.call("GET", f"/users/{user.id}").json()["totp_enabled"] is False


def test_a_deleted_users_sessions_and_address_are_free(world: World) -> None:
    """Sessions and grants end. A new user with the email address has another id (D-17)."""
    user = world.user(email="ada@example.com", password=PASSWORD)
    world.granted(user, world.console)
    assert world.call("DELETE", f"/users/{user.id}").status_code == 204
    for method, path in (("GET", ""), ("PATCH", ""), ("DELETE", ""), ("GET", "/sessions"), ("GET", "/grants"), ("DELETE", "/sessions")):
        assert world.call(method, f"/users/{user.id}{path}", json={} if method == "PATCH" else None).status_code == 404
    again = world.call("POST", "/users", json={"email": "ada@example.com"}).json()
    assert again["id"] != user.id
    assert again["has_password"] is False


def test_sessions_and_grants_are_ended_one_by_one(world: World) -> None:
    """A grant without offline_access ends with its session. One with it stays until it is revoked."""
    user = world.user()
    online, offline = world.granted(user, world.console, "openid"), world.granted(user, world.console, "openid", "offline_access")
    assert world.call("DELETE", f"/users/{user.id}/sessions/{online.session_id}").status_code == 204
    assert world.call("DELETE", f"/users/{user.id}/sessions/{offline.session_id}").status_code == 204
    assert [grant["id"] for grant in world.call("GET", f"/users/{user.id}/grants").json()["items"]] == [offline.id]
    assert world.call("DELETE", f"/users/{user.id}/grants/{offline.id}").status_code == 204
    assert world.call("GET", f"/users/{user.id}/grants").json()["items"] == []


def test_sessions_of_one_user_cannot_be_ended_through_another(world: World) -> None:
    """J-03, J-04: 404, and nothing happens."""
    owner, other = world.user(), world.user()
    grant = world.granted(owner, world.console)
    assert world.call("DELETE", f"/users/{other.id}/sessions/{grant.session_id}").status_code == 404
    assert world.call("DELETE", f"/users/{other.id}/grants/{grant.id}").status_code == 404
    assert len(world.services.access.sessions(owner, scope=DEPLOYMENT)) == len(world.services.access.grants(owner, scope=DEPLOYMENT)) == 1


@pytest.mark.parametrize("bad", ["x" * 129, "a%00b", "a%20b", "%F0%9F%A6%86", "USER%23x"])
def test_an_invalid_user_id_is_not_found(world: World, bad: str) -> None:
    """404, and no error of the store (J-10)."""
    assert world.call("GET", f"/users/{bad}").status_code == 404
    assert world.call("DELETE", f"/users/{world.admin.id}/sessions/{bad}").status_code == 404
    assert world.call("GET", f"/clients/{bad}").status_code == 404


def test_a_patch_that_changes_nothing_writes_nothing(world: World) -> None:
    """The version stays, and there is no event."""
    user = world.user(email="ada@example.com", mfa_required=True)
    told = world.call("PATCH", f"/users/{user.id}", json={"email": "ADA@example.com", "mfa_required": True})
    assert told.headers["etag"] == '"1"'
    assert [event["type"] for event in world.events(user_id=user.id)] == ["user.created"]


def test_too_many_admins_are_refused(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """The item that lists them has a limited size (docs/design.md, State 8)."""
    monkeypatch.setattr("idp.store.admins.MOST", 2)
    user = world.user()
    world.user(admin=True)
    world.user(admin=True)
    with pytest.raises(Conflict):
        world.user(admin=True)
    with pytest.raises(Conflict):
        world.services.user_service.patch(user.id, {"admin": True}, scope=DEPLOYMENT)


def test_a_fault_of_the_store_answers_503(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """With Retry-After and no internal text."""

    def down(*_: Any, **__: Any) -> None:
        raise Unavailable(detail="GetItem: ThrottlingException on table t-directory")

    monkeypatch.setattr(world.services.users, "get", down)
    told = world.call("GET", f"/users/{world.admin.id}")
    assert (told.status_code, told.headers["retry-after"], told.headers["content-type"]) == (503, "2", "application/problem+json")
    assert "GetItem" not in told.text
    assert "directory" not in told.text


def test_an_unexpected_error_answers_500_without_its_text(
    world: World, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """With a request id. The error's text may quote input and is in no answer and no log (K-03, K-04)."""

    def wrong(*_: Any, **__: Any) -> None:
        raise RuntimeError(PASSWORD)

    monkeypatch.setattr(world.services.users, "get", wrong)
    told = world.call("GET", f"/users/{world.admin.id}")
    assert (told.status_code, told.headers["content-type"]) == (500, "application/problem+json")
    assert told.json()["request_id"] == told.headers["x-request-id"]
    log = capsys.readouterr().out
    assert PASSWORD not in told.text + log
    assert json.loads(log)["error"]["type"] == "RuntimeError"
    assert json.loads(log)["request_id"] == told.json()["request_id"]


def test_a_slow_clock_revives_no_session(world: World) -> None:
    """Ended sessions and grants do not depend on a clock."""
    user = world.user()
    world.clock.now += 60
    grant = world.granted(user, world.console)
    world.call("DELETE", f"/users/{user.id}/factors")
    world.clock.now -= 30
    for method, path, body in (
        ("DELETE", "/factors", None),
        ("PUT", "/password", {"password": PASSWORD}),
        ("PATCH", "", {"disabled": True}),
    ):
        assert world.call(method, f"/users/{user.id}{path}", json=body).is_success
    now = world.services.user_service.get(user.id, scope=DEPLOYMENT)
    assert not replace(now, disabled=False).accepts(grant.security_stamp)
