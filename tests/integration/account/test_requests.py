"""The checks of a form: the origin of our own page, the request of this browser, and its age (threats F-01, F-02, F-03; B-17)."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import httpx
import pytest

from idp.domain.sessions import sign_in_step
from idp.http.app import build
from idp.wiring import build_services
from tests.support.in_process import InProcess
from tests.support.pages import ISSUER, hidden, session_cookie, sign_in

if TYPE_CHECKING:
    from tests.support.forms import Browser, Page
    from tests.support.people import Person
    from tests.support.world import World

FORM = "application/x-www-form-urlencoded"
STEPS = [path for step in sign_in_step.STEPS for path in step.forms]
ACCOUNT = [
    "/account/confirm", "/account/password", "/account/totp/enrol", "/account/totp/confirm", "/account/totp/remove",
    "/account/recovery-codes", "/account/sessions/end", "/account/grants/revoke", "/account/passkeys/add", "/account/passkeys/confirm",
    "/account/passkeys/rename", "/account/passkeys/remove", "/account/password/remove",
    "/account/email", "/account/email/ask", "/account/email/code", "/account/profile", "/account/data/export", "/account/devices/forget",
    "/account/delete", "/account/delete/confirm",
    "/account/verify-email", "/account/verify-email/code", "/account/connections/link", "/account/connections/unlink",
]  # fmt: skip


def post(browser: Browser, path: str, data: dict[str, str], **headers: str) -> httpx.Response:
    """Send a form, with the origin of our own page unless the headers say otherwise."""
    return browser.http.post(path, data=data, headers={"Origin": ISSUER, **headers})


def credentials(page: Page, person: Person) -> dict[str, str]:
    """Return the fields of the login form."""
    return {"request": hidden(page, "request"), "email": person.email, "password": person.password}


@pytest.mark.parametrize("path", [*STEPS, *ACCOUNT, "/account"])
@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "https://evil.example"},
        {"Origin": "null"},
        {"Origin": ISSUER + ".evil.example"},
        {"Origin": ISSUER.replace("http:", "https:")},
        {"Origin": "http://localhost:8001"},
        {"Origin": ""},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
    ],
)
def test_no_form_is_taken_from_another_site(world: World, path: str, headers: dict[str, str]) -> None:
    """F-02: 403 before the form is read, with and without a session."""
    answer = world.browser().http.post(path, data={"request": "x"}, headers=headers)
    assert answer.status_code == 403
    assert "set-cookie" not in answer.headers


@pytest.mark.parametrize("path", ["/login", "/device", "/account", "/account/password", "/totp", "/account/confirm"])
def test_a_method_that_is_not_taken_is_told_those_that_are(world: World, path: str) -> None:
    """RFC 9110 §15.5.6: Allow lists all methods of the address, not those of one of its handlers."""
    answer = world.browser().http.request("PUT", path)
    assert answer.status_code == 405
    assert set(answer.headers["allow"].replace(" ", "").split(",")) == {"GET", "HEAD", "POST"}
    assert world.browser().http.head(path).status_code == world.browser().http.get(path).status_code


def test_two_origins_are_none(world: World) -> None:
    """Two Origin headers count as no origin."""
    answer = world.browser().http.post("/login", data={}, headers=[("Origin", ISSUER), ("Origin", "https://evil.example")])
    assert answer.status_code == 403


def test_a_client_that_names_no_origin_is_no_browser_of_another_site(world: World) -> None:
    """Browsers send Origin with each POST. A program without it has no cookies of a person."""
    browser, person = world.browser(), world.person()
    page = world.authorize(browser, world.client())
    assert browser.http.post("/login", data=credentials(page, person)).status_code == 303


@pytest.mark.parametrize("content_type", ["text/plain", "application/json", "multipart/form-data; boundary=x"])
def test_only_forms_are_forms(world: World, content_type: str) -> None:
    """F-02: content types that another site can send without a preflight, and those that need one, are refused."""
    answer = world.browser().http.post("/login", content=b'{"request":"x"}', headers={"Origin": ISSUER, "Content-Type": content_type})
    assert answer.status_code == 400


@pytest.mark.parametrize("path", STEPS)
@pytest.mark.parametrize("request_field", [None, "", "x", "forged.AAAA"])
def test_a_step_needs_a_sealed_request(world: World, path: str, request_field: str | None) -> None:
    """An absent, empty or forged request gets a page that says so."""
    answer = post(world.browser(), path, {} if request_field is None else {"request": request_field})
    assert answer.status_code == 400
    assert "expired" in answer.text


def test_a_request_is_no_other_handle(world: World) -> None:
    """B-11: a sealed cookie in the place of the request is refused."""
    browser, person = world.browser(), world.person()
    sign_in(world, browser, world.client(), person)
    for name in ("idp_session", "idp_device"):
        assert post(browser, "/login", {"request": browser.http.cookies[name]}).status_code == 400


def test_a_page_that_was_open_for_an_hour_has_expired(world: World) -> None:
    """The page says so, and the password that came with it was not checked."""
    browser, person = world.browser(), world.person()
    page = world.authorize(browser, world.client())
    world.clock.now += world.services.settings.sign_in_lifetime
    answer = post(browser, "/login", credentials(page, person))
    assert answer.status_code == 400
    assert "has expired" in answer.text
    assert session_cookie(browser) is None


@pytest.mark.parametrize("path", STEPS)
def test_a_request_of_another_browser_is_refused(world: World, path: str) -> None:
    """B-17: a form made for another browser signs no person in (login CSRF)."""
    attacker, victim, person = world.browser(), world.browser(), world.person()
    page = world.authorize(attacker, world.client())
    world.authorize(victim, world.client())
    for browser in (victim, world.browser()):
        assert post(browser, path, credentials(page, person)).status_code == 403
        assert session_cookie(browser) is None


def test_a_parameter_that_is_sent_twice_is_refused(world: World) -> None:
    """RFC 6749 §3.1: the provider's own forms follow this rule too."""
    browser, person = world.browser(), world.person()
    page = world.authorize(browser, world.client())
    body = f"request={hidden(page, 'request')}&email={person.email}&email=other@example.com&password={person.password}"
    answer = browser.http.post("/login", content=body, headers={"Origin": ISSUER, "Content-Type": FORM})
    assert answer.status_code == 400


@pytest.mark.parametrize("path", [*STEPS, *ACCOUNT])
def test_forms_are_not_fetched(world: World, path: str) -> None:
    """GET of a step without a request leads to the account page; a form of the first step begins a sign-in. Two of them are off here."""
    answer = world.browser().http.get(path)
    closed = path.startswith(("/sign-up", "/mail-code"))
    assert answer.status_code == (403 if closed else 200 if path in sign_in_step.LOGIN.forms else 303)
    assert answer.headers.get("location") in {None, "/login", "/account"}


def test_a_session_id_from_outside_is_never_adopted(world: World) -> None:
    """F-01: the session id changes at the sign-in, and the former session is invalid."""
    attacker, victim, client, person = world.browser(), world.browser(), world.client(), world.person()
    mallory = world.person()
    sign_in(world, attacker, client, mallory)
    planted = session_cookie(attacker) or ""
    victim.http.cookies.set("idp_session", planted, domain="localhost.local", path="/")
    page = victim.open("/login?")
    assert mallory.email in page.text  # the planted session works until then
    page = world.authorize(victim, client, prompt="login")
    page = victim.submit(page, {"email": person.email, "password": person.password})
    assert page.redirected_to
    assert planted not in page.response.headers.get_list("set-cookie")[0]
    assert "password" in attacker.open("/account").fields  # and it is invalid now for the attacker who planted it
    assert not world.sessions(mallory)


def test_every_sign_in_and_every_factor_gives_a_new_session_id(world: World) -> None:
    """F-01: a new one after the password and after the second factor. Each former one is invalid."""
    browser, client, person = world.browser(), world.client(), world.person(totp=True)
    page = browser.submit(world.authorize(browser, client), {"email": person.email, "password": person.password})
    pending = session_cookie(browser)
    page = browser.submit(page, {"code": person.code(world.clock())})
    complete = session_cookie(browser)
    assert pending
    assert complete
    assert pending != complete
    stale = world.browser()
    stale.http.cookies.set("idp_session", pending)
    assert "password" in stale.open("/account").fields


def test_cookies_of_an_https_issuer_are_bound_to_it(world: World) -> None:
    """F-03: __Host-, Secure, HttpOnly, SameSite=Lax, no Domain."""
    issuer = world.services.settings.issuer.replace("http:", "https:")
    settings = replace(world.services.settings, issuer=issuer)
    app = build(build_services(settings, clock=world.clock))
    person = world.person()
    with httpx.Client(transport=InProcess(app), base_url=issuer, headers={"Origin": issuer}) as http:
        page = http.get("/login")
        sealed = page.text.partition('name="request" value="')[2].partition('"')[0]
        answer = http.post("/login", data={"request": sealed, "email": person.email, "password": person.password})
    cookies = [*page.headers.get_list("set-cookie"), *answer.headers.get_list("set-cookie")]
    assert answer.status_code == 303
    assert {cookie.partition("=")[0] for cookie in cookies} == {"__Host-idp_browser", "__Host-idp_session", "__Host-idp_device"}
    for cookie in cookies:
        attributes = {part.strip().lower() for part in cookie.split(";")[1:]}
        assert {"secure", "httponly", "samesite=lax", "path=/"} <= attributes
        assert not any(attribute.startswith("domain") for attribute in attributes)
    assert answer.headers["strict-transport-security"]
