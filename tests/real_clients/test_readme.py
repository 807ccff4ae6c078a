"""The README's snippets, as printed, with an app that the README's command registers: a person signs in, and the app shows their claims."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import httpx
import pytest
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.middleware.sessions import SessionMiddleware
from starlette.routing import Route
from starlette.testclient import TestClient

from tests.support import node_client, readme
from tests.support.cli import CommandLine
from tests.support.forms import Browser, sign_in
from tests.support.served_provider import served_provider

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from tests.support.people import Person
    from tests.support.served_provider import ServedProvider

Visit = Any


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of the provider's key file."""
    return tmp_path_factory.mktemp("idp")


@pytest.fixture(scope="module")
def running(quick_endpoint: str, folder: Path) -> Iterator[ServedProvider]:
    """A provider on loopback, without TLS, as `make dev` runs it."""
    with served_provider(quick_endpoint, folder=folder) as running:
        yield running


@pytest.fixture
def idp(running: ServedProvider) -> ServedProvider:
    """That provider. Its clock is set to the current time."""
    running.clock.ahead = 0
    return running


@pytest.fixture
def values(idp: ServedProvider, quick_endpoint: str, folder: Path) -> dict[str, str]:
    """The values for the snippets' placeholders, from the README's command."""
    line = CommandLine(quick_endpoint, idp.services.settings.table_prefix, folder, {"IDP_ISSUER": idp.issuer})
    made = line.done(*readme.create_command(), "--json").json
    return {
        "ISSUER": idp.issuer,
        "CLIENT_ID": made["client_id"],
        "CLIENT_SECRET": made["client_secret"],
        "REDIRECT_URI": readme.redirect_uri(),
    }


@pytest.fixture
def ada(idp: ServedProvider) -> Person:
    """A person with a name and an email address."""
    return idp.person("Ada Lovelace")


@pytest.fixture
def visit(idp: ServedProvider, ada: Person) -> Iterator[Callable[[str], str]]:
    """A function that opens an address in Ada's browser, answers the provider's pages, and returns the callback."""
    with httpx.Client(base_url=idp.issuer, follow_redirects=False) as http:

        def opened(url: str) -> str:
            browser = Browser(http, stop=readme.redirect_uri())
            page = browser.open(url)
            if page.redirected_to is None and page.fields & {"email"}:
                page = sign_in(browser, page, email=ada.email, password=ada.password)
            if page.redirected_to is None and page.has_button("approve"):
                page = browser.submit(page, button="approve")
            assert page.redirected_to, str(page)
            return page.redirected_to

        yield opened


def shows(person: dict[str, Any], ada: Person) -> None:
    """Check that the answer shows Ada's claims."""
    assert person["sub"] == ada.user.id
    assert (person["name"], person["email"]) == ("Ada Lovelace", ada.email)


def test_there_are_three_snippets() -> None:
    """A snippet that is not found is not run; the third runs in a browser (tests/journeys/test_readme.py)."""
    assert set(readme.SNIPPETS) == {"Python", "Node", "A single-page app"}


def test_the_node_snippet_works_as_printed(values: dict[str, str], visit: Callable[[str], str], ada: Person, node_clients: Path) -> None:
    """openid-client sends the secret in the form by default."""
    found = node_client.run(node_clients / "readme.mjs", {"snippet": readme.SNIPPETS["Node"], "values": values}, visit)
    shows(found["person"], ada)


def test_the_python_snippet_works_as_printed(values: dict[str, str], visit: Callable[[str], str], ada: Person) -> None:
    """Authlib sends the secret in the header."""
    snippet: dict[str, Any] = dict(values)
    exec(compile(readme.SNIPPETS["Python"], "README.md", "exec"), snippet)  # noqa: S102 the text is our own
    routes = [Route("/login", snippet["login"]), Route("/callback", snippet["callback"])]
    app = Starlette(routes=routes, middleware=[Middleware(SessionMiddleware, secret_key="of the app alone")])
    with TestClient(app, base_url="https://shop.example.com", follow_redirects=False) as browser:
        back = visit(browser.get("/login").headers["location"])
        answer = browser.get(back)
    assert answer.status_code == 200, answer.text
    shows(answer.json(), ada)
