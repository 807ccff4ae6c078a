"""A change of the own address: proved by a mail to the new one before anything is taken (threats H-14, H-15, M-14, M-15)."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from idp.domain.access.tenancy import DEPLOYMENT
from idp.domain.errors import Invalid
from idp.domain.people.former_emails import RESERVED
from idp.domain.people.user import User
from idp.domain.sessions.visitor import Visitor
from idp.domain.tickets.ticket import EMAIL_CHANGE, RESET, Ticket
from idp.services.people.sign_up.request import Came
from tests.integration.account.email_changing import ask, changed, code_in, link_in, mailed, subjects
from tests.integration.account.people import change, signed_in
from tests.support.pages import ISSUER, error, hidden, press, recorded, sign_in

if TYPE_CHECKING:
    from tests.support.people import Person
    from tests.support.world import World

CHANGED = "Your email address is changed"


def stored(world: World, person: Person) -> User:
    """The user as stored now."""
    user = world.services.users.get(person.user.id)
    assert user
    return user


def test_a_code_from_the_new_address_changes_it(world: World) -> None:
    """H-15: nothing is taken or changed before. Then the new address is verified and opens the account, and the old one does not."""
    person, client, new = world.person(), world.client(), world.unused_email()
    browser = signed_in(world, person)
    page = ask(browser, new.upper())
    assert page.status == 200
    assert new in page.text
    assert stored(world, person).email == person.email
    assert world.services.users.id_of(new) is None
    page = browser.submit(page, {"code": code_in(world, new)}, button="use-code")
    assert CHANGED in page.text
    now = stored(world, person)
    assert (now.email, now.email_verified) == (new, True)
    assert world.services.users.id_of(new) == now.id
    assert world.services.users.id_of(person.email) is None
    assert subjects(world, person.email) == ["Your email address was changed"]
    [event] = world.audited("email.changed", person)
    assert new not in str(event)
    assert sign_in(world, world.browser(), client, person).status == 422
    person.user = now
    assert sign_in(world, world.browser(), client, person).redirected_to


def test_the_link_works_in_the_session_that_asked(world: World) -> None:
    """Opening it changes nothing, also many times (M-03). Its button changes the address."""
    person, new = world.person(), world.unused_email()
    browser = signed_in(world, person)
    ask(browser, new)
    for _ in range(3):
        assert new in browser.open(link_in(world, new)).text
    page = browser.open(link_in(world, new))
    assert stored(world, person).email == person.email
    assert CHANGED in browser.submit(page, button="use-link").text
    assert stored(world, person).email == new
    assert browser.open(link_in(world, new)).status == 400


def test_elsewhere_the_link_shows_the_code_to_type(world: World) -> None:
    """Without a session, in that of another person, and in another session of the same person. It has no button there."""
    person, new = world.person(), world.unused_email()
    browser = signed_in(world, person)
    page = ask(browser, new)
    for other in (world.browser(), signed_in(world, world.person()), signed_in(world, person)):
        shown = other.open(link_in(world, new))
        assert code_in(world, new) in shown.text
        assert not shown.has_button("use-link")
    assert CHANGED in browser.submit(page, {"code": code_in(world, new)}, button="use-code").text


def test_the_ticket_of_another_session_changes_nothing(world: World) -> None:
    """M-04: neither code nor link work in another session of the person, or in that of another person."""
    person, new = world.person(), world.unused_email()
    ask(signed_in(world, person), new)
    for other in (signed_in(world, person), signed_in(world, world.person())):
        page = other.open("/account/email/code")
        assert other.submit(page, {"code": code_in(world, new)}, button="use-code").status == 422
        form = {"csrf": hidden(page, "csrf"), "ticket": link_in(world, new).removeprefix("/link/")}
        assert other.http.post("/account/email/code", data=form, headers={"Origin": ISSUER}).status_code == 422
    assert stored(world, person).email == person.email


@pytest.mark.parametrize("ticket", ["", "x", "0" * 200])
def test_a_forged_ticket_changes_nothing(world: World, ticket: str) -> None:
    """Its answer is the page with the error. A forged link is an error page."""
    person = world.person()
    browser = signed_in(world, person)
    form = {"csrf": hidden(browser.open("/account/email/code"), "csrf"), "ticket": ticket}
    assert browser.http.post("/account/email/code", data=form, headers={"Origin": ISSUER}).status_code == 422
    assert browser.open(f"/link/{ticket or 'y'}").status == 400


def test_a_sign_in_from_a_while_ago_is_confirmed_first(world: World) -> None:
    """H-15: with the password, and the code of the authenticator; also for a form that was opened in time."""
    person = world.person(totp=True)
    browser = signed_in(world, person)
    open_before = press(browser, browser.open("/account"), "/account/email")
    world.clock.now += 301
    late = browser.submit(open_before, {"email": world.unused_email()}, button="send-code")
    assert {"password", "code"} <= late.fields
    page = browser.submit(late, {"password": person.password, "code": person.codes.code()})
    new = world.unused_email()
    page = browser.submit(page, {"email": new}, button="send-code")
    assert CHANGED in browser.submit(page, {"code": code_in(world, new)}, button="use-code").text


def test_an_address_that_is_taken_is_not_told(world: World) -> None:
    """M-06: the page is the same and the calls are the same. The owner gets a mail that says so, without a code."""
    owner = world.person()
    pages, calls = [], []
    for address in (world.unused_email(), owner.email):
        browser = signed_in(world, world.person())
        form = press(browser, browser.open("/account"), "/account/email")
        with recorded(world) as made:
            page = browser.submit(form, {"email": address}, button="send-code")
        pages.append(page.text.replace(address, "").replace(hidden(page, "csrf"), ""))
        calls.append(list(made))
    assert pages[0] == pages[1]
    assert calls[0] == calls[1]
    assert subjects(world, owner.email) == ["This address already belongs to an account"]
    assert "code" not in mailed(world, owner.email).text


def test_an_address_that_is_taken_meanwhile_stays_with_its_owner(world: World) -> None:
    """The person has proved that they read its mail, so they are told. Nothing is changed."""
    person, new = world.person(), world.unused_email()
    browser = signed_in(world, person)
    page = ask(browser, new)
    owner = world.person(new)
    page = browser.submit(page, {"code": code_in(world, new)}, button="use-code")
    assert (page.status, error(page)) == (422, "This email address belongs to another user.")
    assert stored(world, person).email == person.email
    assert world.services.users.id_of(new) == owner.user.id
    assert subjects(world, person.email) == []


def test_the_old_address_is_reserved_for_seven_days(world: World) -> None:
    """M-14: until the reservation is over, no other account gets the address, neither by an admin nor by a change."""
    person, other, new = world.person(), world.person(), world.unused_email()
    browser = signed_in(world, person)
    changed(world, browser, new)
    rival = signed_in(world, other)
    page = ask(rival, person.email)
    assert subjects(world, person.email)[0] == "This address already belongs to an account"
    assert not world.services.users.create(User(id="usr_" + world.services.new_id(), email=person.email, updated_at=world.clock()))
    world.clock.now += RESERVED
    rival = signed_in(world, other)
    page = ask(rival, person.email)
    assert CHANGED in rival.submit(page, {"code": code_in(world, person.email)}, button="use-code").text
    assert world.services.users.id_of(person.email) == other.user.id


def test_a_new_account_gets_an_old_address_after_seven_days(world: World) -> None:
    """M-14: before, its mail says that the address is taken, and has no code that works."""
    person = world.person()
    changed(world, signed_in(world, person), world.unused_email())
    opened = replace(world.settings, sign_up="open")
    vars(world.services.sign_up_request)["_settings"] = opened
    vars(world.services)["settings"] = opened
    found = []
    for days in (0, 7):
        world.clock.now += days * 86400
        came = Came(browser="b", request="", client_id="")
        world.services.sign_up_request.ask(person.email, came, solved=True, origin=world.origin(), now=world.clock(), scope=DEPLOYMENT)
        found.append(subjects(world, person.email)[0])
    assert found == ["You already have an account", "Your code to create an account"]


def test_a_person_gets_their_own_old_address_back(world: World) -> None:
    """M-14: it is reserved for them."""
    person, new = world.person(), world.unused_email()
    browser = signed_in(world, person)
    changed(world, browser, new)
    world.clock.now += 61
    assert CHANGED in changed(world, browser, person.email).text
    assert stored(world, person).email == person.email
    assert world.services.users.id_of(person.email) == person.user.id
    assert world.services.users.id_of(new) is None


@pytest.mark.parametrize("act", ["password", "end_everything", "patch", "disabled"])
def test_a_pending_change_dies_with_the_stamp_or_the_address(world: World, act: str) -> None:
    """M-15: a new password, the end of all access, and another address end it, also for a person who signs in again."""
    person, new, users = world.person(), world.unused_email(), world.services.user_service
    browser = signed_in(world, person)
    ask(browser, new)
    if act == "password":
        change(browser)
    elif act == "patch":
        users.patch(person.user.id, {"email": world.unused_email()}, scope=DEPLOYMENT)
    elif act == "disabled":
        for flag in (True, False):
            users.patch(person.user.id, {"disabled": flag}, scope=DEPLOYMENT)
        browser = signed_in(world, person)
    else:
        world.services.users.end_everything(person.user.id, world.clock())
        browser = signed_in(world, person)
    page = browser.open("/account/email/code")
    assert browser.submit(page, {"code": code_in(world, new)}, button="use-code").status == 422
    assert stored(world, person).email != new


@pytest.mark.parametrize("ended", [True, False])
def test_a_ticket_of_an_earlier_stamp_changes_nothing(world: World, *, ended: bool) -> None:
    """M-15: also if the session has the id under which apps knew the one that asked."""
    person, new, s = world.person(), world.unused_email(), world.services
    session = s.session_service.begin(person.user, proved_for="", origin=world.origin())
    asking = Visitor(session, person.user, more=(None, None))
    s.email_change.ask(asking, new, origin=world.origin(), now=world.clock())
    ticket = s.tickets.try_code(person.user.id, EMAIL_CHANGE, code_in(world, new), now=world.clock())
    user = s.users.end_everything(person.user.id, world.clock()) if ended else person.user
    assert user
    later = Visitor(replace(session, security_stamp=user.security_stamp), user)
    if not ended:
        assert s.email_change.commit(later, ticket, attempt="a", origin=world.origin(), now=world.clock()).email == new
        return
    with pytest.raises(Invalid) as refused:
        s.email_change.commit(later, ticket, attempt="a", origin=world.origin(), now=world.clock())
    assert refused.value.message.id == "ticket.expired"
    assert stored(world, person).email == person.email


def test_a_change_lives_an_hour(world: World) -> None:
    """Neither code nor link work after it."""
    person, new = world.person(), world.unused_email()
    browser = signed_in(world, person)
    page = ask(browser, new)
    world.clock.now += 3600
    assert browser.open(link_in(world, new)).status == 400
    assert browser.submit(page, {"code": code_in(world, new)}, button="use-code").status == 422


def test_a_newer_mail_ends_the_older_one(world: World) -> None:
    """M-05: code and link of the first address change nothing. Sooner than a minute there is no newer one (M-13)."""
    person, first, second = world.person(), world.unused_email(), world.unused_email()
    browser = signed_in(world, person)
    ask(browser, first)
    early = ask(browser, second)
    assert (early.status, early.response.headers["retry-after"]) == (429, "60")
    assert subjects(world, second) == []
    world.clock.now += 60
    page = ask(browser, second)
    assert browser.submit(page, {"code": code_in(world, first)}, button="use-code").status == 422
    assert browser.open(link_in(world, first)).status == 400
    assert CHANGED in browser.submit(page, {"code": code_in(world, second)}, button="use-code").text


def test_five_wrong_codes_end_it(world: World) -> None:
    """M-02: then the right one is refused too."""
    person, new = world.person(), world.unused_email()
    browser = signed_in(world, person)
    page = ask(browser, new)
    right = code_in(world, new)
    wrong = "0000 0000" if right != "0000 0000" else "1111 1111"
    for _ in range(5):
        assert browser.submit(page, {"code": wrong}, button="use-code").status == 422
    assert browser.submit(page, {"code": right}, button="use-code").status == 422


@pytest.mark.parametrize(
    "typed", ["", "x", "a@b@c", "ada@example.com\r\nBcc: x@example.com", "ädä@example.com", "a" * 300 + "@example.com"]
)
def test_what_is_no_address_gets_no_mail(world: World, typed: str) -> None:
    """M-09: `domain/people/email.py` decides. The page says what is wrong."""
    browser = signed_in(world, world.person())
    before = len(world.mails)
    page = press(browser, browser.open("/account"), "/account/email")
    answer = browser.http.post("/account/email/ask", data={"csrf": hidden(page, "csrf"), "email": typed}, headers={"Origin": ISSUER})
    assert answer.status_code == 422
    assert len(world.mails) == before


def test_the_present_address_is_no_change(world: World) -> None:
    """It is told, and no mail is sent."""
    person = world.person()
    page = ask(signed_in(world, person), person.email.upper())
    assert (page.status, error(page)) == (422, "This is your present address. Type another one.")
    assert subjects(world, person.email) == []


def test_a_reset_of_the_old_address_fails_afterwards(world: World) -> None:
    """H-14: its ticket is bound to the address that it was sent to."""
    person, new, tickets = world.person(), world.unused_email(), world.services.tickets
    draft = Ticket(tickets.address_owner(person.email), RESET, person.email, person.user.id, person.user.security_stamp)
    reset = tickets.issue(draft, None, now=world.clock())
    assert reset
    assert reset.ticket.is_of(stored(world, person))
    changed(world, signed_in(world, person), new)
    assert not reset.ticket.is_of(stored(world, person))


def test_an_address_that_an_admin_writes_is_not_verified(world: World) -> None:
    """H-15: also for a user whose former address was."""
    person = world.person(email_verified=True)
    new = world.unused_email()
    assert not world.services.user_service.patch(person.user.id, {"email": new}, scope=DEPLOYMENT).email_verified


def test_a_change_takes_five_calls(world: World) -> None:
    """Two to ask, three to change, with the reads that find the visitor. Mails are not in them."""
    person, new = world.person(), world.unused_email()
    browser = signed_in(world, person)
    form = press(browser, browser.open("/account"), "/account/email")
    with recorded(world) as asked:
        page = browser.submit(form, {"email": new}, button="send-code")
    code = code_in(world, new)
    with recorded(world) as committed:
        browser.http.post(
            "/account/email/code", data={"csrf": hidden(page, "csrf"), "code": code}, headers={"Origin": ISSUER}, follow_redirects=False
        )
    assert stored(world, person).email == new
    assert (len(asked), len(committed)) == (2, 3)


def test_an_erased_person_leaves_no_address(world: World) -> None:
    """The former addresses, their reservations and their tickets go with the user."""
    person, first, second = world.person(), world.unused_email(), world.unused_email()
    browser = signed_in(world, person)
    changed(world, browser, first)
    world.clock.now += 61
    changed(world, browser, second)
    world.services.user_service.delete(person.user.id, scope=DEPLOYMENT)
    found = [raw for table in ("directory", "state") for raw in world.services.database.scan(table)]
    for address in (person.email, first, second):
        assert not [raw for raw in found if address in str(raw) and raw["kind"]["S"] != "event"], address
