"""Lambda's Invoke API on loopback with one function, for code that invokes another function."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any


class Invoking(ThreadingHTTPServer):
    """Lambda's Invoke, as far as it is used. `answer`: what the function returns, or a pair with X-Amz-Function-Error, or a status."""

    def __init__(self, answer: Any) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.answer = answer
        self.url = f"http://127.0.0.1:{self.server_port}"
        self.asked: list[tuple[str, dict[str, str], Any]] = []


class _Handler(BaseHTTPRequestHandler):
    server: Invoking

    def do_POST(self) -> None:
        event = json.loads(self.rfile.read(int(self.headers["content-length"])))
        self.server.asked.append((self.path, {name.lower(): value for name, value in self.headers.items()}, event))
        answer = self.server.answer(event) if callable(self.server.answer) else self.server.answer
        status, failed = (answer, False) if isinstance(answer, int) else (200, isinstance(answer, tuple))
        body = json.dumps(answer[0] if isinstance(answer, tuple) else answer).encode()
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        if failed:
            self.send_header("X-Amz-Function-Error", "Unhandled")
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: Any) -> None:
        """Log nothing."""


@contextmanager
def invoking(answer: Any) -> Iterator[Invoking]:
    """Lambda's API with a function that returns `answer`."""
    with Invoking(answer) as server:
        thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
        thread.start()
        yield server
        server.shutdown()
        thread.join()
