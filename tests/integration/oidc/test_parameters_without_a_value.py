"""RFC 6749 §3.1, §3.2: "Parameters sent without a value MUST be treated as if they were omitted from the request", at every endpoint."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

import pytest

from idp.domain.apps.grant_types import DEVICE_CODE
from tests.integration.canaries import PARTS
from tests.support.calling import FORM, bearer
from tests.support.deployment import LAX, POSTING, SPA, WEB, asked_by

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.support.calling import Answer
    from tests.support.deployment import App, Deployment

Request = tuple[str, str, dict[str, str], list[tuple[str, str]]]


def _in_body(app: App) -> dict[str, str]:
    return {"client_id": app.id, "client_secret": app.secret}


def _code(idp: Deployment) -> Request:
    form = {"grant_type": "authorization_code", "code": idp.code(POSTING, idp.person()), "redirect_uri": POSTING.redirect_uri}
    return "POST", "/token", {**form, "code_verifier": "a-verifier.of_43~characters-at-the-very-least", **_in_body(POSTING)}, []


def _public(idp: Deployment) -> Request:
    form = {"grant_type": "authorization_code", "code": idp.code(SPA, idp.person()), "redirect_uri": SPA.redirect_uri}
    return "POST", "/token", {**form, "code_verifier": "a-verifier.of_43~characters-at-the-very-least", "client_id": SPA.id}, []


def _refresh(idp: Deployment) -> Request:
    token = idp.tokens(POSTING, idp.person())["refresh_token"]
    return "POST", "/token", {"grant_type": "refresh_token", "refresh_token": token, **_in_body(POSTING)}, []


def _service(idp: Deployment) -> Request:
    posting = idp.app(grant_types=("client_credentials",), scopes=("read",), auth_methods=("client_secret_post",))
    return "POST", "/token", {"grant_type": "client_credentials", **_in_body(posting)}, []


def _device(idp: Deployment) -> Request:
    return "POST", "/device_authorization", {"client_id": idp.app(grant_types=(DEVICE_CODE,), secret=False).id, "scope": "openid"}, []


def _pushed(idp: Deployment) -> Request:
    del idp
    return "POST", "/par", {**asked_by(POSTING), **_in_body(POSTING)}, []


def _introspection(idp: Deployment) -> Request:
    token = idp.tokens(POSTING, idp.person())["access_token"]
    return "POST", "/introspect", {"token": token, **_in_body(POSTING)}, []


def _revocation(idp: Deployment) -> Request:
    token = idp.tokens(POSTING, idp.person())["refresh_token"]
    return "POST", "/revoke", {"token": token, **_in_body(POSTING)}, []


def _userinfo(idp: Deployment) -> Request:
    return "POST", "/userinfo", {}, bearer(idp.tokens(POSTING, idp.person())["access_token"])


def _authorization(method: str) -> Callable[[Deployment], Request]:
    def request(idp: Deployment) -> Request:
        cookies = idp.browser(idp.person()).cookies
        return method, "/authorize", asked_by(POSTING), [("cookie", "; ".join(f"{name}={value}" for name, value in cookies.items()))]

    return request


def _webfinger(idp: Deployment) -> Request:
    return "GET", "/.well-known/webfinger", {"resource": idp.services.settings.issuer}, []


RIGHT: dict[str, Callable[[Deployment], Request]] = {
    "a code": _code, "a code of a public client": _public, "a refresh token": _refresh, "a service": _service, "a device": _device,
    "a pushed request": _pushed, "introspection": _introspection, "revocation": _revocation, "UserInfo": _userinfo,
    "an authorization request by GET": _authorization("GET"), "an authorization request by POST": _authorization("POST"),
    "WebFinger": _webfinger,
}  # fmt: skip


def _told(answer: Answer) -> list[str]:
    """The names of the members of an answer."""
    return sorted(answer.answered if answer.status == 303 else answer.json if answer.body else [])


def _send(idp: Deployment, request: Request) -> Answer:
    method, path, params, headers = request
    if method == "GET":
        return idp.send("GET", path, query=urlencode(params).encode(), headers=headers)
    return idp.send("POST", path, body=urlencode(params).encode(), headers=[*headers, ("content-type", FORM)])


@pytest.mark.parametrize("right", RIGHT.values(), ids=RIGHT)
def test_every_known_parameter_without_a_value_changes_nothing(idp: Deployment, right: Callable[[Deployment], Request]) -> None:
    """The same request with all other known parameters, each without a value, succeeds as before."""
    plain = _send(idp, right(idp))
    assert plain.status in {200, 201, 303}, plain.text
    for names in PARTS:
        method, path, params, headers = right(idp)
        padded = _send(idp, (method, path, {**dict.fromkeys(names, ""), **params}, headers))
        assert padded.status == plain.status, padded.text
        assert _told(padded) == _told(plain)


@pytest.mark.parametrize("path", ["/token", "/introspect", "/revoke", "/par", "/device_authorization"])
@pytest.mark.parametrize("app", [POSTING, WEB], ids=lambda app: app.id)
def test_a_secret_without_a_value_proves_no_confidential_client(idp: Deployment, app: App, path: str) -> None:
    """E-01: an empty secret is treated as no secret, so only a public client may send it."""
    form = {**asked_by(app, redirect_uri="https://web.example/cb"), "grant_type": "client_credentials", "token": "x", "client_secret": ""}
    answer = idp.post(path, form)
    assert (answer.status, answer.error) == (401, "invalid_client")


@pytest.mark.parametrize("path", ["/token", "/introspect", "/revoke", "/par"])
def test_nor_does_an_empty_password_in_the_header(idp: Deployment, path: str) -> None:
    """E-01: Basic with the id and an empty secret is refused for confidential and public clients."""
    for client_id in (WEB.id, POSTING.id, SPA.id):
        answer = idp.post(path, {**asked_by(WEB, client_id=None), "grant_type": "client_credentials", "token": "x"}, auth=(client_id, ""))
        assert (answer.status, answer.error) == (401, "invalid_client")


def test_a_verifier_without_a_value_is_no_verifier(idp: Deployment) -> None:
    """B-02: a code with a challenge is refused without a verifier, and stays unused."""
    for app in (WEB, SPA, LAX):
        code = idp.code(app, idp.person())
        answer = idp.redeem(app, code, code_verifier="")
        assert (answer.status, answer.error) == (400, "invalid_grant")
        assert idp.redeem(app, code).status == 200


def test_a_challenge_without_a_value_is_no_challenge(idp: Deployment) -> None:
    """RFC 9700 §2.1.1: a client that must use PKCE is refused; another client's request is treated as one without PKCE."""
    nothing: dict[str, str | None] = {"code_challenge": "", "code_challenge_method": ""}
    browser = idp.browser(idp.person())
    for app in (WEB, SPA):
        assert idp.authorize(browser, app, **nothing).answered["error"] == "invalid_request"
    code = idp.authorize(browser, LAX, **nothing).answered["code"]
    assert idp.redeem(LAX, code, code_verifier="").status == 200


@pytest.mark.parametrize("pairs", [[("scope", ""), ("scope", "openid")], [("scope", "openid"), ("scope", "")], [("x", ""), ("x", "")]])
def test_twice_is_refused_also_where_one_has_no_value(idp: Deployment, pairs: list[tuple[str, str]]) -> None:
    """RFC 6749 §3.2: "Request and response parameters MUST NOT be included more than once" (A-12)."""
    form: list[tuple[str, Any]] = [("grant_type", "client_credentials"), *_in_body(POSTING).items(), *pairs]
    answer = idp.send("POST", "/token", body=urlencode(form).encode(), headers=[("content-type", FORM)])
    assert (answer.status, answer.error) == (400, "invalid_request")
