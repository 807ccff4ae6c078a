"""How people get an account and keep it: registration, invitation, passwords, the address, sign-out."""

from __future__ import annotations

import secrets
from typing import ClassVar

from bench.faults.flows.flow import Flow, expect
from bench.faults.flows.visits import Visit
from bench.faults.history import Outcome
from bench.faults.run import LINK_IN_MAIL, NotReached, short
from idp.domain.access.tenancy import DEPLOYMENT
from tests.support.forms import Page
from tests.support.people import Person

MAILS = 61
"""Seconds after which an address gets another mail."""


class OfPeople(Flow):
    """What flows of accounts share."""

    def new_password(self) -> str:
        """An unguessable password, which no log may have."""
        made = f"an unguessable sentence {secrets.token_hex(4)}"
        self.history.secret(made)
        return made

    def signs_in(self, email: str, password: str) -> bool:
        """Whether a new browser comes to the account page with this password."""
        start, browser = self.run.begin(), self.run.browser()
        page = browser.submit(browser.open("/account"), {"email": email, "password": password})
        inside = page.has_button("change-email")
        self.run.note("read", f"password of {email}", value=short(password), start=start, outcome="ok" if inside else "refused")
        return inside

    def signed_in(self, person: Person) -> Page:
        """The account page in `self.browser`, which is new."""
        self.browser = self.run.browser()
        page = self.browser.submit(self.browser.open("/account"), {"email": person.email, "password": person.password})
        expect(page.has_button("change-email"), page)
        return page


class Registration(OfPeople):
    """Sign-up: the address, the code of the mail, a password."""

    name: ClassVar[str] = "registration"

    def prepare(self) -> None:
        self.run.wait = MAILS
        self.email, self.password = f"{secrets.token_hex(8)}@example.com", self.new_password()

    def act(self) -> None:
        with self.run.writing(f"password of {self.email}", short(self.password)):
            browser = self.run.browser()
            page = browser.submit(browser.open("/sign-up"), {"email": self.email}, button="send-code")
            page = browser.submit(page, {"code": self.run.mailed(self.email)})
            page = browser.submit(page, {"new_password": self.password}, button="create-account")
            expect(page.has_button("change-email"), page)

    def rival(self) -> Flow:
        """The same address with another password."""
        other = Registration(self.run)
        other.prepare()
        other.email = self.unique = self.email
        return other

    def again(self) -> None:
        """The account may be there already. Then the password signs in."""
        self.run.clock.advance(MAILS)
        if not self.signs_in(self.email, self.password):
            self.act()

    def after(self) -> None:
        expect(self.signs_in(self.email, self.password), "the new account")


class Invitation(OfPeople):
    """The link of an invitation, and a password."""

    name: ClassVar[str] = "invitation"

    def prepare(self) -> None:
        self.email, self.password = f"{secrets.token_hex(8)}@example.com", self.new_password()
        self.site.services.invitation_service.create(self.email, scope=DEPLOYMENT)
        self.link = self.run.mailed(self.email, LINK_IN_MAIL)

    def act(self) -> None:
        with self.run.writing(f"password of {self.email}", short(self.password)):
            browser, start = self.run.browser(), self.run.begin()
            page = browser.submit(browser.open(self.link), {"new_password": self.password}, button="create-account")
            expect(page.has_button("change-email"), page)
            self.run.note("use", f"invitation of {self.email}", start=start)

    def rival(self) -> Flow:
        """The same link with another password."""
        other = Invitation(self.run)
        other.email, other.password, other.link = self.email, self.new_password(), self.link
        self.unique = self.email
        return other

    def again(self) -> None:
        if not self.signs_in(self.email, self.password):
            self.act()

    def replay(self) -> None:
        """The link makes no second account."""
        browser, start = self.run.browser(), self.run.begin()
        page = browser.open(self.link)
        if page.has_button("create-account"):
            page = browser.submit(page, {"new_password": self.new_password()}, button="create-account")
            self.run.note("use", f"invitation of {self.email}", start=start, outcome="ok" if page.has_button("change-email") else "refused")

    def after(self) -> None:
        """Neither does it before, and the password that came with it signs in."""
        self.replay()
        expect(self.signs_in(self.email, self.password), "the invited account")


class Reset(OfPeople):
    """A forgotten password: the link of the mail, and a new password."""

    name: ClassVar[str] = "password reset"

    def prepare(self) -> None:
        self.run.wait = MAILS
        self.person, self.password = self.run.person(), self.new_password()
        start = self.run.begin()
        self.run.note("write", f"password of {self.person.email}", value=short(self.person.password), start=start)
        self.link = ""

    def act(self) -> None:
        email = self.person.email
        with self.run.writing(f"password of {email}", short(self.password)):
            browser, start = self.run.browser(), self.run.begin()
            browser.submit(browser.open("/forgot"), {"email": email})
            self.link = self.run.mailed(email, LINK_IN_MAIL)
            page = browser.submit(browser.open(self.link), {"new_password": self.password})
            expect("password" in page.fields, page)
            self.run.note("use", f"reset {short(self.link)}", start=start)

    def again(self) -> None:
        self.run.clock.advance(MAILS)
        if not self.signs_in(self.person.email, self.password):
            self.act()

    def replay(self) -> None:
        """The link sets no other password."""
        browser, start = self.run.browser(), self.run.begin()
        page = browser.open(self.link)
        if "new_password" in page.fields:
            page = browser.submit(page, {"new_password": self.new_password()})
            outcome: Outcome = "ok" if "password" in page.fields and "new_password" not in page.fields else "refused"
            self.run.note("use", f"reset {short(self.link)}", start=start, outcome=outcome)

    def after(self) -> None:
        """The new password signs in, the former one does not, and the link is used."""
        expect(self.signs_in(self.person.email, self.password), "the new password")
        self.signs_in(self.person.email, self.person.password)
        self.replay()


class PasswordChange(OfPeople):
    """A new password on the account page. Everything else of the person ends."""

    name: ClassVar[str] = "password change"
    restorable: ClassVar[bool] = True

    def prepare(self) -> None:
        self.person, self.password = self.run.person(), self.new_password()
        self.run.note("write", f"password of {self.person.email}", value=short(self.person.password), start=self.run.begin())
        self.visit = Visit(self.run, self.person, self.site.shop)
        self.visit.redeem(self.visit.authorize())
        self.signed_in(self.person)

    def act(self) -> None:
        with self.run.writing(f"password of {self.person.email}", short(self.password)):
            page = self.browser.open("/account/password")
            page = self.browser.submit(page, {"current_password": self.person.password, "new_password": self.password})
            expect("Your password is changed" in page.text, page)

    def again(self) -> None:
        if not self.signs_in(self.person.email, self.password):
            self.signed_in(self.person)
            self.act()

    def restored(self) -> None:
        """The former password is back. What was signed in with it is not."""
        expect(not self.visit.refreshes(), "a refresh token of before the change works after a restore")

    def after(self) -> None:
        """The app that was signed in before is signed out (I3)."""
        self.run.note("end", self.person.user.id, start=self.run.begin())
        expect(self.signs_in(self.person.email, self.password), "the new password")
        self.signs_in(self.person.email, self.person.password)
        expect(not self.visit.refreshes(), "the refresh token outlives the change of the password")


class EmailChange(OfPeople):
    """A new address, by the code of a mail to it."""

    name: ClassVar[str] = "change of the address"

    def prepare(self) -> None:
        self.run.wait = MAILS
        self.person, self.new = self.run.person(), f"{secrets.token_hex(8)}@example.com"
        self.signed_in(self.person)

    def act(self) -> None:
        page = self.browser.submit(self.browser.open("/account"), button="change-email")
        page = self.browser.submit(page, {"email": self.new}, button="send-code")
        page = self.browser.submit(page, {"code": self.run.mailed(self.new)}, button="use-code")
        expect(page.has_button("change-email"), page)

    def rival(self) -> Flow:
        """Another person who wants the same address."""
        other = EmailChange(self.run)
        other.prepare()
        other.new = self.unique = self.new
        return other

    def again(self) -> None:
        self.run.clock.advance(MAILS)
        if not self.signs_in(self.new, self.person.password):
            self.signed_in(self.person)
            self.act()

    def after(self) -> None:
        expect(self.signs_in(self.new, self.person.password), "the new address")


class Logout(OfPeople):
    """Sign-out at the provider. The session opens nothing afterwards."""

    name: ClassVar[str] = "logout"
    restorable: ClassVar[bool] = True

    def prepare(self) -> None:
        self.person = self.run.person()
        self.signed_in(self.person)
        self.kept = dict(self.browser.http.cookies)

    def act(self) -> None:
        page = self.browser.open("/logout")
        if page.has_button("confirm-logout"):
            page = self.browser.submit(page, button="confirm-logout")
        expect(page.status == 200 and not page.has_button("confirm-logout"), page)

    def after(self) -> None:
        """Even the cookies of before are worth nothing (I3)."""
        self.run.note("end", f"session of {self.person.email}", start=self.run.begin())
        self.browser.http.cookies.clear()
        for name, value in self.kept.items():
            self.browser.http.cookies.set(name, value, domain="localhost.local")
        start = self.run.begin()
        page = self.browser.open("/account")
        self.run.note(
            "accept", f"session of {self.person.email}", start=start, outcome="ok" if page.has_button("change-email") else "refused"
        )


class WrongPasswords(OfPeople):
    """Wrong passwords up to the lock. A failure whose answer is lost may count, and none is forgotten (I7)."""

    name: ClassVar[str] = "wrong passwords"
    without: ClassVar[frozenset[str]] = frozenset({"FI-13"})

    def prepare(self) -> None:
        self.person = self.run.person()
        self.history.attempts = self.site.settings.password_attempts
        self.run.wait = 0

    def act(self) -> None:
        for _ in range(self.history.attempts + 2):
            browser, start = self.run.browser(), self.run.begin()
            page = browser.submit(browser.open("/account"), {"email": self.person.email, "password": f"wrong {secrets.token_hex(6)}"})
            if page.has_button("change-email"):
                raise NotReached("a wrong password signed in")
            self.run.note("fail", self.person.user.id, value="locked" if page.status == 429 else "wrong", start=start)

    def again(self) -> None:
        """Nothing."""
