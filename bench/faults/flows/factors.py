"""Second factors: enrolment, codes, recovery codes, passkeys."""

from __future__ import annotations

from typing import ClassVar
from urllib.parse import urlsplit

import pyotp

from bench.faults.flows.accounts import OfPeople
from bench.faults.flows.flow import expect
from bench.faults.flows.visits import Visit
from bench.faults.run import NotReached, RunBrowser, short
from idp.verify import base64url
from tests.integration.account.enrolling import secret_of
from tests.integration.account.passkeys import options
from tests.integration.account.passwordless import codes_of
from tests.support.authenticator import Authenticator
from tests.support.forms import Page, origin

GESTURE = 2
"""Seconds that a person takes to use a passkey. Challenges that two environments issue within one second have no order."""


class Enrolment(OfPeople):
    """An authenticator app on the account page."""

    name: ClassVar[str] = "enrolment of TOTP"

    def prepare(self) -> None:
        self.person, self.secret = self.run.person(), ""
        self.signed_in(self.person)

    def act(self) -> None:
        with self.run.writing(f"factor of {self.person.email}", "totp"):
            page = self.browser.press(self.browser.open("/account"), "/account/totp/enrol")
            expect('id="secret"' in page.text, page)
            self.secret = secret_of(page)
            self.history.secret(self.secret)
            page = self.browser.submit(page, {"code": pyotp.TOTP(self.secret).at(self.run.clock())})
            expect(codes_of(page), page)

    def again(self) -> None:
        if not self.site.services.factors.totp(self.person.user.id):
            self.signed_in(self.person)
            self.act()

    def after(self) -> None:
        """The password alone signs in no more; the code of the phone does."""
        self.run.wait_for_clocks()
        self.run.clock.advance(60)
        browser, start = self.run.browser(), self.run.begin()
        page = browser.submit(browser.open("/account"), {"email": self.person.email, "password": self.person.password})
        expect("code" in page.fields, page)
        page = browser.submit(page, {"code": pyotp.TOTP(self.secret).at(self.run.clock())})
        self.run.note(
            "read",
            f"factor of {self.person.email}",
            value="totp",
            start=start,
            outcome="ok" if page.has_button("change-email") else "refused",
        )


class CodeOfPhone(OfPeople):
    """A sign-in with password and TOTP."""

    name: ClassVar[str] = "sign-in with TOTP"

    def prepare(self) -> None:
        self.run.wait = 0
        self.visit = Visit(self.run, self.run.person(totp=True), self.site.shop)
        self.code = ""

    def act(self) -> None:
        start, browser, person = self.run.begin(), self.visit.browser, self.visit.person
        page = browser.open("/authorize", self.visit.asked())
        if "password" in page.fields:
            page = browser.submit(page, {"email": person.email, "password": person.password})
        expect("code" in page.fields, page)
        self.code = person.codes.code()
        self.history.secret(self.code)
        page = browser.submit(page, {"code": self.code})
        code = self.visit.answered(page)
        self.run.note("use", f"totp {short(self.code)}", start=start)
        self.visit.redeem(code)

    def again(self) -> None:
        self.run.wait_for_clocks()
        self.visit = Visit(self.run, self.visit.person, self.site.shop)
        self.act()

    def replay(self) -> None:
        """The same code signs in no second browser."""
        browser, start, person = self.run.browser(), self.run.begin(), self.visit.person
        page = browser.submit(browser.open("/account"), {"email": person.email, "password": person.password})
        page = browser.submit(page, {"code": self.code})
        self.run.note("use", f"totp {short(self.code)}", start=start, outcome="ok" if page.has_button("change-email") else "refused")

    def after(self) -> None:
        """Neither does it before it expired, and the app stays signed in."""
        self.replay()
        self.visit.refresh()


class RecoveryCode(OfPeople):
    """A sign-in with password and a recovery code."""

    name: ClassVar[str] = "recovery code"

    def prepare(self) -> None:
        self.person, self.next = self.run.person(totp=True), 0

    def act(self) -> None:
        self.used, start = self.person.recovery_codes[self.next], self.run.begin()
        self.next += 1
        expect(self._try(self.used).has_button("change-email"), "no way in")
        self.run.note("use", f"recovery {short(self.used)}", start=start)

    def replay(self) -> None:
        """No second use."""
        start = self.run.begin()
        page = self._try(self.used)
        self.run.note("use", f"recovery {short(self.used)}", start=start, outcome="ok" if page.has_button("change-email") else "refused")

    def after(self) -> None:
        """And the next code works."""
        self.replay()
        self.act()

    def _try(self, code: str) -> Page:
        browser = self.run.browser()
        page = browser.submit(browser.open("/account"), {"email": self.person.email, "password": self.person.password})
        return browser.submit(browser.press(page, "/recovery-code"), {"code": code})


class Passkey(OfPeople):
    """A passkey is added on the account page, and signs in alone."""

    name: ClassVar[str] = "passkey"

    def prepare(self) -> None:
        self.person = self.run.person()
        self.devices: list[Authenticator] = []
        self.signed_in(self.person)

    def act(self) -> None:
        with self.run.writing(f"passkey of {self.person.email}", "yes"):
            page = self.browser.submit(self.browser.open("/account"), button="add-passkey")
            expect("data-options" in page.text, page)
            asked = options(page)
            device = Authenticator(origin=self.site.settings.issuer, rp_id="localhost", user_handle=base64url.decode(asked["user"]["id"]))
            self.devices.append(device)
            page = self._answer(self.browser, page, "/account/passkeys/confirm", device.registration(asked["challenge"]), name="Phone")
            expect(codes_of(page) or page.status == 200, page)
            expect(self._signs_in(device), "the new passkey")

    def again(self) -> None:
        self.run.wait_for_clocks()
        if not (self.devices and self._signs_in(self.devices[-1])):
            self.signed_in(self.person)
            self.act()

    def after(self) -> None:
        """It signs in, and what is stored about it is whole (I5)."""
        self.run.wait_for_clocks()
        start = self.run.begin()
        works = self._signs_in(self.devices[-1])
        self.run.note("read", f"passkey of {self.person.email}", value="yes", start=start, outcome="ok" if works else "refused")
        user, stored = self.site.services.users.get(self.person.user.id), self.site.services.passkeys.of(self.person.user.id)
        if user and set(user.passkeys) != {one.id for one in stored}:
            self.history.orphans.append(f"passkeys of {user.id}: the summaries are others than the items")

    def _signs_in(self, device: Authenticator) -> bool:
        self.run.clock.advance(GESTURE)
        browser = self.run.browser()
        page = browser.open("/account")
        expect("data-options" in page.text, page)
        page = self._answer(browser, page, "/passkey-sign-in", device.assertion(options(page)["challenge"]))
        return page.has_button("change-email")

    def _answer(self, browser: RunBrowser, page: Page, path: str, credential: str, **more: str) -> Page:
        form = next((form for form in page.forms if urlsplit(form.action).path == path and "credential" in form.fields), None)
        if form is None:
            raise NotReached(str(page)[:300])
        return browser.send(path, {**form.fields, "credential": credential, **more}, origin(form.action))
