"""Twenty requests at once that remove the same thing: the account changes once, and one event and one mail tell of it."""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING

import pytest

from idp.domain.access.tenancy import DEPLOYMENT
from idp.domain.errors import Conflict, NotFound, Unavailable
from idp.domain.factors.remembered_device import RememberedDevice
from idp.domain.people.consent import Consent
from idp.services.audit.recorder import SYSTEM
from idp.store.remembered_devices import RememberedDevices, item
from tests.integration.account.email_changing import subjects
from tests.integration.account.passkeys import ORIGIN, add, authenticator, visitor, with_session
from tests.integration.account.people import signed_in
from tests.store.race import crowd
from tests.support.pages import ISSUER, hidden

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.support.forms import Browser
    from tests.support.world import World

AT_ONCE = 20
BUSY = 503
"""An engine may say that another transaction holds the item: nothing was written, and the person sends the form again."""

pytestmark = pytest.mark.engines


def at_once(browser: Browser, path: str, **fields: str) -> list[int]:
    """Send one form of the account page twenty times at once. Returns the statuses."""
    sent = {"csrf": hidden(browser.open("/account"), "csrf"), **fields}
    return crowd(AT_ONCE, lambda _: browser.http.post(path, data=sent, headers={"Origin": ISSUER}).status_code)


def attempts(act: Callable[[], None]) -> list[str]:
    """Twenty calls at once. Returns what each of them ended with."""

    def attempt(_: int) -> str:
        try:
            act()
        except (Conflict, Unavailable) as refused:
            return type(refused).__name__
        return "done"

    return crowd(AT_ONCE, attempt)


def test_one_of_twenty_forms_that_remove_a_passkey_is_told(racing: World) -> None:
    """Two others stay, so that no form asks for a confirmation."""
    person = racing.person()
    device = authenticator(person.user)
    added = add(racing, person.user, device)
    add(racing, add(racing, added.user, authenticator(person.user)).user, authenticator(person.user))
    answers = at_once(with_session(racing, person, device), "/account/passkeys/remove", passkey=added.passkey.id)
    assert 303 in answers
    assert set(answers) <= {303, 409, BUSY}
    user = racing.services.users.get(person.user.id)
    assert user
    assert (len(user.passkeys), user.factor_stamp) == (2, 1)
    assert len(racing.audited("passkey.removed", person)) == 1
    assert subjects(racing, person.email).count("A passkey was removed from your account") == 1


def test_one_of_twenty_removals_of_the_last_passkey_is_told(racing: World) -> None:
    person = racing.person()
    added = add(racing, person.user, authenticator(person.user))
    who, own = visitor(racing, added.user, amr=("pwd", "mfa")), racing.services.own_passkeys
    answers = attempts(lambda: own.remove(who, added.passkey.id, origin=ORIGIN, now=racing.clock()))
    assert "done" in answers
    user = racing.services.users.get(person.user.id)
    assert user
    assert (len(user.passkeys), user.factor_stamp) == (0, 1)
    assert not racing.services.factors.recovery_codes_left(user.id)
    assert len(racing.audited("passkey.removed", person)) == 1
    assert subjects(racing, person.email).count("A passkey was removed from your account") == 1


def test_one_of_twenty_removals_by_an_admin_is_an_event(racing: World) -> None:
    person = racing.person()
    added = add(racing, person.user, authenticator(person.user))
    service = racing.services.passkey_service

    def remove() -> None:
        with contextlib.suppress(NotFound):
            service.remove(person.user.id, added.passkey.id, scope=DEPLOYMENT, by=SYSTEM)

    assert "done" in attempts(remove)
    user = racing.services.users.get(person.user.id)
    assert user
    assert not user.passkeys
    assert len(racing.audited("user.passkey_removed", person)) == 1


@pytest.mark.parametrize("passkey", [False, True])
def test_one_of_twenty_removals_of_the_authenticator_is_told(racing: World, *, passkey: bool) -> None:
    person = racing.person(totp=True)
    user = racing.services.users.get(person.user.id)
    assert user
    if passkey:
        user = add(racing, user, authenticator(user)).user
    who, enrolment = visitor(racing, user, amr=("pwd", "otp", "mfa")), racing.services.enrolment
    before = len(subjects(racing, person.email))
    assert "done" in attempts(lambda: enrolment.remove(who, origin=ORIGIN, now=racing.clock()))
    after = racing.services.users.get(user.id)
    assert after
    assert (after.totp_enabled, after.factor_stamp) == (False, 1)
    assert bool(racing.services.factors.recovery_codes_left(user.id)) == passkey
    assert len(racing.audited("factor.removed", person)) == 1
    assert len(subjects(racing, person.email)) == before + 1


def test_one_of_twenty_ends_of_a_remembered_device_is_an_event(racing: World) -> None:
    """The device does not count any more for the others."""
    person = racing.person(totp=True)
    now, name = racing.clock(), racing.services.new_id()
    racing.services.database.put(item(RememberedDevice(name, person.user.id, 0, 0, now, now + 60)))
    devices, audit = RememberedDevices(racing.services.database), racing.services.audit

    def remove() -> None:
        event = audit.once_part("remembered_device.removed", origin=ORIGIN, subject=person.user.id, target=name)
        devices.remove_one(person.user.id, name, event=event)

    attempts(remove)
    assert len(racing.audited("remembered_device.removed", person)) == 1


def test_one_of_twenty_ends_of_a_consent_is_told(racing: World) -> None:
    person, client = racing.person(), racing.client(first_party=False)
    racing.services.consents.put(Consent(person.user.id, client.id, ("openid",), racing.clock(), "r"))
    browser = signed_in(racing, person)
    at_once(browser, "/account/grants/revoke", client=client.id)
    assert not racing.services.consents.of(person.user.id)
    assert len(racing.audited("consent.revoked", person)) == 1


def test_a_passkey_that_is_added_while_the_authenticator_is_removed_keeps_its_recovery_codes(racing: World) -> None:
    """The page of the removal was read before: the account then had no passkey, so its recovery codes would go."""
    person = racing.person(totp=True)
    user = racing.services.users.get(person.user.id)
    assert user
    add(racing, user, authenticator(user))
    event = racing.services.audit.once_part("factor.removed", origin=ORIGIN, subject=user.id)
    assert not racing.services.enrolments.remove(user.id, racing.clock(), event=event, passkeys_stay=False)
    assert racing.services.factors.totp(user.id)
    assert racing.services.factors.recovery_codes_left(user.id)
    assert not racing.audited("factor.removed", person)
