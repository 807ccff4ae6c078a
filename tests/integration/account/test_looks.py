"""Looks on pages and in mails: a theme of the deployment, the branding of an app, and what neither can do (docs/threat-model.md, F-18)."""

from __future__ import annotations

import base64
import hashlib
import re
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from idp.domain.access.tenancy import DEPLOYMENT
from idp.domain.errors import Invalid
from idp.services.apps import client_metadata
from idp.services.apps.registration import CARRIED
from idp.settings import Settings
from tests.integration.account.resetting import ask, outbox
from tests.support.themes import make_theme
from tests.support.world import World

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from idp.domain.apps.client import Client
    from tests.support.forms import Page

BRANDING: dict[str, Any] = {
    "name": "Meadow Accounts",
    "colours": {"light": {"accent": "#7c2d12"}},
    "radius": 0,
    "links": {"help": "https://meadow.example/help"},
    "texts": {"sign_in_intro": {"en": "Welcome to {app}, by {brand}."}, "mail_footer": "Meadow, the shop", "forgot_password": "Lost it?"},
}
HOSTILE = ["</style><script>alert(1)</script>", "}body{background:url(//evil.example)}", "{{7*7}}", "{brand.__class__}", "\"'><img src=x>"]


@pytest.fixture
def themed(world: World, deployment: Settings, tmp_path: Path) -> Callable[..., World]:
    """Return a provider with a theme, on the tables of `world`."""

    def made(changes: dict[str, Any] | None = None, **files: bytes) -> World:
        other = World(replace(deployment, theme=str(make_theme(tmp_path / "theme", changes, **files)), sign_up="open"), world.keys)
        other.clock = world.clock
        return other

    return made


def policy(page: Page) -> dict[str, str]:
    """The Content-Security-Policy by directive."""
    parts = page.response.headers["content-security-policy"].split(";")
    return dict(part.strip().partition(" ")[::2] for part in parts)


def sheet(page: Page) -> str:
    """The address of the theme's style sheet."""
    found = re.search(r'<link rel="stylesheet" href="(/theme/[0-9a-f]{16}/theme\.css)">', page.response.text)
    assert found
    return found[1]


def test_without_a_theme_and_branding_a_page_is_as_ever(world: World) -> None:
    page = world.authorize(world.browser(), world.client())
    assert "/theme/" not in page.response.text
    assert "<style" not in page.response.text
    assert policy(page)["style-src"] == "'self'"
    assert "font-src" not in policy(page)
    assert '<svg class="mark"' in page.response.text


def test_a_theme_is_on_the_page(themed: Callable[..., World]) -> None:
    """Name, logo, style sheet, icon, links and texts. Its text takes the place of the provider's, escaped."""
    page = themed().browser().open("/login")
    text = page.response.text
    css = sheet(page)
    assert f'<img class="logo" src="{css.replace("theme.css", "logo.svg")}" alt="">' in text
    assert f'<link rel="icon" href="{css.replace("theme.css", "icon.svg")}">' in text
    assert "<title>Sign in · Northwind</title>" in text
    assert "Welcome to Northwind &amp; friends." in text
    assert "Lost your password?" in text
    assert "Forgot password?" not in text
    assert 'href="https://northwind.example/privacy" target="_blank" rel="noopener noreferrer"' in text
    assert "Northwind Ltd" in text
    assert '<svg class="mark"' not in text
    assert policy(page)["style-src"] == "'self'"


def test_files_are_kept_for_a_year_by_their_version_only(themed: Callable[..., World]) -> None:
    http = (world := themed()).browser().http
    css = sheet(world.browser().open("/login"))
    found = http.get(css)
    assert found.headers["content-type"] == "text/css; charset=utf-8"
    assert found.headers["cache-control"] == "public, max-age=31536000, immutable"
    assert "--accent:#1d4ed8" in found.text
    assert http.get(css, headers={"If-None-Match": found.headers["etag"]}).status_code == 304
    older = http.get("/theme/0000000000000000/theme.css")
    assert (older.status_code, older.headers["cache-control"]) == (200, "no-cache")


@pytest.mark.parametrize("name", ["theme.json", "templates", "other.svg", "..%2fidp.css", "%2e%2e/theme.css", "README.md", ""])
def test_nothing_else_of_the_folder_is_served(themed: Callable[..., World], name: str) -> None:
    world = themed(README__md=b"x")
    assert world.browser().http.get(f"/theme/{'0' * 16}/{name}").status_code == 404


def test_without_a_theme_there_is_no_file(world: World) -> None:
    assert world.browser().http.get(f"/theme/{'0' * 16}/theme.css").status_code == 404


def test_a_picture_that_is_opened_by_itself_has_no_origin_and_runs_nothing(themed: Callable[..., World]) -> None:
    """An SVG is a document then. Its policy has a sandbox without scripts, and browsers may not guess another type."""
    headers = themed().browser().http.get(f"/theme/{'0' * 16}/logo.svg").headers
    directives = [part.strip() for part in headers["content-security-policy"].split(";")]
    assert {"default-src 'none'", "sandbox", "frame-ancestors 'none'"} <= set(directives)
    assert not [one for one in directives if one.startswith("script-src")]
    assert headers["content-type"].startswith("image/svg+xml")
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["cross-origin-resource-policy"] == "same-origin"


def test_fonts_of_the_theme_may_be_loaded_and_those_of_others_not(themed: Callable[..., World]) -> None:
    page = themed(brand__woff2=b"wOF2x").browser().open("/login")
    assert policy(page)["font-src"] == "'self'"


def test_own_css_cannot_send_anything_elsewhere(themed: Callable[..., World]) -> None:
    """A selector such as input[value^=a] with an address elsewhere: the policy of the pages allows no host but ours."""
    page = themed(theme__css=b"main { padding: 0 }").browser().open("/login")
    rules = policy(page)
    assert rules["default-src"] == "'none'"
    assert rules["img-src"] == "'self' data:"
    assert {name for name in rules if name.endswith("-src")} == {"default-src", "style-src", "script-src", "img-src"}


def test_branding_of_an_app_is_on_its_pages_only(world: World) -> None:
    client = world.client(branding=BRANDING, logo_uri="https://meadow.example/logo.png")
    page = world.authorize(world.browser(), client)
    style = re.search(r"<style>(.*?)</style>", page.response.text, re.DOTALL)
    assert style
    assert "--accent:#7c2d12" in style[1]
    assert "--radius:0px" in style[1]
    assert "Welcome to Meadow, by Meadow Accounts." in page.response.text
    assert "<title>Sign in · Meadow Accounts</title>" in page.response.text
    assert "Lost it?" in page.response.text
    assert 'href="https://meadow.example/help"' in page.response.text
    assert "<style" not in world.authorize(world.browser(), world.client()).response.text


def test_the_policy_allows_the_style_of_the_branding_and_no_other(world: World) -> None:
    """Without the hash browsers would ignore the style; 'unsafe-inline' would allow any."""
    page = world.authorize(world.browser(), world.client(branding=BRANDING))
    style = re.search(r"<style>(.*?)</style>", page.response.text, re.DOTALL)
    assert style
    digest = base64.b64encode(hashlib.sha256(style[1].encode()).digest()).decode()
    assert policy(page)["style-src"] == f"'self' 'sha256-{digest}'"


def test_the_name_of_an_app_never_stands_beside_the_deployments_logo(themed: Callable[..., World]) -> None:
    world = themed()
    page = world.authorize(world.browser(), world.client(branding=BRANDING))
    assert 'class="logo"' not in page.response.text
    assert "Welcome to Meadow, by Meadow Accounts." in page.response.text
    assert "Northwind Ltd" in page.response.text


def test_an_app_that_registers_itself_has_no_branding() -> None:
    """Neither when it registers nor when it changes itself (RFC 7591, RFC 7592), in no deployment."""
    assert "branding" not in client_metadata.REGISTRABLE
    assert "branding" not in client_metadata.registrable(Settings("https://id.example", registration_id_token_claims="on"))
    assert "branding" in CARRIED


def test_the_colours_of_an_app_are_not_mixed_with_those_of_the_theme(themed: Callable[..., World]) -> None:
    """The contrast of an app's colours was checked with the built-in ones. Own rules of a theme assume the theme's."""
    world = themed()
    assert "/theme.css" not in world.authorize(world.browser(), world.client(branding=BRANDING)).response.text
    assert "/theme.css" in world.authorize(world.browser(), world.client(branding={"name": "Meadow"})).response.text


@pytest.mark.parametrize("value", HOSTILE)
@pytest.mark.parametrize("member", ["name", "colours", "texts", "links", "radius"])
def test_branding_that_could_be_more_than_a_value_is_refused(world: World, member: str, value: str) -> None:
    wrapped: dict[str, Any] = {
        "name": value + "\u202e", "colours": {"light": {"accent": value}}, "texts": {"sign_in": value + "{x}"}, "links": {"help": value},
        "radius": value,
    }  # fmt: skip
    app: dict[str, Any] = {"client_name": "X", "redirect_uris": ["https://x.example/cb"]}
    assert world.services.client_service.preview({**app, "branding": {}}, scope=DEPLOYMENT).branding is None
    with pytest.raises(Invalid) as refused:
        world.services.client_service.create({**app, "branding": {member: wrapped[member]}}, scope=DEPLOYMENT)
    assert refused.value.field == "branding"


@pytest.mark.parametrize("value", HOSTILE)
def test_a_name_and_a_text_are_only_text(world: World, value: str) -> None:
    """The elements of the page are the same for any name, and nothing of it is run as a template."""
    plain = world.authorize(world.browser(), world.client(name="App", branding={"name": "Name", "texts": {"sign_in_intro": "{brand}"}}))
    page = world.authorize(world.browser(), world.client(name="App", branding={"name": value, "texts": {"sign_in_intro": "{brand}"}}))
    tags = re.compile(r"<[a-z/!][a-z0-9]*")
    assert tags.findall(page.response.text) == tags.findall(plain.response.text)
    assert ">49<" not in page.response.text
    assert "<style" not in page.response.text


def test_stored_branding_that_is_not_valid_any_more_is_ignored(world: World) -> None:
    """An item that was changed past the rules has no effect on the page, and the sign-in works."""
    client = world.client(branding={"colours": {"light": {"accent": "red;}</style><script>alert(1)</script>"}}})
    page = world.authorize(world.browser(), client)
    assert page.status == 200
    assert "<style" not in page.response.text
    assert "alert(1)" not in page.response.text


def test_branding_costs_no_call(world: World, capsys: pytest.CaptureFixture[str]) -> None:
    """It is part of the client, which the flow reads in any case."""
    person = world.person()

    def calls(client: Client) -> list[str]:
        browser = world.browser()
        page = world.authorize(browser, client)
        browser.submit(page, {"email": person.email, "password": person.password})
        return re.findall(r"(\d+) calls", capsys.readouterr().err)

    calls(world.client())
    plain, branded = calls(world.client()), calls(world.client(branding=BRANDING))
    assert plain
    assert branded == plain


def test_mails_of_the_deployment_have_its_look(themed: Callable[..., World]) -> None:
    """Name, colours for light and dark, and the footer in both parts."""
    world = themed()
    person = world.person()
    browser = world.browser()
    ask(browser, browser.open("/login"), person.email)
    mail = outbox(world, person.email)[0]
    assert "#1d4ed8" in mail.html
    assert "#0c5c49" not in mail.html
    assert "#7fd4b6" not in mail.html
    assert ">Northwind</td>" in mail.html
    assert "Northwind Ltd, Harbour Road" in mail.html
    assert mail.text.endswith("Northwind Ltd, Harbour Road")


def test_mails_about_an_app_have_its_look(world: World) -> None:
    client, person = world.client(branding=BRANDING), world.person()
    browser = world.browser()
    ask(browser, world.authorize(browser, client), person.email)
    mail = outbox(world, person.email)[0]
    assert "#7c2d12" in mail.html
    assert ">Meadow Accounts</td>" in mail.html
    assert "Meadow, the shop" in mail.html
    assert "Meadow, the shop" in mail.text


def test_mails_to_known_and_unknown_addresses_have_the_same_look(world: World) -> None:
    """G-13: the branding does not tell whether an account exists."""
    client, person, unknown = world.client(branding=BRANDING), world.person(), world.unused_email()
    for email in (person.email, unknown):
        browser = world.browser()
        ask(browser, world.authorize(browser, client), email)
    discarded = next(mail for mail in world.outbox.discarded if mail.to == unknown)
    assert "Meadow, the shop" in discarded.text
    assert "#7c2d12" in discarded.html


def test_a_sign_up_mail_has_the_look_of_the_app(themed: Callable[..., World]) -> None:
    world = themed({"texts": {"mail_sign_up_unasked": "Not you? Then do nothing."}})
    client, email = world.client(branding=BRANDING), world.unused_email()
    browser = world.browser()
    page = browser.submit(world.authorize(browser, client), {"email": "", "password": ""}, button="sign-up")
    browser.submit(page, {"email": email})
    mail = outbox(world, email)[0]
    assert "#7c2d12" in mail.html
    assert "Not you? Then do nothing." in mail.html
    assert "Not you? Then do nothing." in mail.text


def test_a_theme_may_extend_a_page(themed: Callable[..., World], tmp_path: Path) -> None:
    """Templates are code of the operator, from the folder only."""
    (tmp_path / "theme/templates").mkdir(parents=True)
    (tmp_path / "theme/templates/login.html").write_text(
        '{% extends "idp/login.html" %}{% block content %}<p id="own">{{ look.house }}</p>{{ super() }}{% endblock %}'
    )
    page = themed().browser().open("/login")
    assert '<p id="own">Northwind</p>' in page.response.text
    assert page.has_button("sign-in")
