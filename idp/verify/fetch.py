"""Fetches a JWK Set over https (RFC 7517 §8.5, RFC 8725 §3.10), with limits of size and time, without redirects and proxies.

It sends one GET over a socket, because http.client imports a mail parser: a fifth of an authorizer's cold start.
"""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from functools import lru_cache
from typing import TYPE_CHECKING

from idp.verify.authorities import client_context

if TYPE_CHECKING:
    from socket import socket

LIMIT = 64 * 1024
"""The greatest size of an answer with its headers, in bytes."""
SECONDS = 3.0
_URL = re.compile(r"(https?)://(\[[0-9a-fA-F:.]+\]|[A-Za-z0-9._-]+)(?::([0-9]{1,5}))?(/[!-~]*)?")
_LOOPBACK = frozenset({"127.0.0.1", "::1", "localhost"})
_OK = ([b"HTTP/1.1", b"200"], [b"HTTP/1.0", b"200"])


def fetcher(url: str, *, seconds: float = SECONDS) -> Callable[[], bytes]:
    """A function that fetches `url` within `seconds`. That function raises OSError or ValueError if there is no usable answer.

    Raises:
        ValueError: it is not an https URL. http is allowed for this machine only.
    """
    found = _URL.fullmatch(url)
    secure = bool(found) and url.startswith("https:")
    if not found or "#" in url or not (secure or found[2].strip("[]") in _LOOPBACK):
        raise ValueError(f"{url[:200]!r} is not an https URL")
    host, port, path = found[2], int(found[3] or (443 if secure else 80)), found[4] or "/"
    named, address = f"{host}:{port}" if found[3] else host, host.strip("[]").encode()  # as bytes: text would load the tables of IDNA
    request = (
        f"GET {path} HTTP/1.1\r\nHost: {named}\r\nAccept: application/jwk-set+json, application/json\r\nConnection: close\r\n\r\n".encode()
    )
    context = lru_cache(maxsize=1)(client_context)

    def fetch() -> bytes:
        from socket import create_connection

        until = time.monotonic() + seconds
        with create_connection((address, port), timeout=seconds) as plain:  # type: ignore[arg-type]  # bytes are a host too
            if not secure:
                return _body(_conversation(plain, request, until))
            with context().wrap_socket(plain, server_hostname=address) as secured:
                return _body(_conversation(secured, request, until))

    return fetch


def _conversation(connection: socket, request: bytes, until: float) -> bytes:
    """Send a request and read the answer until the connection is closed. `until`: the deadline, in seconds of time.monotonic()."""
    connection.sendall(request)
    received = bytearray()
    while True:
        left = until - time.monotonic()
        if left <= 0 or len(received) > LIMIT:
            raise ValueError("the answer is too long or too slow")
        connection.settimeout(left)
        chunk = connection.recv(16 * 1024)
        if not chunk:
            return bytes(received)
        received += chunk


def _body(received: bytes) -> bytes:
    """The body of a complete answer (RFC 9112 §6.3): in chunks, of the stated length, or until the end.

    Raises:
        ValueError: the status is not 200, or the body is incomplete.
    """
    head, end, rest = received.partition(b"\r\n\r\n")
    status, *lines = head.split(b"\r\n")
    if not end or status.split(b" ", 2)[:2] not in _OK:
        raise ValueError(f"status {status[:40]!r}")
    headers = {name.strip().lower(): value.strip().lower() for name, _, value in (line.partition(b":") for line in lines)}
    if b"transfer-encoding" in headers:
        return _join_chunks(rest)
    length = headers.get(b"content-length")
    if length is not None and (not length.isdigit() or int(length) != len(rest)):
        raise ValueError("the body is incomplete")
    return rest


def _join_chunks(rest: bytes) -> bytes:
    """The chunks up to the empty one, joined (RFC 9112 §7.1)."""
    joined = bytearray()
    while True:
        line, end, rest = rest.partition(b"\r\n")
        size = int(line.partition(b";")[0], 16) if end else -1
        if size < 0 or len(rest) < size + 2 or rest[size : size + 2] != b"\r\n":
            raise ValueError("the body is incomplete")
        if size == 0:
            return bytes(joined)
        joined += rest[:size]
        rest = rest[size + 2 :]
