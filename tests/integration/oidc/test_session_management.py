"""OpenID Connect Session Management 1.0, if a deployment switches it on."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest

from tests.integration.oidc.conftest import ENDPOINT
from tests.support.deployment import BROWSER, WEB, Deployment, prepared, settings

STATE = "__Host-idp_state"
SCRIPT = Path(__file__).parents[3] / "idp" / "http" / "static" / "check_session.js"


@pytest.fixture
def managed(quick_endpoint: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Deployment:
    """Return a deployment with IDP_SESSION_MANAGEMENT=on."""
    monkeypatch.setenv(ENDPOINT, quick_endpoint)
    return prepared(settings(str(tmp_path), session_management="on"))


def test_it_is_off_unless_it_is_switched_on(idp: Deployment) -> None:
    """It is off by default: metadata and answers have no member of it, and /check_session is 404."""
    assert "check_session_iframe" not in idp.get("/.well-known/openid-configuration").json
    assert idp.get("/check_session").status == 404
    browser = idp.browser(idp.person())
    assert "session_state" not in idp.authorize(browser, WEB).answered


def test_session_state_is_what_the_iframe_computes(managed: Deployment) -> None:
    """§4.2: session_state is the hash of client_id, origin, browser state and salt, separated by spaces, then a dot and the salt."""
    user = managed.person(password="correct horse battery")
    browser = managed.browser()
    answer = managed.log_in(browser, managed.authorize(browser, WEB), user, "correct horse battery")
    told = answer.answered["session_state"]
    digest, _, salt = told.partition(".")
    text = f"{WEB.id} https://web.example {browser.cookies[STATE]} {salt}"
    assert digest == hashlib.sha256(text.encode()).hexdigest()
    assert "session_state" not in managed.authorize(browser, WEB, scope="orders").answered


def test_the_state_cookie_is_the_only_one_that_scripts_read(managed: Deployment) -> None:
    """F-03: the state cookie is Secure and SameSite=None, so that a frame can read it. It contains no session id."""
    user = managed.person(password="correct horse battery")
    browser = managed.browser()
    answer = managed.log_in(browser, managed.authorize(browser, WEB), user, "correct horse battery")
    set_cookies = {line.partition("=")[0]: line.lower() for line in answer.headers("set-cookie")}
    assert "httponly" not in set_cookies[STATE]
    assert "samesite=none" in set_cookies[STATE]
    assert "secure" in set_cookies[STATE]
    assert all("httponly" in line for name, line in set_cookies.items() if name != STATE)
    (session,) = managed.services.sessions.of(user.id)
    assert session.id not in browser.cookies[STATE]
    assert BROWSER in browser.cookies


def test_it_changes_at_sign_out(managed: Deployment) -> None:
    """§3.2: sign-out deletes the state cookie, so the iframe answers changed."""
    user = managed.person(password="correct horse battery")
    browser = managed.browser()
    answer = managed.log_in(browser, managed.authorize(browser, WEB), user, "correct horse battery")
    tokens = managed.redeem(WEB, answer.answered["code"]).json
    out = browser.get("/logout", {"id_token_hint": tokens["id_token"]})
    assert any(line.startswith(f'{STATE}="";') for line in out.headers("set-cookie"))


def test_the_page_may_be_framed_and_does_nothing_else(managed: Deployment) -> None:
    """§3.2: the page has no X-Frame-Options, frame-ancestors *, one script of the provider and no inline code."""
    answer = managed.get("/check_session")
    assert answer.header("x-frame-options") is None
    policy = answer.header("content-security-policy") or ""
    assert "frame-ancestors *" in policy
    assert "unsafe" not in policy
    assert managed.get("/.well-known/openid-configuration").json["check_session_iframe"] == "https://idp.example/check_session"
    source = answer.text.partition('src="')[2].partition('"')[0]
    assert managed.get(source.partition("?")[0], source.partition("?")[2]).body == SCRIPT.read_bytes()
    assert managed.get("/login").header("x-frame-options") == "DENY"
