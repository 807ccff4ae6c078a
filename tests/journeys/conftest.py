"""A provider, apps and Chromium.

| fixture     | gives                                                                                                     |
|-------------|-----------------------------------------------------------------------------------------------------------|
| `idp`       | a running provider; each test makes its own people and clients, and its clock starts at the present        |
| `apps`      | the site of the relying parties, on another host than the provider                                         |
| `browse`    | `browse(javascript=, phone=, dark=, locale=)`: a page of a new browser                                     |
| `page`      | a page of a new browser, on a desktop, with JavaScript                                                     |
| `any_page`  | the same; the test runs with JavaScript and without                                                        |
| `gallery`   | `gallery.show(page, name)`: checks the page with axe-core, and keeps screenshots                           |

A test fails if a page violates its own Content Security Policy, throws an error, or answers with a status of 500 or more.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Protocol

import pytest
from playwright.sync_api import expect

from tests.journeys.gallery import Gallery
from tests.journeys.translated import Translated
from tests.support.chromium import DESKTOP, PATIENCE, PHONE, chromium_at
from tests.support.relying_party import RelyingParties, relying_parties
from tests.support.served_provider import ServedProvider, served_provider

if TYPE_CHECKING:
    from collections.abc import Generator, Iterator
    from pathlib import Path

    from playwright.sync_api import Browser, BrowserContext, Page, Response

expect.set_options(timeout=PATIENCE)
FAILED = pytest.StashKey[bool]()


class Browse(Protocol):
    """Opens a new browser."""

    def __call__(
        self,
        *,
        javascript: bool = True,
        phone: bool = False,
        dark: bool = False,
        policy_may_refuse: bool = False,
        any_certificate: bool = False,
        zone: str | None = None,
        locale: str = "en-GB",
        proxy: str = "",
    ) -> Page: ...


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark all tests of this folder: they drive a browser."""
    for item in items:
        if "journeys" in item.path.parts:
            item.add_marker(pytest.mark.browser)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item, call: pytest.CallInfo[None]) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Note that a test failed, so that `browse` keeps a screenshot."""
    report = yield
    if report.when == "call":
        item.stash[FAILED] = report.failed
    return report


@pytest.fixture(scope="package")
def chrome(chromium: str) -> Iterator[Browser]:
    """Chromium, for all tests of this folder. While Playwright runs, no other test can run an event loop."""
    with chromium_at(chromium) as browser:
        yield browser


@pytest.fixture(scope="module")
def running(quick_endpoint: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[ServedProvider]:
    """A provider for the journeys of one file."""
    with served_provider(quick_endpoint, folder=tmp_path_factory.mktemp("idp")) as running:
        yield running


@pytest.fixture
def idp(running: ServedProvider) -> ServedProvider:
    """That provider, with its clock at the present."""
    running.clock.ahead = 0
    return running


@pytest.fixture(scope="module")
def apps(running: ServedProvider) -> Iterator[RelyingParties]:
    """The apps' site."""
    with relying_parties(running) as site:
        yield site


@pytest.fixture
def browse(chrome: Browser, artefacts: Path, request: pytest.FixtureRequest) -> Iterator[Browse]:
    """Opens new browsers. If the test fails, a screenshot of each page is kept."""
    contexts: list[BrowserContext] = []
    problems: list[str] = []

    def browse(
        *,
        javascript: bool = True,
        phone: bool = False,
        dark: bool = False,
        policy_may_refuse: bool = False,
        any_certificate: bool = False,
        zone: str | None = None,
        locale: str = "en-GB",
        proxy: str = "",
    ) -> Page:
        context = chrome.new_context(
            java_script_enabled=javascript, viewport=PHONE if phone else DESKTOP, is_mobile=phone, has_touch=phone,
            color_scheme="dark" if dark else "light", locale=locale, timezone_id=zone, ignore_https_errors=any_certificate,
            proxy={"server": proxy, "bypass": "localhost,127.0.0.1"} if proxy else None,
        )  # fmt: skip
        contexts.append(context)
        context.set_default_timeout(PATIENCE)
        context.on("weberror", lambda error: problems.append(str(error.error)))
        context.on("console", lambda said: None if policy_may_refuse else _policy(said.text, problems))
        context.on("response", lambda response: _fault(response, problems))
        return context.new_page()

    yield browse
    if request.node.stash.get(FAILED, False):
        folder = artefacts / "failures"
        folder.mkdir(exist_ok=True)
        for number, page in enumerate(page for context in contexts for page in context.pages):
            name = re.sub(r"[^\w-]+", "-", request.node.nodeid.rpartition("/")[2])
            page.screenshot(path=folder / f"{name}-{number}.png", full_page=True)
    for context in contexts:
        context.close()
    assert problems == []


def _policy(said: str, problems: list[str]) -> None:
    if "Content Security Policy" in said or "Content-Security-Policy" in said:
        problems.append(said)


def _fault(response: Response, problems: list[str]) -> None:
    if response.status >= 500:
        problems.append(f"{response.status} {response.request.method} {response.url}")


@pytest.fixture
def page(browse: Browse) -> Page:
    """A new browser."""
    return browse()


@pytest.fixture(params=["with-javascript", "without-javascript"])
def any_page(browse: Browse, request: pytest.FixtureRequest) -> Page:
    """A new browser, with JavaScript and without."""
    return browse(javascript=request.param == "with-javascript")


@pytest.fixture
def gallery(artefacts: Path, node_clients: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Gallery]:
    """Checks pages, in all languages, and keeps screenshots. The test fails with what axe-core finds and texts that do not fit."""
    translated = Translated()
    gallery = Gallery(artefacts / "screenshots", node_clients / "node_modules" / "axe-core" / "axe.min.js", translated)
    with translated.noting(monkeypatch):
        yield gallery
    assert gallery.complaints == []
