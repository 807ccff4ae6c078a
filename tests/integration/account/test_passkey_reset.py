"""A passkey as the second factor of a reset (threats H-13, N-02, N-03, N-06)."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.integration.account.passkeys import add, answered, authenticator, options
from tests.integration.account.people import NEW
from tests.integration.account.resetting import asked, newest, set_password
from tests.support.authenticator import UP
from tests.support.pages import error, hidden, recorded, sign_in

if TYPE_CHECKING:
    from tests.support.authenticator import Authenticator
    from tests.support.forms import Browser, Page
    from tests.support.people import Person
    from tests.support.world import World

CHANGED = "Your password is changed"


def at_new_password(world: World, person: Person, *, way: str = "link") -> tuple[Browser, Page]:
    """A browser with the page for the new password."""
    browser = world.browser()
    page = asked(world, browser, person.email)
    mail = newest(world, person.email)
    return browser, browser.open(mail.path) if way == "link" else browser.submit(page, {"code": mail.code})


def reset(browser: Browser, page: Page, answer: str, **more: str) -> Page:
    """Send the new password with the answer of a passkey."""
    return answered(browser, page, "/reset", answer, **{"new_password": NEW, "code": "", **more})


@pytest.mark.parametrize("way", ["link", "code"])
@pytest.mark.parametrize("flags", [None, UP])
def test_a_passkey_is_the_second_factor_of_a_reset(
    world: World, person: Person, device: Authenticator, way: str, flags: int | None
) -> None:
    """With or without the check of the person: the mail was the first of the two. The page names the passkeys of the account."""
    device.flags = flags or device.flags
    browser, page = at_new_password(world, person, way=way)
    assert len(options(page)["allowCredentials"]) == 1
    assert CHANGED in reset(browser, page, device.assertion(options(page)["challenge"])).text
    assert sign_in(world, world.browser(), world.client(), person).status == 422
    assert world.audited("password.reset", person)


@pytest.mark.parametrize("way", ["link", "code"])
def test_the_page_names_an_authenticator_app_only_if_there_is_one(world: World, person: Person, device: Authenticator, way: str) -> None:
    """A person with passkeys only has recovery codes, and no app."""
    del device
    _, page = at_new_password(world, person, way=way)
    assert "One of your recovery codes." in page.text
    assert "authenticator app" not in page.text
    other = world.person(totp=True)
    user = world.services.users.get(other.user.id)
    assert user
    assert "A code from your authenticator app" in at_new_password(world, other, way=way)[1].text
    add(world, user, authenticator(user))
    world.clock.now += 3600
    assert "A code from your authenticator app" in at_new_password(world, other, way=way)[1].text


def test_the_recovery_code_stays_the_other_way(world: World, person: Person) -> None:
    codes = add(world, person.user, authenticator(person.user)).codes
    browser, page = at_new_password(world, person)
    assert CHANGED in set_password(browser, page, code=codes[0]).text


def test_neither_code_nor_passkey_changes_nothing(world: World, person: Person, device: Authenticator) -> None:
    """H-13: a mail alone does not replace what the passkey protects."""
    browser, page = at_new_password(world, person)
    again = set_password(browser, page)
    assert again.status == 422
    assert CHANGED in reset(browser, again, device.assertion(options(again)["challenge"])).text


@pytest.mark.parametrize("whose", ["session", "first page", "other account", "other mail"])
def test_the_challenge_is_of_this_mail(world: World, person: Person, device: Authenticator, whose: str) -> None:
    """N-03: an answer for another page, person or mail is refused, and the password stays."""
    other, theirs = world.person(), authenticator(person.user)
    browser, page = at_new_password(world, person)
    challenge, handle = options(page)["challenge"], hidden(page, "challenge")
    if whose == "session":
        there = world.browser()
        second = there.submit(there.open("/account"), {"email": person.email, "password": person.password})
        challenge, handle = options(second)["challenge"], hidden(second, "challenge")
    elif whose == "first page":
        first = world.browser().open("/login")
        challenge, handle = options(first)["challenge"], hidden(first, "challenge")
    elif whose == "other account":
        add(world, other.user, theirs)
        _, elsewhere = at_new_password(world, other)
        challenge, handle = options(elsewhere)["challenge"], hidden(elsewhere, "challenge")
    else:
        world.clock.advance(61)
        browser, page = at_new_password(world, person)
    answer = reset(browser, page, device.assertion(challenge), challenge=handle)
    assert answer.status == 422
    assert "open for too long" in error(answer)
    assert sign_in(world, world.browser(), world.client(), person).status == 200


def test_the_passkey_of_another_person_is_refused(world: World, person: Person, device: Authenticator) -> None:
    """N-06: also if it names the victim."""
    other = world.person()
    theirs = authenticator(other.user)
    add(world, other.user, theirs)
    for handle in (other.user.id, person.user.id):
        theirs.user_handle = handle.encode()
        browser, page = at_new_password(world, person)
        assert reset(browser, page, theirs.assertion(options(page)["challenge"])).status == 422
        world.clock.advance(61)


def test_an_answer_counts_once(world: World, person: Person, device: Authenticator) -> None:
    """N-02: the passkey is used up with a password that is accepted; a refused password uses nothing."""
    browser, page = at_new_password(world, person)
    answer = device.assertion(options(page)["challenge"])
    assert reset(browser, page, answer, new_password="short").status == 422
    assert CHANGED in reset(browser, page, answer).text
    world.clock.advance(61)
    browser, again = at_new_password(world, person)
    assert reset(browser, again, answer, challenge=hidden(page, "challenge"), new_password=NEW + "2").status == 422


@pytest.mark.parametrize("answer", ["x", "{}", "[]", "\0", "x" * 20_000])
def test_a_hostile_answer_is_a_bad_request(world: World, person: Person, device: Authenticator, answer: str) -> None:
    """N-11."""
    browser, page = at_new_password(world, person)
    assert reset(browser, page, answer).status == 400


def test_a_reset_with_a_passkey_costs_at_most_ten_calls(world: World, person: Person, device: Authenticator) -> None:
    browser = world.browser()
    page = browser.open("/forgot")
    with recorded(world) as operations:
        browser.submit(page, {"email": person.email})
        page = browser.open(newest(world, person.email).path)
        assert CHANGED in reset(browser, page, device.assertion(options(page)["challenge"])).text
    assert len(operations) <= 10, operations
