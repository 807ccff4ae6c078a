"""The part of `World` that visits pages as a person with a browser."""

from __future__ import annotations

import secrets
from typing import Any

import httpx
import pyotp

from idp.domain.access.tenancy import DEPLOYMENT
from idp.domain.apps.client import Client
from idp.domain.factors.password_policy import normalise
from idp.domain.people.user import User
from idp.domain.sessions.request_origin import Origin
from idp.domain.sessions.visitor import Visitor
from idp.store.trail import Trail
from tests.support.forms import Browser, Page
from tests.support.in_process import InProcess
from tests.support.local_provider import LocalProvider
from tests.support.pages import APP
from tests.support.people import PASSWORD, Person, Phone


class PageVisits(LocalProvider):
    """Methods of `World`."""

    def client(self, **changes: Any) -> Client:
        """A confidential client; first-party unless the test says otherwise."""
        made = Client(
            id=self.services.new_id(), **{"name": "Meadow", "redirect_uris": (APP,), "first_party": True, "require_pkce": False, **changes}
        )
        assert self.services.clients.create(made)
        return made

    def person(self, email: str = "", *, password: str = PASSWORD, totp: bool = False, **flags: Any) -> Person:
        """A new user; `totp`: with an authenticator and recovery codes."""
        email = email or self.unused_email()
        now = self.clock()
        hashed = self.services.passwords.hash(normalise(password))
        user = User(id=f"usr_{self.services.new_id()}", email=email, password_hash=hashed, created_at=now, **flags)
        assert self.services.users.create(user)
        made = Person(user, password)
        if totp:
            session = self.services.session_service.begin(user, proved_for="", origin=self.origin())
            offer = self.services.enrolment.offer(Visitor(session, user), now=now)
            made.phone = Phone(offer.secret, self.clock)
            # A code of the past, so that the present one is still unused.
            made.recovery_codes = self.services.enrolment.confirm(
                Visitor(session, user), offer.handle, pyotp.TOTP(offer.secret).at(now - 30), origin=self.origin(), now=now
            )
        return made

    @staticmethod
    def unused_email() -> str:
        """An email that no account has."""
        return f"ada-{secrets.token_hex(6)}@example.com"

    def origin(self, address: str = "") -> Origin:
        """The origin of a request from this address, or from the address of this world."""
        return Origin(address or self.address, "test browser", "request")

    def browser(self, address: str = "") -> Browser:
        """A new browser, without cookies."""
        return Browser(
            httpx.Client(transport=InProcess(self.app, address=address or self.address), base_url=self.settings.issuer), stop=APP
        )

    def authorize(self, browser: Browser, client: Client, **parameters: str) -> Page:
        """The page after an app sent the browser to /authorize."""
        asked = {
            "response_type": "code",
            "client_id": client.id,
            "redirect_uri": APP,
            "scope": "openid email",
            "state": "s1",
            "nonce": "n1",
        }
        return browser.open("/authorize", {**asked, **parameters})

    def sessions(self, person: Person) -> list[Any]:
        """Live sessions that are no longer pending."""
        user = self.services.users.get(person.user.id)
        assert user
        return self.services.access.sessions(user, scope=DEPLOYMENT)

    def audited(self, type_: str, person: Person | None = None) -> list[Any]:
        """Audit events of a type, as stored; with `person`, only events about this person."""
        now = self.clock() * 1000
        found: list[Any] = []
        before: str | None = f"{now + 86_400_000:013d}"
        while before:
            page = Trail(self.services.database).of_all(since=f"{now - 86_400_000:013d}", before=before, limit=1000)
            found, before = [*found, *page.events], page.more
        return [e for e in found if e.type == type_ and (person is None or e.subject == person.user.id)]
