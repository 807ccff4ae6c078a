"""Errors of the store, the provider and the caller: the status is right, and answers and logs contain no secret (K-03, K-04, FI-1)."""

from __future__ import annotations

import logging
import secrets
from typing import TYPE_CHECKING

import pytest

from idp.http.cookies import SESSION, name_of
from idp.store.transport import NoAnswer, Refusal
from tests.integration.oidc.engine import Watched, watched
from tests.support.calling import Answer, basic
from tests.support.clock import Clock
from tests.support.deployment import SERVICE, VERIFIER, WEB, Deployment, asked_by

if TYPE_CHECKING:
    from collections.abc import Callable

    from idp.settings import Settings

THROTTLED = Refusal("ProvisionedThroughputExceededException", {"Error": {"Code": "…", "Message": "table t-directory is too busy"}})
FAULTS = {
    "throttled": THROTTLED,
    "down": Refusal("InternalServerError", {}),
    "no rights": Refusal("AccessDeniedException", {"Error": {"Message": "arn:aws:iam::1:role/x may not"}}),
    "no answer": NoAnswer("read timeout"),
    "conflict": Refusal("TransactionConflictException", {}),
}


@pytest.fixture
def broken(oidc_settings: Settings, quick_endpoint: str, monkeypatch: pytest.MonkeyPatch) -> tuple[Deployment, Watched]:
    """Return a deployment whose engine fails when `fault` returns an error."""
    monkeypatch.setenv("AWS_ENDPOINT_URL_DYNAMODB", quick_endpoint)
    return watched(oidc_settings, Clock())


def unavailable(answer: Answer) -> None:
    """FI-1: assert 503 with Retry-After. The answer says nothing about the token, and names no table or role."""
    assert answer.status == 503, answer
    assert int(answer.header("retry-after") or "0") > 0
    assert answer.location is None
    assert answer.header("cache-control") == "no-store"
    for inside in ("dynamo", "table", "arn:", "Traceback", "Exceeded", "timeout"):
        assert inside not in answer.text
    assert "active" not in answer.text


def requests(idp: Deployment) -> dict[str, Callable[[], Answer]]:
    """Return a valid request to each endpoint that reads or writes. The requests are prepared before the engine fails."""
    ada = idp.person()
    browser = idp.browser(ada)
    tokens, code = idp.tokens(WEB, browser), idp.code(WEB, browser)
    return {
        "authorize": lambda: idp.authorize(browser, WEB),
        "code": lambda: idp.redeem(WEB, code),
        "refresh": lambda: idp.refresh(WEB, tokens["refresh_token"]),
        "service": lambda: idp.call(SERVICE, "/token", grant_type="client_credentials"),
        "userinfo": lambda: idp.userinfo(tokens["access_token"]),
        "introspect": lambda: idp.call(WEB, "/introspect", token=tokens["access_token"]),
        "introspect refresh": lambda: idp.call(WEB, "/introspect", token=tokens["refresh_token"]),
        "revoke": lambda: idp.call(WEB, "/revoke", token=tokens["refresh_token"]),
        "logout": lambda: browser.get("/logout", {"id_token_hint": tokens["id_token"]}),
    }


@pytest.mark.parametrize("fault", FAULTS)
def test_an_engine_that_fails(broken: tuple[Deployment, Watched], fault: str) -> None:
    """FI-1, I8: whatever the engine's error, each flow answers 503. Afterwards the same request succeeds."""
    idp, engine = broken
    for name, send in requests(idp).items():
        engine.forget()
        engine.fault = lambda _operation, _number: FAULTS[fault]
        unavailable(send())
        engine.forget()
        answer = send()
        assert answer.status in {200, 303}, (name, answer)


def test_an_engine_that_fails_at_the_write(broken: tuple[Deployment, Watched]) -> None:
    """FI-2, FI-4: a throttled write does not count as a replay: the code and the token stay valid, and no family is revoked."""
    idp, engine = broken
    for name, send in requests(idp).items():
        if name in {"authorize", "code", "refresh", "revoke"}:
            engine.forget()
            engine.fault = lambda operation, _number: THROTTLED if operation in {"UpdateItem", "PutItem", "BatchWriteItem"} else None
            unavailable(send())
            engine.forget()
            assert send().status in {200, 303}, name


def test_a_write_whose_reply_is_lost_is_no_replay(broken: tuple[Deployment, Watched]) -> None:
    """FI-3: the write may have been applied. A retry gets tokens, and the family is not revoked."""
    idp, engine = broken
    ada = idp.person()
    token = idp.tokens(WEB, ada)["refresh_token"]
    applied = engine.inner.call

    def lost(operation: str, request: dict[str, object]) -> object:
        answer = applied(operation, request)
        if operation == "UpdateItem":
            raise NoAnswer("read timeout")
        return answer

    engine.inner = type("Lossy", (), {"call": staticmethod(lost)})()
    unavailable(idp.refresh(WEB, token))
    engine.inner = type("Well", (), {"call": staticmethod(applied)})()
    assert idp.refresh(WEB, token).status == 200
    assert idp.events(ada) == []


def test_public_documents_stay_up(broken: tuple[Deployment, Watched]) -> None:
    """FI-17: when the keys are in memory, discovery and JWKS make no call."""
    idp, engine = broken
    idp.get("/jwks")
    engine.fault = lambda _operation, _number: FAULTS["down"]
    assert [idp.get(path).status for path in ("/jwks", "/.well-known/openid-configuration", "/healthz")] == [200, 200, 200]


@pytest.mark.parametrize("path", ["/token", "/userinfo", "/introspect", "/revoke", "/authorize", "/logout"])
def test_an_error_of_our_own(idp: Deployment, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], path: str) -> None:
    """K-03, K-04: the answer is 500 without details. The log has the error's type and place, but not its text, which may quote input."""
    canary = secrets.token_hex()

    def fails(*_: object, **__: object) -> None:
        raise RuntimeError(canary)

    for name in ("token.answer", "userinfo.claims_of", "introspection.introspect", "revocation.revoke"):
        monkeypatch.setattr(f"idp.http.oidc.{name}", fails)
    for name in ("authorization.browser", "end_session.browser"):
        monkeypatch.setattr(f"idp.http.oidc.{name}", fails)
    # A browser endpoint redirects a POST without a session cookie to a GET; with one it handles the POST itself.
    headers = [("content-type", "application/x-www-form-urlencoded"), ("cookie", f"{name_of(SESSION, idp.services.settings)}=x")]
    answer = idp.send("POST", path, headers=headers, body=b"client_id=web&token=x")
    assert answer.status == 500
    assert canary not in answer.text
    assert "RuntimeError" not in answer.text
    told = capsys.readouterr()
    assert "RuntimeError" in told.err
    assert str(answer.header("x-request-id")) in told.err
    assert canary not in told.err + told.out


def test_an_unknown_path(idp: Deployment) -> None:
    """An unknown path gets a page with status 404, which reflects nothing of the path."""
    for path in (
        "/nothing",
        "/token/",
        "/TOKEN",
        "//token",
        "/authorize/",
        "/authorize/..",
        "/%2e%2e/etc",
        "/.git/config",
        "/<script>",
        "/jwks/x",
    ):
        answer = idp.get(path)
        assert (answer.status, answer.location) == (404, None), path
        assert "<script>" not in answer.text


@pytest.mark.parametrize(
    "markup",
    ["<img src=x onerror=alert(1)>", '"><script>alert(1)</script>', "{{7*7}}", "${7*7}", "'-alert(1)-'", "\u202eevil"],
)
def test_error_pages_reflect_nothing(idp: Deployment, markup: str) -> None:
    """F-10: the page contains neither the client_id, nor the URI, nor a parameter's name or value."""
    for changes in ({"client_id": markup}, {"redirect_uri": markup}, {markup: markup, "redirect_uri": "x"}):
        answer = idp.get("/authorize", asked_by(WEB, **changes))
        assert answer.is_page
        assert answer.status == 400
        assert markup not in answer.text
        assert ">49<" not in answer.text
        assert "unsafe-inline" not in (answer.header("content-security-policy") or "")


def test_json_errors_reflect_nothing(idp: Deployment) -> None:
    """F-10: a JSON error contains no parameter's name or value."""
    for form in ({"grant_type": "<canary>"}, {"grant_type": "refresh_token", "refresh_token": "<canary>"}, {"<canary>": "<canary>"}):
        answer = idp.post("/token", form, auth=WEB.auth)
        assert answer.status == 400
        assert "canary" not in answer.text
        assert answer.header("content-type") == "application/json"


def test_every_error_carries_its_request_id(idp: Deployment) -> None:
    """Each error has a request id in a header, and a page shows it too, so that support can find the request."""
    for answer in (idp.get("/authorize"), idp.post("/token", {}), idp.get("/userinfo")):
        assert len(answer.header("x-request-id") or "") >= 16
    page = idp.get("/authorize")
    assert (page.header("x-request-id") or "x") in page.text


def test_nothing_secret_is_logged(
    broken: tuple[Deployment, Watched], caplog: pytest.LogCaptureFixture, capsys: pytest.CaptureFixture[str]
) -> None:
    """K-03: no log contains a secret of a header, body, query or cookie, whether the request is valid, invalid or fails inside."""
    idp, engine = broken
    caplog.set_level(logging.DEBUG)
    logging.getLogger("werkzeug").setLevel(logging.WARNING)  # the log of the test engine
    ada = idp.person()
    browser = idp.browser(ada)
    code, tokens = idp.code(WEB, browser), idp.tokens(WEB, browser)
    idp.redeem(WEB, code)
    canaries = [WEB.secret, "canary", VERIFIER, code, tokens["access_token"], tokens["refresh_token"], tokens["id_token"]]
    canaries += [value for name, value in browser.cookies.items() if "session" in name]
    for fails in (False, True):
        engine.fault = lambda _operation, _number: THROTTLED
        if not fails:
            engine.forget()
        idp.post("/token", {"grant_type": "password", "password": "canary"}, auth=(WEB.id, "canary"))
        idp.post("/token", "grant_type=canary%ff&canary", auth=WEB.auth)
        idp.refresh(WEB, tokens["refresh_token"])
        idp.redeem(WEB, code)
        idp.userinfo(tokens["access_token"])
        idp.userinfo("canary")
        idp.call(WEB, "/introspect", token=tokens["refresh_token"])
        browser.get("/authorize", asked_by(WEB, state="canary", redirect_uri="https://canary.example"))
        browser.get("/logout", {"id_token_hint": tokens["id_token"]})
        idp.get("/userinfo", {"access_token": tokens["access_token"]})
        idp.send("POST", "/token", headers=[("authorization", basic("web", "canary"))], body=b'{"secret": "canary"}')
    told = "\n".join(f"{record.getMessage()} {vars(record)}" for record in caplog.records)
    printed = capsys.readouterr()
    assert "/token" in printed.err
    assert [canary for canary in canaries if canary in told + printed.err + printed.out] == []


def test_tokens_are_not_kept(fresh: Deployment) -> None:
    """The store contains no code or token in the form in which it was issued (docs/design.md, State 5)."""
    ada = fresh.person()
    browser = fresh.browser(ada)
    code, tokens = fresh.code(WEB, browser), fresh.tokens(WEB, browser)
    kept = str(list(fresh.services.database.scan("state"))) + str(list(fresh.services.database.scan("directory")))
    given = [
        code,
        tokens["access_token"],
        tokens["refresh_token"],
        tokens["id_token"],
        WEB.secret,
        browser.cookies["__Host-idp_session"],
        VERIFIER,
    ]
    assert [secret for secret in given if secret in kept] == []
