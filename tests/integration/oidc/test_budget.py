"""The DynamoDB calls of each flow, by name (docs/design.md, Promises). The number of users, sessions or grants does not change them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.integration.oidc.engine import Watched, watched
from tests.support.calling import Answer
from tests.support.clock import Clock
from tests.support.deployment import ISSUER, OTHER, SERVICE, SPA, THIRD_PARTY, WEB, Deployment, asked_by

if TYPE_CHECKING:
    from collections.abc import Callable

    from idp.domain.people.user import User
    from idp.settings import Settings

    Flow = Callable[..., list[str]]

PASSWORD = "nine wet walruses"


@pytest.fixture
def both(oidc_settings: Settings, quick_endpoint: str, monkeypatch: pytest.MonkeyPatch) -> tuple[Deployment, Watched]:
    """Return a warm deployment, and the engine that counts its calls."""
    monkeypatch.setenv("AWS_ENDPOINT_URL_DYNAMODB", quick_endpoint)
    idp, engine = watched(oidc_settings, Clock())
    idp.get("/jwks")
    idp.get("/.well-known/openid-configuration")  # reads the types of authorization details, which metadata lists
    idp.authorize(idp.browser(), WEB)  # reads the buttons of connections, once in a minute and in the same call as the client
    return idp, engine


def visit(idp: Deployment, engine: Watched, *, crowd: int = 0) -> list[str]:
    """Return the calls of an SSO visit: authorize, code, tokens."""
    browser = idp.browser(_busy(idp, crowd))
    engine.forget()
    assert idp.redeem(WEB, idp.code(WEB, browser)).status == 200
    return list(engine.calls)


def login(idp: Deployment, engine: Watched, *, crowd: int = 0) -> list[str]:
    """Return the calls of a login: authorize, password, code, tokens."""
    del crowd
    ada, browser = idp.person(password=PASSWORD), idp.browser()
    engine.forget()
    answer = idp.log_in(browser, idp.authorize(browser, WEB), ada, PASSWORD)
    assert idp.redeem(WEB, answer.answered["code"]).status == 200
    return list(engine.calls)


def refresh(idp: Deployment, engine: Watched, *, crowd: int = 0) -> list[str]:
    """Return the calls of one refresh."""
    token = idp.tokens(WEB, _busy(idp, crowd))["refresh_token"]
    engine.forget()
    assert idp.refresh(WEB, token).status == 200
    return list(engine.calls)


def retried_refresh(idp: Deployment, engine: Watched, *, crowd: int = 0) -> list[str]:
    """Return the calls of a refresh that is sent again within the grace."""
    token = idp.tokens(WEB, _busy(idp, crowd))["refresh_token"]
    idp.refresh(WEB, token)
    engine.forget()
    assert idp.refresh(WEB, token).status == 200
    return list(engine.calls)


def service(idp: Deployment, engine: Watched, *, crowd: int = 0) -> list[str]:
    """Return the calls of client_credentials."""
    del crowd
    engine.forget()
    assert idp.call(SERVICE, "/token", grant_type="client_credentials").status == 200
    return list(engine.calls)


def userinfo(idp: Deployment, engine: Watched, *, crowd: int = 0) -> list[str]:
    """Return the calls of UserInfo: nothing is cached, and one read is enough."""
    token = idp.tokens(WEB, _busy(idp, crowd))["access_token"]
    engine.forget()
    assert idp.userinfo(token).status == 200
    return list(engine.calls)


def introspection(idp: Deployment, engine: Watched, *, crowd: int = 0) -> list[str]:
    """Return the calls of introspection: one read of the client, and one of the records that the token depends on."""
    token = idp.tokens(WEB, _busy(idp, crowd))["access_token"]
    engine.forget()
    assert idp.alive(WEB, token)
    return list(engine.calls)


def silent(idp: Deployment, engine: Watched, *, crowd: int = 0) -> list[str]:
    """Return the calls of a refused prompt=none, which writes nothing."""
    browser = idp.browser(_busy(idp, crowd))
    engine.forget()
    assert idp.authorize(browser, THIRD_PARTY, prompt="none").answered["error"] == "consent_required"
    return list(engine.calls)


def public(idp: Deployment, engine: Watched, *, crowd: int = 0) -> list[str]:
    """Return the calls of discovery, JWKS and /healthz."""
    del crowd
    engine.forget()
    for path in ("/jwks", "/.well-known/openid-configuration", "/.well-known/oauth-authorization-server", "/healthz"):
        assert idp.get(path).status == 200
    return list(engine.calls)


FLOWS: dict[Flow, list[str]] = {
    login: ["GetItem", "BatchGetItem", "BatchGetItem", "UpdateItem", "BatchWriteItem", "BatchGetItem", "UpdateItem"],
    visit: ["BatchGetItem", "PutItem", "BatchGetItem", "UpdateItem"],
    refresh: ["BatchGetItem", "UpdateItem"],
    retried_refresh: ["BatchGetItem"],
    service: ["GetItem"],
    userinfo: ["BatchGetItem"],
    introspection: ["GetItem", "BatchGetItem"],
    silent: ["BatchGetItem"],
    public: [],
}


@pytest.mark.parametrize("flow", FLOWS, ids=lambda flow: str(flow.__name__))
def test_each_flow_makes_the_calls_of_its_budget(both: tuple[Deployment, Watched], flow: Flow) -> None:
    """The calls of each flow, by name. docs/design.md allows 8 for a login, 5 for a visit, 2 for a refresh, 1 for a service, 0 for JWKS."""
    assert flow(*both) == FLOWS[flow]


@pytest.mark.parametrize("flow", [visit, refresh, retried_refresh, userinfo, introspection, silent], ids=lambda flow: str(flow.__name__))
def test_calls_in_a_crowd(both: tuple[Deployment, Watched], flow: Flow) -> None:
    """A person with many sessions and grants, among many users, costs the same calls: no flow lists, queries or scans."""
    assert flow(*both, crowd=30) == FLOWS[flow]


def test_a_refused_request_costs_no_more(both: tuple[Deployment, Watched]) -> None:
    """A request with a forged code, token or cookie makes at most one read. Forged values never reach the store."""
    idp, engine = both

    def calls(answer: Answer) -> int:
        assert answer.status >= 300
        return len(engine.calls)

    attempts: list[Callable[[], Answer]] = [
        lambda: idp.redeem(WEB, "forged.code"), lambda: idp.refresh(WEB, "forged.token"), lambda: idp.redeem(SPA, "x"),
        lambda: idp.post("/token", {"grant_type": "client_credentials"}, auth=("unknown", "x")), lambda: idp.userinfo("a.b.c"),
        lambda: idp.get("/authorize", asked_by(WEB, prompt="none"), headers=[("cookie", "__Host-idp_session=forged.session")]),
        lambda: idp.get("/authorize", asked_by(WEB, redirect_uri="https://evil.example")), lambda: idp.post("/token", {}),
    ]  # fmt: skip
    for attempt in attempts:
        engine.forget()
        assert calls(attempt()) <= 1, engine.calls
    engine.forget()
    assert calls(idp.userinfo("a.b.c")) == 0


def test_a_session_in_use_is_written_seldom(both: tuple[Deployment, Watched]) -> None:
    """A session in use is written at most ten times in an idle lifetime. A visit that writes it stays within five calls."""
    idp, engine = both
    browser = idp.browser(idp.person())
    counted = []
    for _ in range(4):
        idp.get("/jwks")  # keys are read again once a minute, by the first request after that
        engine.forget()
        idp.redeem(OTHER, idp.code(OTHER, browser))
        counted.append(len(engine.calls))
        idp.clock.advance(5000)
    assert counted == [4, 4, 5, 4]


def test_consent_that_is_remembered_costs_nothing(both: tuple[Deployment, Watched]) -> None:
    """Remembered consent is read in the same batch, so it costs no call."""
    idp, engine = both
    browser = idp.browser(idp.person())
    page = idp.authorize(browser, THIRD_PARTY)
    browser.post("/consent", {**page.fields, "decision": "approve"}, headers=[("origin", ISSUER)])
    engine.forget()
    assert idp.authorize(browser, THIRD_PARTY, prompt="none").answered["code"]
    assert engine.calls == ["BatchGetItem", "PutItem"]


def _busy(idp: Deployment, crowd: int) -> User:
    """Return a new user. `crowd` is the number of this user's sessions and grants, and of other users."""
    ada = idp.person()
    for _ in range(crowd):
        idp.code(OTHER, ada)
        idp.person()
    return ada
