"""The second step: no way around it, one use of each code, failures that add up (threats H-01 to H-08)."""

from __future__ import annotations

import hashlib
import re
from typing import TYPE_CHECKING

import pytest

from idp.domain.errors import IdpError
from idp.domain.factors.recovery_codes import PURPOSE, digest, earlier_digest
from idp.domain.factors.throttle import FREE, TOTP_CAP
from idp.store import factor_keys
from idp.store.factors import TotpItem
from tests.integration.account.second_step import password_only, wrong
from tests.support.pages import ISSUER, error, hidden, press, recorded, session_cookie, sign_in
from tests.support.stored import change_user

if TYPE_CHECKING:
    from tests.support.world import World


def test_password_and_code_lead_to_the_app(world: World) -> None:
    """The session has both methods."""
    person = world.person(totp=True)
    assert sign_in(world, world.browser(), world.client(), person).answer["code"]
    (session,) = world.sessions(person)
    assert session.amr == ("pwd", "otp", "mfa")
    assert session.acr == "aal2"


def test_the_code_step_costs_three_calls(world: World) -> None:
    """One read of all that matters, one conditional write, one write of session and grant."""
    person = world.person(totp=True)
    browser, page = password_only(world, person)
    with recorded(world) as operations:
        assert browser.submit(page, {"code": person.code(world.clock())}).redirected_to
    assert operations == ["BatchGetItem", "UpdateItem", "BatchWriteItem"]


def test_the_password_alone_opens_nothing(world: World) -> None:
    """H-04: apps, account page, factors, consent: each leads back to the code, and nothing is written."""
    person, client = world.person(totp=True), world.client(first_party=False)
    browser, page = password_only(world, person, client)
    assert "code" in page.fields
    assert "code" in world.authorize(browser, client).fields
    assert "code" in browser.open("/account").fields
    assert "code" in browser.open("/account/password").fields
    assert world.authorize(browser, client, prompt="none").answer["error"] == "interaction_required"
    for path in (
        "/account/totp/enrol",
        "/account/totp/remove",
        "/account/recovery-codes",
        "/account/password",
        "/account/sessions/end",
        "/account/passkeys/add",
    ):
        answer = browser.http.post(path, data={"csrf": "x"}, headers={"Origin": ISSUER})
        assert (answer.status_code, answer.headers.get("location")) == (303, "/login"), path
    assert not world.sessions(person)


@pytest.mark.parametrize("path", ["/consent", "/enrol", "/recovery-codes", "/offer-passkey", "/upstream/link", "/choose-organization"])
def test_a_later_step_cannot_be_jumped_to(world: World, path: str) -> None:
    """H-04: the dispatcher decides; a form for another step shows the step that is due."""
    person, client = world.person(totp=True), world.client(first_party=False)
    browser, page = password_only(world, person, client)
    data = {"request": hidden(page, "request"), "decision": "approve", "code": person.code(world.clock()), "enrolment": "x", "csrf": "x"}
    answer = browser.http.post(path, data=data, headers={"Origin": ISSUER})
    assert answer.status_code == 200
    assert 'action="/totp?' in answer.text
    assert not world.services.consents.of(person.user.id)
    assert not world.services.grants.of(person.user.id)


@pytest.mark.parametrize("code", [None, "", " ", "null", "12345", "1234567", "\uff11\uff12\uff13\uff14\uff15\uff16", "1" * 5000])
def test_an_empty_or_odd_code_is_a_wrong_one(world: World, code: str | None) -> None:
    """H-04: an empty POST to the factor's step is refused."""
    person = world.person(totp=True)
    browser, page = password_only(world, person)
    data = {"request": hidden(page, "request"), **({} if code is None else {"code": code})}
    answer = browser.http.post("/totp", data=data, headers={"Origin": ISSUER})
    assert answer.status_code == 422
    assert not world.sessions(person)


def test_a_code_with_the_space_that_apps_show_is_right(world: World) -> None:
    """The code is sent as 123 456."""
    person = world.person(totp=True)
    browser, page = password_only(world, person)
    code = person.code(world.clock())
    assert browser.submit(page, {"code": f"{code[:3]} {code[3:]}"}).redirected_to


def test_a_code_works_once(world: World) -> None:
    """H-01: it is refused in a new sign-in too, within its window."""
    person = world.person(totp=True)
    code = person.code(world.clock())
    browser, page = password_only(world, person)
    assert browser.submit(page, {"code": code}).redirected_to
    for later in (0, 20, 30):
        world.clock.now += later
        browser, page = password_only(world, person)
        assert browser.submit(page, {"code": code}).status == 422


@pytest.mark.parametrize(("steps", "status"), [(-10, 422), (-2, 422), (-1, 303), (0, 303), (1, 303), (2, 422)])
def test_clocks_may_differ_by_one_step(world: World, steps: int, status: int) -> None:
    """H-02: the code of half a minute before or after is accepted, no other one. Only the server's clock counts."""
    person = world.person(totp=True)
    world.clock.now += 3000
    browser, page = password_only(world, person)
    page = browser.submit(page, {"code": person.code(world.clock() + 30 * steps)})
    assert page.status == status


def test_failures_outlive_the_sign_in(world: World) -> None:
    """H-03: a new sign-in in another browser keeps the count of failures."""
    person = world.person(totp=True)
    for _ in range(FREE):
        browser, page = password_only(world, person)
        assert browser.submit(page, {"code": wrong(world, person)}).status == 422
    browser, page = password_only(world, person)
    page = browser.submit(page, {"code": person.code(world.clock())})
    assert page.status == 429
    assert page.response.headers["retry-after"] == "30"
    assert not world.sessions(person)
    world.clock.now += 30
    assert browser.submit(page, {"code": person.code(world.clock())}).redirected_to
    browser, page = password_only(world, person)
    assert browser.submit(page, {"code": wrong(world, person)}).status == 422  # the success reset the failures


def test_a_secret_that_cannot_be_opened_accepts_no_code(world: World) -> None:
    """After a restore without the keys no code is accepted. The page names the recovery codes, and one still works."""
    person = world.person(totp=True)
    world.services.database.update(
        TotpItem, factor_keys.totp(person.user.id), [TotpItem.sealed.set(b"sealed under another data key, 40 bytes")]
    )
    browser, page = password_only(world, person)
    for code in (person.code(world.clock()), "000000"):
        page = browser.submit(page, {"code": code})
        assert page.status == 422
        assert "can no longer be checked. Use a recovery code" in error(page)
    assert not world.sessions(person)
    page = press(browser, page, "/recovery-code")
    assert browser.submit(page, {"code": person.recovery_codes[0]}).redirected_to


def test_after_fifty_failures_the_authenticator_is_closed(world: World) -> None:
    """H-03: a wait does not open it again, a recovery code does."""
    person = world.person(totp=True)
    for _ in range(TOTP_CAP):
        world.services.factors.fail_totp(person.user.id)
    world.clock.now += 86400
    browser, page = password_only(world, person)
    page = browser.submit(page, {"code": person.code(world.clock())})
    assert page.status == 422
    assert "closed" in error(page)
    page = press(browser, page, "/recovery-code")
    assert "Recovery code" in page.text
    assert browser.submit(page, {"code": person.recovery_codes[0]}).redirected_to


def test_a_failed_code_is_recorded(world: World) -> None:
    """J-15: the event has the user, the method and the number of failures, and never the code."""
    person = world.person(totp=True)
    browser, page = password_only(world, person)
    code = wrong(world, person)
    browser.submit(page, {"code": code})
    (event,) = world.audited("second_factor.failed", person)
    assert (event.outcome, event.reason, event.details["failures"]) == ("failure", "wrong_code", "1")
    assert code not in (event.reason, event.target, *event.details.values())


def test_a_recovery_code_lets_in_once(world: World) -> None:
    """H-08: its owner gets a mail."""
    person = world.person(totp=True)
    code = person.recovery_codes[0]
    browser, page = password_only(world, person)
    page = press(browser, page, "/recovery-code")
    assert browser.submit(page, {"code": code.lower().replace("-", " ")}).redirected_to  # in any case and spacing
    (session,) = world.sessions(person)
    assert session.amr == ("pwd", "mfa")
    browser, page = password_only(world, person)
    page = browser.submit(press(browser, page, "/recovery-code"), {"code": code})
    assert page.status == 422
    assert world.audited("recovery_code.used", person)
    sent = [mail for mail in world.mails if mail.to == person.email]
    assert [mail.subject for mail in sent] == ["A recovery code was used", "Two-step sign-in is on"]


@pytest.mark.parametrize("code", ["0123-4567-89AB-CDEF", "0123-4567-89AB-CDEF-GHJK-MNPQ"])
def test_a_code_of_an_earlier_release_lets_in_once(world: World, code: str) -> None:
    """The earlier hash has no key. Its codes have 80 bits, and 120 before that."""
    person = world.person(totp=True)
    stored = hashlib.sha256(f"{person.user.id}\0{code.replace('-', '')}".encode()).hexdigest()
    world.services.factors.put_recovery_codes(person.user.id, [stored], world.clock())
    browser, page = password_only(world, person)
    page = press(browser, page, "/recovery-code")
    assert browser.submit(page, {"code": code}).redirected_to
    browser, page = password_only(world, person)
    assert browser.submit(press(browser, page, "/recovery-code"), {"code": code}).status == 422


def test_the_table_alone_checks_no_guess_at_a_recovery_code(world: World) -> None:
    """H-08: a guess cannot be checked with the table alone, because the stored hash needs a key that is stored elsewhere, encrypted."""
    person = world.person(totp=True)
    code = person.recovery_codes[0].replace("-", "")
    rows = str([raw for raw in world.services.database.scan("directory") if person.user.id in raw["pk"]["S"]])
    assert earlier_digest(person.user.id, code) not in rows
    assert digest(world.services.keyring.derive(PURPOSE), person.user.id, code) in rows


def test_a_wrong_recovery_code_is_one_write(world: World) -> None:
    """Comparing with the hash of an earlier release costs no extra call."""
    person = world.person(totp=True)
    with recorded(world) as operations:
        assert not world.services.factors.use_recovery_code(person.user.id, "0" * 64, attempt="a", others=lambda _: ["1" * 64])
    assert operations == ["UpdateItem"]


def test_recovery_codes_are_throttled_too(world: World) -> None:
    """G-06: after five wrong codes there are waits. A code of another person is wrong."""
    person, other = world.person(totp=True), world.person(totp=True)
    browser, page = password_only(world, person)
    page = press(browser, page, "/recovery-code")
    for code in other.recovery_codes[:FREE]:
        page = browser.submit(page, {"code": code})
        assert page.status == 422
    page = browser.submit(page, {"code": person.recovery_codes[0]})
    assert page.status == 429
    assert int(page.response.headers["retry-after"]) == 30


def test_old_codes_of_the_table_are_hashed(world: World) -> None:
    """H-08, H-09: the table contains neither the codes nor the secret in plain text."""
    person = world.person(totp=True)
    rows = [str(raw) for raw in world.services.database.scan("directory") if person.user.id in raw["pk"]["S"]]
    assert len(rows) >= 3
    for row in rows:
        assert person.secret not in row
        assert not any(re.sub("-", "", code) in row or code in row for code in person.recovery_codes)


def test_prompt_login_is_not_answered_by_a_code(world: World) -> None:
    """B-16: a session of the password alone and prompt=login: the password is asked for first."""
    client, person = world.client(), world.person(totp=True)
    browser, page = password_only(world, person, client)
    cookie = session_cookie(browser)
    page = world.authorize(browser, client, prompt="login")
    assert "password" in page.fields
    sealed = hidden(page, "request")
    answer = browser.http.post("/totp", data={"request": sealed, "code": person.code(world.clock())}, headers={"Origin": ISSUER})
    assert 'action="/login?' in answer.text
    assert session_cookie(browser) == cookie
    assert not world.sessions(person)


def test_a_pending_sign_in_lasts_ten_minutes(world: World) -> None:
    """Then the password is asked for again."""
    person = world.person(totp=True)
    browser, page = password_only(world, person)
    world.clock.now += 600
    page = browser.submit(page, {"code": person.code(world.clock())})
    assert "password" in page.fields
    assert "You were away for a while" in page.text


def test_the_code_of_one_person_is_no_use_to_another(world: World) -> None:
    """The code is checked with the factor of the session's user."""
    one, other = world.person(totp=True), world.person(totp=True)
    browser, page = password_only(world, one)
    assert browser.submit(page, {"code": other.code(world.clock())}).status == 422


def test_a_person_disabled_meanwhile_is_refused(world: World) -> None:
    """C-04: the user is read again with the code."""
    person = world.person(totp=True)
    browser, page = password_only(world, person)
    change_user(world.services.users, person.user.id, disabled=True)
    assert "password" in browser.submit(page, {"code": person.code(world.clock())}).fields


def test_every_place_that_asks_for_a_code_counts(world: World) -> None:
    """G-06: the sign-in and the re-authentication share one count."""
    person = world.person(totp=True)
    for _ in range(3):
        browser, page = password_only(world, person)
        browser.submit(page, {"code": wrong(world, person)})
    for _ in range(2):
        with pytest.raises(IdpError):
            world.services.second_factor.again(person.user, wrong(world, person), origin=world.origin(), now=world.clock())
    browser, page = password_only(world, person)
    assert browser.submit(page, {"code": person.code(world.clock())}).status == 429
