"""A SAML connection, and browsers that go to its identity provider and come back."""

from __future__ import annotations

import zlib
from base64 import b64decode
from dataclasses import replace
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs, urlsplit

import httpx
from lxml import etree

from idp.domain.access.tenancy import DEPLOYMENT
from idp.services.audit.recorder import SYSTEM
from tests.support.in_process import InProcess
from tests.support.saml_idp import metadata, response
from tests.support.world import World

if TYPE_CHECKING:
    from tests.support.forms import Browser, Page

SSO = "https://idp.corp.example/sso"
TRUST = {"email_trust": "domains", "domains": ("corp.example",)}


def with_saml(alone: World, **members: Any) -> World:
    """The same deployment, with a connection `corp` that an admin made from metadata."""
    world = World(replace(alone.settings, sign_up="open", tickets_hourly_per_network=1000))
    _ = world.services.database  # made while the environment names the engine
    given = {"preset": "saml", "name": "Corp", "metadata": metadata(), **TRUST, **members}
    world.services.connection_service.create("corp", given, scope=DEPLOYMENT, by=SYSTEM)
    return world


class Left:
    """A browser that is at the identity provider. `of`: the id of the connection. `typed`: the address by which it is found, or none."""

    def __init__(
        self, world: World, browser: Browser, page: Page, *, button: str = "connection-corp", of: str = "corp", typed: str = ""
    ) -> None:  # fmt: skip
        self.world, self.browser, self.of = world, browser, of
        browser.stop, stop = SSO, browser.stop
        away = browser.submit(page, {"email": typed} if typed else None, button="organisation" if typed else button)
        browser.stop = stop
        assert away.redirected_to, away
        query = parse_qs(urlsplit(away.redirected_to).query)
        self.relay_state = query["RelayState"][0]
        self.request = etree.fromstring(zlib.decompress(b64decode(query["SAMLRequest"][0]), -15))

    def answer(self, **changes: Any) -> str:
        """The value of a response for this browser's request."""
        place = f"{self.world.settings.issuer}/upstream/{self.of}"
        right = {
            "request_id": self.request.get("ID"), "now": self.world.clock(), "audience": place,
            "recipient": f"{place}/callback", "destination": f"{place}/callback",
            "attributes": {"email": ["ada@corp.example"]},
        }  # fmt: skip
        return response(**right | changes)

    def post(self, value: str, relay_state: str | None = None) -> httpx.Response:
        """What the browser gets for the form of the identity provider. It sends none of our cookies with it."""
        without = httpx.Client(transport=InProcess(self.world.app, address=self.world.address), base_url=self.world.settings.issuer)
        form = {"SAMLResponse": value, "RelayState": self.relay_state if relay_state is None else relay_state}
        headers = {"Origin": "https://idp.corp.example"}
        return without.post(f"/upstream/{self.of}/callback", data=form, headers=headers, follow_redirects=False)

    def back(self, **changes: Any) -> Page:
        """The page at the end."""
        answer = self.post(self.answer(**changes))
        assert answer.status_code == 303
        assert "set-cookie" not in answer.headers
        return self.browser.open(answer.headers["location"])


def leave(world: World, app: Any = None, browser: Browser | None = None) -> Left:
    """A browser that leaves the sign-in page of an app."""
    browser = browser or world.browser()
    return Left(world, browser, world.authorize(browser, app or world.client()))
