"""Steps that several flows share: a sign-in at an app, the redemption of its code, a refresh, a look at UserInfo."""

from __future__ import annotations

import base64
import hashlib
import json
import secrets
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from bench.faults.flows.flow import expect
from bench.faults.run import DUE, DUE_UNLESS_USED, short
from tests.support.forms import Page
from tests.support.pages import APP

if TYPE_CHECKING:
    from bench.faults.run import Run, RunBrowser
    from idp.domain.apps.client import Client
    from tests.support.people import Person

SCOPE = "openid email offline_access"
REFUSED = (422, 429)
"""Of a page that refuses what the person typed, or that has been sent too much."""


@dataclass
class Visit:
    """A person before an app. `refresh_token`: the newest that the app got."""

    run: Run
    person: Person
    client: Client
    browser: RunBrowser = field(init=False)
    verifier: str = field(default_factory=lambda: secrets.token_urlsafe(48))
    prompt: str = "consent"
    refresh_token: str = ""
    access_token: str = ""
    sent: dict[str, str] = field(default_factory=dict)
    """The redemption, to be sent a second time."""

    def __post_init__(self) -> None:
        self.browser = self.run.browser()

    def asked(self) -> dict[str, str]:
        """The authorization request."""
        challenge = base64.urlsafe_b64encode(hashlib.sha256(self.verifier.encode()).digest()).decode().rstrip("=")
        return {
            "response_type": "code", "client_id": self.client.id, "redirect_uri": APP, "scope": SCOPE, "state": "s",
            "nonce": secrets.token_urlsafe(8), "code_challenge": challenge, "code_challenge_method": "S256",
            **({"prompt": self.prompt} if self.prompt else {}),
        }  # fmt: skip

    def authorize(self) -> str:
        """Sign in with the password, and with a code if the person has an authenticator. Returns the authorization code."""
        return self.answered(self.browser.open("/authorize", self.asked()))

    def answered(self, page: Page) -> str:
        """Answer the pages up to the app. A person whose right password or code is refused does not send it until the account is locked."""
        person = self.person
        for _ in range(6):
            if page.redirected_to is not None or page.status in REFUSED:
                break
            if "password" in page.fields:
                page = self.browser.submit(page, {"email": person.email, "password": person.password})
            elif "code" in page.fields and person.phone:
                code = person.phone.code()
                self.run.history.secret(code)
                page = self.browser.submit(page, {"code": code})
            else:
                page = self.browser.submit(page, button="approve" if page.has_button("approve") else None)
        expect(page.redirected_to, page)
        expect("code" in page.answer, page.answer)
        self.run.history.secret(page.answer["code"])
        return page.answer["code"]

    def redeem(self, code: str) -> None:
        """Exchange the code. It is a valid credential until a try may have used it.

        A try that goes on without its caller is the second use of the code, or makes the next try one. Either ends the tokens.
        """
        self.sent = {
            "grant_type": "authorization_code", "code": code, "redirect_uri": APP, "code_verifier": self.verifier,
            "client_id": self.client.id,
        }  # fmt: skip
        run, start = self.run, self.run.begin()
        doubts, beside = run.in_doubt, run.going_on
        run.duplicates.clear()
        answer = run.insist(lambda: run.http.post("/token", data=self.sent, headers=DUE if run.in_doubt == doubts else DUE_UNLESS_USED))
        twice = bool(run.duplicates) or run.going_on > beside
        self._noted("redeem", code, answer, start)
        expect(answer.is_success, answer.text)
        expect(not twice, "the code came twice, so its tokens are revoked (RFC 6749 §4.1.2)")
        self._keep(answer.json())

    def refresh(self) -> None:
        """Refresh. A retry within the grace gets the same successor, so each try is valid."""
        token, start = self.refresh_token, self.run.begin()
        answer = self.run.post("/token", self.refreshing(token), headers=DUE)
        self._noted("rotate", token, answer, start)
        expect(answer.is_success, answer.text)
        self._keep(answer.json())

    def refreshing(self, token: str) -> dict[str, str]:
        """The form of a refresh."""
        return {"grant_type": "refresh_token", "refresh_token": token, "client_id": self.client.id}

    def look(self, *, due: bool = True) -> bool:
        """Whether UserInfo accepts the access token. It answers for its subject."""
        start = self.run.begin()
        headers = {"Authorization": f"Bearer {self.access_token}", **(DUE if due else {})}
        answer = self.run.insist(lambda: self.run.http.get("/userinfo", headers=headers))
        subject = answer.json().get("sub", "") if answer.is_success else ""
        self.run.note(
            "accept", self.person.user.id, start=start, outcome="ok" if answer.is_success else "refused", principal=self.person.user.id,
            subject=subject,
        )  # fmt: skip
        return answer.is_success

    def refreshes(self) -> bool:
        """Whether the newest refresh token works."""
        token, start = self.refresh_token, self.run.begin()
        answer = self.run.post("/token", self.refreshing(token))
        self._noted("rotate", token, answer, start)
        self.run.note("accept", self.person.user.id, start=start, outcome="ok" if answer.is_success else "refused")
        return bool(answer.is_success)

    def replayed(self) -> None:
        """Send the redemption once more."""
        start = self.run.begin()
        answer = self.run.post("/token", self.sent)
        self._noted("redeem", self.sent["code"], answer, start)

    def _noted(self, act: str, about: str, answer: Any, start: int) -> None:
        for other in self.run.duplicates:
            if act == "redeem" and other.is_success and other.request.url.path == "/token":
                self._note(act, about, other, start)
        self.run.duplicates.clear()
        self._note(act, about, answer, start)

    def _note(self, act: str, about: str, answer: Any, start: int) -> None:
        told = answer.json()
        value = told.get("refresh_token", "") if act == "rotate" else short(told.get("refresh_token", ""), told.get("access_token", ""))
        self.run.note(
            act, short(about), value=short(value), start=start, outcome="ok" if answer.is_success else "refused",
            principal=self.person.user.id, subject=subject_of(told.get("id_token", "")),
        )  # fmt: skip

    def _keep(self, told: dict[str, Any]) -> None:
        self.refresh_token, self.access_token = told["refresh_token"], told["access_token"]
        self.run.history.secret(self.refresh_token, self.access_token, told.get("id_token", ""))


def subject_of(token: str) -> str:
    """The claim `sub` of a JWT, which is not verified here. Empty without a token."""
    if not token:
        return ""
    part = token.split(".")[1]
    return str(json.loads(base64.urlsafe_b64decode(part + "=" * (-len(part) % 4)))["sub"])
