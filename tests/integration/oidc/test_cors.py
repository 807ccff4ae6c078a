"""Cross-origin scripts (F-13): they may call endpoints that ignore cookies and read the answers. Other endpoints allow no origin."""

from __future__ import annotations

import pytest

from tests.support.calling import bearer
from tests.support.deployment import SPA, THIRD_PARTY, WEB, Deployment, asked_by

OPEN = [
    "/.well-known/openid-configuration", "/.well-known/oauth-authorization-server", "/.well-known/webfinger", "/jwks", "/par",
    "/device_authorization", "/token", "/userinfo", "/revoke", "/register",
]  # fmt: skip
CLOSED = [
    "/authorize",
    "/introspect",
    "/logout",
    "/logout/confirm",
    "/login",
    "/consent",
    "/account",
    "/healthz",
    "/nothing",
    "/admin/v1/users",
]
ORIGINS = ["https://spa.example", "https://evil.example", "null", "https://idp.example.evil.example", ""]


@pytest.mark.parametrize("origin", ORIGINS)
@pytest.mark.parametrize("path", OPEN)
def test_public_endpoints_allow_any_origin_without_credentials(idp: Deployment, path: str, origin: str) -> None:
    """These endpoints allow any origin, and no credentials: browsers refuse "*" for requests with credentials (Fetch §3.3)."""
    answer = idp.get(path, headers=[("origin", origin)])
    assert answer.header("access-control-allow-origin") == "*"
    assert answer.header("access-control-allow-credentials") is None
    assert answer.header("cross-origin-resource-policy") == "cross-origin"
    assert "www-authenticate" in (answer.header("access-control-expose-headers") or "").lower()


@pytest.mark.parametrize("path", OPEN)
def test_a_preflight_allows_what_clients_send(idp: Deployment, path: str) -> None:
    """Fetch §4.8: a preflight allows Authorization and Content-Type, and does nothing else."""
    asked = [
        ("origin", "https://spa.example"),
        ("access-control-request-method", "POST"),
        ("access-control-request-headers", "authorization"),
    ]
    answer = idp.send("OPTIONS", path, headers=asked)
    assert (answer.status, answer.body) == (204, b"")
    assert answer.header("access-control-allow-origin") == "*"
    assert "POST" in (answer.header("access-control-allow-methods") or "")
    assert {"authorization", "content-type"} <= {
        name.strip().lower() for name in (answer.header("access-control-allow-headers") or "").split(",")
    }
    assert answer.header("access-control-allow-credentials") is None


@pytest.mark.parametrize("method", ["OPTIONS", "GET", "POST"])
@pytest.mark.parametrize("path", CLOSED)
def test_pages_with_cookies_allow_no_origin(idp: Deployment, path: str, method: str) -> None:
    """An endpoint that uses cookies allows no origin in CORS headers, not even the provider's own."""
    for origin in [*ORIGINS, "https://idp.example"]:
        asked = [("origin", origin), ("access-control-request-method", "POST"), ("content-type", "application/x-www-form-urlencoded")]
        answer = idp.send(method, path, headers=asked)
        assert [name for name, _ in answer.raw_headers if name.startswith(b"access-control")] == []
        assert answer.header("cross-origin-resource-policy") == "same-origin"


def test_errors_can_be_read(idp: Deployment) -> None:
    """A single-page app needs the reason of an error, so 400, 401, 405 and 413 have the CORS headers too."""
    for answer in (
        idp.post("/token", {}), idp.post("/token", {"grant_type": "client_credentials"}, auth=("x", "y")), idp.get("/token"),
        idp.post("/token", "x" * 70_000), idp.userinfo("x"), idp.get("/userinfo"),
    ):  # fmt: skip
        assert answer.status >= 400
        assert answer.header("access-control-allow-origin") == "*"


def test_a_single_page_app(idp: Deployment) -> None:
    """An app in a browser can read each answer: pushed request, token, userinfo, revocation."""
    code = idp.code(SPA, idp.person())
    origin = [("origin", "https://spa.example")]
    pushed = idp.post("/par", asked_by(SPA), headers=origin)
    assert (pushed.status, pushed.header("access-control-allow-origin")) == (201, "*")
    form = {"client_id": SPA.id, "grant_type": "authorization_code", "code": code, "redirect_uri": SPA.redirect_uri}
    answer = idp.post("/token", {**form, "code_verifier": "a-verifier.of_43~characters-at-the-very-least"}, headers=origin)
    answers = [answer, idp.get("/userinfo", headers=[*origin, *bearer(answer.json["access_token"])])]
    answers.append(idp.post("/revoke", {"client_id": SPA.id, "token": answer.json["refresh_token"]}, headers=origin))
    assert [a.status for a in answers] == [200, 200, 200]
    assert {a.header("access-control-allow-origin") for a in answers} == {"*"}


def test_cookies_do_not_count_where_any_origin_may_call(idp: Deployment) -> None:
    """These endpoints ignore the session cookie, so "*" is safe."""
    browser = idp.browser(idp.person())
    assert browser.get("/userinfo").status == 401
    assert browser.post("/token", {"grant_type": "client_credentials", "client_id": WEB.id}).status == 401


def test_silent_renewal_needs_no_frame_of_the_provider(idp: Deployment) -> None:
    """prompt=none redirects to the app, which works in an iframe. Every page of the provider forbids framing."""
    browser = idp.browser(idp.person())
    assert browser.get("/authorize", asked_by(WEB, prompt="none")).status == 303
    for page in (browser.get("/authorize", asked_by(THIRD_PARTY)), idp.get("/authorize", asked_by(WEB)), browser.get("/logout")):
        assert page.header("x-frame-options") == "DENY"
        assert "frame-ancestors 'none'" in (page.header("content-security-policy") or "")
