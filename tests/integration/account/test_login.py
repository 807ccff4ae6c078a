"""The first step: one answer for each refused person, by the same calls and the same work (issue: Sign-in; threats F, G)."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from idp.services.factors.passwords import Passwords
from tests.support.pages import APP, error, hidden, press, recorded, session_cookie, sign_in, without_challenge
from tests.support.people import PASSWORD
from tests.support.world import World

if TYPE_CHECKING:
    from tests.support.forms import Page

GENERIC = "The email or the password is wrong."


def told(page: Page, email: str) -> tuple[object, ...]:
    """Return all that a stranger learns from an answer, without the parts that always differ."""
    shown = without_challenge(page.text).replace(hidden(page, "request"), "REQUEST").replace(email, "EMAIL")
    headers = [(name, value) for name, value in page.response.headers.items() if name not in {"x-request-id", "content-length"}]
    return page.status, shown, sorted(headers)


def test_the_right_password_leads_to_the_app(world: World) -> None:
    """The app gets a code, the state and the issuer (RFC 9207) by a 303, and a session begins."""
    browser, client, person = world.browser(), world.client(), world.person()
    page = sign_in(world, browser, client, person)
    assert page.status == 303  # F-16: after a 303 no browser sends the password again
    assert page.answer["state"] == "s1"
    assert page.answer["iss"] == world.services.settings.issuer
    assert page.answer["code"]
    assert session_cookie(browser)
    assert [session.amr for session in world.sessions(person)] == [("pwd",)]


def test_a_wrong_password_shows_the_page_again(world: World) -> None:
    """422 with the sentence. The page keeps the email and not the password, and no session begins."""
    browser, person = world.browser(), world.person()
    page = browser.submit(world.authorize(browser, world.client()), {"email": person.email, "password": "wrong horse"})
    assert page.status == 422
    assert error(page) == GENERIC
    assert page.form({"email": "", "password": ""}, None).fields["email"] == person.email
    assert "wrong horse" not in page.text
    assert session_cookie(browser) is None
    assert "set-cookie" not in page.response.headers
    assert not world.sessions(person)


def test_unknown_disabled_and_without_password_look_like_a_wrong_password(world: World) -> None:
    """G-01: status, body, headers and cookies; G-02: the same calls in the same order."""
    client = world.client()
    known, disabled, without = world.person(), world.person(disabled=True), world.person()
    assert world.services.users.replace(replace(without.user, password_hash=None))
    answers, calls = [], []
    for email, password in [
        (known.email, "wrong horse"), (world.unused_email(), PASSWORD), (disabled.email, PASSWORD), (without.email, PASSWORD),
        (world.unused_email(), "x" * 1025), ("no address", PASSWORD), ("nul\0@example.com", PASSWORD), (known.email, "nul\0byte"),
        ("", ""), (known.email, ""), ("a" * 3000 + "@example.com", PASSWORD),
    ]:  # fmt: skip
        browser = world.browser()
        page = world.authorize(browser, client)
        with recorded(world) as operations:
            answers.append(told(browser.submit(page, {"email": email, "password": password}), email or "NOTHING"))
        calls.append(operations)
    normal = re.sub(r' value="EMAIL"| autofocus', "", str(answers[0]))
    assert all(re.sub(r' value="EMAIL"| autofocus', "", str(answer)) == normal for answer in answers)
    assert all(operations == calls[0] for operations in calls), calls
    # Two reads, two counters and the audit event. The last call reads the client for the page.
    assert calls[0] == ["BatchGetItem", "BatchGetItem", "UpdateItem", "UpdateItem", "PutItem", "GetItem"]


def test_an_unknown_email_costs_one_argon2_run_like_a_known_one(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """G-02: hashing takes most of the time, and each attempt runs it exactly once."""
    runs: list[bool] = []
    real = Passwords.verify

    def verify(self: Passwords, encoded: str | None, normalised: str, **more: str) -> bool:
        runs.append(encoded is not None)
        return real(self, encoded, normalised, **more)

    monkeypatch.setattr(Passwords, "verify", verify)
    client, person, disabled = world.client(), world.person(), world.person(disabled=True)
    for email in (person.email, world.unused_email(), disabled.email, "no address"):
        browser = world.browser()
        browser.submit(world.authorize(browser, client), {"email": email, "password": "wrong horse"})
    assert runs == [True, False, True, False]


def test_an_email_is_found_however_it_is_typed(world: World) -> None:
    """Case, surrounding spaces and full-width letters lead to one account."""
    person = world.person()
    for typed in (f" {person.email.upper()} ", person.email.replace("a", "\uff41")):
        browser = world.browser()
        page = browser.submit(world.authorize(browser, world.client()), {"email": typed, "password": person.password})
        assert page.redirected_to, typed


def test_a_login_costs_four_calls(world: World) -> None:
    """The budget: two reads, one conditional write, one write of session and grant together."""
    browser, client, person = world.browser(), world.client(), world.person()
    page = world.authorize(browser, client)
    with recorded(world) as operations:
        assert browser.submit(page, {"email": person.email, "password": person.password}).redirected_to
    assert operations == ["BatchGetItem", "BatchGetItem", "UpdateItem", "BatchWriteItem"]


def test_the_hash_is_made_anew_when_the_parameters_changed(world: World) -> None:
    """The hash changes at a successful sign-in. Nothing else of the user changes, and no session ends."""
    person = world.person()
    sign_in(world, world.browser(), world.client(), person)
    stronger = Passwords(replace(world.services.settings, argon2_iterations=2))
    vars(world.services.sign_in)["_passwords"] = stronger
    assert sign_in(world, world.browser(), world.client(), person).redirected_to
    after = world.services.users.get(person.user.id)
    assert after
    assert after.password_hash
    assert "t=2" in after.password_hash
    assert after.security_stamp == person.user.security_stamp
    assert len(world.sessions(person)) == 2
    assert sign_in(world, world.browser(), world.client(), person).redirected_to


def test_a_failure_is_recorded_without_what_was_typed(world: World) -> None:
    """J-15, K-03: the subject when there is one; never the password, and not the email either, which may be a mistyped password."""
    person, client = world.person(), world.client()
    for email in (person.email, "typed-a-secret-here@example.com"):
        browser = world.browser("198.51.100.9")
        browser.submit(world.authorize(browser, client), {"email": email, "password": "canary-password"})
    events = [event for event in world.audited("sign_in.failed") if event.client_id == client.id]
    assert {(e.subject, e.reason) for e in events} == {(person.user.id, "wrong_password"), ("", "unknown_email")}
    assert {e.address for e in events} == {"198.51.100.9"}
    assert {e.outcome for e in events} == {"failure"}
    assert all(secret not in str(events) for secret in ("canary", "typed-a-secret"))


def test_a_sign_in_is_recorded(world: World) -> None:
    """The stored session is the record."""
    person, client = world.person(), world.client()
    sign_in(world, world.browser(), client, person)
    assert [event.client_id for event in world.audited("sign_in.succeeded", person)] == [client.id]


def test_a_client_that_was_disabled_meanwhile_gets_nothing(world: World) -> None:
    """The client is read again before the redirect: the answer is a page, and no session begins."""
    browser, client, person = world.browser(), world.client(), world.person()
    page = world.authorize(browser, client)
    assert world.services.clients.replace(replace(client, disabled=True))
    page = browser.submit(page, {"email": person.email, "password": person.password})
    assert page.status == 400
    assert page.redirected_to is None
    assert session_cookie(browser) is None
    assert not world.sessions(person)


def test_a_redirect_uri_that_was_taken_away_meanwhile_is_not_gone_to(world: World) -> None:
    """The address is compared again, although the sealed request contains it."""
    browser, client, person = world.browser(), world.client(), world.person()
    page = world.authorize(browser, client)
    assert world.services.clients.replace(replace(client, redirect_uris=("https://app.example/other",)))
    page = browser.submit(page, {"email": person.email, "password": person.password})
    assert page.status == 400
    assert "location" not in page.response.headers


def test_another_person_can_sign_in_instead(world: World) -> None:
    """'Not you?' shows the page without an email, for the same request."""
    browser, client, one, other = world.browser(), world.client(first_party=False), world.person(), world.person()
    page = sign_in(world, browser, client, one)
    assert page.has_button("approve")
    page = press(browser, page, "/login")
    assert one.email not in page.text
    page = browser.submit(page, {"email": other.email, "password": other.password})
    assert other.email in page.text
    assert browser.submit(page, button="approve").redirected_to
    assert not world.sessions(one)  # the session of the previous user has ended


def test_what_was_typed_comes_back_as_text(world: World) -> None:
    """F-10: an email and a login_hint that contain markup are shown as text."""
    hostile = '"><script>alert(1)</script>@example.com'
    browser = world.browser()
    page = world.authorize(browser, world.client(), login_hint=hostile)
    assert "<script>alert" not in page.text
    page = browser.submit(page, {"email": hostile, "password": "wrong horse"})
    assert page.status == 422
    assert "<script>alert" not in page.text


def test_pages_forbid_scripts_frames_and_foreign_forms(world: World, table_prefix: str) -> None:
    """F-04: a page of our own sends forms to us only. A page for an app has no form-action: its form ends at the app (decision 0007)."""
    page = world.authorize(world.browser(), world.client())
    assert "form-action" not in page.response.headers["content-security-policy"]
    # In tables of its own: with a connection of another test the page would lead to that provider.
    page = World(replace(world.settings, table_prefix=table_prefix)).with_tables().browser().open("/login")
    policy = page.response.headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "frame-ancestors 'none'" in policy
    assert "base-uri 'none'" in policy
    assert policy.endswith("form-action 'self'")
    assert "unsafe" not in policy
    assert page.response.headers["cache-control"] == "no-store"
    assert page.response.headers["x-content-type-options"] == "nosniff"
    assert page.response.headers["x-frame-options"] == "DENY"


def test_an_apps_logo_is_shown_and_nothing_else_is_loaded_from_its_host(world: World) -> None:
    """OIDC Registration §2: "the server SHOULD display this image"; it hears of no address of ours."""
    for registered_by in (None, "dynamic"):
        client = world.client(logo_uri="https://img.example:8443/a.png", policy_uri="https://app.example/p", registered_by=registered_by)
        page = world.authorize(world.browser(), client)
        assert '<img src="https://img.example:8443/a.png" alt="" width="48" height="48" referrerpolicy="no-referrer">' in page.text
        assert "; img-src 'self' data: https://img.example:8443; " in page.response.headers["content-security-policy"]


@pytest.mark.parametrize(
    "changes",
    [
        {"logo_uri": "https://img.example/a.png", "registered_by": "client_id_metadata"},
        {"logo_uri": "http://img.example/a.png"},
        {"logo_uri": "https://img.example;script-src https://evil.example/a.png"},
        {"logo_uri": "https://img.example https://evil.example/a.png"},
        {"logo_uri": "https://ada@img.example/a.png"},
        {"logo_uri": "https://*/a.png"},
        {"logo_uri": "https:///a.png"},
        {"logo_uri": "//img.example/a.png"},
        {"logo_uri": "javascript:alert(1)"},
        {"logo_uri": "data:image/svg+xml,x"},
        {"logo_uri": ""},
    ],
    ids=str,
)
def test_logos_that_are_not_loaded(world: World, changes: dict[str, str]) -> None:
    """A letter replaces the logo, and the policy is the same as without one (F-10)."""
    page = world.authorize(world.browser(), world.client(**changes))
    assert "<img" not in page.text
    assert "; img-src 'self' data:; " in page.response.headers["content-security-policy"]
    assert "script-src 'self'; " in page.response.headers["content-security-policy"]


def test_a_sign_in_that_no_app_asked_for_ends_at_the_account_page(world: World) -> None:
    """GET /login. With a session it redirects at once."""
    browser, person = world.browser(), world.person()
    page = browser.open("/account")
    assert "password" in page.fields
    page = browser.submit(page, {"email": person.email, "password": person.password})
    assert page.status == 200
    assert str(page.response.url).endswith("/account")
    assert person.email in page.text
    assert str(browser.open("/login").response.url).endswith("/account")
    assert APP not in page.text
