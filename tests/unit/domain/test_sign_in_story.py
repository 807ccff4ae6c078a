"""Why a person could not sign in, from facts and events."""

from __future__ import annotations

import pytest

from idp.domain.audit.event import AuditEvent
from idp.domain.audit.sign_in_story import GOOD, STOP, WARNING, Finding, explain
from idp.domain.factors.lock import Lock
from idp.domain.mail.mail_problem import BOUNCE, MailProblem
from idp.domain.people.user import User
from idp.http.console.story_words import SENTENCES

ADA = User("usr_ada", "ada@example.com", password_hash="x")


def event(type_: str, at: int, reason: str = "") -> AuditEvent:
    return AuditEvent(f"e{at}", at * 1000, type_, "failure" if reason else "success", reason=reason)


def kinds(found: list[Finding]) -> list[str]:
    return [one.kind for one in found]


def test_an_account_without_anything_in_the_way_can_sign_in() -> None:
    found = explain(ADA, [], None, [event("sign_in.succeeded", 5)])
    assert found == [Finding(GOOD, "can_sign_in"), Finding(GOOD, "last_sign_in", at=5)]


def test_failures_before_the_last_success_are_no_part_of_the_story() -> None:
    found = explain(ADA, [], None, [event("sign_in.succeeded", 9), event("sign_in.failed", 8, "wrong_password")])
    assert kinds(found) == ["can_sign_in", "last_sign_in"]


def test_failures_since_then_are_told_by_reason_with_their_number_and_the_last_time() -> None:
    trail = [
        event("second_factor.failed", 9, "wrong_code"), event("sign_in.failed", 8, "wrong_password"), event("user.updated", 7),
        event("sign_in.failed", 6, "wrong_password"), event("sign_in.succeeded", 5), event("sign_in.failed", 4, "disabled"),
    ]  # fmt: skip
    found = [one for one in explain(ADA, [], None, trail) if one.weight == WARNING]
    assert found == [
        Finding(WARNING, "failed_second_factor", at=9, times=1, detail="wrong_code"),
        Finding(WARNING, "failed_sign_in", at=8, times=2, detail="wrong_password"),
    ]


def test_without_any_attempt_another_address_is_supposed() -> None:
    assert kinds(explain(ADA, [], None, [])) == ["no_attempts", "can_sign_in"]


@pytest.mark.parametrize(
    ("user", "kind"),
    [
        (User("u", "a@b.c", password_hash="x", disabled=True), "disabled"),
        (User("u", "a@b.c", password_hash="x", disabled=True, deactivated_by="okta"), "disabled_by_directory"),
        (User("u", "a@b.c", password_hash="x", disabled=True, deleting_until=99), "deleting"),
    ],
)
def test_what_closes_an_account_comes_first_and_nothing_says_that_it_is_open(user: User, kind: str) -> None:
    found = explain(user, [], None, [event("sign_in.failed", 3, "disabled")])
    assert (found[0].weight, found[0].kind) == (STOP, kind)
    assert "can_sign_in" not in kinds(found)


@pytest.mark.parametrize(
    ("user", "said"),
    [
        (User("u", "a@b.c"), False),
        (User("u", "a@b.c", awaits_migration=True), True),
        (User("u", "a@b.c", password_hash="x"), True),
    ],
)
def test_an_account_without_password_and_passkey_is_not_called_open(user: User, *, said: bool) -> None:
    """A new account, before its first password: two findings must not contradict each other."""
    assert ("can_sign_in" in kinds(explain(user, [], None, []))) == said


@pytest.mark.parametrize("what", ["password", "password_on_known_device", "totp", "recovery_code"])
def test_a_lock_is_told_with_its_end(what: str) -> None:
    assert explain(ADA, [Lock(what, 7, 50)], None, [])[0] == Finding(STOP, f"locked_{what}", until=50, times=7)


def test_a_closed_authenticator_is_told() -> None:
    assert explain(ADA, [Lock("totp", 100, None)], None, [])[0] == Finding(STOP, "authenticator_closed", times=100)


@pytest.mark.parametrize(
    ("user", "kind"),
    [
        (User("u", "a@b.c"), "no_password"),
        (User("u", "a@b.c", awaits_migration=True), "awaits_migration"),
        (User("u", "a@b.c", password_hash="x", mfa_required=True), "second_factor_owed"),
        (User("u", "a@b.c", password_hash="x", admin=True), "second_factor_owed"),
    ],
)
def test_what_a_person_lacks_is_told(user: User, kind: str) -> None:
    assert kind in kinds(explain(user, [], None, []))


@pytest.mark.parametrize(
    "user", [User("u", "a@b.c", passkeys={"k": "s"}), User("u", "a@b.c", password_hash="x", mfa_required=True, totp_enabled=True)]
)
def test_what_a_person_has_is_not_missed(user: User) -> None:
    assert not {"no_password", "second_factor_owed"} & set(kinds(explain(user, [], None, [])))


def test_an_address_that_gets_no_mail_is_told() -> None:
    assert Finding(WARNING, "no_mail", at=4, detail=BOUNCE) in explain(ADA, [], MailProblem(BOUNCE, "550", 4), [])


def test_each_finding_has_words() -> None:
    """Every kind that `explain` can return is in the table of words."""
    users = [
        ADA, User("u", "a@b.c", disabled=True), User("u", "a@b.c", disabled=True, deactivated_by="x"), User("u", "a@b.c", deleting_until=1),
        User("u", "a@b.c", awaits_migration=True), User("u", "a@b.c", admin=True),
    ]  # fmt: skip
    locks = [Lock(what, 1, 1) for what in ("password", "password_on_known_device", "totp", "recovery_code")] + [Lock("totp", 1, None)]
    failed = [event(f"{area}.failed", 9, "x") for area in ("sign_in", "second_factor", "password_change", "reauthentication")]
    trails = [[], [*failed, event("sign_in.succeeded", 1)]]
    told = {one.kind for user in users for trail in trails for one in explain(user, locks, MailProblem(BOUNCE, "", 1), trail)}
    assert told | {"can_sign_in"} == set(SENTENCES)
