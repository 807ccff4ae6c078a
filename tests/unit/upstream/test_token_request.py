"""The token request: how this client authenticates, and which answers are refused (threats I-08, O-11)."""

from __future__ import annotations

import itertools
import threading
import time
from base64 import b64decode
from dataclasses import replace
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote_plus

import pytest
from cryptography.hazmat.primitives.asymmetric import ec, ed25519
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from joserfc import jwt
from joserfc.jwk import ECKey, OKPKey, RSAKey

from idp.adapters.outgoing import FetchRefused
from idp.services.upstream.patience import ONE, TOGETHER, Patience
from idp.services.upstream.secret import seal_secret
from tests.support.upstream_site import json_answer
from tests.unit.upstream.hostile import EC_KEY, KEY, SECRET

if TYPE_CHECKING:
    from collections.abc import Iterator

    from idp.domain.connections.connection import Connection
    from tests.unit.upstream.hostile import Hostile

OK = b"HTTP/1.1 200 OK\r\n"
PASSWORD = "application/x-www-form-urlencoded"


def with_key(up: Hostile, key: Any, **members: Any) -> Connection:
    pem = key.as_pem(private=True).decode() if isinstance(key, RSAKey | ECKey | OKPKey) else key
    return replace(up.connection, secret=seal_secret(up.keyring, "up", pem), **members)


def form_of(up: Hostile, connection: Connection) -> dict[str, str]:
    up.site.asked_for.clear()
    up.sign_in(connection)
    asked = up.site.asked_for[0]
    assert asked.headers["content-type"] == PASSWORD
    assert asked.headers["accept"] == "application/json"
    assert ("authorization" in asked.headers) == (connection.client_auth == "client_secret_basic")
    return asked.form


@pytest.mark.parametrize("secret", [SECRET, "a b+c/d=", "ü:%", "&=?#"])
def test_basic_encodes_id_and_secret_first(up: Hostile, secret: str) -> None:
    """RFC 6749 §2.3.1: so that a colon in the id does not end it, and no character is lost."""
    up.sign_in(replace(up.connection, secret=seal_secret(up.keyring, "up", secret)))
    name, _, value = b64decode(up.site.asked_for[0].headers["authorization"].removeprefix("Basic ")).decode("ascii").partition(":")
    assert (unquote_plus(name), unquote_plus(value)) == ("client:1", secret)


def test_post_sends_the_secret_and_none_sends_the_id_only(up: Hostile) -> None:
    """A public client sends its id only."""
    posted = form_of(up, up.other(client_auth="client_secret_post"))
    assert (posted["client_id"], posted["client_secret"]) == ("client:1", SECRET)
    public_client = form_of(up, up.other(client_auth="none", secret=""))
    assert public_client["client_id"] == "client:1"
    assert not {"client_secret", "client_assertion"} & public_client.keys()


@pytest.mark.parametrize(("key", "alg"), [(EC_KEY, "ES256"), (KEY, "RS256"), (OKPKey.generate_key("Ed25519"), "Ed25519")])
def test_private_key_jwt_signs_for_this_upstream(up: Hostile, key: Any, alg: str) -> None:
    """RFC 7523 §3: new for each request, for five minutes, and for this issuer only."""
    connection = with_key(up, key, client_auth="private_key_jwt", key_id="mine")
    form, again = form_of(up, connection), form_of(up, connection)
    assert form["client_assertion_type"] == "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
    token = jwt.decode(form["client_assertion"], key, algorithms=[alg])
    assert token.header == {"alg": alg, "typ": "JWT", "kid": "mine"}
    now = up.clock()
    assert token.claims | {"jti": ""} == {
        "iss": "client:1", "sub": "client:1", "aud": up.site.origin, "iat": now, "exp": now + 300, "jti": "",
    }  # fmt: skip
    assert jwt.decode(again["client_assertion"], key, algorithms=[alg]).claims["jti"] != token.claims["jti"]
    assert "kid" not in jwt.decode(form_of(up, replace(connection, key_id=""))["client_assertion"], key, algorithms=[alg]).header


def test_microsoft_wants_its_token_endpoint_as_the_audience(up: Hostile) -> None:
    connection = with_key(up, KEY, client_auth="private_key_jwt", preset="microsoft")
    up.changed = {"tid": "t", "oid": "o"}
    claims = jwt.decode(form_of(up, connection)["client_assertion"], KEY, algorithms=["RS256"]).claims
    assert claims["aud"] == up.site.origin + "/token"


def test_apples_secret_is_signed_for_each_request(up: Hostile) -> None:
    """Apple: ES256, the team as the issuer, the Services ID as the subject. So nothing has to be renewed."""
    connection = with_key(up, EC_KEY, client_auth="apple", key_id="KEY1234567", team_id="TEAM123456")
    form = form_of(up, connection)
    assert form["client_id"] == "client:1"
    token = jwt.decode(form["client_secret"], EC_KEY, algorithms=["ES256"])
    now = up.clock()
    assert token.header == {"alg": "ES256", "typ": "JWT", "kid": "KEY1234567"}
    assert token.claims | {"jti": ""} == {
        "iss": "TEAM123456", "sub": "client:1", "aud": "https://appleid.apple.com", "iat": now, "exp": now + 300, "jti": "",
    }  # fmt: skip


def _pem(key: Any, encryption: Any = None) -> str:
    made: bytes = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, encryption or NoEncryption())
    return made.decode()


@pytest.mark.parametrize(
    "secret",
    [
        "", "no key", "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----", EC_KEY.as_pem(private=False).decode(),
        _pem(ec.generate_private_key(ec.SECP384R1())),
    ],
)  # fmt: skip
def test_a_connection_whose_key_cannot_sign_is_a_mistake_of_its_admin(up: Hostile, secret: str) -> None:
    """Nothing is sent. The key is in no error."""
    for method in ("private_key_jwt", "apple"):
        refused = up.refused(with_key(up, secret, client_auth=method))
        assert refused.message.id == "upstream.misconfigured"
        assert "PRIVATE KEY" not in repr(refused) + refused.detail
    assert up.refused(with_key(up, _pem(ed25519.Ed25519PrivateKey.generate()), client_auth="apple")).message.id == "upstream.misconfigured"
    assert up.site.paths() == []


def test_the_secret_of_one_connection_is_none_of_another(up: Hostile) -> None:
    """It is encrypted for the id of its connection. A secret that is missing, or not one of ours, is refused, too."""
    moved = replace(up.other(id="b"), secret=up.connection.secret)
    for connection in (moved, up.other(secret=""), up.other(secret="x"), up.other(secret="é"), up.other(secret="AAAA")):
        assert up.refused(connection).message.id == "upstream.misconfigured"
    assert up.site.paths() == []


@pytest.mark.parametrize(
    ("status", "body", "expected"),
    [
        ("400 Bad Request", {"error": "invalid_grant", "error_description": "<b>send money</b>"}, "answer_invalid"),
        ("401 Unauthorized", {"error": "invalid_client"}, "misconfigured"),
        ("401 Unauthorized", {}, "misconfigured"),
        ("400 Bad Request", {"error": "unauthorized_client"}, "misconfigured"),
        ("200 OK", {"error": "bad_verification_code", "error_description": "old"}, "answer_invalid"),
        ("200 OK", {"error": "incorrect_client_credentials"}, "misconfigured"),
        ("200 OK", {"error": "x", "access_token": "a", "token_type": "bearer"}, "answer_invalid"),
        ("200 OK", {"error": None, "access_token": "a", "token_type": "bearer"}, "answer_invalid"),
        ("400 Bad Request", {"error": "<script>"}, "answer_invalid"),
        ("400 Bad Request", {"error": {"code": 190, "message": "text"}}, "answer_invalid"),
        ("429 Too Many Requests", {}, "unreachable"), ("500 Error", {}, "unreachable"), ("503 Busy", {"error": "x"}, "unreachable"),
        ("201 Created", {"access_token": "a", "token_type": "Bearer"}, "answer_invalid"),
        ("200 OK", {}, "answer_invalid"), ("200 OK", [], "answer_invalid"), ("200 OK", "text", "answer_invalid"),
        ("200 OK", {"access_token": "", "token_type": "Bearer"}, "answer_invalid"),
        ("200 OK", {"access_token": 1, "token_type": "Bearer"}, "answer_invalid"),
        ("200 OK", {"access_token": "x" * 20_000, "token_type": "Bearer"}, "answer_invalid"),
        ("200 OK", {"access_token": "\ud800", "token_type": "Bearer"}, "answer_invalid"),
        ("200 OK", {"access_token": "a", "token_type": "DPoP"}, "answer_invalid"),
        ("200 OK", {"access_token": "a", "token_type": 1}, "answer_invalid"),
    ],
)  # fmt: skip
def test_an_answer_that_is_no_token_response_is_refused(up: Hostile, status: str, body: Any, expected: str) -> None:
    """GitHub answers errors with 200. The upstream's description is in neither the page nor the log, and the secret in no error."""
    up.site.answers["/token"] = json_answer(body, status)
    for connection in (up.connection, up.other(type="oauth2")):
        refused = up.refused(connection)
        assert refused.message.id == f"upstream.{expected}"
        assert not any(text in refused.description + refused.detail for text in ("<", "send money", SECRET, "acce55"))
    assert up.site.paths() == ["/token", "/token"]  # once each: the code may be used already, and the token is not used


@pytest.mark.parametrize(
    "answer",
    [
        pytest.param([OK + b"\r\n", *[b"x" * 65536] * 1600], id="a hundred megabytes"),
        pytest.param(
            b"HTTP/1.1 307 Temporary Redirect\r\nLocation: https://127.0.0.1/\r\nContent-Length: 0\r\n\r\n", id="a redirect inside"
        ),
        pytest.param(b"HTTP/1.1 302 Found\r\nLocation: /userinfo\r\nContent-Length: 0\r\n\r\n", id="a redirect"),
        pytest.param(OK + b"\r\n" + b"[" * 60_000, id="deep JSON"),
        pytest.param(OK + b"\r\n" + b'{"access_token":' * 4000, id="deep objects"),
        pytest.param(OK + b"\r\n" + b'{"access_token":"a","access_token":"b","token_type":"Bearer"}', id="a member twice"),
        pytest.param(OK + b"\r\naccess_token=a&token_type=bearer", id="a form"),
        pytest.param(OK + b"\r\n\xff\xfe", id="no UTF-8"),
        pytest.param(OK + b"Content-Encoding: gzip\r\n\r\n\x1f\x8b", id="compressed"),
        pytest.param(b"", id="nothing"),
    ],
)
def test_a_hostile_answer_is_refused(up: Hostile, answer: Any) -> None:
    """Bounded in bytes, not followed, and no error of the server."""
    up.site.answers["/token"] = answer
    assert up.refused().message.id in {"upstream.answer_invalid", "upstream.unreachable"}
    assert up.site.paths() == ["/token"]


def test_a_slow_answer_ends_at_the_time_limit(up: Hostile, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each byte comes in time, but the whole answer does not."""
    monkeypatch.setattr("idp.services.upstream.patience.ONE", 0.3)
    over = threading.Event()

    def slowly() -> Iterator[bytes]:
        yield OK + b"\r\n"
        for part in itertools.takewhile(lambda _: not over.is_set(), itertools.repeat(b" ", 1200)):
            yield part
            time.sleep(0.05)

    up.site.answers["/token"] = lambda _: slowly()
    began = time.monotonic()
    assert up.refused().detail == "upstream up: token request: TimeoutError"
    assert time.monotonic() - began < 50  # the last byte comes after a minute
    over.set()


def test_all_requests_of_a_callback_have_one_time_limit() -> None:
    """The function that answers a person has ten seconds. Without time, no request is begun."""
    now = [100.0]
    patience = Patience(lambda: now[0])
    assert patience.timeout() == ONE
    now[0] += TOGETHER - 1
    assert patience.timeout() == 1
    now[0] += 1
    with pytest.raises(FetchRefused):
        patience.timeout()
    assert TOGETHER + 2 < 10


@pytest.mark.parametrize("name", ["inside.example", "169.254.169.254", "127.0.0.1"])
def test_an_endpoint_inside_is_not_reached(up: Hostile, name: str) -> None:
    """O-11: an admin, or a discovery document, names an address of the deployment's own network."""
    connection = up.other(token_endpoint=f"https://{name}/token")
    assert up.refused(connection).message.id == "upstream.unreachable"
    assert up.site.paths() == []
