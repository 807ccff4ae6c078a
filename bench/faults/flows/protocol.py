"""Other flows of the protocol: PAR, device grant, client credentials, revocation, registration of apps."""

from __future__ import annotations

import secrets
from typing import ClassVar
from urllib.parse import urlsplit

from bench.faults.flows.flow import MANY_ENVIRONMENTS, Flow, expect
from bench.faults.flows.visits import SCOPE, Visit, subject_of
from bench.faults.run import DUE, short
from idp.domain.access.tenancy import DEPLOYMENT
from idp.domain.apps.grant_types import DEVICE_CODE
from tests.support.pages import APP


class Pushed(Flow):
    """A pushed authorization request (RFC 9126), the sign-in, the tokens."""

    name: ClassVar[str] = "PAR"

    def prepare(self) -> None:
        self.visit = Visit(self.run, self.run.person(), self.site.shop)

    def act(self) -> None:
        visit = self.visit
        answer = self.run.post("/par", visit.asked())
        expect(answer.is_success, answer.text)
        page = visit.browser.open("/authorize", {"client_id": visit.client.id, "request_uri": answer.json()["request_uri"]})
        visit.redeem(visit.answered(page))

    def after(self) -> None:
        self.visit.refresh()


class Device(Flow):
    """The device grant (RFC 8628): a person types the code of a television."""

    name: ClassVar[str] = "device grant"

    def prepare(self) -> None:
        self.person, self.run.wait = self.run.person(), 6
        self.tv = self.site.client(
            redirect_uris=(), grant_types=(DEVICE_CODE, "refresh_token"), auth_methods=("none",), scopes=tuple(SCOPE.split()),
        )  # fmt: skip

    def act(self) -> None:
        answer = self.run.post("/device_authorization", {"client_id": self.tv.id, "scope": SCOPE})
        expect(answer.is_success, answer.text)
        codes, browser = answer.json(), self.run.browser()
        self.history.secret(codes["device_code"])
        page = browser.submit(browser.open("/device"), {"user_code": codes["user_code"]})
        for _ in range(3):
            if "password" in page.fields:
                page = browser.submit(page, {"email": self.person.email, "password": self.person.password})
            elif page.has_button("approve"):
                page = browser.submit(page, button="approve")
        self.run.clock.advance(6)
        self.form = {"grant_type": DEVICE_CODE, "device_code": codes["device_code"], "client_id": self.tv.id}
        expect(self._poll(), "no tokens")

    def replay(self) -> None:
        """The device code gives nothing a second time."""
        self._poll()

    def after(self) -> None:
        """Nor before it expired."""
        self.run.clock.advance(6)
        self._poll()

    def _poll(self) -> bool:
        start = self.run.begin()
        self.run.duplicates.clear()
        answer = self.run.post("/token", self.form)
        for each in [*self.run.duplicates, answer]:
            told = each.json()
            self.run.note(
                "redeem", short(self.form["device_code"]), value=short(told.get("access_token", "")), start=start,
                outcome="ok" if each.is_success else "refused", principal=self.person.user.id, subject=subject_of(told.get("id_token", "")),
            )  # fmt: skip
        return answer.is_success


class ClientCredentials(Flow):
    """Tokens of a service, before and after it is disabled."""

    name: ClassVar[str] = "client credentials"

    def prepare(self) -> None:
        metadata = {"client_name": "Job", "grant_types": ["client_credentials"], "scope": "jobs:read"}
        self.service, secret = self.site.services.client_service.create(metadata, scope=DEPLOYMENT)
        self.auth = (self.service.id, secret or "")
        self.history.secret(secret or "")

    def act(self) -> None:
        for _ in range(3):
            expect(self._token(due=True), "no token")

    def after(self) -> None:
        """A disabled service gets nothing (I3)."""
        start = self.run.begin()
        self.site.services.client_service.patch(self.service.id, {"disabled": True}, scope=DEPLOYMENT)
        self.run.note("end", self.service.id, start=start)
        self._token(due=False)

    def _token(self, *, due: bool) -> bool:
        start = self.run.begin()
        answer = self.run.post("/token", {"grant_type": "client_credentials"}, auth=self.auth, headers=DUE if due else {})
        self.run.note("accept", self.service.id, start=start, outcome="ok" if answer.is_success else "refused")
        return answer.is_success


class Revocation(Flow):
    """The app gives its refresh token back (RFC 7009)."""

    name: ClassVar[str] = "revocation"
    restorable: ClassVar[bool] = True

    def prepare(self) -> None:
        self.visit = Visit(self.run, self.run.person(), self.site.shop)
        self.visit.redeem(self.visit.authorize())

    def act(self) -> None:
        start = self.run.begin()
        answer = self.run.post("/revoke", {"token": self.visit.refresh_token, "client_id": self.visit.client.id})
        expect(answer.is_success, answer.text)
        self.run.note("end", self.visit.person.user.id, start=start)

    def after(self) -> None:
        """Neither token works."""
        expect(not self.visit.refreshes(), "a revoked refresh token works")
        self.visit.look(due=False)


class Disabling(Flow):
    """An admin disables a person who is signed in, then enables them."""

    name: ClassVar[str] = "disabling a person"
    restorable: ClassVar[bool] = True
    without: ClassVar[frozenset[str]] = MANY_ENVIRONMENTS

    def prepare(self) -> None:
        self.visit = Visit(self.run, self.run.person(), self.site.shop)
        self.visit.redeem(self.visit.authorize())
        self.run.prepare_admin()

    def act(self) -> None:
        start = self.run.begin()
        answer = self.run.admin("PATCH", f"/users/{self.visit.person.user.id}", {"disabled": True})
        expect(answer.is_success, answer.text)
        self.run.note("end", self.visit.person.user.id, start=start)

    def restored(self) -> None:
        """The person is enabled again, and the tokens of before work no more."""
        expect(not self.visit.refreshes(), "a refresh token of a disabled person works after a restore")

    def after(self) -> None:
        """No token of before works, and none after the person is enabled again."""
        expect(not self.visit.refreshes(), "a refresh token of a disabled person works")
        self.visit.look(due=False)
        expect(self.run.admin("PATCH", f"/users/{self.visit.person.user.id}", {"disabled": False}).is_success, "not enabled")
        expect(not self.visit.refreshes(), "a refresh token outlives the disabling")


class AppRegistration(Flow):
    """An app registers itself (RFC 7591), reads and deletes its registration (RFC 7592)."""

    name: ClassVar[str] = "registration of an app"

    def prepare(self) -> None:
        self.name_of_app = f"App {secrets.token_hex(4)}"

    def act(self) -> None:
        body = {"client_name": self.name_of_app, "redirect_uris": [APP]}
        answer = self.run.insist(lambda: self.run.http.post("/register", json=body))
        expect(answer.is_success, answer.text)
        self.told = answer.json()
        self.history.secret(self.told.get("client_secret", ""), self.told["registration_access_token"])
        self.run.note("write", self.told["client_id"], value=self.name_of_app, start=self.run.begin())

    def after(self) -> None:
        self._read()
        headers = {"Authorization": f"Bearer {self.told['registration_access_token']}"}
        path = urlsplit(self.told["registration_client_uri"]).path
        expect(self.run.insist(lambda: self.run.http.delete(path, headers=headers)).status_code == 204, "not deleted")

    def _read(self) -> None:
        start, headers = self.run.begin(), {"Authorization": f"Bearer {self.told['registration_access_token']}", **DUE}
        path = urlsplit(self.told["registration_client_uri"]).path
        answer = self.run.insist(lambda: self.run.http.get(path, headers=headers))
        found = answer.json().get("client_name", "") if answer.is_success else ""
        self.run.note("read", self.told["client_id"], value=found, start=start, outcome="ok" if answer.is_success else "refused")
