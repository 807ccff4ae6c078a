"""Sign-in with a code from a mail: what it is worth, where it counts, and all that it does not open (threats H-05, M-01 to M-11)."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from idp.domain.tickets.ticket import FAILURES, SIGN_IN_CODE, TRIES
from idp.services.sessions.sign_in_notices import NEW_ACCOUNT
from tests.integration.account.mail_coding import ask, begun, newest, offering, outbox, signed_in_by_mail
from tests.integration.account.passkeys import add, authenticator, use
from tests.integration.account.people import NEW, change
from tests.support.pages import ISSUER, error, hidden, press, recorded, session_cookie
from tests.support.stored import change_user

if TYPE_CHECKING:
    from idp.domain.apps.client import Client
    from tests.support.people import Person
    from tests.support.world import World


def without_password(world: World, person: Person) -> None:
    """Take the password away."""
    change_user(world.services.users, person.user.id, password_hash=None)


@pytest.mark.parametrize("has_password", [True, False])
def test_the_code_signs_in_with_one_factor(world: World, *, has_password: bool) -> None:
    """Also a person without a password. The app is told `email`, and aal1."""
    person, client = offering(world).person(), world.client()
    if not has_password:
        without_password(world, person)
    _, page = signed_in_by_mail(world, person, client)
    assert page.answer["code"]
    [session] = world.sessions(person)
    assert (session.amr, session.acr) == (("email",), "aal1")
    [grant] = world.services.grants.of(person.user.id)
    assert (grant.amr, grant.acr) == (("email",), "aal1")


def test_the_link_signs_in_in_the_browser_that_asked(world: World) -> None:
    """Its page has a button, and the request of the app goes on."""
    person = offering(world).person()
    browser, _ = begun(world, person)
    page = browser.open(newest(world, person.email).path)
    assert not world.sessions(person)
    assert browser.submit(page, button="continue").answer["code"]


def test_it_costs_eight_calls(world: World) -> None:
    """Three to ask, three for the code; the token endpoint has two. Before that the request of the app has one, as with a password."""
    person, client = offering(world).person(), world.client()
    browser = world.browser()
    page = world.authorize(browser, client)
    with recorded(world) as asking:
        page = browser.submit(page, {"email": person.email}, button="mail-code")
    assert asking == ["BatchGetItem", "GetItem", "TransactWriteItems"]
    with recorded(world) as typing:
        assert browser.submit(page, {"code": newest(world, person.email).code}).redirected_to
    assert typing == ["UpdateItem", "BatchGetItem", "TransactWriteItems"]


@pytest.mark.parametrize("who", ["nobody", "disabled"])
def test_an_address_without_an_account_looks_the_same(world: World, who: str) -> None:
    """The same page and the same calls, for the mail and for a wrong code; no mail is sent (M-06)."""
    person, client = offering(world).person(), world.client()
    other = world.unused_email() if who == "nobody" else person.email

    def visit(email: str) -> tuple[list[str], list[str]]:
        browser = world.browser()
        page = world.authorize(browser, client)
        with recorded(world) as calls:
            page = browser.submit(page, {"email": email}, button="mail-code")
            wrong = browser.submit(page, {"code": "12345678"})
        assert (page.status, wrong.status) == (200, 422)
        return calls, [_plain(page.text), _plain(wrong.text)]

    calls, pages = visit(person.email)
    assert len(outbox(world, person.email)) == 1
    world.clock.now += 7200
    if who == "disabled":
        change_user(world.services.users, person.user.id, disabled=True)
    other_calls, other_pages = visit(other)
    assert (other_calls, [each.replace(other, person.email) for each in other_pages]) == (calls, pages)
    assert len(outbox(world, other)) == (1 if who == "disabled" else 0)


def _plain(text: str) -> str:
    """The text of a page without the sealed values, which differ each time, and their length."""
    sealed = re.sub(r'value="[^"]{40,}"', lambda found: f'value="{len(found[0]) // 64}"', text)
    return re.sub(r"request=[^\"]+", "request=", sealed)


def test_a_second_factor_is_still_asked_for(world: World) -> None:
    """With it the sign-in goes on, and is still worth one factor: a mail is no authenticator."""
    person = offering(world).person(totp=True)
    browser, page = signed_in_by_mail(world, person)
    assert page.redirected_to is None
    assert not world.sessions(person)
    assert browser.open("/account").has_button("verify")
    assert browser.submit(page, {"code": person.codes.code()}).answer["code"]
    [session] = world.sessions(person)
    assert (session.acr, session.told_amr) == ("aal1", ("email", "otp"))
    [grant] = world.services.grants.of(person.user.id)
    assert (grant.acr, grant.amr) == ("aal1", ("email", "otp"))


def test_a_passkey_as_the_second_factor_is_still_asked_for(world: World) -> None:
    person = offering(world).person()
    device = authenticator(person.user)
    add(world, person.user, device)
    browser, page = signed_in_by_mail(world, person)
    assert page.redirected_to is None
    assert use(browser, page, device).redirected_to
    assert world.sessions(person)[0].acr == "aal1"


@pytest.mark.parametrize("parameters", [{"acr_values": "aal2"}, {"claims": '{"id_token":{"acr":{"essential":true,"value":"aal2"}}}'}])
@pytest.mark.parametrize("totp", [True, False])
def test_an_app_that_asks_for_two_factors_is_not_answered_by_it(world: World, parameters: dict[str, str], *, totp: bool) -> None:
    """The page does not offer it. A session of before, and a form that is sent anyway, lead to the password."""
    person, client = offering(world).person(totp=totp), world.client()
    browser, page = signed_in_by_mail(world, person, client)
    if totp:
        page = browser.submit(page, {"code": person.codes.code()})
    assert page.redirected_to
    page = world.authorize(browser, client, **parameters)
    assert "password" in page.fields
    assert not page.has_button("mail-code")
    world.clock.now += 60
    request = hidden(page, "request")
    typed = browser.http.post("/mail-code", data={"request": request, "email": person.email}, headers={"Origin": ISSUER})
    asked = re.findall(r'name="asked" value="([^"]+)"', typed.text)[0]
    sent = {"request": request, "asked": asked, "code": newest(world, person.email).code}
    answer = browser.http.post("/mail-code/type", data=sent, headers={"Origin": ISSUER})
    assert answer.status_code == 200
    assert 'name="password"' in answer.text


@pytest.mark.parametrize("flags", [{"mfa_required": True}, {"admin": True}])
@pytest.mark.parametrize("totp", [True, False])
def test_a_user_who_must_have_two_factors_gets_nowhere_by_it(world: World, flags: dict[str, Any], *, totp: bool) -> None:
    """Neither to an app, nor to the account page, nor to setting up a factor: the password is asked for."""
    person = offering(world).person(totp=totp, **flags)
    browser, page = signed_in_by_mail(world, person)
    assert "password" in page.fields
    assert not world.services.grants.of(person.user.id)
    for path in ("/account", "/enrol", "/totp"):
        assert "password" in browser.open(path).fields, path


def test_an_app_without_it_refuses_the_request_of_another_app(world: World) -> None:
    """The form for this app, with the mail that was asked for on the way to another app: 403, and no session."""
    person, open_app, closed = offering(world).person(), world.client(), world.client(mail_code=False)
    browser, page = begun(world, person, open_app)
    other = world.authorize(browser, closed)
    assert not other.has_button("mail-code")
    sent = {"request": hidden(other, "request"), "asked": hidden(page, "asked"), "code": newest(world, person.email).code}
    answer = browser.http.post("/mail-code/type", data=sent, headers={"Origin": ISSUER})
    assert answer.status_code == 403
    link = browser.open(newest(world, person.email).path)
    sent = {"request": hidden(other, "request"), "ticket": hidden(link, "ticket")}
    assert browser.http.post("/mail-code/type", data=sent, headers={"Origin": ISSUER}).status_code == 403
    asking = {"request": hidden(other, "request"), "email": person.email}
    assert browser.http.post("/mail-code", data=asking, headers={"Origin": ISSUER}).status_code == 403
    assert browser.http.get("/mail-code", params={"request": hidden(other, "request")}).status_code == 403
    assert (world.sessions(person), session_cookie(browser)) == ([], None)
    assert len(outbox(world, person.email)) == 1


@pytest.mark.parametrize(
    ("setting", "of_app", "offered"),
    [("on", None, True), ("on", True, True), ("on", False, False), ("off", None, False), ("off", True, True), ("off", False, False)],
)
def test_app_and_deployment_decide_where_it_is_offered(world: World, setting: str, *, of_app: bool | None, offered: bool) -> None:
    person, client = offering(world, setting).person(), world.client(mail_code=of_app)
    page = world.authorize(world.browser(), client)
    assert page.has_button("mail-code") is offered
    if offered:
        assert signed_in_by_mail(world, person, client)[1].redirected_to


def test_a_session_by_mail_is_not_accepted_where_it_could_not_begin(world: World) -> None:
    """An app with `mail_code` false, and the account page of a deployment without it, ask for another sign-in."""
    person, client = offering(world, "off").person(), world.client(mail_code=True)
    browser, page = signed_in_by_mail(world, person, client)
    assert page.redirected_to
    assert world.authorize(browser, client).redirected_to
    for closed in (world.client(), world.client(mail_code=False)):
        assert "password" in world.authorize(browser, closed).fields
        assert world.authorize(browser, closed, prompt="none").answer["error"] == "login_required"
    assert "password" in browser.open("/account").fields
    assert world.authorize(browser, client).redirected_to


def test_a_device_of_an_app_without_it_asks_for_another_sign_in(world: World) -> None:
    """RFC 8628: the session by mail counts on the page of a device as it does at /authorize."""
    offering(world)
    person = world.person()
    browser, _ = signed_in_by_mail(world, person)
    for mail_code in (None, False):
        grant = {"grant_types": ("urn:ietf:params:oauth:grant-type:device_code",), "redirect_uris": (), "auth_methods": ("none",)}
        client = world.client(**grant, mail_code=mail_code)
        device = browser.http.post("/device_authorization", data={"client_id": client.id, "scope": "openid"}).json()
        page = browser.submit(browser.open("/device"), {"user_code": device["user_code"]})
        assert (page.has_button("approve"), "password" in page.fields) == (mail_code is None, mail_code is False), page


def test_an_app_that_stops_it_accepts_no_session_of_before(world: World) -> None:
    person, client = offering(world).person(), world.client()
    browser, _ = signed_in_by_mail(world, person, client)
    _change(world, client, mail_code=False)
    assert "password" in world.authorize(browser, client).fields


def _change(world: World, client: Client, **members: Any) -> None:
    stored = world.services.clients.get(client.id)
    assert stored
    assert world.services.clients.replace(replace(stored, **members))


@pytest.mark.parametrize("agent", ["the page of the link", "the handle in a form", "the code in another browser's page"])
def test_another_browser_cannot_use_it(world: World, agent: str) -> None:
    """Elsewhere the link shows the code and uses nothing up; the code counts only in the page that asked (M-03, M-11)."""
    person, client = offering(world).person(), world.client()
    browser, page = begun(world, person, client)
    mail, other = newest(world, person.email), world.browser()
    if agent == "the page of the link":
        shown = other.open(mail.path)
        assert (shown.status, mail.code in shown.text, shown.forms) == (200, True, [])
    elif agent == "the handle in a form":
        ticket = hidden(browser.open(mail.path), "ticket")
        sent = {"request": hidden(world.authorize(other, client), "request"), "ticket": ticket}
        assert other.http.post("/mail-code/type", data=sent, headers={"Origin": ISSUER}).status_code == 422
    else:
        sent = {"request": hidden(world.authorize(other, client), "request"), "asked": hidden(page, "asked"), "code": mail.code}
        assert other.http.post("/mail-code/type", data=sent, headers={"Origin": ISSUER}).status_code == 422
        theirs = ask(world, other, person.email, client)
        assert other.submit(theirs, {"code": mail.code}).status == 422
    assert (world.sessions(person), session_cookie(other)) == ([], None)
    assert browser.submit(page, {"code": mail.code}).redirected_to


@pytest.mark.parametrize("method", ["GET", "HEAD"])
def test_opening_the_link_uses_nothing_up(world: World, method: str) -> None:
    """M-03: a program that scans mails opens it ten times."""
    person = offering(world).person()
    browser, page = begun(world, person)
    for _ in range(10):
        world.browser().http.request(method, newest(world, person.email).path)
        browser.http.request(method, newest(world, person.email).path)
    assert browser.submit(page, {"code": newest(world, person.email).code}).redirected_to


@pytest.mark.parametrize("first", ["code", "link"])
@pytest.mark.parametrize("second", ["code", "link"])
def test_code_and_link_work_once_together(world: World, first: str, second: str) -> None:
    person = offering(world).person()
    browser, page = begun(world, person)
    link = browser.open(newest(world, person.email).path)
    code = newest(world, person.email).code

    def act(which: str) -> bool:
        done = browser.submit(page, {"code": code}) if which == "code" else browser.submit(link, button="continue")
        return done.redirected_to is not None

    assert act(first)
    assert not act(second)
    assert len(world.sessions(person)) == 1


@pytest.mark.parametrize("change_", ["a new password", "disabled", "another address", "ten minutes", "a newer mail"])
def test_it_ends_with_what_it_stood_on(world: World, change_: str) -> None:
    """M-05: link and code."""
    person = offering(world).person()
    browser, page = begun(world, person)
    link, code = browser.open(newest(world, person.email).path), newest(world, person.email).code
    if change_ == "a new password":
        other = world.browser()
        other.submit(other.open("/account"), {"email": person.email, "password": person.password})
        change(other, new=NEW)
    elif change_ == "disabled":
        change_user(world.services.users, person.user.id, disabled=True)
    elif change_ == "another address":
        user = world.services.users.get(person.user.id)
        assert user
        assert world.services.users.replace(replace(user, email=world.unused_email()), email_was=user.email)
    elif change_ == "ten minutes":
        world.clock.now += 600
    else:
        world.clock.now += 60
        ask(world, browser, person.email)
    for answer in (browser.submit(page, {"code": code}), browser.submit(link, button="continue")):
        assert answer.redirected_to is None
        assert answer.status == 422
    assert [session for session in world.sessions(person) if session.by_mail] == []


def test_five_codes_a_mail_and_a_hundred_in_all(world: World) -> None:
    """M-01: more mails give no more than a hundred guesses. Then codes are refused, and the link still works."""
    person = offering(world).person()
    browser, page = begun(world, person)
    for _ in range(TRIES):
        assert "wrong" in error(browser.submit(page, {"code": _wrong(newest(world, person.email).code)}))
    assert browser.submit(page, {"code": newest(world, person.email).code}).redirected_to is None
    for _ in range(FAILURES // TRIES - 1):
        world.clock.now += 3600
        browser, page = begun(world, person)
    world.clock.now += 3600
    browser, page = begun(world, person)
    mail = newest(world, person.email)
    assert "Open the link of the newest mail in this browser" in error(browser.submit(page, {"code": mail.code}))
    elsewhere = world.browser().open(mail.path).text
    assert "only in the browser in which you asked" in elsewhere
    assert mail.code not in elsewhere, "a code that is refused is not shown"
    link = browser.open(newest(world, person.email).path)
    assert browser.submit(link, button="continue").redirected_to
    world.clock.now += 3600
    assert signed_in_by_mail(world, person)[1].redirected_to, "a use forgets the count"


def _wrong(code: str) -> str:
    return code[:-1] + str((int(code[-1]) + 1) % 10)


@pytest.mark.parametrize("code", ["", "1234567", "123456789", "abcdefgh", "\uff11" * 8, "1" * 5000])
def test_what_cannot_be_a_code_is_a_wrong_one(world: World, code: str) -> None:
    person = offering(world).person()
    browser, page = begun(world, person)
    assert browser.submit(page, {"code": code}).status == 422
    assert world.sessions(person) == []


def test_an_address_gets_one_mail_a_minute(world: World) -> None:
    """M-13: asking again at once changes nothing: the code of before works."""
    person = offering(world).person()
    browser, page = begun(world, person)
    ask(world, browser, person.email)
    assert len(outbox(world, person.email)) == 1
    assert browser.submit(page, {"code": newest(world, person.email).code}).redirected_to


def test_a_stranger_who_asks_ends_no_code_of_the_owner(world: World) -> None:
    """M-13: each browser has a mail of its own."""
    person = offering(world).person()
    browser, page = begun(world, person)
    code = newest(world, person.email).code
    ask(world, world.browser("198.51.100.99"), person.email)
    assert browser.submit(page, {"code": code}).redirected_to


def test_it_is_no_fresh_confirmation_for_a_person_with_a_password(world: World) -> None:
    """H-06: a change of factors asks for the password; after that it is done."""
    person = offering(world).person()
    browser = world.browser()
    page = browser.submit(browser.open("/account"), {"email": person.email}, button="mail-code")
    account = browser.submit(page, {"code": newest(world, person.email).code})
    assert str(account.response.url).endswith("/account")
    page = press(browser, account, "/account/totp/enrol")
    assert "password" in page.fields
    assert "enrolment" in browser.submit(page, {"password": person.password}).fields
    assert [session.amr for session in world.sessions(person)] == [("pwd",)]


def test_a_confirmation_with_the_factor_counts_after_a_sign_in_by_mail(world: World) -> None:
    person = offering(world).person(totp=True)
    browser = world.browser()
    page = browser.submit(browser.open("/account"), {"email": person.email}, button="mail-code")
    page = browser.submit(page, {"code": newest(world, person.email).code})
    account = browser.submit(page, {"code": person.codes.code()})
    page = press(browser, account, "/account/recovery-codes")
    page = browser.submit(page, {"password": person.password, "code": person.codes.code()})
    assert "recovery" in page.text
    assert [session.acr for session in world.sessions(person)] == ["aal2"]


def test_a_person_without_a_password_confirms_by_the_sign_in(world: World) -> None:
    person = offering(world).person()
    without_password(world, person)
    browser = world.browser()
    page = browser.submit(browser.open("/account"), {"email": person.email}, button="mail-code")
    account = browser.submit(page, {"code": newest(world, person.email).code})
    assert "enrolment" in press(browser, account, "/account/totp/enrol").fields


def test_the_mail_names_the_app_and_the_network(world: World) -> None:
    """M-11: the act, the app and where it was asked for. Nothing that a stranger typed is in it."""
    person, client = offering(world).person(), world.client(name="Meadow")
    ask(world, world.browser("198.51.100.20"), person.email, client, login_hint="buy now")
    text = outbox(world, person.email)[0].text
    assert "sign in to Meadow" in text
    assert "198.51.100.20" in text
    assert "buy now" not in text


def test_a_new_browser_is_told_as_after_a_password(world: World) -> None:
    """The notice about a sign-in in a new place."""
    person = offering(world).person()
    world.clock.now += NEW_ACCOUNT
    assert signed_in_by_mail(world, person)[1].redirected_to
    assert "A new sign-in to your account" in [mail.subject for mail in outbox(world, person.email)]


def test_the_session_of_before_ends(world: World) -> None:
    """F-01: the browser's former session ends with the sign-in."""
    person, client = offering(world).person(), world.client()
    browser, _ = signed_in_by_mail(world, person, client)
    before = session_cookie(browser)
    world.clock.now += 60
    page = ask(world, browser, person.email, client, prompt="login")
    assert browser.submit(page, {"code": newest(world, person.email).code}).redirected_to
    assert session_cookie(browser) != before
    assert len(world.sessions(person)) == 1


def test_a_ticket_of_another_kind_signs_in_no_one(world: World) -> None:
    """M-04: the link for a new password in the form of this one."""
    person, client = offering(world).person(), world.client()
    browser = world.browser()
    browser.submit(browser.open("/forgot"), {"email": person.email})
    ticket = newest(world, person.email).path.removeprefix("/link/")
    sent = {"request": hidden(world.authorize(browser, client), "request"), "ticket": ticket}
    assert browser.http.post("/mail-code/type", data=sent, headers={"Origin": ISSUER}).status_code == 422
    assert world.sessions(person) == []


def test_wrong_codes_are_in_the_audit_of_the_address(world: World) -> None:
    """With a keyed hash of the address, as wrong passwords of an unknown address are. The code is not there."""
    person = offering(world).person()
    browser, page = begun(world, person)
    browser.submit(page, {"code": _wrong(newest(world, person.email).code)})
    trace = world.services.throttling.trace(person.email)
    [event] = [each for each in world.audited("sign_in.failed") if each.details.get("account") == trace]
    assert (event.reason, event.subject) == ("wrong_mail_code", "")
    assert newest(world, person.email).code.replace(" ", "") not in str(event)


def test_the_ticket_has_neither_code_nor_link(world: World) -> None:
    person = offering(world).person()
    browser, _ = begun(world, person)
    del browser
    mail = newest(world, person.email)
    owner = world.services.tickets.address_owner(person.email)
    stored = [str(raw) for raw in world.services.database.query_all("state", f"USER#{owner}")]
    assert any(SIGN_IN_CODE in raw for raw in stored)
    assert all(mail.code.replace(" ", "") not in raw and mail.path.removeprefix("/link/") not in raw for raw in stored)
