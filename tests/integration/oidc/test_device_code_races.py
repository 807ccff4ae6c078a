"""Concurrent polls and approvals of a device code on a real engine: one poll gets tokens, one approval counts. Also the calls of a poll."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

import pytest

from tests.integration.oidc.conftest import ENDPOINT
from tests.integration.oidc.devices import GRANTS, allowed, begin, decided, poll, typed
from tests.integration.oidc.engine import watched
from tests.store.race import crowd
from tests.support.clock import Clock
from tests.support.deployment import App, Deployment, prepared, settings

if TYPE_CHECKING:
    from idp.settings import Settings

CROWD = 20


@pytest.fixture
def real(dynamodb_endpoint: str, tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> Deployment:
    """Return a provider on a real engine."""
    monkeypatch.setenv(ENDPOINT, dynamodb_endpoint)
    return prepared(settings(str(tmp_path_factory.mktemp("oidc"))))


def television(idp: Deployment) -> App:
    return idp.app(secret=False, grant_types=GRANTS, redirect_uris=())


def test_one_poll_gets_the_tokens(real: Deployment) -> None:
    """B-07: of twenty concurrent polls one gets tokens. The others are a second use of the code, which revokes these tokens."""
    tv = television(real)
    for _ in range(5):
        codes = begin(real, tv)
        allowed(real, codes)
        answers = crowd(CROWD, lambda _, codes=codes: poll(real, tv, codes))  # type: ignore[misc]  # mypy infers no type of a lambda with a default
        assert Counter(answer.status for answer in answers) == {200: 1, 400: CROWD - 1}
        assert {answer.error for answer in answers if answer.status == 400} == {"invalid_grant"}
        (served,) = [answer.json for answer in answers if answer.status == 200]
        assert real.userinfo(served["access_token"]).status == 401


def test_of_polls_at_once_one_is_in_time(real: Deployment) -> None:
    """RFC 8628 §3.5: of concurrent polls one gets authorization_pending. The others get slow_down."""
    tv = television(real)
    codes = begin(real, tv)
    answers = crowd(CROWD, lambda _: poll(real, tv, codes))
    assert Counter(answer.error for answer in answers) == {"authorization_pending": 1, "slow_down": CROWD - 1}


def test_two_people_at_once(real: Deployment) -> None:
    """Of ten concurrent approvals one counts, and the tokens are about that person."""
    tv = television(real)
    codes = begin(real, tv, scope="openid")
    people = [real.person() for _ in range(10)]
    browsers = [real.browser(person) for person in people]
    questions = [typed(browser, codes["user_code"]) for browser in browsers]
    done = crowd(10, lambda n: decided(browsers[n], questions[n]).status)
    assert Counter(done) == {200: 1, 400: 9}
    token = poll(real, tv, codes).json["access_token"]
    assert real.userinfo(token).json["sub"] == people[done.index(200)].id


def test_a_poll_costs_one_read_and_one_write(oidc_settings: Settings, quick_endpoint: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """A poll makes one read and one write. After approval it makes two reads and the write that redeems the code."""
    monkeypatch.setenv(ENDPOINT, quick_endpoint)
    idp, engine = watched(oidc_settings, Clock())
    idp.address = "198.18.200.1"
    tv = television(idp)
    idp.get("/jwks")

    def calls(client: App, codes: dict[str, Any]) -> list[str]:
        engine.forget()
        poll(idp, client, codes)
        return list(engine.calls)

    engine.forget()
    codes = begin(idp, tv)
    assert engine.calls == ["GetItem", "PutItem"]
    assert calls(tv, codes) == ["BatchGetItem", "UpdateItem"]  # pending
    assert calls(tv, codes) == ["BatchGetItem", "UpdateItem"]  # too soon
    allowed(idp, codes)
    assert calls(tv, codes) == ["BatchGetItem", "BatchGetItem", "UpdateItem"]
    denied, browser = begin(idp, tv), idp.browser(idp.person())
    decided(browser, typed(browser, denied["user_code"]), "deny")
    assert calls(tv, denied) == ["BatchGetItem"]
