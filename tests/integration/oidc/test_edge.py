"""The outermost layer: body limits, headers on every answer, and no trust in request headers (threats F, K-01)."""

from __future__ import annotations

import re
from urllib.parse import urlencode

import pytest

from idp.http.request import MAX_BODY
from tests.support.calling import FORM, basic
from tests.support.deployment import ISSUER, SERVICE, VERIFIER, WEB, Deployment, asked_by

HEADERS = [("content-type", FORM), ("authorization", basic(*SERVICE.auth))]
POSTS = ["/token", "/introspect", "/revoke", "/userinfo", "/authorize", "/logout", "/login", "/consent", "/nothing"]
EVERYWHERE = [
    ("GET", "/.well-known/openid-configuration"), ("GET", "/jwks"), ("GET", "/authorize"), ("POST", "/token"), ("GET", "/userinfo"),
    ("POST", "/introspect"), ("POST", "/revoke"), ("GET", "/logout"), ("GET", "/healthz"), ("GET", "/nothing"), ("GET", "/login"),
    ("DELETE", "/token"), ("GET", "/account"), ("TRACE", "/token"),
]  # fmt: skip


# --- bodies -------------------------------------------------------------------------------------------------------------


def filled(size: int) -> bytes:
    """A valid token request of this many bytes."""
    form = b"grant_type=client_credentials&padding="
    return form + b"x" * (size - len(form))


def test_the_largest_body(idp: Deployment) -> None:
    """A body of 64 KB is accepted, in one or more chunks."""
    assert idp.send("POST", "/token", headers=HEADERS, body=filled(MAX_BODY)).status == 200
    pieces = [filled(MAX_BODY)[at : at + 1000] for at in range(0, MAX_BODY, 1000)]
    assert idp.send("POST", "/token", headers=HEADERS, chunks=pieces).status == 200


@pytest.mark.parametrize("path", POSTS)
@pytest.mark.parametrize("declared", [None, str(MAX_BODY + 1), "10", "99999999999999999999999"])
def test_a_larger_body(idp: Deployment, path: str, declared: str | None) -> None:
    """K-01, Starlette CVE-2026-54283: the answer is 413 before parsing, with any Content-Length."""
    headers = [*HEADERS, *([("content-length", declared)] if declared else [])]
    answer = idp.send("POST", path, headers=headers, body=filled(MAX_BODY + 1))
    assert answer.status == 413
    assert answer.location is None


def test_an_endless_body(idp: Deployment) -> None:
    """The body is read up to 64 KB and no further."""

    class Endless(list[bytes]):
        asked = 0

        def pop(self, _index: object = 0) -> bytes:
            self.asked += 1
            assert self.asked < 100, "still reading"
            return b"x" * 1024

        def __len__(self) -> int:
            return 1

    assert idp.send("POST", "/token", headers=HEADERS, chunks=Endless([b"x"])).status == 413


def test_a_length_that_is_no_number(idp: Deployment) -> None:
    """The received bytes are counted, and the Content-Length is ignored."""
    for declared in ("x", "", "-1", "1e3", "\xb2"):
        assert idp.send("POST", "/token", headers=[*HEADERS, ("content-length", declared)], body=filled(100)).status == 200


def test_more_than_a_hundred_parameters_are_refused(idp: Deployment) -> None:
    """K-01: a request may have a hundred parameters."""
    answer = idp.send("POST", "/token", headers=HEADERS, body=b"&".join(b"p%d=1" % number for number in range(5000)))
    assert (answer.status, answer.error) == (400, "invalid_request")


def test_a_caller_who_goes_away(idp: Deployment) -> None:
    """A request with an incomplete body gets 400."""
    answer = idp.send("POST", "/token", headers=HEADERS, scope={"idp.test": 1}, chunks=[b""])
    assert answer.status == 400


# --- headers of answers ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("method", "path"), EVERYWHERE)
def test_each_answer_has_security_headers(idp: Deployment, method: str, path: str) -> None:
    """F-04: errors and answers to unknown paths have them too."""
    answer = idp.send(method, path)
    assert answer.header("x-content-type-options") == "nosniff"
    assert answer.header("x-frame-options") == "DENY"
    assert answer.header("referrer-policy") == "same-origin"
    assert answer.header("strict-transport-security") == "max-age=63072000; includeSubDomains"
    assert answer.header("cross-origin-opener-policy") == "same-origin"
    policy = answer.header("content-security-policy") or ""
    for directive in ("default-src 'none'", "frame-ancestors 'none'", "base-uri 'none'", "form-action"):
        assert directive in policy
    assert "unsafe" not in policy
    assert answer.header("server") is None
    assert answer.header("x-powered-by") is None


@pytest.mark.parametrize(
    ("method", "path"), [place for place in EVERYWHERE if place[1] not in {"/jwks", "/.well-known/openid-configuration"}]
)
def test_nothing_is_cached(idp: Deployment, method: str, path: str) -> None:
    """F-15, RFC 6749 §5.1: only public documents may be cached."""
    assert idp.send(method, path).header("cache-control") == "no-store"


def test_413_has_them_too(idp: Deployment) -> None:
    """The answer 413 is sent before the app is called."""
    answer = idp.send("POST", "/token", headers=HEADERS, body=filled(MAX_BODY + 1))
    assert (answer.header("x-frame-options"), answer.header("cache-control")) == ("DENY", "no-store")


def test_an_answer_to_a_form_is_never_307(idp: Deployment) -> None:
    """F-16, RFC 9700 §4.12: the status is 303, so that browsers do not repeat the form."""
    browser = idp.browser(idp.person())
    assert browser.post("/authorize", asked_by(WEB)).status == 303


# --- headers of requests ----------------------------------------------------------------------------------------------------

EVIL = "evil.example"
POISON = [
    [("host", EVIL)], [("host", f"idp.example@{EVIL}")], [("host", f"idp.example:443@{EVIL}")], [("host", "a/?x=")],
    [("host", "x/admin/..")],
    [("host", "")], [("host", "idp.example\x00")], [("host", "[::1"), ("x-forwarded-host", EVIL)],
    [("host", "idp.example"), ("host", EVIL)],
    [("x-forwarded-host", EVIL)], [("forwarded", f"host={EVIL};proto=http")], [("x-original-host", EVIL)], [("x-host", EVIL)],
    [("x-forwarded-proto", "http")], [("x-forwarded-prefix", "/evil")], [("x-original-url", "/admin")], [("x-rewrite-url", "/admin")],
    [("x-forwarded-server", EVIL)], [("x-http-method-override", "DELETE")], [("origin", f"https://{EVIL}")], [("referer", f"https://{EVIL}/")],
]  # fmt: skip


@pytest.mark.parametrize("headers", POISON)
def test_the_issuer_is_what_was_configured(idp: Deployment, headers: list[tuple[str, str]]) -> None:
    """F-06, F-07, Starlette CVE-2026-48710: no header changes a URL, an issuer, a redirect or the route."""
    raw = [(name.encode(), value.encode("latin-1")) for name, value in headers]
    browser = idp.browser(idp.person())
    cookie = [(b"cookie", "; ".join(f"{name}={value}" for name, value in browser.cookies.items()).encode())]
    document = idp.send("GET", "/.well-known/openid-configuration", raw_headers=raw).json
    assert document["issuer"] == ISSUER
    assert EVIL not in str(document)
    answer = idp.send("GET", "/authorize", query=asked_by(WEB), raw_headers=[*raw, *cookie])
    assert answer.sent_to == WEB.redirect_uri
    assert answer.answered["iss"] == ISSUER
    page = idp.send("GET", "/authorize", query=asked_by(WEB), raw_headers=raw)
    assert page.status == 200
    assert EVIL not in page.text
    assert all(action.startswith("/") and not action.startswith("//") for action in page.actions)
    assert EVIL not in str(page.raw_headers)


@pytest.mark.parametrize(
    "name",
    [
        "x-apigateway-event", "x-apigateway-context", "x-amzn-request-context", "x-amzn-lambda-context", "x-amzn-oidc-data",
        "x-amzn-oidc-identity", "oidc_claim_sub", "x-forwarded-user", "x-remote-user", "remote-user", "x-user-id",
    ],
)  # fmt: skip
def test_forged_gateway_headers(idp: Deployment, name: str) -> None:
    """F-08, CVE-2026-18248: a header authenticates no caller."""
    ada = idp.person()
    event = f'{{"requestContext": {{"authorizer": {{"sub": "{ada.id}"}}, "requestId": "forged-forged-forged"}}, "sub": "{ada.id}"}}'
    for value in (event, ada.id):
        answer = idp.get("/authorize", asked_by(WEB, prompt="none"), headers=[(name, value)])
        assert answer.answered["error"] == "login_required"
        assert "forged" not in (answer.header("x-request-id") or "")
        assert idp.get("/userinfo", headers=[(name, value)]).status == 401


@pytest.mark.parametrize("name", ["x-forwarded-for", "x-real-ip", "true-client-ip", "cf-connecting-ip", "forwarded", "x-client-ip"])
def test_the_callers_address_is_the_connections(idp: Deployment, name: str) -> None:
    """F-09, Authentik CVE-2024-47070: limits and audit use the gateway's source address."""
    ada = idp.person()
    code = idp.code(WEB, ada)
    idp.redeem(WEB, code)
    form = {"grant_type": "authorization_code", "code": code, "redirect_uri": WEB.redirect_uri, "code_verifier": VERIFIER}
    idp.post("/token", form, auth=WEB.auth, headers=[(name, "198.51.100.66")])
    assert [event.address for event in idp.events(ada)] == ["203.0.113.7"]


@pytest.mark.parametrize("sent", ["caller-chosen-id-0001", "x" * 1000, "\r\nSet-Cookie: evil=1"])
def test_the_request_id_is_not_the_callers(idp: Deployment, sent: str) -> None:
    """F-12: it cannot be used to write into logs or headers."""
    answer = idp.get("/healthz", headers=[("x-request-id", sent), ("x-amzn-requestid", sent), ("x-amzn-trace-id", sent)])
    assert re.fullmatch(r"[A-Za-z0-9_=-]{16,64}", answer.header("x-request-id") or "")
    assert answer.header("x-request-id") != sent


def test_the_request_id_is_the_gateways(idp: Deployment) -> None:
    """The gateway's request id is used if it has the expected form."""
    for given, taken in (("JKJaXmPLvHcESHA=", True), ("x", False), ("a b", False), ("a\r\nb: c" * 3, False), (7, False), (None, False)):
        answer = idp.send("GET", "/healthz", scope={"aws.event": {"requestContext": {"requestId": given}}})
        assert (answer.header("x-request-id") == given) is taken


@pytest.mark.parametrize("path", ["/token", "/authorize", "/userinfo"])
def test_other_forms_of_a_request_reach_the_same_app(idp: Deployment, path: str) -> None:
    """A percent-encoded path, a root path and HTTP/2 reach the same app."""
    answer = idp.send(
        "POST", path, scope={"http_version": "2", "raw_path": b"/%2e%2e/x", "scheme": "http"}, headers=[("content-type", FORM)]
    )
    assert answer.status in {400, 401}


def test_plus_and_percent_in_the_query(idp: Deployment) -> None:
    """F-17: a query is decoded once, as a form: "+" is a space, %2B a plus, %2520 is %20."""
    browser = idp.browser(idp.person())
    for sent, meant in (
        ("a+b", "a b"),
        ("a%2Bb", "a+b"),
        ("a%2520b", "a%20b"),
        ("a%3Db%26c", "a=b&c"),
        ("a;b", "a;b"),
        ("a%", "a%"),
        ("%zz", "%zz"),
    ):
        answer = browser.get("/authorize", f"{urlencode(asked_by(WEB, state=None))}&state={sent}")
        assert answer.answered["state"] == meant
