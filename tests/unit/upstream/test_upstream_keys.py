"""The keys of an upstream: cached for its connection only, fetched rarely, and never from a hostile set (threats O-10, O-11, I-08)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from idp.domain.connections.connection import Connection
from idp.services.upstream.patience import Patience
from idp.services.upstream.upstream_keys import AFTER_FAILURE, AGAIN, MOST_KEPT, MOST_SETS, UpstreamKeys
from tests.support.upstream_site import json_answer
from tests.unit.upstream.hostile import EC_KEY, KEY, OTHER_KEY, public

if TYPE_CHECKING:
    from tests.unit.upstream.hostile import Hostile

OK = b"HTTP/1.1 200 OK\r\n"


def jwks_requests(up: Hostile) -> int:
    return sum(path.startswith("/jwks") for path in up.site.paths())


def test_a_set_is_fetched_once_for_many_sign_ins(up: Hostile) -> None:
    """Until it is too old by its own headers, or by ours after an hour."""
    for _ in range(3):
        up.sign_in()
    assert jwks_requests(up) == 1
    up.clock.advance(MOST_KEPT - 1)
    up.sign_in()
    assert jwks_requests(up) == 1
    up.site.answers["/jwks"] = lambda _: json_answer({"keys": up.jwks}, Cache_Control="max-age=600")
    up.clock.advance(1)
    up.sign_in()
    assert jwks_requests(up) == 2
    up.site.answers["/jwks"] = lambda _: json_answer({"keys": up.jwks}, Cache_Control="max-age=86400")
    up.clock.advance(600)
    up.sign_in()
    assert jwks_requests(up) == 3
    up.clock.advance(MOST_KEPT)
    up.sign_in()
    assert jwks_requests(up) == 4


def test_a_new_key_is_found_and_an_invented_one_costs_one_fetch_a_minute(up: Hostile) -> None:
    """OIDC Core §10.1.1. The keys that were known keep working."""
    up.sign_in()
    up.clock.advance(AGAIN)
    up.jwks, up.key, up.header = [public(OTHER_KEY, "two")], OTHER_KEY, {"alg": "RS256", "kid": "two"}
    assert up.sign_in()
    assert jwks_requests(up) == 2
    up.header = {"alg": "RS256", "kid": "invented"}
    for _ in range(3):
        up.refused()
    assert jwks_requests(up) == 2
    up.clock.advance(AGAIN)
    up.refused()
    up.refused()
    assert jwks_requests(up) == 3


def test_a_removed_key_is_refused_after_the_set_is_too_old(up: Hostile) -> None:
    up.sign_in()
    up.jwks = [public(OTHER_KEY, "two")]
    up.clock.advance(MOST_KEPT)
    up.refused()


def test_the_key_of_another_connection_with_the_same_kid_is_refused(up: Hostile) -> None:
    """Neither the same kid, nor the same issuer, nor the same URL makes the keys of one connection those of another one."""
    up.sign_in()
    up.site.answers["/other"] = lambda _: json_answer({"keys": [public(OTHER_KEY, "one")]})
    others = (
        up.other(id="b", jwks_uri=up.site.origin + "/other"),  # the same issuer
        up.other(jwks_uri=up.site.origin + "/other"),  # an admin changed the URL
    )
    up.key = OTHER_KEY
    for connection in others:
        assert up.sign_in(connection)
        up.refused()
    up.key = KEY
    for connection in others:
        up.refused(connection)
    assert up.sign_in()


def test_two_connections_with_one_url_fetch_it_each(up: Hostile) -> None:
    """The cache has the connection in its key, so that nothing of one connection is used for another one."""
    up.sign_in()
    up.sign_in(up.other(id="b"))
    up.sign_in(up.other(id="b"))
    assert jwks_requests(up) == 2


@pytest.mark.parametrize(
    "jwk",
    [
        pytest.param(public(KEY, "one", use="enc"), id="for encryption"),
        pytest.param(public(KEY, "one", alg="RS512"), id="for another algorithm"),
        pytest.param(public(KEY, "one", key_ops=["sign"]), id="for another operation"),
        pytest.param({**KEY.as_dict(private=True), "kid": "one"}, id="with its private part"),
        pytest.param({"kty": "oct", "kid": "one", "k": "AAAA"}, id="a secret"),
        pytest.param({**public(KEY, "one"), "n": "AQAB"}, id="a small modulus"),
        pytest.param({**public(KEY, "one"), "e": "AQ"}, id="an exponent of 1"),
        pytest.param(public(EC_KEY, "one"), id="of another type"),
        pytest.param({"kid": "one"}, id="without a type"),
        pytest.param("one", id="no object"),
    ],
)
def test_a_key_that_is_not_for_this_is_not_used(up: Hostile, jwk: Any) -> None:
    up.jwks = [jwk]
    assert up.refused().message.id == "upstream.answer_invalid"
    up.jwks = [jwk, public(KEY, "one")]
    up.clock.advance(AGAIN)
    assert up.sign_in()


@pytest.mark.parametrize(
    "answer",
    [
        pytest.param([OK + b"\r\n", *[b"x" * 65536] * 1600], id="a hundred megabytes"),
        pytest.param([OK + b"Content-Length: 104857600\r\n\r\n", b"{"], id="that announces a hundred megabytes"),
        pytest.param(b"HTTP/1.1 302 Found\r\nLocation: https://127.0.0.1/jwks\r\nContent-Length: 0\r\n\r\n", id="a redirect inside"),
        pytest.param(b"HTTP/1.1 307 Temporary Redirect\r\nLocation: /more\r\nContent-Length: 0\r\n\r\n", id="a redirect to itself"),
        pytest.param(OK + b"\r\n" + b"[" * 60_000, id="deep JSON"),
        pytest.param(OK + b"\r\n" + b'{"keys":' * 9000, id="deep objects"),
        pytest.param(OK + b"\r\n<html>", id="a page"),
        pytest.param(b"HTTP/1.1 500 Error\r\nContent-Length: 0\r\n\r\n", id="an error"),
        pytest.param(b"", id="nothing"),
    ],
)
def test_a_hostile_set_is_refused_in_bounded_time(up: Hostile, answer: Any) -> None:
    """It is not asked again at once, and no other address is asked."""
    up.site.answers["/jwks"] = answer
    assert up.refused().message.id == "upstream.unreachable"
    assert up.refused().message.id == "upstream.unreachable"
    assert up.site.paths() == ["/token", "/jwks", "/token"]
    up.clock.advance(AFTER_FAILURE)
    up.site.answers["/jwks"] = json_answer({"keys": up.jwks})
    assert up.sign_in()


@pytest.mark.parametrize("body", [{"keys": []}, {"keys": "x"}, {"keys": [public(KEY, f"k{n}") for n in range(51)]}, [], {}])
def test_a_set_without_usable_keys_verifies_nothing(up: Hostile, body: Any) -> None:
    """Fifty-one keys are too many."""
    up.site.answers["/jwks"] = json_answer(body)
    assert up.refused().message.id == "upstream.answer_invalid"


def test_keys_that_work_are_not_lost_by_a_fetch_that_fails(up: Hostile) -> None:
    """An invented kid causes the fetch. The keys are used for as long as their set is fresh."""
    up.sign_in()
    up.clock.advance(AGAIN)
    up.site.answers["/jwks"] = b""
    right, up.header = up.header, {"alg": "RS256", "kid": "invented"}
    assert up.refused().message.id == "upstream.unreachable"
    up.header = right
    assert up.sign_in()
    up.clock.advance(MOST_KEPT)
    assert up.refused().message.id == "upstream.unreachable"


def test_a_connection_without_jwks_uri_is_refused(up: Hostile) -> None:
    assert up.refused(up.other(jwks_uri="")).message.id == "upstream.misconfigured"


def test_at_most_a_hundred_sets_are_kept(up: Hostile) -> None:
    """The oldest is removed first."""
    keys = UpstreamKeys(lambda: up.outgoing, up.clock)

    def find(number: int) -> None:
        connection = Connection(id=f"c{number}", type="oidc", issuer="x", jwks_uri=up.site.origin + "/jwks")
        assert keys.find(connection, kid="one", patience=Patience())

    for number in range(MOST_SETS + 1):
        find(number)
    before = jwks_requests(up)
    find(1)
    assert jwks_requests(up) == before
    find(0)
    assert jwks_requests(up) == before + 1
