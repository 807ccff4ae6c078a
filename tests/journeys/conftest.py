"""A provider, apps and Chromium.

| fixture     | gives                                                                                                     |
|-------------|-----------------------------------------------------------------------------------------------------------|
| `idp`       | a running provider; people and clients are made per test, its clock is back at the present for each        |
| `apps`      | the site of the relying parties, another one than the provider's                                           |
| `browse`    | `browse(javascript=, phone=, dark=)`: the first page of somebody's own browser                             |
| `page`      | one of them, on a desktop, with JavaScript                                                                 |
| `any_page`  | the test runs twice: with JavaScript and without                                                           |
| `gallery`   | `gallery.show(page, name)`: axe-core looks at the page, and its pictures are kept                          |

Every test fails that makes a page run into its own Content Security Policy, throw an error, or answer 500.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Protocol

import pytest
from playwright.sync_api import expect

from tests.journeys.gallery import Gallery
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
    """Opens somebody's browser."""

    def __call__(
        self, *, javascript: bool = True, phone: bool = False, dark: bool = False, policy_may_refuse: bool = False, zone: str | None = None
    ) -> Page: ...


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """All of these drive a browser."""
    for item in items:
        if "journeys" in item.path.parts:
            item.add_marker(pytest.mark.browser)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item, call: pytest.CallInfo[None]) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Remember that a test failed, for the picture of what it saw last."""
    report = yield
    if report.when == "call":
        item.stash[FAILED] = report.failed
    return report


@pytest.fixture(scope="package")
def chrome(chromium: str) -> Iterator[Browser]:
    """Chromium, for all of this folder and no longer: while Playwright runs, no other test could run an event loop of its own."""
    with chromium_at(chromium) as browser:
        yield browser


@pytest.fixture(scope="module")
def running(quick_endpoint: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[ServedProvider]:
    """A provider for the journeys of one file."""
    with served_provider(quick_endpoint, folder=tmp_path_factory.mktemp("idp")) as running:
        yield running


@pytest.fixture
def idp(running: ServedProvider) -> ServedProvider:
    """That provider, in the present."""
    running.clock.ahead = 0
    return running


@pytest.fixture(scope="module")
def apps(running: ServedProvider) -> Iterator[RelyingParties]:
    """The apps' site."""
    with relying_parties(running) as site:
        yield site


@pytest.fixture
def browse(chrome: Browser, artefacts: Path, request: pytest.FixtureRequest) -> Iterator[Browse]:
    """Browsers of as many people as a test needs; what they saw last is kept when it fails."""
    contexts: list[BrowserContext] = []
    problems: list[str] = []

    def browse(
        *, javascript: bool = True, phone: bool = False, dark: bool = False, policy_may_refuse: bool = False, zone: str | None = None
    ) -> Page:
        context = chrome.new_context(
            java_script_enabled=javascript, viewport=PHONE if phone else DESKTOP, is_mobile=phone, has_touch=phone,
            color_scheme="dark" if dark else "light", locale="en-GB", timezone_id=zone,
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
    """Somebody's browser."""
    return browse()


@pytest.fixture(params=["with-javascript", "without-javascript"])
def any_page(browse: Browse, request: pytest.FixtureRequest) -> Page:
    """Somebody's browser, with JavaScript and without."""
    return browse(javascript=request.param == "with-javascript")


@pytest.fixture
def gallery(artefacts: Path, node_clients: Path) -> Iterator[Gallery]:
    """Looks at pages and keeps their pictures; the test fails with whatever axe-core has to say of them."""
    gallery = Gallery(artefacts / "screenshots", node_clients / "node_modules" / "axe-core" / "axe.min.js")
    yield gallery
    assert gallery.complaints == []
