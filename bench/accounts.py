"""The journeys by which people get an account and keep it, through the deployed function: calls, units, dollars and time.

Each begins at the form that the sign-in page of an app leads to. Mails are read from the queue of the mail function. Password hashing is at
its minimum, as in the other flows.
"""

from __future__ import annotations

import html
import json
import re
import secrets
import statistics
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from types import MappingProxyType

import httpx

from bench.meter import Meter, Usage
from bench.people import address, create_app, create_keyholder, create_people, create_signer
from bench.providers import ISSUER, ROOT, project
from bench.report import usage_columns
from tests.engines.launch import ENGINES
from tests.support.authenticator import Authenticator
from tests.support.forms import Browser, Page
from tests.support.lambda_host import ApiGateway, LambdaHost
from tests.support.lambda_invoke import Invoking, invoking

ACCEPTED = 202
NONE: Mapping[str, str] = MappingProxyType({})
REDIRECT_URI = "https://shop.example/cb"
NEW = "an unguessable sentence of mine"


@dataclass
class Site:
    """The function, an app, and the queue of mails."""

    host: LambdaHost
    client_id: str
    queue: Invoking
    env: dict[str, str]
    _emails: list[str] = field(default_factory=list)

    @cached_property
    def signer(self) -> tuple[str, str]:
        """The address and the password of a person."""
        return create_signer(self.env)

    @cached_property
    def device(self) -> Authenticator:
        """The authenticator of a person with a passkey."""
        return create_keyholder(self.env)

    def browser(self, language: str = "en") -> Browser:
        """Return a new browser of a new network, so that no limit is reached. `language`: what it asks for."""
        network = f"10.{secrets.randbelow(256)}.{secrets.randbelow(256)}.{1 + secrets.randbelow(254)}"
        http = httpx.Client(
            transport=ApiGateway(self.host, source_ip=network), base_url=ISSUER, timeout=60, headers={"Accept-Language": language}
        )
        return Browser(http, stop=REDIRECT_URI)

    def authorize(self, browser: Browser) -> Page:
        """Open the request of the app: the sign-in page."""
        asked = {
            "response_type": "code", "client_id": self.client_id, "redirect_uri": REDIRECT_URI,
            "scope": "openid email", "state": "s", "nonce": "n", "code_challenge": "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM",
            "code_challenge_method": "S256",
        }  # fmt: skip
        return browser.open("/authorize", asked)

    def person(self) -> str:
        """Return the address of a person who was created beforehand."""
        return self._emails.pop()

    def prepare(self, number: int) -> None:
        """Create people."""
        self._emails += create_people(self.env, number)

    def mailed(self, pattern: str) -> str:
        """Return what the pattern finds in the newest mail."""
        found = re.search(pattern, self.queue.asked[-1][2]["text"])
        if found is None:
            raise SystemExit(f"the newest mail has nothing like {pattern}")
        return found[0]


@dataclass(frozen=True)
class Journey:
    """`begin` opens the first form, which is not measured. `finish` goes on to the end. `goal`: the calls at most; 0 if there is none."""

    begin: Callable[[Site, Browser], Page]
    finish: Callable[[Site, Browser, Page], Page]
    reaches: Callable[[Page], bool]
    goal: int = 0


def _begin_sign_in(site: Site, browser: Browser) -> Page:
    return site.authorize(browser)


def _sign_in_by_password(site: Site, browser: Browser, page: Page) -> Page:
    """Address and password; then the code for the app."""
    email, password = site.signer
    return browser.submit(page, {"email": email, "password": password})


def _sign_in_by_passkey(site: Site, browser: Browser, page: Page) -> Page:
    """The answer of the authenticator; then the code for the app."""
    found = re.search(r'data-options="([^"]*)"', page.text)
    if found is None:
        raise SystemExit("the sign-in page does not ask for a passkey")
    challenge = json.loads(html.unescape(found[1]))["challenge"]
    return browser.submit(page, {"credential": site.device.assertion(challenge)})


def _begin_sign_up(site: Site, browser: Browser) -> Page:
    return browser.submit(site.authorize(browser), button="sign-up")


def _sign_up(site: Site, browser: Browser, page: Page) -> Page:
    """The address, the code of the mail, a password; then the code for the app."""
    page = browser.submit(page, {"email": address()}, button="send-code")
    page = browser.submit(page, {"code": site.mailed(r"\b\d{4} \d{4}\b")})
    return browser.submit(page, {"new_password": NEW}, button="create-account")


def _begin_reset(_: Site, browser: Browser) -> Page:
    return browser.open("/forgot")


def _begin_reset_for_an_app(site: Site, browser: Browser) -> Page:
    return browser.submit(site.authorize(browser), button="forgot")


def _reset(site: Site, browser: Browser, page: Page) -> Page:
    """The address, the link of the mail, a new password; then the sign-in page."""
    browser.submit(page, {"email": site.person()})
    return browser.submit(browser.open(site.mailed(r"/link/\S+")), {"new_password": NEW})


def _sign_in_by_mail(site: Site, browser: Browser, page: Page) -> Page:
    """The address, the code of the mail; then the code for the app."""
    page = browser.submit(page, {"email": site.person()}, button="mail-code")
    return browser.submit(page, {"code": site.mailed(r"\b\d{4} \d{4}\b")})


JOURNEYS = {
    "sign in with a password": Journey(_begin_sign_in, _sign_in_by_password, lambda page: page.redirected_to is not None, 4),
    "sign in with a passkey": Journey(_begin_sign_in, _sign_in_by_passkey, lambda page: page.redirected_to is not None, 4),
    "create an account": Journey(_begin_sign_up, _sign_up, lambda page: page.redirected_to is not None, 6),
    "reset a password": Journey(_begin_reset, _reset, lambda page: "password" in page.fields, 10),
    "sign in by mail": Journey(
        lambda site, browser: site.authorize(browser), _sign_in_by_mail, lambda page: page.redirected_to is not None, 6
    ),
    "reset a password for an app": Journey(_begin_reset_for_an_app, _reset, lambda page: "password" in page.fields),
}


def run(work: Path, times: int, tell: Callable[[str], None]) -> list[tuple[str, ...]]:
    """Rows: journey, calls, units, dollars, milliseconds. Of the calls the third run is counted, on a warm function."""
    rows: list[tuple[str, ...]] = [
        ("journey", "calls", "to reach", "read units", "write units", "$ a million", "p50 ms", "p95 ms", "which calls")
    ]
    with ENGINES["dynoxide"]() as engine:
        used = _count(engine, work, tell)
        taken = _clock(engine, work, times, tell)
    for name, journey in JOURNEYS.items():
        calls, *units, which = usage_columns(used[name])
        p50, p95 = statistics.median(taken[name]), sorted(taken[name])[max(0, int(times * 0.95) - 1)]
        rows.append((name, calls, f"≤ {journey.goal}" if journey.goal else "", *units, f"{p50:.1f}", f"{p95:.1f}", which))
    return rows


def _count(engine: str, work: Path, tell: Callable[[str], None]) -> dict[str, Usage]:
    used: dict[str, Usage] = {}
    with Meter(engine) as meter, function(engine, work, through=meter.url) as site:
        site.prepare(20)
        _ = site.signer, site.device  # before the calls are counted
        for name, journey in JOURNEYS.items():
            tell(f"counting: {name}")
            for _ in range(3):
                _walk(site, journey, meter)
            used[name] = meter.take()
    return used


def _clock(engine: str, work: Path, times: int, tell: Callable[[str], None]) -> dict[str, list[float]]:
    taken: dict[str, list[float]] = {}
    with function(engine, work) as site:
        site.prepare(len(JOURNEYS) * (times + 3))
        _ = site.signer, site.device
        for name, journey in JOURNEYS.items():
            tell(f"timing: {name}")
            for _ in range(3):
                _walk(site, journey)
            taken[name] = [_walk(site, journey) for _ in range(times)]
    return taken


def _walk(site: Site, journey: Journey, meter: Meter | None = None) -> float:
    browser = site.browser()
    page = journey.begin(site, browser)
    if meter:
        meter.take()
    started = time.perf_counter()
    page = journey.finish(site, browser, page)
    taken = (time.perf_counter() - started) * 1e3
    if not journey.reaches(page):
        raise SystemExit(f"the journey did not end as it should: {page}")
    return taken


@contextmanager
def function(engine: str, work: Path, *, through: str = "", settings: Mapping[str, str] = NONE) -> Iterator[Site]:
    """The function with open sign-up and a queue that accepts every mail. `through`: the proxy before the engine."""
    with invoking(ACCEPTED) as queue:
        env = {
            **project(engine, work).env, "AWS_ENDPOINT_URL_DYNAMODB": engine, "AWS_ENDPOINT_URL_LAMBDA": queue.url,
            "IDP_MAIL_FROM": "id@example.com", "IDP_MAIL_FUNCTION": "mail", "IDP_SIGN_UP": "open", "IDP_MAIL_CODE": "on",
            "IDP_TICKETS_HOURLY": "1000000", "IDP_TICKETS_HOURLY_PER_NETWORK": "1000000", "IDP_SIGN_IN_NOTICES": "off",
            **settings,
        }  # fmt: skip
        seen = env | ({"AWS_ENDPOINT_URL_DYNAMODB": through} if through else {})
        with LambdaHost("idp.functions.api.handler", cwd=ROOT, env=seen) as host:
            yield Site(host, create_app(env, REDIRECT_URI), queue, env)
