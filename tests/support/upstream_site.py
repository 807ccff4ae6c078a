"""An upstream provider on loopback, over https, whose every answer a test can replace: for what no honest upstream does.

site.code                     # the code that it gave; the token endpoint takes any
site.claims(nonce=…)          # the claims of its ID Tokens
site.answers["/token"] = …    # another answer of one path: bytes, or a function of the request
"""

from __future__ import annotations

import hmac
import json
from base64 import urlsafe_b64encode
from contextlib import suppress
from typing import TYPE_CHECKING, Any, NamedTuple
from urllib.parse import parse_qsl

from joserfc import jws
from joserfc.jwk import ECKey, RSAKey

from tests.support.tls import HttpsSite

if TYPE_CHECKING:
    import socket

    from tests.support.tls import Authority


class Asked(NamedTuple):
    """One request. `headers`: by lower-case name. `form`: its members, if it had a body."""

    method: str
    path: str
    query: str
    headers: dict[str, str]
    form: dict[str, str]


def json_answer(value: Any, status: str = "200 OK", **headers: str) -> bytes:
    """An HTTP answer with this JSON."""
    body = json.dumps(value).encode()
    more = "".join(f"{name.replace('_', '-')}: {text}\r\n" for name, text in headers.items())
    return f"HTTP/1.1 {status}\r\nContent-Type: application/json\r\n{more}Content-Length: {len(body)}\r\n\r\n".encode() + body


def signed(claims: dict[str, Any], key: RSAKey | ECKey | bytes, header: dict[str, Any]) -> str:
    """A compact JWS. `header` decides everything, as an attacker does. A key of bytes is for HS256: joserfc takes no public key there."""
    text = ".".join(urlsafe_b64encode(json.dumps(part).encode()).rstrip(b"=").decode() for part in (header, claims)).encode()
    made = hmac.digest(key, text, "sha256") if isinstance(key, bytes) else jws.JWSRegistry.algorithms[header["alg"]].sign(text, key)
    return f"{text.decode()}.{urlsafe_b64encode(made).rstrip(b'=').decode()}"


class UpstreamSite(HttpsSite):
    """The site. Paths without an answer of their own get 404."""

    def __init__(self, authority: Authority, name: str) -> None:
        super().__init__(authority, name)
        self.name = name
        self.answers: dict[str, Any] = {}
        self.asked_for: list[Asked] = []

    @property
    def origin(self) -> str:
        """The URL of the site without a path."""
        return f"https://{self.name}:{self.port}"

    def paths(self) -> list[str]:
        """The paths of all requests so far."""
        return [asked.path for asked in self.asked_for]

    def _converse(self, connection: socket.socket) -> None:
        with suppress(OSError), self._secured(connection) as secured:
            raw = secured.recv(65536)
            while b"\r\n\r\n" not in raw or len(raw.partition(b"\r\n\r\n")[2]) < _length(raw):
                raw += secured.recv(65536)
            asked = _parse(raw)
            self.asked_for.append(asked)
            answer = self.answers.get(asked.path, b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n")
            answer = answer(asked) if callable(answer) else answer
            for part in [answer] if isinstance(answer, bytes) else answer:
                secured.sendall(part)


def _length(raw: bytes) -> int:
    head = raw.partition(b"\r\n\r\n")[0]
    return next((int(line.split(b":")[1]) for line in head.split(b"\r\n") if line.lower().startswith(b"content-length:")), 0)


def _parse(raw: bytes) -> Asked:
    head, _, body = raw.decode().partition("\r\n\r\n")
    first, *lines = head.split("\r\n")
    method, target, _ = first.split(" ")
    path, _, query = target.partition("?")
    headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in lines)}
    return Asked(method, path, query, headers, dict(parse_qsl(body, keep_blank_values=True)))
