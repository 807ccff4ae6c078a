"""The issuer's keys: rotated, unknown, not available. A warm API stays open, a cold one refuses, and no caller can cause many fetches."""

from __future__ import annotations

import json
import threading
from typing import Any

import pytest

from idp.verify import Refused, Verifier, base64url
from idp.verify.fetch import fetcher
from idp.verify.jwks import Jwks, parse
from tests.support.tls import Authority, HttpsSite
from tests.verify.issuer import AUDIENCE, ISSUER, NOW, Issuer, Key
from tests.verify.places import PLACES, Request, Setting


@pytest.fixture
def issuer() -> Issuer:
    return Issuer({"RS256": Key("RS256", "first"), "ES256": Key("ES256", "second")})


@pytest.mark.parametrize("place", PLACES)
class TestEverywhere:
    """Authorizer, decorator, FastAPI, ASGI."""

    def test_without_keys_access_is_refused(self, issuer: Issuer, place: str) -> None:
        """Without keys it fails closed: 503, and 500 from the gateway."""
        issuer.down = True
        assert PLACES[place](Setting(issuer))(Request("Bearer " + issuer.token())) == 503

    def test_an_outage_does_not_close_a_warm_api(self, issuer: Issuer, place: str) -> None:
        """Until the hard limit."""
        setting = Setting(issuer)
        ask = PLACES[place](setting)
        header = "Bearer " + issuer.token(issuer.claims(exp=NOW + 10**6))
        assert ask(Request(header)) == 200
        issuer.down = True
        for later in (301, 3600, 86399):
            setting.now = NOW + later
            assert ask(Request(header)) == 200
        setting.now = NOW + 86400
        assert ask(Request(header)) == 503
        issuer.down = False
        setting.now += 61
        assert ask(Request(header)) == 200

    def test_a_new_key_is_accepted_and_a_removed_key_is_refused(self, issuer: Issuer, place: str) -> None:
        """A new key is fetched with its first token. A removed key is refused after the next fetch."""
        setting = Setting(issuer)
        ask = PLACES[place](setting)
        old = "Bearer " + issuer.token(issuer.claims(exp=NOW + 10**6))
        assert ask(Request(old)) == 200
        issuer.keys = {"RS256": Key("RS256", "third")}
        setting.now = NOW + 61
        assert ask(Request("Bearer " + issuer.token(issuer.claims(exp=NOW + 10**6)))) == 200
        assert ask(Request(old)) == 401

    @pytest.mark.parametrize("leeway", [0, 60])
    def test_clocks_may_differ_by_the_leeway(self, issuer: Issuer, place: str, leeway: int) -> None:
        """A clock that is 60 seconds off in either direction is accepted. One more second is refused."""
        setting = Setting(issuer, options={"leeway": leeway})
        ask = PLACES[place](setting)
        header = "Bearer " + issuer.token(issuer.claims(iat=NOW, nbf=NOW, exp=NOW + 600))
        for now, right in {
            NOW - leeway: True, NOW - leeway - 1: False, NOW + 599 + leeway: True, NOW + 600 + leeway: False,
            NOW - 60: leeway == 60, NOW + 659: leeway == 60,
        }.items():  # fmt: skip
            setting.now = now
            assert ask(Request(header)) == (200 if right else 401), now - NOW


def test_a_storm_of_unknown_keys_fetches_once_a_minute(issuer: Issuer) -> None:
    """J-13: tokens with made-up kids cause one fetch a minute."""
    now = [float(NOW)]
    jwks = Jwks(issuer.fetch, lambda: now[0])
    for second in range(180):
        now[0] = NOW + second
        for number in range(20):
            assert jwks.key(f"made-up-{second}-{number}") is None
    assert issuer.fetches == 3


def test_a_storm_at_a_cold_start_fetches_every_few_seconds(issuer: Issuer) -> None:
    issuer.down = True
    now = [float(NOW)]
    jwks = Jwks(issuer.fetch, lambda: now[0])
    for second in range(60):
        now[0] = NOW + second
        for _ in range(20):
            with pytest.raises(Refused):
                jwks.key("first")
    assert issuer.fetches == 12


def test_one_of_many_threads_fetches_the_keys(issuer: Issuer) -> None:
    """A cold start under load. While old keys are refreshed, other threads do not wait."""
    now, slow, go = [float(NOW)], threading.Event(), threading.Event()

    def fetch() -> bytes:
        if issuer.fetches:
            slow.set()
            assert go.wait(60)
        return issuer.fetch()

    jwks = Jwks(fetch, lambda: now[0])
    found: list[Any] = []
    threads = [threading.Thread(target=lambda: found.append(jwks.key("first"))) for _ in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(found) == 20
    assert all(found)
    assert issuer.fetches == 1
    now[0] += 300
    refreshing = threading.Thread(target=lambda: jwks.key("first"))
    refreshing.start()
    assert slow.wait(60)
    assert jwks.key("first"), "nobody waits for the one that fetches"
    go.set()
    refreshing.join()
    assert issuer.fetches == 2


def test_a_clock_that_goes_back_fetches_again(issuer: Issuer) -> None:
    now = [float(NOW)]
    jwks = Jwks(issuer.fetch, lambda: now[0])
    jwks.key("first")
    now[0] -= 1000
    assert jwks.key("first")
    assert issuer.fetches == 2


GOOD = Key("ES256", "good")
WEAK = {"kty": "RSA", "kid": "weak", "alg": "RS256", "e": "AQAB"}


@pytest.mark.parametrize(
    "jwk",
    [
        pytest.param({**GOOD.jwk, "kid": "x", "d": "AAAA"}, id="a private key (D-16)"),
        pytest.param({"kty": "oct", "k": "c2VjcmV0", "kid": "x", "alg": "HS256"}, id="a secret"),
        pytest.param({**GOOD.jwk, "kid": "x", "use": "enc"}, id="for encryption"),
        pytest.param({**GOOD.jwk, "kid": "x", "key_ops": ["sign"]}, id="for signing"),
        pytest.param({**GOOD.jwk, "kid": "x", "alg": "RS256"}, id="for another algorithm"),
        pytest.param({**GOOD.jwk, "kid": "x", "alg": "HS256"}, id="for HMAC"),
        pytest.param({**GOOD.jwk, "kid": "x", "crv": "P-384"}, id="of another curve"),
        pytest.param({**GOOD.jwk, "kid": "x", "x": 7}, id="with a number"),
        pytest.param({**WEAK, "kid": "x", "n": "v" * 170 + "s"}, id="RSA of 1024 bits"),
        pytest.param({**WEAK, "kid": "x", "n": "v" * 3000}, id="RSA of 18000 bits"),
        pytest.param({**Key("RS256", "x").jwk, "e": "AQ"}, id="RSA with the exponent 1"),
        pytest.param({**Key("RS256", "x").jwk, "e": "Ag"}, id="RSA with an even exponent"),
        pytest.param({"kty": "OKP", "crv": "Ed448", "x": "A" * 76, "kid": "x"}, id="Ed448"),
        pytest.param({**GOOD.jwk, "kid": 7}, id="without a name"),
        pytest.param("x", id="no key at all"),
        pytest.param({"kty": ["EC"], "kid": "x"}, id="of many types"),
    ],
)
def test_jwks_that_are_not_public_signature_keys_are_ignored(jwk: Any) -> None:
    """Other keys in the set are ignored. A private key in it is never used."""
    assert set(parse(json.dumps({"keys": [jwk, GOOD.jwk]}).encode())) == {"good"}
    with pytest.raises(ValueError, match="no usable key"):
        parse(json.dumps({"keys": [jwk]}).encode())


@pytest.mark.parametrize("wrong", [{"y": GOOD.jwk["x"]}, {"x": "AAAA"}, {"x": "A" * 43}, {"x": "not base64url!"}])
def test_a_jwk_that_is_not_a_key_verifies_nothing(issuer: Issuer, wrong: dict[str, str]) -> None:
    """Keys that only arithmetic can find wrong are found at their first signature."""
    token = issuer.token(key=GOOD, kid="second")
    for jwk, right in ((GOOD.jwk, True), ({**GOOD.jwk, **wrong}, False)):
        (key,) = parse(json.dumps({"keys": [jwk]}).encode()).values()
        head, body, signature = token.split(".")
        assert key.verifies("ES256", base64url.decode(signature), f"{head}.{body}".encode()) is right


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"[]",
        b"{}",
        b'{"keys": {}}',
        b'{"keys": []}',
        b'{"keys": [], "keys": []}',
        b"<html>",
        b"\xff",
        json.dumps({"keys": [GOOD.jwk] * 2}).encode(),
    ],
)
def test_a_malformed_jwk_set_does_not_replace_the_keys(raw: bytes, issuer: Issuer) -> None:
    """A set with two keys of the same kid is refused, because the kid would be ambiguous."""
    with pytest.raises(ValueError, match=r"\w"):
        parse(raw)
    now, answers = [float(NOW)], [issuer.fetch(), raw]
    jwks = Jwks(lambda: answers.pop(0), lambda: now[0])
    assert jwks.key("first")
    now[0] += 300
    assert jwks.key("first")
    assert not answers


def test_only_https_urls_and_http_on_loopback_are_accepted() -> None:
    for url in (
        "http://id.example/jwks",
        "ftp://id.example",
        "file:///etc/passwd",
        "id.example/jwks",
        "https://me@id.example/",
        "https://id.example/#x",
        "",
    ):
        with pytest.raises(ValueError, match="https"):
            fetcher(url)
    for url in ("https://id.example/jwks", "http://127.0.0.1:8000/jwks", "http://localhost/jwks"):
        fetcher(url)


def test_keys_are_fetched_over_verified_tls_only(issuer: Issuer, tmp_path: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """The certificate is of a trusted authority and for this host. Redirects, error pages and long answers are refused."""
    authority, stranger = Authority(tmp_path), Authority(tmp_path, "Strangers")
    monkeypatch.setenv("SSL_CERT_FILE", str(authority.file))
    body = issuer.fetch()
    right = b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n%b" % (len(body), body)
    with HttpsSite(authority, "localhost") as site:
        site.answer = [right]
        assert fetcher(f"https://localhost:{site.port}/jwks")() == body
        assert site.requests[0].startswith(b"GET /jwks HTTP/1.1\r\nHost: localhost")
        half = len(body) // 2
        parts = b"%x\r\n%b\r\n%X;x=y\r\n%b\r\n0\r\n\r\n" % (half, body[:half], len(body) - half, body[half:])
        for whole in (b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n" + parts, b"HTTP/1.0 200\r\n\r\n" + body):
            site.answer = [whole[:50], whole[50:]]
            assert fetcher(f"https://localhost:{site.port}/jwks")() == body
        for answer in (
            b"HTTP/1.1 302 Found\r\nLocation: https://evil.example/\r\nContent-Length: 0\r\n\r\n",
            b"HTTP/1.1 500 Oops\r\nContent-Length: 2\r\n\r\n{}",
            b"HTTP/1.1 200 OK\r\n\r\n" + b" " * 70_000,
            b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n{}",
            b"HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\n{}",
            b"HTTP/1.1 200 OK\r\nContent-Length: -2\r\n\r\n{}",
            b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n",
            b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n-2\r\n{}\r\n0\r\n\r\n",
            b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nxx\r\n{}\r\n0\r\n\r\n",
            b"HTTP/1.1 200 OK\r\n",
            b"HTTP/2 200\r\n\r\n{}",
            b"",
            b"{}",
        ):
            site.answer = [answer]
            with pytest.raises(ValueError, match=r"\w"):
                fetcher(f"https://localhost:{site.port}/jwks")()
    for context in (stranger.server_context("localhost"), authority.server_context("other.example")):
        with HttpsSite(authority, context=context) as site, pytest.raises(OSError, match="certificate"):
            fetcher(f"https://localhost:{site.port}/jwks")()


@pytest.mark.parametrize(
    "wrong",
    [
        {"issuer": ""}, {"audience": ""}, {"audience": []}, {"audience": ["a", ""]}, {"algorithms": []}, {"algorithms": ["HS256"]},
        {"algorithms": ["RS256", "none"]}, {"leeway": -1}, {"leeway": 61}, {"issuer": "http://id.example", "fetch": None},
    ],
)  # fmt: skip
def test_a_verifier_that_could_not_be_right_does_not_start(issuer: Issuer, wrong: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=r"\w"):
        Verifier(**{"issuer": ISSUER, "audience": AUDIENCE, "fetch": issuer.fetch, **wrong})


def test_an_algorithm_that_is_not_allowed_is_refused(issuer: Issuer) -> None:
    """An algorithm that the API does not allow is refused, although the issuer has such a key."""
    verifier = Verifier(issuer=ISSUER, audience=AUDIENCE, fetch=issuer.fetch, algorithms=["ES256"], clock=lambda: NOW)
    assert verifier.verify("Bearer " + issuer.token(alg="ES256")).kid == "second"
    with pytest.raises(Refused):
        verifier.verify("Bearer " + issuer.token(alg="RS256"))
