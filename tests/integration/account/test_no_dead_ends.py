"""Every page and form, with stale, missing and foreign cookies: the answer has a status that fits, and a link or a form to go on with."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import pyotp
import pytest

from tests.integration.account.deleting import deleted
from tests.integration.account.email_changing import ask, changed, link_in
from tests.integration.account.mail_coding import begun, newest, offering
from tests.integration.account.people import signed_in
from tests.support.organising import join, organisation
from tests.support.pages import APP, ISSUER, error, hidden, press, session_cookie, sign_in

if TYPE_CHECKING:
    from collections.abc import Callable

    import httpx

    from tests.support.forms import Browser, Form, Page
    from tests.support.world import World


def at_login(world: World) -> tuple[Browser, Page]:
    browser = world.browser()
    return browser, world.authorize(browser, world.client())


def at_totp(world: World) -> tuple[Browser, Page]:
    browser, person = world.browser(), world.person(totp=True)
    return browser, browser.submit(world.authorize(browser, world.client()), {"email": person.email, "password": person.password})


def at_recovery_code(world: World) -> tuple[Browser, Page]:
    browser, page = at_totp(world)
    return browser, press(browser, page, "/recovery-code")


def at_enrol(world: World) -> tuple[Browser, Page]:
    browser, person = world.browser(), world.person(mfa_required=True)
    return browser, browser.submit(world.authorize(browser, world.client()), {"email": person.email, "password": person.password})


def at_recovery_codes(world: World) -> tuple[Browser, Page]:
    browser, page = at_enrol(world)
    found = re.search(r'id="secret">([^<]+)<', page.text)
    assert found
    return browser, browser.submit(page, {"code": pyotp.TOTP(found[1].replace(" ", "")).at(world.clock())})


def at_consent(world: World) -> tuple[Browser, Page]:
    browser = world.browser()
    page = sign_in(world, browser, world.client(first_party=False), world.person())
    assert page.has_button("approve"), page
    return browser, page


def at_choice(world: World) -> tuple[Browser, Page]:
    browser, person = world.browser(), world.person()
    for _ in range(2):
        join(world.services, person.user, organisation(world.services))
    client = world.client(organization="allowed", scopes=("openid", "organization"))
    return browser, sign_in(world, browser, client, person, scope="openid organization")


def at_device(world: World) -> tuple[Browser, Page]:
    browser = world.browser()
    return browser, browser.open("/device?user_code=WDJB-MJHT")


def at_account(world: World) -> tuple[Browser, Page]:
    person = world.person(totp=True)
    browser = signed_in(world, person)
    return browser, browser.open("/account")


def at_password(world: World) -> tuple[Browser, Page]:
    browser = signed_in(world, world.person())
    return browser, browser.open("/account/password")


def at_profile(world: World) -> tuple[Browser, Page]:
    browser = signed_in(world, world.person())
    return browser, browser.open("/account/profile")


def at_data(world: World) -> tuple[Browser, Page]:
    browser = signed_in(world, world.person())
    return browser, browser.open("/account/data")


def at_confirmation(world: World) -> tuple[Browser, Page]:
    browser, page = at_account(world)
    world.clock.now += 600
    return browser, press(browser, page, "/account/totp/remove")


def at_new_email(world: World) -> tuple[Browser, Page]:
    browser = signed_in(world, world.person())
    return browser, press(browser, browser.open("/account"), "/account/email")


def at_email_code(world: World) -> tuple[Browser, Page]:
    browser = signed_in(world, world.person())
    return browser, browser.open("/account/email/code")


def at_email_link(world: World) -> tuple[Browser, Page]:
    browser, new = signed_in(world, world.person()), world.unused_email()
    ask(browser, new)
    return browser, browser.open(link_in(world, new))


def at_mail_code(world: World) -> tuple[Browser, Page]:
    return begun(offering(world), world.person())


def at_mail_code_link(world: World) -> tuple[Browser, Page]:
    person = offering(world).person()
    browser, _ = begun(world, person)
    return browser, browser.open(newest(world, person.email).path)


def at_email_undo(world: World) -> tuple[Browser, Page]:
    browser, person = world.browser(), world.person()
    changed(world, signed_in(world, person), world.unused_email())
    return browser, browser.open(link_in(world, person.email))


def at_delete(world: World) -> tuple[Browser, Page]:
    browser = signed_in(world, world.person())
    return browser, press(browser, browser.open("/account"), "/account/delete")


def at_delete_undo(world: World) -> tuple[Browser, Page]:
    return (browser := world.browser()), browser.open(deleted(world, world.person()))


def at_logout(world: World) -> tuple[Browser, Page]:
    browser = signed_in(world, world.person())
    return browser, browser.open("/logout")


PLACES = [
    at_login, at_totp, at_recovery_code, at_enrol, at_recovery_codes, at_consent, at_choice, at_device, at_account, at_password,
    at_confirmation,
    at_logout, at_new_email, at_email_code, at_email_link, at_email_undo, at_mail_code, at_mail_code_link,
    at_profile, at_data,
    at_delete, at_delete_undo,
]  # fmt: skip


def none(browser: Browser, world: World) -> None:
    """The browser has no cookies: it was closed, or it keeps none."""
    del world
    browser.http.cookies.clear()


def only_the_session(browser: Browser, world: World) -> None:
    """Only the browser's cookie is missing."""
    del world
    browser.http.cookies.delete("idp_browser")


def of_another_tab(browser: Browser, world: World) -> None:
    """Another tab that started without a cookie at the same time got the later answer."""
    other = world.browser()
    world.authorize(other, world.client())
    browser.http.cookies.clear()
    browser.http.cookies.update(other.http.cookies)


def of_another_person(browser: Browser, world: World) -> None:
    """Another person signed in since."""
    other = signed_in(world, world.person())
    browser.http.cookies.clear()
    browser.http.cookies.update(other.http.cookies)


def stale(browser: Browser, world: World) -> None:
    """The cookies are the right ones, and the page was open for a day."""
    del browser
    world.clock.now += 90_000


def garbage(browser: Browser, world: World) -> None:
    """A value that the provider never set."""
    del world
    browser.http.cookies.clear()
    for name in ("idp_browser", "idp_session", "idp_device", "idp_remembered"):
        browser.http.cookies.set(name, "no-such-thing-at-all", domain="localhost.local", path="/")


COOKIES = [none, only_the_session, of_another_tab, of_another_person, stale, garbage]
FITTING = {200, 303, 400, 403, 422, 429}


def goes_on(answer: httpx.Response) -> bool:
    """Return whether the answer is a redirect, a download, beside which the page stays, or a page whose main part has a link or a form."""
    if answer.status_code == 303 or answer.headers.get("content-disposition", "").startswith("attachment"):
        return True
    main = answer.text.partition("<main")[2]
    return bool(re.search(r'<a [^>]*href="[^"]+"|<form ', main))


def filled(form: Form) -> dict[str, str]:
    """Return the form as a person sends it: each field has a value, and the first button is pressed."""
    pressed = {button.name: button.value for button in form.buttons[:1] if button.name}
    return {name: value or "123456" for name, value in form.fields.items()} | pressed


@pytest.mark.parametrize("cookies", COOKIES, ids=lambda each: each.__name__)
@pytest.mark.parametrize("place", PLACES, ids=lambda each: each.__name__)
def test_no_form_ends_in_a_dead_end(
    world: World, place: Callable[[World], tuple[Browser, Page]], cookies: Callable[[Browser, World], None]
) -> None:
    """Each form of each page is sent by POST, and its address is opened by GET."""
    browser, page = place(world)
    assert page.forms, page
    cookies(browser, world)
    kept = dict(browser.http.cookies)
    for form in page.forms:
        for answer in (browser.http.post(form.action, data=filled(form), headers={"Origin": ISSUER}), browser.http.get(form.action)):
            assert answer.status_code in FITTING, (form.action, answer.status_code)
            assert goes_on(answer), (form.action, answer.status_code, answer.text)
            assert not answer.headers.get("location", "").startswith(APP), "a request of another browser was answered"
            browser.http.cookies.clear()
            browser.http.cookies.update(kept)


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/no/such/page", 404), ("/authorize", 400), ("/authorize?client_id=nobody", 400), ("/authorize?client_id=a&client_id=b", 400),
        ("/login?request=forged", 400), ("/totp?request=forged", 400), ("/consent?request=forged", 400), ("/static/nothing.css", 404),
    ],
)  # fmt: skip
def test_every_error_page_has_a_way_on(world: World, path: str, status: int) -> None:
    answer = world.browser().http.get(path)
    assert answer.status_code == status
    assert goes_on(answer), answer.text


@pytest.mark.parametrize("path", ["/", "/totp", "/login", "/device", "/account", "/account/totp/remove", "/logout", "/nowhere"])
def test_a_method_that_is_not_taken_has_a_way_on(world: World, path: str) -> None:
    answer = world.browser().http.request("DELETE", path)
    assert answer.status_code == (404 if path == "/nowhere" else 405)
    assert goes_on(answer), answer.text
    assert "invalid_request" not in answer.text


def test_tabs_that_start_together(world: World) -> None:
    """Two tabs begin without a cookie, and the browser keeps the cookie of the second. The first one shows its page again, and works."""
    browser, client, person = world.browser(), world.client(), world.person()
    first = world.authorize(browser, client, state="first")
    browser.http.cookies.clear()
    second = world.authorize(browser, client, state="second")
    right = {"email": person.email, "password": person.password}
    again = browser.submit(first, right)
    assert again.status == 403
    assert "cookie" in error(again)
    assert person.email in again.text
    assert session_cookie(browser) is None
    assert browser.submit(again, right).answer["state"] == "first"
    assert browser.submit(second, right).answer["state"] == "second"


def test_a_browser_whose_cookie_is_gone_goes_on(world: World) -> None:
    """The page that is shown again sets a new cookie, so the next attempt works."""
    browser, client, person = world.browser(), world.client(), world.person()
    page = world.authorize(browser, client)
    browser.http.cookies.clear()
    right = {"email": person.email, "password": person.password}
    again = browser.submit(page, right)
    assert (again.status, "allow cookies" in error(again)) == (403, True)
    assert browser.submit(again, right).answer["code"]


def test_a_session_answers_no_request_of_another_browser(world: World) -> None:
    """B-17: the person is signed in and has allowed the app. A request that was sealed elsewhere still asks them to sign in."""
    attacker, victim, client, person = world.browser(), world.browser(), world.client(), world.person()
    planted = world.authorize(attacker, client, state="theirs")
    assert sign_in(world, victim, client, person).redirected_to
    steps = (
        "/login",
        "/totp",
        "/recovery-code",
        "/passkey",
        "/enrol",
        "/recovery-codes",
        "/verify-email",
        "/offer-passkey",
        "/upstream/link",
        "/choose-organization",
        "/consent",
    )
    for path in steps:
        request = {"request": hidden(planted, "request")}
        sent = victim.http.post(path, data={**request, "decision": "approve"}, headers={"Origin": ISSUER})
        opened = victim.http.get(path, params=request)
        assert (sent.status_code, opened.status_code) == (403, 200), path
        assert 'name="password"' in sent.text
        assert 'name="password"' in opened.text


def test_a_device_begins_again_where_its_code_is_compared(world: World) -> None:
    """RFC 8628 §5.4: a device's request of another browser leads to the page that asks whether the device shows the code."""
    browser = world.browser()
    client = world.client(grant_types=("urn:ietf:params:oauth:grant-type:device_code",), redirect_uris=(), auth_methods=("none",))
    device = browser.http.post("/device_authorization", data={"client_id": client.id, "scope": "openid"}).json()
    page = browser.submit(browser.open("/device"), {"user_code": device["user_code"]})
    browser.http.cookies.clear()
    answer = browser.http.post("/login", data={"request": hidden(page, "request")}, headers={"Origin": ISSUER})
    assert (answer.status_code, answer.headers["location"]) == (303, "/device?user_code=" + device["user_code"].replace("-", ""))


@pytest.mark.parametrize("place", [at_login, at_totp, at_recovery_code, at_enrol, at_consent, at_choice], ids=lambda each: each.__name__)
def test_the_address_of_a_step_keeps_the_app(world: World, place: Callable[[World], tuple[Browser, Page]]) -> None:
    """The address that a browser shows after a form leads to the step that is due, for the same app."""
    browser, page = place(world)
    form = next(form for form in page.forms if urlsplit(form.action).path != "/login" or place is at_login)
    again = browser.open(form.action)
    assert again.status == 200
    assert "Meadow" in again.text
    assert {urlsplit(each.action).path for each in again.forms} >= {
        "/login" if place is at_login else urlsplit(form.action).path.replace("recovery-code", "totp")
    }


def test_a_request_that_is_too_long_for_an_address_travels_in_the_form_alone(world: World) -> None:
    """Some gateways refuse long addresses."""
    browser = world.browser()
    page = world.authorize(browser, world.client(), state="s" * 4096)
    assert {urlsplit(form.action).query for form in page.forms} == {""}
    person = world.person()
    assert browser.submit(page, {"email": person.email, "password": person.password}).answer["state"] == "s" * 4096
