"""An HTTP proxy in front of a DynamoDB endpoint. It passes every call on; subclasses change that."""

from __future__ import annotations

import http.client
import json
import threading
from dataclasses import dataclass
from functools import cached_property
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Self
from urllib.parse import urlsplit

_HOP_BY_HOP = {"connection", "content-length", "transfer-encoding", "keep-alive", "host", "accept-encoding", "expect"}


@dataclass(frozen=True)
class Call:
    """One request of the DynamoDB protocol: its operation's name is in `X-Amz-Target`, the rest is JSON."""

    operation: str
    headers: dict[str, str]
    body: bytes

    @cached_property
    def parameters(self) -> dict[str, Any]:
        read: dict[str, Any] = json.loads(self.body or b"{}")
        return read

    @property
    def tables(self) -> set[str]:
        """The tables that it touches."""
        asked = self.parameters
        named = {asked["TableName"]} if "TableName" in asked else set()
        for item in asked.get("TransactItems", ()):
            named |= {action["TableName"] for action in item.values()}
        return named | set(asked.get("RequestItems", ()))


@dataclass(frozen=True)
class Answer:
    """The reply of the engine, or the one that is sent instead of it."""

    status: int
    headers: dict[str, str]
    body: bytes


class ConnectionDropped(Exception):
    """Raised by `exchange`: the connection ends without a reply."""


class Forwarder:
    """`with Forwarder(endpoint) as proxy:` serves `proxy.url`. Each connection has its own thread and its own connection to the engine."""

    def __init__(self, upstream: str) -> None:
        address = urlsplit(upstream)
        self._host, self._port = address.hostname or "127.0.0.1", address.port or 80
        self._local = threading.local()
        self._server = _Server(self)
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._server.server_port}"

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()
        self.hang_up()  # a call that a test forwards itself has a connection of the test's thread

    def exchange(self, call: Call) -> Answer:
        """Answer one call. Here it is passed on; subclasses override this."""
        return self.forward(call)

    def forward(self, call: Call) -> Answer:
        """The engine's own answer to the call."""
        connection: http.client.HTTPConnection | None = getattr(self._local, "connection", None)
        if connection is None:
            connection = self._local.connection = http.client.HTTPConnection(self._host, self._port, timeout=60)
        try:
            connection.request("POST", "/", call.body, call.headers)
            reply = connection.getresponse()
            body = reply.read()
        except BaseException:  # after any error the connection is not used again
            self.hang_up()
            raise
        headers = {name: value for name, value in reply.getheaders() if name.lower() not in _HOP_BY_HOP}
        return Answer(reply.status, headers, body)

    def hang_up(self) -> None:
        """Closes this thread's connection to the engine."""
        connection: http.client.HTTPConnection | None = getattr(self._local, "connection", None)
        if connection is not None:
            connection.close()
        self._local.connection = None


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    # Races open many connections at the same moment.
    request_queue_size = 256

    def __init__(self, forwarder: Forwarder) -> None:
        self.forwarder = forwarder
        super().__init__(("127.0.0.1", 0), _Handler)

    def handle_error(self, request: object, client_address: object) -> None:
        """Print no traceback, because callers that hang up are expected."""


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    wbufsize = 65536
    server: _Server

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        operation = self.headers.get("X-Amz-Target", "").rsplit(".", 1)[-1]
        headers = {name: value for name, value in self.headers.items() if name.lower() not in _HOP_BY_HOP}
        try:
            answer = self.server.forwarder.exchange(Call(operation, headers, body))
        except ConnectionDropped:
            self.close_connection = True
            return
        self.send_response_only(answer.status)
        for name, value in answer.headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(answer.body)))
        self.end_headers()
        self.wfile.write(answer.body)
        self.wfile.flush()

    def finish(self) -> None:
        super().finish()
        self.server.forwarder.hang_up()

    def log_message(self, *_: object) -> None:
        """Calls are counted, not printed."""
