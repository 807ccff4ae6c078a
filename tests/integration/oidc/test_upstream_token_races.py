"""Concurrent token exchanges for one upstream token, on real engines: the upstream sees each refresh token once (threats O-26)."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Any

import pytest

from idp.services.upstream.tokens_for_apps import LEASE, TRIES
from tests.integration.oidc.conftest import ENDPOINT
from tests.store.race import crowd
from tests.support.deployment import Deployment, prepared, settings
from tests.support.kept_tokens import Vault, vault

if TYPE_CHECKING:
    from tests.support.calling import Answer

CROWD = 20


@pytest.fixture
def up(dynamodb_endpoint: str, tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> Vault:
    """A connection that keeps tokens, on a real engine."""
    monkeypatch.setenv(ENDPOINT, dynamodb_endpoint)
    return vault(prepared(settings(str(tmp_path_factory.mktemp("oidc")))))


def waiting(idp: Deployment, pause: threading.Event) -> None:
    """Requests that find a lease wait for this event, not for a time."""
    vars(idp.services.tokens_for_apps)["_wait"] = lambda _: pause.wait(10)


def given(answers: list[Answer]) -> set[str]:
    """The access tokens of the answers that succeeded."""
    return {answer.json["access_token"] for answer in answers if answer.status == 200}


def test_twenty_exchanges_of_an_expired_token_refresh_it_once(up: Vault) -> None:
    """The upstream detects reuse, and would end all tokens of the person. All of the twenty get the one new token."""
    user, pause = up.person(expires_in=1), threading.Event()
    up.idp.clock.now += 1
    token = up.token(user)
    waiting(up.idp, pause)
    store = up.idp.services.upstream_token_store
    replace = store.replace

    def stored(*args: Any, **kwargs: Any) -> bool:
        done = replace(*args, **kwargs)
        pause.set()
        return done

    vars(store)["replace"] = stored
    answers = crowd(CROWD, lambda _: up.exchange(token))
    assert [answer.status for answer in answers] == [200] * CROWD, [answer.text for answer in answers]
    assert (len(up.upstream.asked), up.upstream.reused) == (1, 0)
    assert len(given(answers)) == 1


def test_a_token_that_is_valid_still_is_given_while_another_request_refreshes_it(up: Vault) -> None:
    """Nobody waits: the others get the token that ends soon."""
    user = up.person(expires_in=30)
    token, former = up.token(user), None
    found, begun = threading.Event(), threading.Event()

    def slow() -> None:
        begun.set()
        found.wait(10)

    up.upstream.before = slow
    answers: list[Answer] = []
    first = threading.Thread(target=lambda: answers.append(up.exchange(token)))
    first.start()
    assert begun.wait(10)
    former = up.exchange(token)
    found.set()
    first.join(30)
    assert (former.status, former.json["expires_in"], answers[0].json["expires_in"]) == (200, 30, 3600)
    assert len(up.upstream.asked) == 1


def test_a_request_that_waits_too_long_is_told_to_come_again(up: Vault) -> None:
    user = up.person(expires_in=1)
    up.idp.clock.now += 1
    token, waited = up.token(user), list[float]()
    vars(up.idp.services.tokens_for_apps)["_wait"] = waited.append
    assert up.idp.services.upstream_token_store.lease(up.kept(user), attempt="x", now=up.idp.clock(), until=up.idp.clock() + LEASE)
    answer = up.exchange(token)
    assert (answer.status, answer.error, len(waited)) == (503, "temporarily_unavailable", TRIES)
    assert up.upstream.asked == []
    up.idp.clock.now += LEASE  # a request that died holds nobody up for longer
    assert up.exchange(token).status == 200


def test_an_account_that_is_disconnected_during_a_refresh_gives_nothing(up: Vault) -> None:
    """The new tokens are not stored again, and not given."""
    user = up.idp.person()
    link = up.link(user)
    up.keep(link, expires_in=1)
    up.idp.clock.now += 1
    token = up.token(user)

    def disconnect() -> None:
        assert up.idp.services.issuer_links.delete(user.id, link.id)

    up.upstream.before = disconnect
    assert up.exchange(token).error == "interaction_required"
    assert up.kept(user) is None


@pytest.mark.parametrize("refused", [False, True])
def test_a_sign_in_during_a_refresh_wins(up: Vault, *, refused: bool) -> None:
    """Its tokens stay, whatever the upstream answers to the older refresh token."""
    user = up.idp.person()
    link = up.link(user)
    up.keep(link, expires_in=1)
    up.idp.clock.now += 1
    token, signed_in = up.token(user), []

    def sign_in() -> None:
        if refused:
            up.upstream.live.clear()
        signed_in.append(up.keep(link))

    up.upstream.before = sign_in
    assert up.exchange(token).json["access_token"] == signed_in[0]
    assert up.exchange(token).json["access_token"] == signed_in[0]
    assert len(up.upstream.asked) == 1


def test_a_sign_in_without_a_refresh_token_keeps_the_one_that_a_refresh_gets_meanwhile(up: Vault) -> None:
    """Google gives one at the first consent only."""
    user = up.idp.person()
    link = up.link(user)
    up.keep(link, expires_in=1)
    up.idp.clock.now += 1
    token = up.token(user)

    def sign_in() -> None:
        up.keep(link, expires_in=1, refresh=False)

    up.upstream.before = sign_in
    assert up.exchange(token).status == 200
    up.upstream.before = lambda: None
    up.idp.clock.now += 3600
    assert up.exchange(up.token(user)).status == 200
    assert (len(up.upstream.asked), up.upstream.reused) == (2, 0)
