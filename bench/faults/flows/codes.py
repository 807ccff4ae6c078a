"""Sign-in at an app, with the redemption of the code and the refresh of its tokens."""

from __future__ import annotations

from typing import ClassVar

from bench.faults.flows.flow import Flow, expect
from bench.faults.flows.visits import Visit


class CodeFlow(Flow):
    """Authorize, password, code, tokens."""

    name: ClassVar[str] = "code"
    restorable: ClassVar[bool] = True

    def prepare(self) -> None:
        self.visit = Visit(self.run, self.run.person(), self.site.shop)

    def act(self) -> None:
        self.visit.redeem(self.visit.authorize())

    def after(self) -> None:
        """The tokens work until the code is sent a second time, which gives nothing and ends them."""
        visit = self.visit
        visit.look()
        visit.refresh()
        visit.replayed()

    def replay(self) -> None:
        self.visit.replayed()
        expect(not self.visit.refreshes(), "a refresh token works without its item")


class WithoutConsent(CodeFlow):
    """The same without the question for consent: session and code are written by one call, which has no condition."""

    name: ClassVar[str] = "code without consent"

    def prepare(self) -> None:
        self.visit = Visit(self.run, self.run.person(), self.site.shop, prompt="")

    def after(self) -> None:
        """The account page is signed in until the person signs out."""
        super().after()
        page = self.visit.browser.open("/account")
        expect(page.has_button("change-email"), page)
        page = self.visit.browser.open("/logout")
        if page.has_button("confirm-logout"):
            page = self.visit.browser.submit(page, button="confirm-logout")
        expect(page.status == 200 and not page.has_button("confirm-logout"), page)


class Refresh(Flow):
    """Three rotations in a row."""

    name: ClassVar[str] = "refresh"
    restorable: ClassVar[bool] = True

    def prepare(self) -> None:
        self.visit = Visit(self.run, self.run.person(), self.site.shop)
        self.visit.redeem(self.visit.authorize())

    def act(self) -> None:
        for _ in range(3):
            self.visit.refresh()
            self.run.clock.advance(2)

    def after(self) -> None:
        """The app is still signed in: its newest refresh token works."""
        self.visit.refresh()
        self.visit.look()

    def replay(self) -> None:
        expect(not self.visit.refreshes(), "a refresh token works without its item")
