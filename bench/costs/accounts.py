"""Flows of accounts that `bench.heat` does not have: what people do on their account page, passkeys, consent."""

from __future__ import annotations

import secrets
from collections.abc import Callable

from bench.costs import Prepare, expect
from tests.integration.account.deleting import ask as ask_to_delete
from tests.integration.account.email_changing import changed as changed_address
from tests.integration.account.enrolling import code_of, enrolling
from tests.integration.account.passkeys import add, answered, authenticator, options, use
from tests.integration.account.people import change, signed_in
from tests.integration.account.second_step import password_only
from tests.support.forms import Page
from tests.support.pages import press, sign_in
from tests.support.world import World


def _at_account(page: Page, word: str) -> None:
    expect(page.status == 200 and word in page.text, f"not the page with {word}: {page}")


def _opened(world: World) -> Callable[[], None]:
    browser = signed_in(world, world.person())
    return lambda: _at_account(browser.open("/account"), "/account/password")


def _new_password(world: World) -> Callable[[], None]:
    browser = signed_in(world, world.person())
    return lambda: _at_account(change(browser), "is changed")


def _new_address(world: World) -> Callable[[], None]:
    browser, address = signed_in(world, world.person()), world.unused_email()
    return lambda: _at_account(changed_address(world, browser, address), address)


def _profile(world: World) -> Callable[[], None]:
    browser = signed_in(world, world.person())
    typed = {"claim_given_name": secrets.token_hex(4)}
    return lambda: _at_account(browser.submit(browser.open("/account/profile"), typed, button="save-profile"), "/account/profile")


def _sessions_ended(world: World) -> Callable[[], None]:
    person = world.person()
    browser, _ = signed_in(world, person), signed_in(world, person)

    def run() -> None:
        press(browser, browser.open("/account"), "/account/sessions/end")

    return run


def _passkey_added(world: World) -> Callable[[], None]:
    person = world.person(email_verified=True)
    browser, device = signed_in(world, person), authenticator(person.user)

    def run() -> None:
        page = press(browser, browser.open("/account"), "/account/passkeys/add")
        answer = device.registration(options(page)["challenge"])
        _at_account(answered(browser, page, "/account/passkeys/confirm", answer, name="Key"), "recovery codes")

    return run


def _passkey_used(world: World) -> Callable[[], None]:
    person, client = world.person(email_verified=True), world.client()
    device = authenticator(person.user)
    add(world, person.user, device)

    def run() -> None:
        browser = world.browser()
        expect(use(browser, world.authorize(browser, client), device, "/passkey-sign-in").redirected_to, "the passkey was not taken")

    return run


def _authenticator(world: World) -> Callable[[], None]:
    person, client = world.person(), world.client(require_mfa=True)

    def run() -> None:
        browser, page = enrolling(world, person, client)
        browser.submit(page, {"code": code_of(page, world)})

    return run


def _recovery_code(world: World) -> Callable[[], None]:
    person, client = world.person(totp=True), world.client()

    def run() -> None:
        browser, page = password_only(world, person, client)
        page = browser.submit(press(browser, page, "/recovery-code"), {"code": person.recovery_codes[0]})
        expect(page.redirected_to, "the recovery code was not taken")

    return run


def _consent(world: World) -> Callable[[], None]:
    person, client = world.person(), world.client(first_party=False)

    def run() -> None:
        browser = world.browser()
        expect(browser.submit(sign_in(world, browser, client, person), button="approve").redirected_to, "no code after the consent")

    return run


def _data(world: World) -> Callable[[], None]:
    browser = signed_in(world, world.person())

    def run() -> None:
        answer = press(browser, browser.open("/account/data"), "/account/data/export")
        expect(answer.status == 200, f"no data: {answer}")

    return run


def _deletion(world: World) -> Callable[[], None]:
    browser = signed_in(world, world.person())
    return lambda: _at_account(ask_to_delete(browser), "being deleted")


FLOWS: dict[str, Prepare] = {
    "account page": _opened,
    "change of the password": _new_password,
    "change of the address": _new_address,
    "change of the profile": _profile,
    "end of other sessions": _sessions_ended,
    "new passkey": _passkey_added,
    "sign-in with a passkey, up to the code": _passkey_used,
    "sign-in that sets up an authenticator": _authenticator,
    "sign-in with a recovery code, up to the code": _recovery_code,
    "sign-in with consent, up to the code": _consent,
    "download of one's own data": _data,
    "deletion of one's own account": _deletion,
}


def flows(_: World) -> dict[str, Prepare]:
    """The flows by their names."""
    return FLOWS
