"""A temporary code in place of a lost second factor: mailed for an admin, once, within a day, told to the owner (threats H-05, M-05)."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from idp.domain.access.tenancy import DEPLOYMENT
from idp.domain.errors import Conflict, Forbidden, Invalid, NotFound, Throttled
from idp.domain.tickets.ticket import BYPASS, LIFETIMES
from idp.services.audit.recorder import Actor
from tests.integration.account.people import NEW, mails
from tests.integration.account.resetting import asked, newest, outbox, set_password
from tests.store.race import crowd
from tests.support.forms import Page
from tests.support.pages import error, session_cookie
from tests.support.stored import change_user

if TYPE_CHECKING:
    from collections.abc import Callable

    from idp.domain.people.user import User
    from tests.support.forms import Browser
    from tests.support.people import Person
    from tests.support.world import World


def sent(world: World, person: Person) -> str:
    """Have a code mailed. Returns it."""
    world.services.temporary_codes.send(person.user.id, scope=DEPLOYMENT)
    found = re.search(r"Your code: (\d{4} \d{4})", outbox(world, person.email)[0].text)
    assert found
    return found[1]


def enter(world: World, person: Person, code: str, browser: Browser | None = None) -> Page:
    """Sign in with password and this code."""
    browser = browser or world.browser()
    page = browser.submit(world.authorize(browser, world.client()), {"email": person.email, "password": person.password})
    fields = next(form for form in page.forms if "/recovery-code" in form.action).fields
    answer = browser.http.post("/recovery-code", data={**fields, "code": code}, headers={"Origin": world.services.settings.issuer})
    return Page(answer, answer.headers.get("location"))


def test_the_code_takes_the_place_of_the_factor_once(world: World) -> None:
    """The second factor stays. The use is an event, and the owner gets a notice."""
    person = world.person(totp=True)
    code = sent(world, person)
    browser = world.browser()
    assert enter(world, person, code, browser).status == 303
    assert session_cookie(browser)
    assert mails(world, person)[:2] == ["Your temporary code was used", "Your temporary code"]
    assert world.audited("second_factor.bypassed", person)
    assert world.audited("user.temporary_code_sent", person)
    again = enter(world, person, code)
    assert (again.status, "wrong" in error(again)) == (422, True)
    user = world.services.users.get(person.user.id)
    assert user
    assert user.totp_enabled


def test_without_the_password_it_opens_nothing(world: World) -> None:
    """It is no first factor."""
    person = world.person(totp=True)
    code = sent(world, person)
    browser = world.browser()
    page = browser.submit(world.authorize(browser, world.client()), {"email": person.email, "password": code})
    assert page.status == 422
    assert not world.sessions(person)


def newer(world: World, person: Person) -> None:
    """Have another code mailed a minute later."""
    world.clock.advance(60)
    sent(world, person)


ENDS: dict[str, Callable[[World, Person], object]] = {
    "a day": lambda w, p: w.clock.advance(LIFETIMES[BYPASS]),
    "all access ended": lambda w, p: w.services.users.end_everything(p.user.id, w.clock()),
    "a newer code": newer,
}


@pytest.mark.parametrize("end", ENDS)
def test_the_code_is_over_after(world: World, end: str) -> None:
    person = world.person(totp=True)
    code = sent(world, person)
    ENDS[end](world, person)
    assert enter(world, person, code).status == 422


def test_five_wrong_codes_end_it(world: World) -> None:
    """Guessing is limited as for every ticket."""
    person = world.person(totp=True)
    code = sent(world, person)
    user = person.user if person.user.totp_enabled else world.services.users.get(person.user.id)
    assert user
    for n in range(1, 6):
        with pytest.raises(Invalid):
            world.services.bypass.use(user, f"{(int(code.replace(' ', '')) + n) % 10**8:08d}", origin=world.origin(), now=world.clock())
    assert enter(world, person, code).status == 422


def test_the_code_of_another_person_is_wrong(world: World) -> None:
    ada, bob = world.person(totp=True), world.person(totp=True)
    code = sent(world, ada)
    sent(world, bob)
    assert enter(world, bob, code).status == 422
    assert enter(world, ada, code).status == 303


def test_a_reset_accepts_it_as_the_second_factor(world: World) -> None:
    """An admin allowed it, and the owner is told."""
    person, browser = world.person(totp=True), world.browser()
    code = sent(world, person)
    asked(world, browser, person.email)
    assert "Your password is changed" in set_password(browser, browser.open(newest(world, person.email).path), NEW, code=code).text


def test_people_without_a_factor_and_admins_of_a_weak_caller_get_no_code(world: World) -> None:
    """Unknown, disabled and without a factor; a minute after another one; an admin, from a caller without every scope."""
    codes, person, plain, admin = (
        world.services.temporary_codes,
        world.person(totp=True),
        world.person(),
        world.person(admin=True, totp=True),
    )
    weak = Actor("helper", world.origin(), frozenset({"users:write"}))
    sent(world, person)
    for wrong, user_id, by in (
        (NotFound, "usr_none", weak), (Conflict, plain.user.id, weak), (Throttled, person.user.id, weak), (Forbidden, admin.user.id, weak),
    ):  # fmt: skip
        with pytest.raises(wrong):
            codes.send(user_id, scope=DEPLOYMENT, by=by)
    change_user(world.services.users, person.user.id, disabled=True)
    with pytest.raises(Conflict):
        codes.send(person.user.id, scope=DEPLOYMENT)
    assert "Your temporary code" not in mails(world, admin)


@pytest.mark.engines
def test_one_of_twenty_uses_of_a_code_wins(racing: World) -> None:
    """The code may be typed five times, and one of them counts."""
    for _ in range(5):
        person = racing.person(totp=True)
        code = sent(racing, person)
        user = racing.services.users.get(person.user.id)
        assert user

        def use(_: int, user: User = user, code: str = code) -> bool:
            try:
                racing.services.bypass.use(user, code, origin=racing.origin(), now=racing.clock())
            except Invalid:
                return False
            return True

        assert sum(crowd(20, use)) == 1
