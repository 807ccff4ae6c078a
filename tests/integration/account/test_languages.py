"""The language of pages and mails: ui_locales of the app, then the person's locale, then Accept-Language; shipped languages only."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from idp.http.app import build
from idp.http.catalogue import texts_in
from tests.integration.account.people import change, signed_in, wrong_code
from tests.integration.account.resetting import ask
from tests.support.forms import Browser
from tests.support.in_process import InProcess
from tests.support.pages import APP, sign_in

if TYPE_CHECKING:
    from tests.support.forms import Page
    from tests.support.people import Person
    from tests.support.world import World

import httpx

GERMAN = '<html lang="de" dir="ltr">'
ENGLISH = '<html lang="en" dir="ltr">'


def reader(world: World, accepts: str = "", languages: str = "") -> Browser:
    """A browser that sends this Accept-Language, to a deployment with these languages."""
    app = world.app
    if languages:
        world.services.__dict__["settings"] = replace(world.settings, languages=languages)
        app = build(world.services, in_place=True)
    browser = Browser(httpx.Client(transport=InProcess(app, address=world.address), base_url=world.settings.issuer), stop=APP)
    browser.http.headers["Accept-Language"] = accepts
    return browser


def speaker(world: World, locale: str) -> Person:
    """A person who chose a language."""
    return world.person(claims={"locale": locale})


@pytest.mark.parametrize(
    ("accepts", "asked", "shown"),
    [
        ("de", "", GERMAN), ("de-CH, en;q=0.5", "", GERMAN), ("xx, de;q=0.5, en;q=0.1", "", GERMAN),
        ("", "de", GERMAN), ("en", "de", GERMAN),
        ("en", "xx de-AT", GERMAN), ("de", "en", ENGLISH), ("", "", ENGLISH), ("xx", "yy", ENGLISH), ("de;q=0", "", ENGLISH),
        ("../de", "../../de", ENGLISH), ('"><b>', '"><script>', ENGLISH), ("de" * 300, "de" * 300, ENGLISH), ("*", "*", ENGLISH),
    ],
)  # fmt: skip
def test_the_app_decides_then_the_browser(world: World, accepts: str, asked: str, shown: str) -> None:
    """OIDC Core §3.1.2.1. The page names its language and direction. What is not a shipped language is never on the page."""
    page = world.authorize(reader(world, accepts), world.client(), **({"ui_locales": asked} if asked else {}))
    assert shown in page.text
    assert "<script>" not in page.text
    assert ("Anmelden" in page.text) == (shown == GERMAN)


def test_the_language_stays_through_the_sign_in(world: World) -> None:
    """The next page, an error and the page after it are in the language that the app asked for, whatever the browser prefers."""
    browser, person = reader(world, "en"), world.person(totp=True)
    page = world.authorize(browser, world.client(first_party=False), ui_locales="de")
    wrong = browser.submit(page, {"email": person.email, "password": "not the password"})
    assert GERMAN in wrong.text
    assert "Die E-Mail-Adresse oder das Passwort ist falsch." in wrong.text
    page = browser.submit(wrong, {"email": person.email, "password": person.password})
    assert GERMAN in page.text
    page = browser.submit(page, {"code": person.code(world.clock())})
    assert "Nicht erlauben" in page.text


def test_a_person_has_a_language_of_their_own(world: World) -> None:
    """It comes before that of the browser. An app that asks for another one is stronger."""
    person = speaker(world, "de-AT")
    browser = reader(world, "en")
    page = browser.submit(browser.open("/login"), {"email": person.email, "password": person.password})
    assert GERMAN in page.text
    assert GERMAN in browser.open("/account").text
    assert ENGLISH in browser.open("/account", {"ui_locales": "en"}).text


def test_the_second_step_is_in_the_language_of_the_person(world: World) -> None:
    """They are known from the password on. A wrong code is explained in their language."""
    person = world.person(totp=True, claims={"locale": "de"})
    browser = reader(world, "en")
    page = browser.submit(browser.open("/login"), {"email": person.email, "password": person.password})
    assert GERMAN in page.text
    wrong = browser.submit(page, {"code": wrong_code(world, person.secret or "")})
    assert GERMAN in wrong.text
    assert "Der Code ist falsch" in wrong.text


@pytest.mark.parametrize("locale", ["de_DE", "de", "de-CH-1996"])
def test_a_locale_may_have_a_region(world: World, locale: str) -> None:
    """OIDC Core §5.1: some write an underscore."""
    assert GERMAN in signed_in(world, speaker(world, locale)).open("/account").text


@pytest.mark.parametrize("locale", ["xx", "", "../de"])
def test_a_locale_that_is_not_shipped_changes_nothing(world: World, locale: str) -> None:
    assert ENGLISH in signed_in(world, speaker(world, locale)).open("/account").text


def test_errors_are_in_the_language_of_the_reader(world: World) -> None:
    """A page that does not exist, and an expired form. Words for developers stay in English and say so (WCAG 3.1.2)."""
    browser = reader(world, "de")
    missing = browser.open("/no/such/page")
    assert GERMAN in missing.text
    assert "Seite nicht gefunden" in missing.text
    assert "Unter dieser Adresse gibt es nichts." in missing.text
    wrong = browser.open("/authorize", {"client_id": world.client().id, "redirect_uri": "https://evil.example/"})
    assert GERMAN in wrong.text
    assert '<p class="lede" lang="en">' in wrong.text


def test_an_error_before_the_request_is_known_has_the_language_that_it_asks_for(world: World) -> None:
    wrong = reader(world, "en").open("/authorize", {"client_id": "unknown", "ui_locales": "de"})
    assert GERMAN in wrong.text


def test_a_sign_in_without_an_app_can_have_a_language_in_its_address(world: World) -> None:
    """The form, and the page after it, keep it."""
    browser = reader(world, "en")
    page = browser.open("/login", {"ui_locales": "de"})
    assert GERMAN in page.text
    assert GERMAN in browser.submit(page, {"email": "nobody@example.com", "password": "not the password"}).text


def test_a_logout_can_have_a_language(world: World) -> None:
    """RP-Initiated Logout 1.0 §2."""
    browser = signed_in(world, world.person())
    assert GERMAN in browser.open("/logout", {"ui_locales": "de"}).text


def test_a_request_by_post_can_have_a_language(world: World) -> None:
    """OIDC Core §3.1.2.1, RP-Initiated Logout 1.0 §2: the parameters are in the form. An unknown app is explained in it, too."""
    browser, client = signed_in(world, world.person()), world.client(first_party=False)
    asked = {"response_type": "code", "client_id": client.id, "redirect_uri": APP, "scope": "openid", "ui_locales": "de"}
    for path, form in (("/authorize", asked), ("/authorize", {**asked, "client_id": "unknown"}), ("/logout", {"ui_locales": "de"})):
        assert GERMAN in browser.http.post(path, data=form).text, form


def test_a_pushed_request_has_its_language(world: World) -> None:
    """RFC 9126: the parameters are stored, not in the address."""
    client = world.client(auth_methods=("none",))
    form = {"response_type": "code", "client_id": client.id, "redirect_uri": APP, "scope": "openid", "ui_locales": "de",
        "code_challenge": "x" * 43, "code_challenge_method": "S256"}  # fmt: skip
    pushed = reader(world).http.post("/par", data=form).json()
    assert GERMAN in reader(world, "en").open("/authorize", {"client_id": client.id, "request_uri": pushed["request_uri"]}).text


def test_programs_get_english(world: World) -> None:
    """RFC 6749 §5.2: error_description is for developers."""
    answer = reader(world, "de").http.post("/token", data={"grant_type": "password"})
    assert answer.json()["error_description"].isascii()
    assert "lang" not in answer.json()["error_description"]


def test_a_deployment_can_have_fewer_languages(world: World) -> None:
    """IDP_LANGUAGES: the first one is for readers who want none of them. Discovery lists them."""
    browser = reader(world, "fr, en;q=0.5", languages="de ja")
    assert GERMAN in world.authorize(browser, world.client()).text
    assert browser.http.get("/.well-known/openid-configuration").json()["ui_locales_supported"] == ["de", "ja"]


def test_people_choose_among_the_languages_of_the_deployment(world: World) -> None:
    """The page of the profile offers those, each by its own name."""
    person, browser = world.person(), reader(world, "de", languages="de ja")
    browser.submit(browser.open("/login"), {"email": person.email, "password": person.password})
    offered = re.findall(r'<option value="([\w-]*)" lang=', browser.open("/account/profile").text)
    assert offered == ["de", "ja"]


def test_discovery_lists_the_languages(world: World) -> None:
    """OpenID Connect Discovery 1.0 §3."""
    found = world.browser().http.get("/.well-known/openid-configuration").json()["ui_locales_supported"]
    assert found == ["en", "de", "fr", "es", "pt-BR", "ja", "ar"]


def newest(world: World, email: str) -> tuple[str, str]:
    """The subject and the HTML of the newest mail to an address."""
    mail = next(mail for mail in world.mails if mail.to == email)
    return mail.subject, mail.html


@pytest.mark.parametrize(("locale", "accepts", "subject"), [
    ("de", "en", "Neues Passwort setzen"), ("en", "de", "Set a new password"), ("", "de", "Neues Passwort setzen"),
    ("", "", "Set a new password"),
])  # fmt: skip
def test_a_mail_has_the_language_of_its_recipient(world: World, locale: str, accepts: str, subject: str) -> None:
    """Not that of the browser that asked, which may be a stranger's. Without one of their own it is that of the page."""
    person = speaker(world, locale) if locale else world.person()
    browser = reader(world, accepts)
    ask(browser, world.authorize(browser, world.client()), person.email)
    assert newest(world, person.email)[0] == subject


def test_a_notice_has_the_language_of_the_person(world: World) -> None:
    person = speaker(world, "de")
    change(signed_in(world, person))
    subject, html = newest(world, person.email)
    assert subject == "Ihr Passwort wurde geändert"
    assert '<html lang="de" dir="ltr">' in html


def test_the_mail_of_a_sign_up_has_the_language_of_the_page(world: World) -> None:
    """An address without an account has no language of its own."""
    world.services.__dict__["settings"] = replace(world.settings, sign_up="open")
    browser = reader(world, "de")
    email = world.unused_email()
    browser.submit(browser.open("/sign-up"), {"email": email})
    assert newest(world, email)[0] == texts_in("de").text("Your code to create an account")


def test_an_admins_own_scopes_stay_english_and_say_so(world: World) -> None:
    """The texts of the admin API exist in English only."""
    client = world.client(first_party=False, scopes=("openid", "users:read"), resources=("https://id.example/admin",))
    page: Page = sign_in(world, reader(world, "de"), client, world.person(), scope="openid users:read")
    assert '<strong lang="en">See users' in page.text
    assert "Wissen, dass Sie es sind" in page.text


@pytest.mark.parametrize("path", ["/account", "/account/profile", "/account/data"])
def test_the_sign_in_for_an_account_page_has_the_language_of_its_address(world: World, path: str) -> None:
    """`ui_locales` goes along to the sign-in page; a text that is no language tag does not."""
    browser = reader(world)
    assert GERMAN in browser.open(path, {"ui_locales": "xx de"}).text
    assert ENGLISH in browser.open(path, {"ui_locales": "//evil.example"}).text
    assert ENGLISH in browser.open(path).text
