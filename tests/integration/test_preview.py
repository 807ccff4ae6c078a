"""/dev/preview: every page and mail with sample values. Only the development server has it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import httpx
import pytest

from idp.cli.dev_server.preview import ROUTES, samples
from idp.cli.dev_server.preview.choice import mails, pages, themes
from idp.domain.looks.theme import OVERRIDABLE
from idp.http.app import build
from idp.http.pages import TEMPLATES
from idp.settings import Settings
from idp.wiring import build_services
from tests.support.in_process import InProcess
from tests.support.themes import make_theme
from tools.package import ARCHIVES, ROOT

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

ISSUER = "http://localhost:8000"
EXAMPLE = str(ROOT / "examples/theme")


def served(folder: Path, theme: str = "", *, preview: bool = True) -> httpx.Client:
    """A development server in this process. The preview needs no store."""
    services = build_services(Settings(ISSUER, env="dev", key_file=str(folder / "key"), theme=theme))
    return httpx.Client(transport=InProcess(build(services, extra=ROUTES if preview else ())), base_url=ISSUER)


@pytest.fixture
def http(tmp_path: Path) -> Iterator[httpx.Client]:
    with served(tmp_path, EXAMPLE) as client:
        yield client


@pytest.mark.parametrize("path", ["/dev/preview", "/dev/preview/show", "/dev/preview/changes", "/dev/preview/own/preview.css"])
def test_no_deployment_has_it(tmp_path: Path, path: str) -> None:
    """The app has these routes only if the development server adds them, and the package for Lambda has no file of them."""
    with served(tmp_path, preview=False) as client:
        assert client.get(path).status_code == 404
    assert "idp/cli" in ARCHIVES["api"].without
    assert not list(TEMPLATES.rglob("preview*"))


@pytest.mark.parametrize("shown", [*sorted(samples.PAGES), *(f"mail/{name}" for name in mails())])
def test_every_page_and_mail_is_shown_in_every_theme(http: httpx.Client, shown: str) -> None:
    """Without a theme, and in the example theme, which is chosen if the server has it."""
    for theme, name in (("0", "idp"), ("1", "Alder &amp; Quay")):
        page = http.get("/dev/preview/show", params={"shown": shown, "theme": theme})
        assert page.status_code == 200, page.text
        assert name in page.text


def test_a_newer_page_is_shown_with_placeholders_or_says_what_is_missing(http: httpx.Client) -> None:
    """Add its values to `idp/cli/dev_server/preview/samples.py`."""
    for shown in set(pages()) - set(samples.PAGES):
        page = http.get("/dev/preview/show", params={"shown": shown})
        assert page.status_code == 200 or page.headers["content-type"].startswith("text/plain")


@pytest.mark.parametrize("shown", sorted(samples.PAGES))
def test_samples_name_pages_that_exist(shown: str) -> None:
    assert shown in pages()


def test_every_template_that_a_theme_may_replace_is_a_page_or_a_frame() -> None:
    assert OVERRIDABLE - set(pages()) == {"base.html", "mail/layout.html"}


def test_a_page_has_the_chosen_language_colours_and_app(http: httpx.Client) -> None:
    page = http.get("/dev/preview/show", params={"shown": "login.html", "theme": "0", "language": "de", "scheme": "dark", "app": "branded"})
    assert '<html lang="de"' in page.text
    assert "Corner shop accounts" in page.text
    assert "@media all{" in page.text
    assert 'href="/dev/preview/files/0/dark/idp.css' in page.text
    css = http.get("/dev/preview/files/0/dark/idp.css").text
    assert "prefers-color-scheme" not in css
    assert "@media all {" in css
    assert "@media not all {" in http.get("/dev/preview/files/0/light/idp.css").text


def test_a_style_sheet_of_a_theme_and_its_pictures_are_found(http: httpx.Client) -> None:
    page = http.get("/dev/preview/show", params={"theme": "1"}).text
    assert 'href="/dev/preview/files/1/light/theme.css"' in page
    assert 'src="/dev/preview/files/1/light/logo.svg"' in page
    assert "url(quay.svg)" in http.get("/dev/preview/files/1/light/theme.css").text
    assert http.get("/dev/preview/files/1/light/quay.svg").headers["content-type"].startswith("image/svg+xml")


def test_the_policy_stays_as_strict_as_that_of_the_page(http: httpx.Client) -> None:
    """So that the preview shows what the policy forbids. Only this server may frame the page."""
    page = http.get("/dev/preview/show", params={"shown": "login.html", "theme": "0", "app": "branded"})
    policy = page.headers["content-security-policy"]
    assert re.search(r"style-src 'self' 'sha256-[A-Za-z0-9+/=]{44}';", policy)
    assert "unsafe-inline" not in policy
    assert "frame-ancestors 'self'" in policy
    assert "sandbox" in http.get("/dev/preview/show", params={"shown": "mail/sign_up"}).headers["content-security-policy"]


@pytest.mark.parametrize(
    "path",
    [
        "files/9/dark/idp.css", "files/0/blue/idp.css", "files/0/dark/logo.svg", "files/1/dark/theme.json", "files/1/dark/..%2ftheme.json",
        "own/routes.py", "own/gallery.html", "other",
    ],
)  # fmt: skip
def test_no_other_file_is_served(http: httpx.Client, path: str) -> None:
    assert http.get(f"/dev/preview/{path}").status_code == 404


@pytest.mark.parametrize(
    "given",
    [{"shown": "../x"}, {"shown": "base.html"}, {"theme": "99"}, {"theme": "-1"}, {"theme": "²"}, {"language": "xx"}, {"scheme": "x"}],
)
def test_a_choice_that_is_not_offered_is_the_first_one(http: httpx.Client, given: dict[str, str]) -> None:
    page = http.get("/dev/preview", params=given)
    assert page.status_code == 200
    assert 'class="desk"' in page.text
    assert "login.html" in page.text


def test_a_change_of_a_file_is_seen_at_once(tmp_path: Path) -> None:
    """Style sheet, text and template of a theme, without a new start. A mistake is told in a sentence, and its correction is seen."""
    folder = make_theme(tmp_path / "theme", theme__css=b".a{}")
    with served(tmp_path, str(folder)) as client:
        seen = client.get("/dev/preview/changes").text
        assert client.get("/dev/preview/changes").text == seen
        (folder / "theme.css").write_text(".other{}")
        assert client.get("/dev/preview/changes").text != seen
        assert ".other{}" in client.get("/dev/preview/files/1/light/theme.css").text
        make_theme(folder, {"colours": {"light": {"accent": "#ffcc00"}}})
        assert "has a contrast of" in client.get("/dev/preview/show").text
        assert "has a contrast of" in client.get("/dev/preview").text
        make_theme(folder)
        (folder / "templates").mkdir()
        (folder / "templates/login.html").write_text('{% extends "idp/login.html" %}{% block content %}Mine{% endblock %}')
        assert "Mine" in client.get("/dev/preview/show", params={"shown": "login.html"}).text
        (folder / "templates/login.html").write_text("{% if %}")
        assert client.get("/dev/preview/show", params={"shown": "login.html"}).status_code == 500


def test_a_page_without_samples_is_shown_with_placeholders(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delitem(samples.PAGES, "consent.html")
    with served(tmp_path) as client:
        assert "…" in client.get("/dev/preview/show", params={"shown": "consent.html"}).text


def test_the_themes_of_this_folder_are_offered(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    make_theme(tmp_path / "theme")
    assert themes(Settings(ISSUER)) == ["", "theme"]
    assert themes(Settings(ISSUER, theme=EXAMPLE)) == ["", EXAMPLE, "theme"]
