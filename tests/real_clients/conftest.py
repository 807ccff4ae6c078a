"""A provider on a real engine, and a person who signs in with plain forms."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import httpx
import pytest

from tests.support.forms import Browser, sign_in
from tests.support.served_provider import ServedProvider, served_provider

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.support.forms import Page
    from tests.support.people import Person

APP = "https://app.example/"
CALLBACK = APP + "callback"
EVERYTHING = "openid profile email offline_access"


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark all tests of this folder: they run a client."""
    for item in items:
        if "real_clients" in item.path.parts:
            item.add_marker(pytest.mark.clients)


@dataclass
class Visitor:
    """A person with a browser."""

    person: Person
    http: httpx.Client

    def open(self, url: str) -> Page:
        """Open a URL and sign in if asked. Ends at a page of the provider, or at an address of the app, which is not opened."""
        browser = Browser(self.http, stop=APP)
        page = browser.open(url)
        if page.redirected_to is None and page.fields & {"email", "code"}:
            code = self.person.phone.code() if self.person.phone else None
            page = sign_in(browser, page, email=self.person.email, password=self.person.password, code=code)
        return browser.submit(page, button="approve") if page.redirected_to is None and page.has_button("approve") else page

    def come_back(self, url: str) -> str:
        """Open a URL and answer each page. Returns the address of the app's callback."""
        page = self.open(url)
        assert page.redirected_to, str(page)
        return page.redirected_to


@pytest.fixture(scope="module")
def running(dynamodb_endpoint: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[ServedProvider]:
    """A provider for the tests of one file, on each real engine."""
    with served_provider(dynamodb_endpoint, folder=tmp_path_factory.mktemp("idp")) as running:
        yield running


@pytest.fixture
def idp(running: ServedProvider) -> ServedProvider:
    """That provider. Its clock is set to the current time."""
    running.clock.ahead = 0
    return running


@pytest.fixture
def ada(idp: ServedProvider) -> Iterator[Visitor]:
    """A person with a password and an authenticator, and a new browser."""
    with httpx.Client(base_url=idp.issuer, follow_redirects=False) as http:
        yield Visitor(idp.person(totp=True), http)


@pytest.fixture
def register(idp: ServedProvider) -> Register:
    """Registers clients at the provider."""
    return Register(idp)


@dataclass
class Register:
    """`register("none")`: a new client with this authentication method, and its secret."""

    idp: ServedProvider

    def __call__(self, method: str = "client_secret_basic", **metadata: Any) -> dict[str, str | None]:
        own = {
            "client_name": "App",
            "token_endpoint_auth_method": method,
            "redirect_uris": [CALLBACK],
            "post_logout_redirect_uris": [APP],
            "scope": EVERYTHING + " books:read",
        }
        client, secret = self.idp.client(**own | metadata)
        return {"client_id": client.id, "client_secret": secret, "method": method}
