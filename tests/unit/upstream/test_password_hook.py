"""The question to an https hook over real TLS: once, signed, in time, and nowhere else (threats R-11)."""

from __future__ import annotations

import base64
import itertools
import json
import time
from collections.abc import Iterator
from dataclasses import replace
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import pytest

from idp.adapters.outgoing import Outgoing
from idp.domain.connections.connection import Connection
from idp.services.migration import hook as hooks
from idp.services.migration.hook import PasswordHook, signature
from idp.services.migration.told import NotToldError, Told
from tests.support import lambda_invoke
from tests.support.tls import HttpsSite

if TYPE_CHECKING:
    from tests.support.tls import Authority

HOST = "old.example"
SECRET = "whsec_" + "c2VjcmV0LW9mLXRoZS1ob29r" * 2
EMAIL, PASSWORD, NOW = "ada@example.com", "canary: a quiet river", 1_700_000_000


class Keyring:
    """Reveals the secret of the hook."""

    def reveal(self, aad: str, sealed: bytes) -> bytes:
        assert (aad, sealed) == ("connection:secret:old", b"sealed")
        return SECRET.encode()


@pytest.fixture
def site(authority: Authority) -> Iterator[HttpsSite]:
    with HttpsSite(authority, HOST) as made:
        made.answer = [answer(right())]
        yield made


@pytest.fixture
def outgoing(authority: Authority) -> Outgoing:
    """Reaches the site by its name, as a development host."""
    return Outgoing(frozenset({HOST}), str(authority.file), resolve=lambda *_: ["127.0.0.1"])


def right(email: str = EMAIL) -> bytes:
    return json.dumps({"result": "right", "user": {"email": email}}).encode()


def answer(body: bytes, head: str = "200 OK") -> bytes:
    return f"HTTP/1.1 {head}\r\nContent-Length: {len(body)}\r\n\r\n".encode() + body


def connection(site: HttpsSite, **changes: Any) -> Connection:
    made = Connection(id="old", type="password", hook=f"https://{HOST}:{site.port}/check", secret="c2VhbGVk", client_auth="signature")
    return replace(made, **changes)


def ask(outgoing: Any, at: Connection) -> Told:
    keyring: Any = Keyring()
    return PasswordHook(keyring, lambda: outgoing, "", lambda: "m1").ask(at, EMAIL, PASSWORD, NOW)


def detail(outgoing: Any, at: Connection) -> str:
    """Why there is no answer. The password is not in it."""
    with pytest.raises(NotToldError) as refusal:
        ask(outgoing, at)
    assert "canary" not in refusal.value.detail
    assert refusal.value.__cause__ is None
    return refusal.value.detail


def test_the_hook_is_asked_once_with_a_signed_body(site: HttpsSite, outgoing: Outgoing) -> None:
    assert ask(outgoing, connection(site)) == Told(right=True, email=EMAIL)
    (request,) = site.requests
    head, _, body = request.partition(b"\r\n\r\n")
    assert head.startswith(b"POST /check HTTP/1.1\r\n")
    assert json.loads(body)["password"] == PASSWORD
    assert b"canary" not in head
    assert b"webhook-id: msg_m1\r\nwebhook-timestamp: 1700000000\r\nwebhook-signature: v1," in head


def test_a_signature_is_that_of_standard_webhooks() -> None:
    """The example of its specification, whose key is shorter than ours may be."""
    body = b'{"event_type":"ping","data":{"success":true}}'
    key = base64.b64decode("plJ3nmyCDGBKInavdOK15jsl")
    assert signature(key, "msg_loFOjxBNrRLzqYUf", 1731705121, body) == "v1,rAvfW3dJ/X/qxhsaXPOyyCGmRKsaKWcsNccKXlIktD0="


@pytest.mark.parametrize("status", ["301 Moved", "302 Found", "307 Temporary", "308 Permanent"])
def test_a_redirect_is_not_followed(site: HttpsSite, outgoing: Outgoing, status: str) -> None:
    """It would take the password elsewhere."""
    site.answer = [answer(right(), f"{status}\r\nLocation: https://{HOST}:{site.port}/elsewhere")]
    assert detail(outgoing, connection(site)) == f"hook: status {status[:3]}"
    assert len(site.requests) == 1


def test_an_answer_that_is_too_long_does_not_count(site: HttpsSite, outgoing: Outgoing) -> None:
    site.answer = itertools.chain([b"HTTP/1.1 200 OK\r\n\r\n"], itertools.repeat(b" " * 65536, 100))
    assert detail(outgoing, connection(site)) == "hook: TooMuchError"


def test_an_answer_that_is_too_late_does_not_count(site: HttpsSite, outgoing: Outgoing, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(hooks, "TIMEOUT", 0.4)

    def slowly() -> Iterator[bytes]:
        yield b"HTTP/1.1 200 OK\r\n"
        while True:
            time.sleep(0.05)
            yield b"X: y\r\n"

    site.answer = slowly()
    assert detail(outgoing, connection(site)) == "hook: TimeoutError"


def test_a_hook_inside_is_not_asked(site: HttpsSite) -> None:
    """Its name leads to an internal address by the time of the question."""
    inside = Outgoing(resolve=lambda *_: ["10.0.0.1"])
    assert detail(inside, connection(site, hook="https://old.example/check")) == "hook: address"
    assert detail(inside, connection(site, hook="http://old.example/check")) == "hook: url"
    assert not site.requests


def test_a_hook_with_the_certificate_of_another_host_is_not_asked(site: HttpsSite, authority: Authority) -> None:
    other = Outgoing(frozenset({"other.example"}), str(authority.file), resolve=lambda *_: ["127.0.0.1"])
    assert detail(other, connection(site, hook=f"https://other.example:{site.port}/check")) == "hook: SSLCertVerificationError"
    assert not site.requests


@pytest.mark.parametrize("function", ["", "arn:aws:lambda:us-east-1:123456789012:function:other"])
def test_a_function_that_the_setting_does_not_name_is_not_asked(site: HttpsSite, function: str) -> None:
    at = connection(site, hook="arn:aws:lambda:us-east-1:123456789012:function:mine", secret="")
    keyring: Any = SimpleNamespace()
    with pytest.raises(NotToldError):
        PasswordHook(keyring, lambda: pytest.fail("no hook"), function, lambda: "m1").ask(at, EMAIL, PASSWORD, NOW)


ARN = "arn:aws:lambda:us-east-1:123456789012:function:mine"


@pytest.mark.parametrize(
    ("answer", "why"),
    [
        ("right", "the answer is not JSON"), ([{"result": "right"}], "the answer is not JSON"), (None, "the answer is not JSON"),
        ({"errorMessage": "canary"}, "the answer has other members"), (({"result": "right", "user": {"email": EMAIL}},), "function error"),
        (500, "function: AwsUnreachableError"), ({"result": "right", "user": {"email": EMAIL}, "x": "y" * 20000}, "the answer is too long"),
    ],
)  # fmt: skip
def test_a_function_that_fails_gives_no_answer(answer: Any, why: str, site: HttpsSite, monkeypatch: pytest.MonkeyPatch) -> None:
    """An error of its code is no answer, whatever its body says. Its text is not kept."""
    keyring: Any = SimpleNamespace()
    with lambda_invoke.invoking(answer) as server:
        for name, value in {"ENDPOINT_URL_LAMBDA": server.url, "ACCESS_KEY_ID": "a", "SECRET_ACCESS_KEY": "b"}.items():
            monkeypatch.setenv(f"AWS_{name}", value)
        with pytest.raises(NotToldError) as refusal:
            PasswordHook(keyring, lambda: pytest.fail("no hook"), ARN, lambda: "m1").ask(connection(site, hook=ARN), EMAIL, PASSWORD, NOW)
    assert len(server.asked) == 1
    assert "canary" not in refusal.value.detail
    assert refusal.value.detail.startswith(why) or why.startswith("function:")
