"""A whole provider in this process, with a clock that the test sets; people and browsers."""

from __future__ import annotations

import re
import secrets
from contextlib import contextmanager
from dataclasses import dataclass, field
from ipaddress import IPv4Address
from itertools import count
from typing import TYPE_CHECKING, Any

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

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from idp.wiring.all_services import AllServices

ISSUER = "http://localhost:8000"
APP = "https://app.example/cb"
PASSWORD = "correct horse battery"
_addresses = count(0x0A64_0000)


@dataclass
class Clock:
    """Seconds since the epoch, when the test says so."""

    now: int = 1_800_000_000

    def __call__(self) -> int:
        return self.now


@dataclass
class Person:
    """Somebody with an account."""

    user: User
    password: str
    secret: str = ""
    recovery_codes: list[str] = field(default_factory=list)

    @property
    def email(self) -> str:
        return self.user.email

    def code(self, now: int) -> str:
        """What the authenticator shows."""
        return pyotp.TOTP(self.secret).at(now)


@dataclass
class World:
    """The provider, and what is in it."""

    services: AllServices
    app: Callable[..., Any]
    clock: Clock
    address: str = field(default_factory=lambda: str(IPv4Address(next(_addresses))))
    """Tests share the tables, but neither people nor networks, and so no counters."""

    def client(self, **changes: Any) -> Client:
        """A confidential client; first-party unless the test says otherwise."""
        made = Client(
            id=self.services.new_id(), **{"name": "Meadow", "redirect_uris": (APP,), "first_party": True, "require_pkce": False, **changes}
        )
        assert self.services.clients.create(made)
        return made

    def person(self, email: str = "", *, password: str = PASSWORD, totp: bool = False, **flags: Any) -> Person:
        """A user, with a second factor if asked for."""
        email = email or self.nobody()
        now = self.clock()
        hashed = self.services.passwords.hash(normalise(password))
        user = User(id=f"usr_{self.services.new_id()}", email=email, password_hash=hashed, created_at=now, **flags)
        assert self.services.users.create(user)
        made = Person(user, password)
        if totp:
            session = self.services.session_service.begin(user, proved_for="", origin=self.origin())
            offer = self.services.enrolment.offer(Visitor(session, user), now=now)
            made.secret = offer.secret
            # A code of the past, so that the present one is still unused.
            made.recovery_codes = self.services.enrolment.confirm(
                Visitor(session, user), offer.handle, pyotp.TOTP(offer.secret).at(now - 30), origin=self.origin(), now=now
            )
        return made

    @staticmethod
    def nobody() -> str:
        """An email that no account has."""
        return f"ada-{secrets.token_hex(6)}@example.com"

    def origin(self, address: str = "") -> Origin:
        """Where a request comes from."""
        return Origin(address or self.address, "test browser", "request")

    def browser(self, address: str = "") -> Browser:
        """A new browser, without cookies."""
        return Browser(httpx.Client(transport=InProcess(self.app, address=address or self.address), base_url=ISSUER), stop=APP)

    def authorize(self, browser: Browser, client: Client, **parameters: str) -> Page:
        """The app sends the browser here."""
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

    def events(self, type_: str, person: Person | None = None) -> list[Any]:
        """Audit events of a type."""
        now = self.clock() * 1000
        found: list[Any] = []
        before: str | None = f"{now + 86_400_000:013d}"
        while before:
            page = Trail(self.services.database).of_all(since=f"{now - 86_400_000:013d}", before=before, limit=1000)
            found, before = [*found, *page.events], page.more
        return [e for e in found if e.type == type_ and (person is None or e.subject == person.user.id)]


def session_cookie(browser: Browser) -> str | None:
    """The cookie that names the browser's session."""
    return browser.http.cookies.get("idp_session")


def hidden(page: Page, name: str) -> str:
    """A hidden field of the page."""
    return next(form.fields[name] for form in page.forms if name in form.fields)


def error(page: Page) -> str:
    """The sentence in the page's alert."""
    found = re.search(r'id="error">([^<]*)<', page.text)
    return found[1] if found else ""


@contextmanager
def recorded(world: World) -> Iterator[list[str]]:
    """Which DynamoDB operations were asked for meanwhile, in order."""
    transport = world.services.database.transport
    operations: list[str] = []

    def call(operation: str, wanted: dict[str, Any]) -> Any:
        operations.append(operation)
        return type(transport).call(transport, operation, wanted)

    vars(transport)["call"] = call
    try:
        yield operations
    finally:
        del vars(transport)["call"]


def sign_in(world: World, browser: Browser, client: Client, person: Person, **parameters: str) -> Page:
    """From the app through all that is asked, up to the app again or the page that stands in the way."""
    page = browser.submit(world.authorize(browser, client, **parameters), {"email": person.email, "password": person.password})
    if "code" in page.fields and person.secret:
        page = browser.submit(page, {"code": person.code(world.clock())})
    return page


def press(browser: Browser, page: Page, path: str, **values: str) -> Page:
    """Sends the page's form to this path, by its first button."""
    form = next(form for form in page.forms if form.action.partition("?")[0] == ISSUER + path)
    pressed = {button.name: button.value for button in form.buttons[:1] if button.name}
    answer = browser.http.post(path, data={**form.fields, **values, **pressed}, headers={"Origin": ISSUER})
    return browser.open(answer.headers["location"]) if answer.headers.get("location", "").startswith("/") else Page(answer)
