"""The texts that people read about a scope: the admin's texts in the reader's language, escaped; the scope itself if there are none."""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING

import pytest

from idp.domain.access.scope_text import ScopeText, ScopeWords
from idp.domain.access.tenancy import DEPLOYMENT
from idp.services.audit.recorder import Actor
from tests.integration.account.people import signed_in
from tests.support.pages import recorded, sign_in

if TYPE_CHECKING:
    from idp.domain.apps.client import Client
    from tests.support.forms import Page
    from tests.support.world import World

ENGLISH = ScopeWords("See your orders", "What you ordered, and when.", "Meadow Shop")
GERMAN = ScopeWords("Bestellungen sehen", "Was bestellt wurde.", "Wiesenladen")
SWISS = ScopeWords("Bestellige aaluege")


@pytest.fixture
def scope() -> str:
    """A scope that only this test uses."""
    return f"orders:{secrets.token_hex(4)}"


def app(world: World, scope: str) -> Client:
    """An app that may ask for this scope, and asks people first."""
    return world.client(name="Ledger", first_party=False, scopes=("openid", scope))


def consent_page(world: World, scope: str, language: str = "", **parameters: str) -> Page:
    """The question whether an app may have this scope."""
    browser = world.browser()
    browser.http.headers["Accept-Language"] = language
    page = sign_in(world, browser, app(world, scope), world.person(), scope=f"openid {scope}", **parameters)
    assert page.has_button("approve"), page.text
    return page


def put(world: World, scope: str, words: ScopeWords = ENGLISH) -> None:
    """The texts of a scope in three languages."""
    made = ScopeText(scope, words, translations={"de": GERMAN, "de-CH": SWISS})
    world.services.scope_text_service.put(made, by=Actor("root", world.origin()), scope=DEPLOYMENT)


def test_consent_shows_name_description_and_resource(world: World, scope: str) -> None:
    """The page shows the text in place of the scope."""
    put(world, scope)
    text = consent_page(world, scope).text
    for words in (ENGLISH.name, ENGLISH.description, ENGLISH.resource):
        assert words in text
    assert f"<code>{scope}" not in text


def test_a_scope_without_texts_stands_there_as_code(world: World, scope: str) -> None:
    """The page shows the scope itself, without an invented text."""
    assert f"<code>{scope}</code>" in consent_page(world, scope).text


@pytest.mark.parametrize(
    ("accepts", "asked", "shown", "tag"),
    [
        ("de", "", GERMAN.name, ""), ("de-AT, en;q=0.5", "", GERMAN.name, ""), ("de-CH", "", SWISS.name, "de-CH"),
        ("en, de", "", ENGLISH.name, ""), ("fr", "", ENGLISH.name, "en"), ("", "", ENGLISH.name, ""), ("de;q=0", "", ENGLISH.name, ""),
        ("en", "de", GERMAN.name, ""), ("de", "fr en", ENGLISH.name, "en"), ("de" * 400, "", ENGLISH.name, ""),
        ('"><b>', "", ENGLISH.name, ""),
    ],
)  # fmt: skip
def test_the_language_is_the_readers(world: World, scope: str, accepts: str, asked: str, shown: str, tag: str) -> None:
    """ui_locales first, then Accept-Language; without a match the default. Another language than the page's is marked (WCAG 3.1.2)."""
    put(world, scope)
    text = consent_page(world, scope, accepts, **({"ui_locales": asked} if asked else {})).text
    opening = f'<strong lang="{tag}">' if tag else "<strong>"
    assert f"{opening}{shown}</strong>" in text


def test_the_account_page_has_the_same_words(world: World, scope: str) -> None:
    """The page shows the title with the description, in the reader's language."""
    put(world, scope)
    person, client, browser = world.person(), app(world, scope), world.browser()
    page = sign_in(world, browser, client, person, scope=f"openid {scope}")
    assert browser.submit(page, button="approve").answer["code"]
    browser.http.headers["Accept-Language"] = "de"
    text = browser.open("/account").text
    for words in (GERMAN.name, GERMAN.description, GERMAN.resource):
        assert f">{words}" in text
    assert '<html lang="de"' in text


def test_markup_is_shown_as_text(world: World, scope: str) -> None:
    """F-10: both pages escape an admin's texts."""
    put(world, scope, ScopeWords("<script>alert(1)</script>", '"><img src=x onerror=y>', "<b>x</b>"))
    person, client, browser = world.person(), app(world, scope), world.browser()
    page = sign_in(world, browser, client, person, scope=f"openid {scope}")
    browser.submit(page, button="approve")
    for text in (page.text, browser.open("/account").text):
        assert "&lt;script&gt;alert(1)" in text
        assert not any(raw in text for raw in ("<script>alert", "<img", "<b>x"))


def test_texts_are_read_only_for_scopes_of_apis(world: World, scope: str) -> None:
    """The page of an app that asks for the provider's own scopes costs no call more; one call reads the texts of all others."""
    person, browser = world.person(), world.browser()
    calls: list[list[str]] = []
    for client, asked in ((world.client(first_party=False), "openid email"), (app(world, scope), f"openid {scope}")):
        if not calls:
            browser = signed_in(world, person)
        with recorded(world) as operations:
            assert world.authorize(browser, client, scope=asked).has_button("approve")
        calls.append(operations)
    assert len(calls[1]) == len(calls[0]) + 1
    assert calls[1].count("BatchGetItem") == calls[0].count("BatchGetItem") + 1


def test_scopes_of_this_service_have_words(world: World) -> None:
    """An admin reads on the consent page which admin scopes the console asks for."""
    client, browser = (
        world.client(first_party=False, scopes=("openid", "users:read"), resources=("https://id.example/admin",)),
        world.browser(),
    )
    page = sign_in(world, browser, client, world.person(), scope="openid users:read")
    assert "See users" in page.text, page.text
