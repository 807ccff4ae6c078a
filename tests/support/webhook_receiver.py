"""A receiver of webhooks on loopback, over https, which a test can make fail.

with WebhookReceiver(authority) as receiver:
    receiver.url
    receiver.got                          # (headers by lower-case name, body) of each request
    receiver.faults.append((503, {"Retry-After": "120"}))     # the answer to the next request, in place of 204; None: none at all
    receiver.refuse = lambda body: 500    # a status for each request, or None
    receiver.before = lambda body: …      # runs before the answer
    receiver.json = False                 # bodies are no JSON; the two above get an empty object
"""

from __future__ import annotations

import json
import logging
import threading
from typing import TYPE_CHECKING, Any, NamedTuple, Self

from werkzeug.serving import BaseWSGIServer, make_server
from werkzeug.wrappers import Request, Response

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from tests.support.tls import Authority


class Received(NamedTuple):
    """One request."""

    headers: dict[str, str]
    body: bytes

    @property
    def id(self) -> str:
        """The id of the event."""
        return self.headers["webhook-id"]

    @property
    def event(self) -> dict[str, Any]:
        """The event."""
        found: dict[str, Any] = json.loads(self.body)
        return found


class WebhookReceiver:
    """The receiver."""

    def __init__(self, authority: Authority) -> None:
        self.got: list[Received] = []
        self.json = True
        self.faults: list[tuple[int, dict[str, str]] | None] = []
        self.refuse: Callable[[dict[str, Any]], int | None] = lambda _: None
        self.before: Callable[[dict[str, Any]], None] = lambda _: None
        logging.getLogger("werkzeug").setLevel(logging.ERROR)
        self._server: BaseWSGIServer = make_server(
            "127.0.0.1", 0, self._serve, threaded=True, ssl_context=authority.server_context("localhost")
        )
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)

    @property
    def url(self) -> str:
        """Its address."""
        return f"https://localhost:{self._server.server_port}/webhooks?from=idp"

    def types(self) -> list[str]:
        """The types of the events that came, in order."""
        return [each.event["type"] for each in self.got]

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    def _serve(self, environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        request = Request(environ)
        received = Received({name.lower(): value for name, value in request.headers.items()}, request.get_data())
        told = received.event if self.json else {}
        self.before(told)
        self.got.append(received)
        fault = self.faults.pop(0) if self.faults else (self.refuse(told) or 204, {})
        if fault is None:
            msg = "no answer"
            raise ConnectionResetError(msg)
        return Response(status=fault[0], headers=fault[1])(environ, start_response)
