"""The form driver sends exactly what a browser would send."""

from __future__ import annotations

from collections.abc import Callable
from urllib.parse import parse_qs

import httpx
import pytest

from tests.support.forms import Browser, sign_in

APP = "https://app.example/cb"
LOGIN = """<form method="post" action="/login"><input type="hidden" name="t" value="sealed"><input name="email" value="">
<input type="password" name="password"><input type="checkbox" name="stay" value="yes"><input type="checkbox" name="seen" checked>
<select name="lang"><option value="en">English<option value="de" selected>Deutsch</select><textarea name="note">as it was</textarea>
<input name="off" value="1" disabled><button id="go" name="do" value="sign-in">Sign in</button></form>
<button form="other" id="cancel" name="do" value="cancel">Cancel</button><form id="other" action="/cancel" method="post"></form>"""
CONSENT = """<form method="post" action="/consent"><button id="deny" name="choice" value="deny">Deny</button>
<button id="approve" name="choice" value="approve">Approve</button></form>"""


def browser(serve: Callable[[httpx.Request], httpx.Response]) -> Browser:
    return Browser(httpx.Client(transport=httpx.MockTransport(serve), base_url="https://idp.example"), stop=APP)


def provider(request: httpx.Request) -> httpx.Response:
    """A provider with two pages."""
    sent = parse_qs(request.content.decode(), keep_blank_values=True)
    if request.method == "GET":
        pages = {"/login": httpx.Response(200, html=LOGIN), "/consent": httpx.Response(200, html=CONSENT)}
        return pages.get(request.url.path, httpx.Response(303, headers={"Location": "/login"}))
    if request.url.path == "/cancel":
        return httpx.Response(200, json=sent)
    if request.url.path == "/consent":
        return httpx.Response(303, headers={"Location": f"{APP}?choice={sent['choice'][0]}"})
    if sent["password"] == ["right"]:
        return httpx.Response(303, headers={"Location": "/consent"})
    return httpx.Response(422, html=LOGIN)


def test_a_form_sends_what_a_browser_would_send() -> None:
    """Hidden, checked, selected and typed values; the pressed button; not disabled fields, nor unchecked boxes."""
    seen: list[httpx.Request] = []

    def serve(request: httpx.Request) -> httpx.Response:
        seen.append(request)
        return provider(request)

    at = browser(serve)
    at.submit(at.open("/login"), {"email": "ada@example.com", "password": "wrong"}, button="go")
    assert parse_qs(seen[-1].content.decode()) == {
        "t": ["sealed"],
        "email": ["ada@example.com"],
        "password": ["wrong"],
        "seen": ["on"],
        "lang": ["de"],
        "note": ["as it was"],
        "do": ["sign-in"],
    }
    assert seen[-1].headers["Origin"] == "https://idp.example"


def test_a_button_outside_its_form_belongs_to_it() -> None:
    """The attribute `form=` is read."""
    at = browser(provider)
    page = at.submit(at.open("/login"), button="cancel")
    assert page.response.json() == {"do": ["cancel"]}


def test_redirects_are_followed_up_to_the_app() -> None:
    """The app's address is returned and not opened."""
    at = browser(provider)
    page = sign_in(at, at.open("/authorize"), email="ada@example.com", password="right")
    assert page.redirected_to == f"{APP}?choice=approve"
    assert page.answer == {"choice": "approve"}


def test_a_refused_sign_in_ends_at_its_page() -> None:
    """A page that comes a second time is returned and not answered again."""
    at = browser(provider)
    page = sign_in(at, at.open("/authorize"), email="ada@example.com", password="wrong")
    assert page.redirected_to is None
    assert page.status == 422


def test_a_form_that_is_not_there_is_an_error_that_shows_the_page() -> None:
    """It sends no request with additional fields."""
    at = browser(provider)
    with pytest.raises(AssertionError, match="no form with"):
        at.submit(at.open("/login"), {"code": "123456"})
