"""An imported authenticator whose codes have eight digits, as many as a temporary code has (threats H-01, H-03, H-05)."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import pyotp
import pytest

from idp.domain.access.tenancy import DEPLOYMENT
from idp.domain.errors import Invalid, Throttled
from idp.domain.factors.throttle import FREE, TOTP_CAP
from idp.domain.factors.totp import Parameters
from idp.services.factors.second_factor import OTP, RECOVERY
from idp.store.factors import totp_item
from tests.integration.account.resetting import outbox

if TYPE_CHECKING:
    from tests.support.forms import Page
    from tests.support.people import Person
    from tests.support.world import World


@dataclass
class Owner:
    """A person with such an authenticator."""

    world: World
    person: Person

    @property
    def app(self) -> pyotp.TOTP:
        """The authenticator."""
        assert self.person.phone
        return pyotp.TOTP(self.person.phone.secret, digits=8)

    def code(self) -> str:
        """The code of this moment."""
        return self.app.at(self.world.clock())

    def wrong(self) -> str:
        """Eight digits that are no code of now."""
        near = {self.app.at(self.world.clock() + 30 * step) for step in range(-3, 4)}
        return next(code for number in range(10) if (code := f"{number}" * 8) not in near)

    @property
    def failures(self) -> int:
        """How many wrong codes are counted."""
        found = self.world.services.factors.totp(self.person.user.id)
        assert found
        return found.failures

    def enter(self, code: str) -> Page:
        """Sign in with the password and this code."""
        browser = self.world.browser()
        page = browser.submit(
            self.world.authorize(browser, self.world.client()), {"email": self.person.email, "password": self.person.password}
        )
        return browser.submit(page, {"code": code})

    def confirm(self, code: str) -> str:
        """Confirm with a code of either kind, as for the removal of a factor."""
        return self.world.services.second_factor.again(self.person.user, code, origin=self.world.origin(), now=self.world.clock())


@pytest.fixture
def owner(world: World) -> Owner:
    """A person whose authenticator shows eight digits."""
    person = world.person(totp=True)
    credential = world.services.factors.totp(person.user.id)
    assert credential
    world.services.database.put(totp_item(replace(credential, parameters=Parameters(digits=8))))
    return Owner(world, person)


def test_a_code_of_eight_digits_signs_in_once(owner: Owner) -> None:
    """Typed as the app shows it. A code that was used, or only its last six digits, is refused."""
    code = owner.code()
    assert not owner.enter(code[2:]).redirected_to
    assert owner.enter(f"{code[:4]} {code[4:]}").redirected_to
    assert owner.failures == 0
    assert not owner.enter(code).redirected_to


def test_the_form_takes_both_lengths(owner: Owner) -> None:
    """The page does not tell which one this person has."""
    form = owner.enter("1")
    assert 'pattern="[ ]*([0-9][ ]*){6}(([0-9][ ]*){2})?"' in form.text
    assert 'title="Six or eight digits"' in form.text


def test_wrong_codes_are_counted_as_those_of_six_digits(owner: Owner) -> None:
    """H-03: also where a temporary code could be typed. After as many the person waits, and at the cap the factor is closed."""
    owner.enter(owner.wrong())
    assert owner.failures == 1
    for number in range(2, FREE):
        with pytest.raises(Invalid, match=r"^The code is wrong"):
            owner.confirm(owner.wrong())
        assert owner.failures == number
    for _ in range(2):
        with pytest.raises((Invalid, Throttled)):
            owner.confirm(owner.wrong())
    before = owner.failures
    with pytest.raises(Throttled):
        owner.confirm(owner.code())
    assert owner.failures == before
    for _ in range(TOTP_CAP - before):
        owner.world.services.factors.fail_totp(owner.person.user.id)
    owner.world.clock.advance(7200)
    with pytest.raises(Invalid, match=r"^This authenticator is closed"):
        owner.confirm(owner.code())


def test_a_temporary_code_still_takes_its_place(owner: Owner) -> None:
    """H-05: in the field that takes both, the authenticator's code is tried first."""
    assert owner.confirm(owner.code()) == OTP
    owner.world.services.temporary_codes.send(owner.person.user.id, scope=DEPLOYMENT)
    mailed = outbox(owner.world, owner.person.email)[0].text.partition("Your code: ")[2][:9]
    assert owner.confirm(mailed) == RECOVERY
    with pytest.raises(Invalid):
        owner.confirm(mailed)


def test_eight_digits_of_others_are_a_temporary_code(world: World) -> None:
    """A person whose authenticator shows six: nothing is counted there."""
    person = world.person(totp=True)
    with pytest.raises(Invalid, match=r"^The recovery code is wrong"):
        world.services.second_factor.again(person.user, "12345678", origin=world.origin(), now=world.clock())
    found = world.services.factors.totp(person.user.id)
    assert found
    assert found.failures == 0
