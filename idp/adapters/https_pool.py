"""A pool of kept-alive connections to one host, over the standard library. A connection serves one request at a time."""

from __future__ import annotations

import os
import weakref
from collections import deque
from functools import lru_cache
from http.client import HTTPConnection, HTTPException, HTTPResponse
from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import urlsplit

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from email.message import Message
    from ssl import SSLContext

_IDLE = 50


class Reply(NamedTuple):
    """Status, headers and the complete body."""

    status: int
    headers: Message
    body: bytes


class Pool:
    """Connections to the host of `url`. Timeouts are seconds. Threads may share it."""

    def __init__(self, url: str, *, connect_timeout: float, read_timeout: float) -> None:
        parts = urlsplit(url)
        self.host = parts.netloc
        self._name, self._port, self._secure = parts.hostname or "", parts.port, parts.scheme == "https"
        self._connect_timeout, self._read_timeout = connect_timeout, read_timeout
        self._idle: deque[HTTPConnection] = deque(maxlen=_IDLE)
        weakref.finalize(self, _drain, self._idle)

    def post(self, headers: Mapping[str, str], body: bytes, path: str = "/") -> Reply:
        """POST a body and read the reply. Raises as `send`."""
        return self.send("POST", headers, body, path)

    def send(self, method: str, headers: Mapping[str, str], body: bytes, path: str) -> Reply:
        """Send a request and read the reply.

        Raises:
            OSError: there is no connection, it broke, or it timed out. It is unknown whether the request was carried out.
            http.client.HTTPException: the reply is not HTTP.
        """
        connection = self._connect()
        try:
            connection.request(method, path, body, dict(headers))
            response = connection.getresponse()
            reply = Reply(response.status, response.headers, response.read())
        except (OSError, HTTPException):
            connection.close()
            self.close()  # the reason, such as a thawed function or a restarted host, broke the idle connections too
            raise
        if response.will_close:
            connection.close()
        else:
            self._idle.append(connection)
        return reply

    def open(self, method: str, path: str, headers: Mapping[str, str], body: Iterable[bytes] | None = None) -> HTTPResponse:
        """Send a request on a connection of its own. Returns the reply before its body, which the caller reads and closes.

        `body`: parts, whose length is in the headers.

        Raises:
            OSError, http.client.HTTPException: as `post`.
        """
        connection = self._create()
        try:
            connection.connect()
            connection.sock.settimeout(self._read_timeout)
            connection.request(method, path, body, {**headers, "Connection": "close"})
            return connection.getresponse()  # closing the reply closes the socket, because no other reply follows
        except (OSError, HTTPException):
            connection.close()
            raise

    def close(self) -> None:
        """Close the idle connections. Needed before a snapshot of the process is taken."""
        _drain(self._idle)

    def _connect(self) -> HTTPConnection:
        try:
            return self._idle.pop()
        except IndexError:
            connection = self._create()
        connection.connect()
        connection.sock.settimeout(self._read_timeout)
        return connection

    def _create(self) -> HTTPConnection:
        if not self._secure:
            return HTTPConnection(self._name, self._port, timeout=self._connect_timeout)
        from http.client import HTTPSConnection

        return HTTPSConnection(self._name, self._port, timeout=self._connect_timeout, context=_tls_context(os.environ.get("AWS_CA_BUNDLE")))


@lru_cache(maxsize=1)
def _tls_context(bundle: str | None) -> SSLContext:
    """The TLS context with the authorities of this PEM file, or those of the system. All hosts share one context."""
    from idp.verify.authorities import client_context

    return client_context(bundle)


def _drain(idle: deque[HTTPConnection]) -> None:
    while idle:
        idle.pop().close()
