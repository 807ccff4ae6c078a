"""A theme of each contract version that is accepted, kept as it was written, still renders in the flows of the provider (docs/looks.md).

Its templates are copies of the built-in ones of that time. If a change of the built-in templates, their values or their macros breaks this
test, it breaks the themes of deployments: keep the old name, or raise CONTRACT and say in the changelog what to change.
"""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from jinja2 import Environment, nodes

from idp.domain.looks.theme import CONTRACT, OVERRIDABLE
from idp.http.pages import environment
from idp.http.theme_check import check_theme
from tests.integration.account.passkeys import add, authenticator
from tests.integration.account.people import signed_in
from tests.integration.account.resetting import ask, outbox
from tests.integration.account.second_step import password_only
from tests.support.pages import press, sign_in
from tests.support.world import World

if TYPE_CHECKING:
    from collections.abc import Iterator

    from idp.settings import Settings
    from tests.support.forms import Page

ROOT = Path(__file__).parents[3]
THEMES = ROOT / "tests/themes"
OLD = str(THEMES / "contract_1")
CONTRACT_TABLE = (ROOT / "docs/looks.md").read_text().partition("### The contract")[2].partition("\n## ")[0]


@pytest.fixture
def old(world: World, deployment: Settings) -> World:
    """A provider with the old theme, on the tables of `world`."""
    other = World(replace(deployment, theme=OLD), world.keys)
    other.clock = world.clock
    return other


def rendered(page: Page, name: str) -> Page:
    """The page, which the theme's template and its frame have rendered."""
    assert f"<!-- contract 1: {name} -->" in page.response.text, page
    assert "<!-- contract 1: base -->" in page.response.text
    assert "Foot of the page · Old theme" in page.response.text
    assert '<img class="logo" src="/theme/' in page.response.text
    return page


def names(what: str) -> set[str]:
    """The names in a row of the contract."""
    (row,) = re.findall(rf"^\| {re.escape(what)} \| (.*) \|$", CONTRACT_TABLE, re.MULTILINE)
    return set(re.findall(r"`([^`]+)`", row))


def test_the_old_theme_replaces_everything_that_a_theme_may_replace() -> None:
    """So that each of the templates is tested."""
    assert check_theme(OLD).templates == len(OVERRIDABLE) + 1
    assert names("templates") == OVERRIDABLE
    assert {path.name for path in THEMES.iterdir()} == {f"contract_{CONTRACT}"}


def test_home_sign_in_and_error_are_rendered(old: World) -> None:
    browser = old.browser()
    rendered(browser.open("/"), "home")
    page = rendered(browser.open("/login"), "login")
    assert "Intro of Old theme." in page.response.text
    wrong = rendered(browser.submit(page, {"email": "ada@example.com", "password": "wrong"}), "login")
    assert 'id="error"' in wrong.response.text
    rendered(browser.open("/nowhere"), "error")
    rendered(browser.open("/authorize", {"client_id": "nobody"}), "error")


def test_a_person_signs_in_with_a_code_and_consents(old: World) -> None:
    """Password, code, consent, and back to the app: the forms of the old templates are accepted."""
    client, person = old.client(first_party=False, policy_uri="https://app.example/p", branding={"name": "App"}), old.person(totp=True)
    browser, page = password_only(old, person, client)
    rendered_code = browser.submit(page, {"code": person.code(old.clock())})
    assert "<!-- contract 1: totp -->" in page.response.text
    assert "<!-- contract 1: consent -->" in rendered_code.response.text
    assert browser.submit(rendered_code, button="approve").answer["code"]


def test_a_recovery_code_is_accepted(old: World) -> None:
    person = old.person(totp=True)
    browser, page = password_only(old, person)
    page = rendered(press(browser, page, "/recovery-code"), "recovery_code")
    assert browser.submit(page, {"code": person.recovery_codes[0]}).answer["code"]


def test_a_passkey_is_asked_for(old: World) -> None:
    person = old.person()
    add(old, person.user, authenticator(person.user))
    _, page = password_only(old, person)
    assert 'data-passkey="get"' in rendered(page, "passkey").response.text


def test_a_person_signs_out(old: World) -> None:
    browser = signed_in(old, old.person())
    page = rendered(browser.open("/logout"), "logout")
    rendered(browser.submit(page, button="confirm-logout"), "logged_out")


def test_a_forgotten_password_and_its_mail_are_rendered(old: World) -> None:
    """The page after it is built in, in the frame of the theme."""
    person, browser = old.person(), old.browser()
    forgot = rendered(browser.submit(browser.open("/login"), {"email": person.email, "password": ""}, button="forgot"), "forgot")
    asked = browser.submit(forgot, {"email": person.email})
    assert "<!-- contract 1: base -->" in asked.response.text
    mail = outbox(old, person.email)[0]
    assert "<!-- contract 1: mail -->" in mail.html
    assert "Foot of the mail" in mail.html
    assert mail.text.endswith("Foot of the mail")


def test_the_account_page_is_in_the_frame_of_the_theme(old: World) -> None:
    assert "<!-- contract 1: base -->" in signed_in(old, old.person()).open("/account").response.text


def test_consent_is_asked_for_at_a_first_sign_in(old: World) -> None:
    page = sign_in(old, old.browser(), old.client(first_party=False), old.person())
    rendered(page, "consent")


def test_a_mail_about_an_app_is_rendered(old: World) -> None:
    client, person, browser = old.client(branding={"name": "App"}), old.person(), old.browser()
    ask(browser, old.authorize(browser, client), person.email)
    assert "<!-- contract 1: mail -->" in outbox(old, person.email)[0].html


def read_names(template: str) -> set[str]:
    """Every name that the source of a built-in template reads, and of those that it extends or imports."""
    return {node.name for one in sources(template) for node in tree(one).find_all(nodes.Name)} | {
        name for one in sources(template) for node in tree(one).find_all(nodes.Getattr) for name in [node.attr]
    }


def sources(template: str) -> Iterator[str]:
    """The template and those that it extends."""
    yield template
    for node in tree(template).find_all(nodes.Extends):
        if isinstance(node.template, nodes.Const):
            yield from sources(node.template.value)


def tree(template: str) -> nodes.Template:
    """The syntax tree of a built-in template."""
    return Environment(autoescape=True).parse((ROOT / "templates" / template).read_text())


@pytest.mark.parametrize("template", sorted(OVERRIDABLE - {"base.html"}))
def test_each_value_of_the_contract_is_still_read_by_the_built_in_page(template: str) -> None:
    """A value that the built-in page no longer reads is no longer there, or soon will not be."""
    assert names(f"`{template}`") - {template} <= read_names(template)


def test_the_frame_its_blocks_and_its_macros_are_there() -> None:
    blocks = {node.name for node in tree("base.html").find_all(nodes.Block)}
    assert names("blocks of `base.html`") - {"base.html"} <= blocks
    assert names("block of `mail/layout.html`") - {"mail/layout.html"} <= {b.name for b in tree("mail/layout.html").find_all(nodes.Block)}
    macros = {node.name for node in tree("parts.html").find_all(nodes.Macro)}
    assert names("macros of `parts.html`, imported `with context`") - {"parts.html", "with context"} <= macros
    assert names("values of each page") <= read_names("base.html") | read_names("login.html") | read_names("parts.html")
    assert names("`look`") <= read_names("base.html")


def test_a_template_of_a_theme_is_found_before_the_built_in_one() -> None:
    assert environment(OLD).get_template("login.html").filename != environment().get_template("login.html").filename
    assert environment(OLD).get_template("idp/login.html").filename == environment().get_template("login.html").filename
