"""The pages of passkeys, by a browser without JavaScript and an authenticator in software (threats H-04, H-06, N)."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from idp.domain.access.tenancy import DEPLOYMENT
from tests.integration.account.passkeys import add, answered, authenticator, options, use, with_session
from tests.integration.account.people import NEW, mails, signed_in
from tests.support.authenticator import UP
from tests.support.forms import Page
from tests.support.pages import ISSUER, error, hidden, press, recorded
from tests.support.stored import change_user

if TYPE_CHECKING:
    from tests.support.authenticator import Authenticator
    from tests.support.forms import Browser
    from tests.support.people import Person
    from tests.support.world import World


def at_passkey(world: World, person: Person, **client: Any) -> tuple[Browser, Page]:
    """A browser that is asked for the passkey."""
    browser = world.browser()
    page = browser.submit(world.authorize(browser, world.client(**client)), {"email": person.email, "password": person.password})
    assert "Use your passkey" in page.text
    return browser, page


def test_the_password_and_the_passkey_open_the_app(world: World, person: Person, device: Authenticator) -> None:
    browser, page = at_passkey(world, person)
    assert "code" in use(browser, page, device).answer
    [grant] = world.services.grants.of(person.user.id)
    assert (grant.amr, grant.acr) == (("pwd", "hwk", "user", "mfa"), "aal2")


def test_the_password_alone_opens_nothing(world: World, person: Person, device: Authenticator) -> None:
    """H-04: neither the app nor the account, nor the enrolment of another factor."""
    browser, page = at_passkey(world, person)
    assert "/login" in str(browser.open("/account").response.url)
    for path in ("/enrol", "/consent", "/recovery-codes"):
        answer = browser.http.post(path, data={"request": hidden(page, "request"), "code": "123456"}, headers={"Origin": ISSUER})
        assert "Use your passkey" in answer.text
    assert world.services.grants.of(person.user.id) == []


def test_the_passkey_of_another_browser_opens_nothing_here(world: World, person: Person, device: Authenticator) -> None:
    """N-03: the challenge is sealed for the session of its page."""
    browser, page = at_passkey(world, person)
    other, their_page = at_passkey(world, person)
    answer = answered(browser, page, "/passkey", device.assertion(options(their_page)["challenge"]))
    assert answer.status == 422
    answer = answered(
        other, their_page, "/passkey", device.assertion(options(their_page)["challenge"]), challenge=hidden(page, "challenge")
    )
    assert answer.status == 422
    assert "open for too long" in error(answer)


@pytest.mark.parametrize("answer", ["", "x", "{}", "[]", '{"id":1}', "\0", "x" * 20_000, "[" * 9000])
def test_a_hostile_answer_is_a_bad_request(world: World, person: Person, device: Authenticator, answer: str) -> None:
    """N-11: 400, with the page again and its other ways."""
    browser, page = at_passkey(world, person)
    again = answered(browser, page, "/passkey", answer)
    assert again.status == 400
    assert "Use a recovery code" in again.text
    assert "code" in use(browser, again, device).answer


def test_a_recovery_code_is_the_other_way(world: World, person: Person) -> None:
    """A person without the passkey must not be stuck (zitadel #10717)."""
    codes = add(world, person.user, authenticator(person.user)).codes
    browser, page = at_passkey(world, person)
    page = press(browser, page, "/recovery-code")
    assert "Back to the authenticator app" not in page.text
    assert "code" in browser.submit(page, {"code": codes[0]}).answer


def test_a_person_with_both_chooses(world: World) -> None:
    """The passkey is asked for first; its page leads to the app and back."""
    person = world.person(totp=True)
    found = world.services.users.get(person.user.id)
    assert found
    add(world, found, authenticator(person.user))
    browser, page = at_passkey(world, person)
    page = press(browser, page, "/totp")
    assert "code" in page.fields
    page = press(browser, press(browser, page, "/passkey"), "/totp")
    assert "code" in browser.submit(page, {"code": person.code(world.clock())}).answer


def test_a_passkey_is_added_by_the_account_page(world: World, person: Person) -> None:
    browser = signed_in(world, person)
    page = press(browser, browser.open("/account"), "/account/passkeys/add")
    made = authenticator(person.user)
    page = answered(browser, page, "/account/passkeys/confirm", made.registration(options(page)["challenge"]), name="Key <ring>")
    assert "Save your recovery codes" in page.text
    assert "It is asked for after your password from now on" in browser.submit(page).text
    assert "Key &lt;ring&gt;" in browser.open("/account").text, "the session goes on, with the second factor"


def test_a_first_passkey_without_a_password_is_not_said_to_follow_a_password(world: World) -> None:
    """The account signs in by mail, and has no password."""
    person = world.person()
    browser = signed_in(world, person)
    change_user(world.services.users, person.user.id, password_hash=None)
    page = press(browser, browser.open("/account"), "/account/passkeys/add")
    made = authenticator(person.user)
    page = answered(browser, page, "/account/passkeys/confirm", made.registration(options(page)["challenge"]))
    after = browser.submit(page).text
    assert "You can sign in with it from now on" in after
    assert "after your password" not in after


def test_the_notice_after_new_recovery_codes_is_about_them(world: World, person: Person, device: Authenticator) -> None:
    """Two-step sign-in was on before. A word that the page does not know is not shown."""
    browser = with_session(world, person, device)
    page = press(browser, browser.open("/account"), "/account/recovery-codes")
    after = browser.submit(page).text
    assert "You have new recovery codes" in after
    assert "Two-step sign-in is on." not in after
    sent = browser.http.post("/account?done=<b>", data={}, headers={"Origin": ISSUER})
    assert sent.headers["location"] == "/account?done=factor-added"


def test_a_late_session_confirms_first(world: World, person: Person) -> None:
    """H-06, N-13."""
    browser = signed_in(world, person)
    account = browser.open("/account")
    world.clock.advance(301)
    page = press(browser, account, "/account/passkeys/add")
    assert "Confirm that it is you" in page.text
    page = browser.submit(page, {"password": person.password})
    assert "Add a passkey" in page.text


@pytest.mark.parametrize("flags", [None, UP])
def test_a_passkey_that_checks_the_person_is_a_confirmation(world: World, person: Person, device: Authenticator, flags: int | None) -> None:
    """A key that needs only a touch is not: a thief of the browser may have the key in its port."""
    browser = with_session(world, person, device)
    account = browser.open("/account")
    world.clock.advance(301)
    page = press(browser, account, "/account/recovery-codes")
    device.flags = flags or device.flags
    page = use(browser, page, device, "/account/confirm")
    assert ("Save your recovery codes" in page.text) == (flags is None)
    assert page.status == (200 if flags is None else 422)


def test_without_a_passkey_the_confirmation_is_password_and_recovery_code(world: World, person: Person) -> None:
    made = authenticator(person.user)
    codes = add(world, person.user, made).codes
    browser = with_session(world, person, made)
    account = browser.open("/account")
    world.clock.advance(301)
    page = press(browser, account, "/account/recovery-codes")
    wrong = browser.submit(page, {"password": person.password, "code": "0000-0000-0000-0000"})
    assert wrong.status == 422
    assert "Save your recovery codes" in browser.submit(wrong, {"password": person.password, "code": codes[0]}).text


def test_the_last_passkey_is_removed_after_a_confirmation(world: World, person: Person, device: Authenticator) -> None:
    """Also right after a sign-in, as turning two-step sign-in off is."""
    browser = with_session(world, person, device)
    page = press(browser, browser.open("/account"), "/account/passkeys/remove")
    assert "Confirm that it is you" in page.text
    page = use(browser, page, device, "/account/confirm")
    assert "The passkey is removed" in page.text
    assert "data-accepted" in page.text
    assert mails(world, person)[0] == "A passkey was removed from your account"
    assert browser.open("/account").status == 200


@pytest.mark.parametrize("needs", [{"mfa_required": True}, {"admin": True}])
def test_the_last_second_factor_of_those_who_need_one_stays(world: World, needs: dict[str, Any]) -> None:
    """N-13."""
    person = world.person(**needs)
    device = authenticator(person.user)
    add(world, person.user, device)
    browser = with_session(world, person, device)
    page = press(browser, browser.open("/account"), "/account/passkeys/remove")
    assert page.status == 403
    found = world.services.users.get(person.user.id)
    assert found
    assert len(found.passkeys) == 1


def test_an_admin_may_leave_the_app_for_a_passkey(world: World) -> None:
    """The recovery codes stay, and the mail does not say that the password alone is enough."""
    person = world.person(totp=True)
    found = world.services.users.get(person.user.id)
    assert found
    device = authenticator(person.user)
    add(world, found, device)
    world.services.user_service.patch(person.user.id, {"mfa_required": True}, scope=DEPLOYMENT)
    browser = with_session(world, person, device)
    page = use(browser, press(browser, browser.open("/account"), "/account/totp/remove"), device, "/account/confirm")
    assert "One of your passkeys is asked for" in page.text
    assert mails(world, person)[0] == "The authenticator app was removed from your account"
    assert world.services.factors.recovery_codes_left(person.user.id) == 10


def test_a_password_is_changed_after_a_confirmation(world: World, person: Person, device: Authenticator) -> None:
    """A thief of the session and the password does not get further than before (H-06)."""
    browser = with_session(world, person, device)
    page = browser.open("/account/password")
    world.clock.advance(301)
    late = browser.submit(page, {"current_password": person.password, "new_password": NEW})
    assert "Confirm that it is you" in late.text
    page = use(browser, late, device, "/account/confirm")
    page = browser.submit(page, {"current_password": person.password, "new_password": NEW})
    assert "Your password is changed" in page.text


def test_a_passkey_is_renamed(world: World, person: Person, device: Authenticator) -> None:
    browser = with_session(world, person, device)
    page = press(browser, browser.open("/account"), "/account/passkeys/rename", name="  Office\u202e key ")
    assert "Office key" in page.text


def test_a_reset_of_an_admin_ends_passkeys_and_sessions(world: World, person: Person, device: Authenticator) -> None:
    browser = with_session(world, person, device)
    world.services.user_service.reset_factors(person.user.id, scope=DEPLOYMENT)
    assert "/login" in str(browser.open("/account").response.url)
    assert world.services.passkeys.of(person.user.id) == []
    assert "passkeys-heading" in signed_in(world, person).open("/account").text


def with_passkey_alone(browser: Browser, page: Page, device: Authenticator, **more: str) -> Page:
    return answered(browser, page, "/passkey-sign-in", device.assertion(options(page)["challenge"]), **more)


def test_a_passkey_alone_opens_the_app(world: World, person: Person, device: Authenticator) -> None:
    """No email, no password, no Argon2; two factors, because the authenticator checked the person. Six calls up to the tokens."""
    browser, client = world.browser(), world.client()
    world.services.connection_buttons.ids("")  # they are read once in a minute, in the same call as the client
    verify = world.services.passwords.verify
    vars(world.services.passwords)["verify"] = None
    try:
        with recorded(world) as calls:
            page = world.authorize(browser, client)
            asked = options(page)
            done = with_passkey_alone(browser, page, device)
    finally:
        vars(world.services.passwords)["verify"] = verify
    assert (asked["allowCredentials"], asked["userVerification"], asked["rpId"]) == ([], "required", "localhost")
    assert "code" in done.answer
    assert calls == ["GetItem", "BatchGetItem", "UpdateItem", "BatchWriteItem"], "and two at the token endpoint"
    [grant] = world.services.grants.of(person.user.id)
    assert (grant.amr, grant.acr) == (("hwk", "user", "mfa"), "aal2")


def test_a_passkey_alone_opens_the_account_and_makes_the_browser_known(world: World, person: Person, device: Authenticator) -> None:
    browser = world.browser()
    page = with_passkey_alone(browser, browser.open("/account"), device)
    assert str(page.response.url).endswith("/account")
    assert browser.http.cookies.get("idp_device")


def test_a_passkey_alone_answers_prompt_login(world: World, person: Person, device: Authenticator) -> None:
    """In the session of the request only (OIDC Core §3.1.2.1)."""
    browser = with_session(world, person, device)
    page = world.authorize(browser, world.client(), prompt="login")
    assert "Confirm that it is you" in page.text
    assert "code" in with_passkey_alone(browser, page, device).answer


def test_a_passkey_without_the_check_of_the_person_opens_nothing_alone(world: World, person: Person, device: Authenticator) -> None:
    """N-07."""
    browser = world.browser()
    page = world.authorize(browser, world.client())
    device.flags = UP
    page = with_passkey_alone(browser, page, device)
    assert page.status == 422
    assert "This passkey was not accepted" in error(page)
    assert "aria-invalid" not in page.text, "email and password are not what is wrong"


def test_a_page_that_was_open_too_long_gets_a_new_challenge(world: World, person: Person, device: Authenticator) -> None:
    """N-02. The person presses once more, and the request of the app is still there."""
    browser = world.browser()
    page = world.authorize(browser, world.client())
    world.clock.advance(600)
    late = with_passkey_alone(browser, page, device)
    assert late.status == 422
    assert "open for too long" in error(late)
    assert "code" in with_passkey_alone(browser, late, device).answer


def test_the_page_of_another_browser_begins_no_session_here(world: World, person: Person, device: Authenticator) -> None:
    """B-17: an attacker's page with their own passkey does not sign the victim in."""
    attacker, victim = world.browser(), world.browser()
    page = world.authorize(attacker, world.client())
    world.authorize(victim, world.client())
    answer = with_passkey_alone(victim, page, device)
    assert answer.status == 403
    assert world.sessions(person) == []


@pytest.mark.parametrize("answer", ["", "x", "{}", "x" * 20_000])
def test_a_hostile_answer_to_the_first_page_is_a_bad_request(world: World, answer: str) -> None:
    """N-11: with the page again."""
    browser = world.browser()
    page = answered(browser, world.authorize(browser, world.client()), "/passkey-sign-in", answer)
    assert page.status == 400
    assert "Sign in with a passkey" in page.text


def test_without_the_setting_no_page_asks_for_a_passkey(world: World, person: Person, device: Authenticator) -> None:
    """A passkey that exists stays a second factor."""
    world.services.settings = replace(world.services.settings, passkeys="off")
    browser = world.browser()
    page = world.authorize(browser, world.client())
    assert "passkey" not in page.text
    page = browser.submit(page, {"email": person.email, "password": person.password})
    assert "code" in use(browser, page, device).answer
    account = browser.open("/account")
    assert "add-passkey" not in account.text
    assert "Phone" in account.text


def test_a_person_who_needs_a_second_factor_sets_up_a_passkey(world: World) -> None:
    """In place of the authenticator app. The recovery codes are shown, then the sign-in goes on."""
    person, browser = world.person(mfa_required=True), world.browser()
    page = browser.submit(world.authorize(browser, world.client()), {"email": person.email, "password": person.password})
    page = press(browser, page, "/enrol-passkey")
    assert "Set up an authenticator app instead" in page.text
    made = authenticator(person.user)
    page = answered(browser, page, "/enrol-passkey", made.registration(options(page)["challenge"]), name="Key")
    assert "Save your recovery codes" in page.text
    assert "code" in browser.submit(page, button="continue").answer
    [grant] = world.services.grants.of(person.user.id)
    assert (grant.amr, grant.acr) == (("pwd", "hwk", "user", "mfa"), "aal2")


def test_the_page_of_the_passkey_leads_back_to_the_app(world: World) -> None:
    person, browser = world.person(mfa_required=True), world.browser()
    page = browser.submit(world.authorize(browser, world.client()), {"email": person.email, "password": person.password})
    page = press(browser, press(browser, page, "/enrol-passkey"), "/enrol")
    assert "enrolment" in page.fields


def test_a_passkey_is_not_set_up_by_skipping_the_second_factor(world: World, person: Person, device: Authenticator) -> None:
    """H-04: the step is not due for a person who has one."""
    browser, page = at_passkey(world, person)
    answer = browser.http.post("/enrol-passkey", data={"request": hidden(page, "request"), "show": "1"}, headers={"Origin": ISSUER})
    assert "Use your passkey" in answer.text


@pytest.mark.engines
def test_twenty_answers_at_once_open_the_app_once(racing: World) -> None:
    """N-02, on real engines: the pages and the services together."""
    person = racing.person()
    device = authenticator(person.user)
    add(racing, person.user, device)
    browser = racing.browser()
    page = racing.authorize(browser, racing.client())
    answer = device.assertion(options(page)["challenge"])
    form = next(form for form in page.forms if "credential" in form.fields)

    def send(_: int) -> int:
        sent = {**form.fields, "credential": answer}
        return int(browser.http.post("/passkey-sign-in", data=sent, headers={"Origin": ISSUER}).status_code)

    with ThreadPoolExecutor(10) as pool:
        answers = list(pool.map(send, range(20)))
    assert sorted(answers) == [303, *[422] * 19]
    assert len(racing.services.grants.of(person.user.id)) == 1
