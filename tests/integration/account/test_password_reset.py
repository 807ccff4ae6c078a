"""A forgotten password: the address is proved by a mail, the second factor stays required, and everything else ends (H-11 to H-15)."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from idp.domain.access.tenancy import DEPLOYMENT
from idp.domain.tickets.ticket import LIFETIMES, RESET, SIGN_UP, Ticket
from idp.http.app import build
from tests.integration.account.people import NEW, change, granted, mails, signed_in
from tests.integration.account.resetting import ask, asked, newest, outbox, set_password
from tests.support.pages import ISSUER, error, hidden, recorded, sign_in
from tests.support.stored import change_user

if TYPE_CHECKING:
    from collections.abc import Callable

    from idp.domain.people.user import User
    from tests.support.forms import Page
    from tests.support.people import Person
    from tests.support.world import World

OVER = "no longer valid"
CHANGED = "Your password is changed"


@pytest.mark.parametrize("way", ["link", "code"])
def test_link_and_code_lead_to_a_new_password_and_back_to_the_app(world: World, way: str) -> None:
    """It begins no session. The sign-in page follows, with the address filled in, and the app gets its answer."""
    browser, client, person = world.browser(), world.client(), world.person()
    page = ask(browser, world.authorize(browser, client, state="kept"), person.email)
    mail = newest(world, person.email)
    page = browser.open(mail.path) if way == "link" else browser.submit(page, {"code": mail.code})
    assert person.email in page.text
    page = set_password(browser, page)
    assert CHANGED in page.text
    assert not world.sessions(person)
    done = browser.submit(page, {"email": person.email, "password": NEW})
    assert done.answer["state"] == "kept"
    assert mails(world, person)[:2] == ["Your password was changed", "Set a new password"]
    assert world.audited("password.reset", person)
    assert sign_in(world, world.browser(), client, person).status == 422


def test_the_link_works_in_another_browser(world: World) -> None:
    """The app's request is of the first browser, so the sign-in there ends at the account page."""
    browser, person = world.browser(), world.person()
    ask(browser, world.authorize(browser, world.client()), person.email)
    other = world.browser()
    page = set_password(other, other.open(newest(world, person.email).path))
    assert CHANGED in page.text
    page = other.submit(page, {"email": person.email, "password": NEW})
    assert str(page.response.url).endswith("/account")


def test_a_code_is_accepted_only_in_the_browser_that_asked(world: World) -> None:
    """The page of another browser cannot be filled in: its field is sealed for that browser."""
    person, browser, other = world.person(), world.browser(), world.browser()
    page, elsewhere = asked(world, browser, person.email), asked(world, other, world.unused_email())
    sent = {"request": hidden(elsewhere, "request"), "asked": hidden(page, "asked"), "code": newest(world, person.email).code}
    answer = other.http.post("/reset", data=sent, headers={"Origin": ISSUER})
    assert (answer.status_code, OVER in answer.text) == (422, True)


def test_a_ticket_that_ends_while_a_wrong_password_is_answered(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """The password is too short, and another request has used the ticket meanwhile: the page that asks for another mail, not an error."""
    person, browser = world.person(), world.browser()
    asked(world, browser, person.email)
    page = browser.open(newest(world, person.email).path)
    passwords = world.services.new_passwords
    hashed = passwords.hash

    def late(password: str, user: User, **more: Any) -> str:
        """The hash, after all sessions and links of the account ended."""
        world.services.users.end_everything(person.user.id, world.clock())
        return hashed(password, user, **more)

    monkeypatch.setattr(passwords, "hash", late)
    again = set_password(browser, page, "short")
    assert again.status == 422
    assert OVER in again.text
    assert again.has_button("send")
    assert person.email not in again.text


def fresh_code(person: Person) -> str:
    """A code of the person's authenticator that was not used yet."""
    return person.codes.code()


def answer_of(page: Page, email: str) -> tuple[object, ...]:
    """All that a stranger learns, without the parts that always differ."""
    shown = page.text
    for name in ("request", "asked"):
        for value in set(re.findall(rf'name="{name}" value="([^"]*)"', shown)):
            shown = shown.replace(value, "@" * len(value) if name == "asked" else "REQUEST")
    shown = re.sub(r"request=[^\"&]*", "request=REQUEST", shown.replace(email, "EMAIL"))
    headers = [(name, value) for name, value in page.response.headers.items() if name not in {"x-request-id", "content-length"}]
    return page.status, shown, sorted(headers)


def test_unknown_disabled_and_known_addresses_get_the_same_answer_by_the_same_calls(world: World) -> None:
    """G-01, G-02, M-06: status, body, headers, sizes, calls, and one rendered mail each; only that of the known one is sent."""
    known, disabled, without = (world.person(f"{n}-{world.services.new_id().lower()}@example.com") for n in "abc")
    change_user(world.services.users, disabled.user.id, disabled=True)
    change_user(world.services.users, without.user.id, password_hash=None)
    unknown = f"d-{world.services.new_id().lower()}@example.com"
    answers, calls, codes = [], [], []
    for email in (known.email, unknown, disabled.email, without.email):
        browser = world.browser()
        page = browser.open("/forgot")
        with recorded(world) as operations:
            page = browser.submit(page, {"email": email})
        answers.append(answer_of(page, email))
        calls.append(list(operations))
        with recorded(world) as operations:
            wrong = browser.submit(page, {"code": "0000 0000"})
        codes.append((answer_of(wrong, email), list(operations)))
    assert all(answer == answers[0] for answer in answers)
    assert all(each == codes[0] for each in codes)
    assert all(each == calls[0] for each in calls), calls
    assert calls[0] == ["BatchGetItem", "GetItem", "TransactWriteItems"]
    kept = world.outbox
    assert [len(outbox(world, email)) for email in (known.email, unknown, disabled.email, without.email)] == [1, 0, 0, 1]
    assert {mail.to for mail in kept.discarded} >= {unknown, disabled.email}


def test_a_reset_costs_ten_calls_with_a_second_factor(world: World) -> None:
    """Both halves together (issue: figures)."""
    person, browser = world.person(totp=True), world.browser()
    page = browser.open("/forgot")
    with recorded(world) as operations:
        browser.submit(page, {"email": person.email})
        page = browser.open(newest(world, person.email).path)
        assert CHANGED in set_password(browser, page, code=fresh_code(person)).text
    assert len(operations) <= 10, operations


def test_everything_of_the_account_ends(world: World) -> None:
    """H-13: sessions and grants, on all devices. The second factor stays."""
    person, client = world.person(totp=True), world.client()
    elsewhere = signed_in(world, person)
    granted(world, person, client.id)
    browser = world.browser()
    world.clock.advance(30)
    asked(world, browser, person.email)
    page = set_password(browser, browser.open(newest(world, person.email).path), code=fresh_code(person))
    assert CHANGED in page.text
    now = world.services.user_service.get(person.user.id, scope=DEPLOYMENT)
    assert now.totp_enabled
    assert not world.sessions(person)
    assert not world.services.access.grants(now, scope=DEPLOYMENT)
    assert "password" in elsewhere.open("/account").fields
    page = browser.submit(page, {"email": person.email, "password": NEW})
    assert "code" in page.fields, "the second factor is asked for"


@pytest.mark.parametrize("code", ["", "000000", "wrong"])
def test_without_the_second_factor_nothing_changes(world: World, code: str) -> None:
    """H-13: a reset by mail alone must not replace it. The link still works afterwards."""
    person, browser = world.person(totp=True), world.browser()
    asked(world, browser, person.email)
    page = browser.open(newest(world, person.email).path)
    assert "code" in page.fields
    again = set_password(browser, page, code=code)
    assert again.status == 422
    assert "code" in again.fields
    assert sign_in(world, world.browser(), world.client(), person).redirected_to
    world.clock.now += 30
    assert CHANGED in set_password(browser, again, code=fresh_code(person)).text


def test_a_recovery_code_is_a_second_factor(world: World) -> None:
    """Mail and recovery code are two codes by different ways (SP 800-63B-4 §4.2.2.2). It is used up."""
    person, browser = world.person(totp=True), world.browser()
    asked(world, browser, person.email)
    code = person.recovery_codes[0]
    assert CHANGED in set_password(browser, browser.open(newest(world, person.email).path), code=code).text
    world.clock.now += 120
    asked(world, browser, person.email)
    assert set_password(browser, browser.open(newest(world, person.email).path), NEW + "2", code=code).status == 422


@pytest.mark.parametrize("password", ["short", "only 14 chars.", ""])
def test_a_weak_password_is_refused_and_uses_nothing_up(world: World, password: str) -> None:
    person, browser = world.person(), world.browser()
    asked(world, browser, person.email)
    again = set_password(browser, browser.open(newest(world, person.email).path), password)
    assert again.status == 422
    assert error(again)
    assert CHANGED in set_password(browser, again).text


ENDS: dict[str, Callable[[World, Person], object]] = {
    "a new password": lambda w, p: change(signed_in(w, p)),
    "another address": lambda w, p: w.services.user_service.patch(p.user.id, {"email": w.unused_email()}, scope=DEPLOYMENT),
    "disabled": lambda w, p: w.services.user_service.patch(p.user.id, {"disabled": True}, scope=DEPLOYMENT),
    "signed out everywhere": lambda w, p: w.services.users.end_everything(p.user.id, w.clock()),
    "erased": lambda w, p: w.services.user_service.delete(p.user.id, scope=DEPLOYMENT),
    "time": lambda w, p: w.clock.advance(LIFETIMES[RESET]),
    "a use": lambda w, p: set_password((b := w.browser()), b.open(newest(w, p.email).path)),
}  # fmt: skip


@pytest.mark.parametrize("end", ENDS)
def test_link_and_page_are_over_after(world: World, end: str) -> None:
    """H-12, H-14, M-05: the link is refused, and so is the page that was opened before. The password stays as it then is."""
    person, browser = world.person(), world.browser()
    asked(world, browser, person.email)
    mail = newest(world, person.email)
    page = browser.open(mail.path)
    ENDS[end](world, person)
    before = world.services.users.get(person.user.id)
    late = set_password(browser, page, NEW + " of a thief")
    assert late.status == 422
    assert OVER in error(late)
    assert world.browser().open(mail.path).status == 400
    assert world.services.users.get(person.user.id) == before


def test_a_newer_mail_ends_the_older_one_of_the_same_browser(world: World) -> None:
    """M-05. The link of another browser stays until a new password is set."""
    person, browser, other = world.person(), world.browser(), world.browser()
    asked(world, browser, person.email)
    mail = newest(world, person.email)
    page = browser.open(mail.path)
    world.clock.advance(60)
    asked(world, other, person.email)
    elsewhere = newest(world, person.email)
    asked(world, browser, person.email)
    late = set_password(browser, page, NEW + " of a thief")
    assert (late.status, OVER in error(late)) == (422, True)
    assert world.browser().open(mail.path).status == 400
    assert CHANGED in set_password(browser, browser.open(newest(world, person.email).path)).text
    assert other.open(elsewhere.path).status == 400


@pytest.mark.parametrize("way", ["link", "code", "page"])
def test_a_stranger_who_asks_ends_nothing(world: World, way: str) -> None:
    """M-13: the link, the code and the open page of the person who asked in another browser stay."""
    person, browser = world.person(), world.browser()
    typing = asked(world, browser, person.email)
    mail = newest(world, person.email)
    page = browser.open(mail.path)
    for _ in range(6):
        world.clock.advance(61)
        asked(world, world.browser("203.0.113.41"), person.email)
    assert len(outbox(world, person.email)) == 6
    if way == "link":
        page = browser.open(mail.path)
    if way == "code":
        page = browser.submit(typing, {"code": mail.code})
    assert CHANGED in set_password(browser, page).text


def test_a_stranger_who_asked_too_often_leaves_the_person_a_mail(world: World) -> None:
    """M-13: one network cannot use up the mails of an address. All networks together send ten, and each link works in any browser."""
    person = world.person()
    for _ in range(7):
        asked(world, world.browser("203.0.113.42"), person.email)
    assert len(outbox(world, person.email)) == 5
    for network in ("203.0.113.43", "203.0.113.44"):
        for _ in range(4):
            asked(world, world.browser(network), person.email)
    assert len(outbox(world, person.email)) == 10
    browser = world.browser()
    assert CHANGED in set_password(browser, browser.open(newest(world, person.email).path)).text


def test_a_hundred_codes_are_counted_over_all_browsers(world: World) -> None:
    """M-01: after the codes of twenty tickets a code is refused, and the link works. A new password sets the count to zero."""
    person = world.person()
    for number in range(20):
        asked(world, world.browser(f"203.0.113.{50 + number}"), person.email)
        if number % 5 == 4:
            world.clock.advance(3600)
    browser = world.browser()
    page = asked(world, browser, person.email)
    page = browser.submit(page, {"code": newest(world, person.email).code})
    assert "Open the link" in error(page)
    assert CHANGED in set_password(browser, browser.open(newest(world, person.email).path)).text
    world.clock.advance(3600)
    page = asked(world, other := world.browser(), person.email)
    assert other.submit(page, {"code": newest(world, person.email).code}).status == 200


def test_a_reset_that_was_asked_at_the_old_address_gives_nothing_to_its_new_owner(world: World) -> None:
    """H-15: the address goes to another person, who has never asked."""
    first, browser = world.person(), world.browser()
    asked(world, browser, first.email)
    mail = newest(world, first.email)
    world.services.user_service.patch(first.user.id, {"email": world.unused_email()}, scope=DEPLOYMENT)
    second = world.person(first.email)
    assert browser.open(mail.path).status == 400
    assert sign_in(world, world.browser(), world.client(), second).redirected_to


def test_opening_the_link_uses_nothing_up(world: World) -> None:
    """M-03: GET and HEAD, by programs that scan mails, in any number."""
    person, browser = world.person(), world.browser()
    asked(world, browser, person.email)
    mail, before = newest(world, person.email), world.services.users.get(person.user.id)
    for _ in range(3):
        scanner = world.browser()
        assert scanner.open(mail.path).status == 200
        assert scanner.http.head(mail.path).status_code == 200
        assert scanner.http.post(mail.path).status_code == 405
    assert world.services.users.get(person.user.id) == before
    assert CHANGED in set_password(browser, browser.open(mail.path)).text


def test_no_answer_and_no_log_line_has_the_code_or_the_link(world: World, capsys: pytest.CaptureFixture[str]) -> None:
    """H-10, M-10: only the mail has them. The log has the template of the route instead of the path."""
    person, browser = world.person(), world.browser()
    page = asked(world, browser, person.email)
    mail = newest(world, person.email)
    for secret in (mail.code, mail.code.replace(" ", ""), mail.path.rpartition("/")[2]):
        assert secret not in page.text + str(page.response.headers)
    browser.open(mail.path)
    browser.submit(page, {"code": mail.code})
    log = capsys.readouterr().err
    assert "/link/{handle}" in log
    assert mail.path not in log
    assert mail.code not in log


def test_no_step_can_be_skipped(world: World) -> None:
    """H-11: without a ticket there is no new password, whatever the form names."""
    victim, browser = world.person(), world.browser()
    page = asked(world, browser, victim.email)
    own = world.person()
    world.clock.now += 1
    fields = {"request": hidden(page, "request"), "asked": hidden(page, "asked")}
    thief = {"new_password": "mine from now on", "email": victim.email, "user_id": victim.user.id}
    for more in ({}, {"ticket": "x"}, {"ticket": hidden(page, "asked")}, {"ticket": hidden(page, "request")}, {"code": "", "show": "1"}):
        answer = browser.http.post("/reset", data={**fields, **thief, **more}, headers={"Origin": ISSUER})
        assert answer.status_code == 422, more
    asked(world, browser, own.email)
    handle = newest(world, own.email).path.rpartition("/")[2]
    answer = browser.http.post("/reset", data={**fields, **thief, "ticket": handle}, headers={"Origin": ISSUER})
    assert CHANGED in answer.text, "the own ticket changes the own password"
    assert sign_in(world, world.browser(), world.client(), victim).redirected_to


def test_a_ticket_of_another_kind_resets_nothing(world: World) -> None:
    """M-04: neither by its link nor by its code."""
    person, tickets, browser = world.person(), world.services.tickets, world.browser()
    owner = tickets.address_owner(person.email)
    issued = tickets.issue(Ticket(owner, SIGN_UP, person.email, user_id=person.user.id), None, now=world.clock())
    assert issued
    page = browser.open("/forgot")
    handle = issued.link.rpartition("/")[2]
    answer = browser.http.post(
        "/reset", data={"request": hidden(page, "request"), "ticket": handle, "new_password": NEW}, headers={"Origin": ISSUER}
    )
    assert (answer.status_code, OVER in answer.text) == (422, True)
    page = asked(world, browser, person.email)
    assert browser.submit(page, {"code": issued.code}).status == 422
    assert sign_in(world, world.browser(), world.client(), person).redirected_to


def test_after_five_wrong_codes_only_the_link_works(world: World) -> None:
    person, browser = world.person(), world.browser()
    page = asked(world, browser, person.email)
    mail = newest(world, person.email)
    for n in range(5):
        page = browser.submit(page, {"code": f"{(int(mail.code.replace(' ', '')) + n + 1) % 10**8:08d}"})
        assert "wrong" in error(page)
    page = browser.submit(page, {"code": mail.code})
    assert OVER in error(page)
    assert CHANGED in set_password(browser, browser.open(mail.path)).text


def test_asking_again_at_once_sends_nothing_and_says_the_same(world: World) -> None:
    """M-13: the link that was sent keeps working."""
    person, browser = world.person(), world.browser()
    asked(world, browser, person.email)
    mail = newest(world, person.email)
    for _ in range(3):
        assert asked(world, browser, person.email).status == 200
    assert len(outbox(world, person.email)) == 1
    assert CHANGED in set_password(browser, browser.open(mail.path)).text


@pytest.mark.parametrize("typed", ["", "no address", "a@b@c", "x" * 3000, "nul\0@example.com", "ada@example.com\r\nBcc: b@example.com"])
def test_a_text_that_is_no_address_is_refused(world: World, typed: str) -> None:
    """M-09: 422, and no mail."""
    browser, before = world.browser(), world.outbox.count
    page = browser.submit(browser.open("/forgot"), {"email": typed})
    assert page.status == 422
    assert world.outbox.count == before


@pytest.mark.parametrize("settings", [{"password_reset": "off"}, {"env": "prod"}])
def test_without_resets_there_is_no_trace_of_them(world: World, settings: dict[str, Any]) -> None:
    """Switched off, or no mail can be sent: no button, and no address that answers."""
    person, browser = world.person(), world.browser()
    asked(world, browser, person.email)
    mail, open_page = newest(world, person.email), browser.open("/forgot")
    world.services.settings = replace(world.services.settings, **settings)
    world.app = build(world.services)
    assert "Forgot password?" not in browser.open("/login").text
    for answer in (
        browser.open("/forgot"),
        browser.open("/reset"),
        browser.open(mail.path),
        browser.submit(open_page, {"email": person.email}),
    ):
        assert answer.status == 404
    assert sign_in(world, world.browser(), world.client(), person).redirected_to
