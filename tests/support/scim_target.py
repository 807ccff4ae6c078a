"""An app's SCIM endpoint on loopback, over https: scim2-server, a server by other authors, which a test can make fail.

with ScimTarget(authority) as target:
    target.base_url, target.token
    target.accounts()                          # what it has, by userName
    target.faults.append((429, {"Retry-After": "120"}, {}))   # the answer to the next request, instead of its own; None: none at all
    target.asked                               # method and path of each request
"""

from __future__ import annotations

import json
import logging
import threading
from functools import cache
from typing import TYPE_CHECKING, Any, Self

from scim2_models import Context
from scim2_server.applications.wsgi import WSGIApplication
from scim2_server.memory import InMemoryStorage
from scim2_server.utils import load_default_provider
from werkzeug.serving import BaseWSGIServer, make_server

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from tests.support.tls import Authority

TOKEN = "target-token-0123456789"
PROVIDER = cache(load_default_provider)
"""What the endpoint can do. Its classes take a second to make."""
Fault = tuple[int, dict[str, str], Any] | None


class ScimTarget:
    """The endpoint. Its token is checked, as an app does."""

    def __init__(self, authority: Authority) -> None:
        self.token, self.faults, self.asked = TOKEN, list[Fault](), list[tuple[str, str]]()
        self.before: Callable[[str, str], None] = lambda *_: None
        self.storage = InMemoryStorage()
        self._app = WSGIApplication(self.storage, PROVIDER())
        logging.getLogger("werkzeug").setLevel(logging.ERROR)
        self._server: BaseWSGIServer = make_server(
            "127.0.0.1", 0, self._serve, threaded=True, ssl_context=authority.server_context("localhost")
        )
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)

    @property
    def base_url(self) -> str:
        """Its address."""
        return f"https://localhost:{self._server.server_port}/v2"

    def accounts(self) -> dict[str, dict[str, Any]]:
        """Its accounts by userName."""
        found = [each.model_dump(scim_ctx=Context.RESOURCE_QUERY_RESPONSE) for each in self.storage.resources]
        return {each["userName"]: each for each in found if "userName" in each}

    def made(self) -> list[str]:
        """The methods of the requests that change something."""
        return [method for method, _ in self.asked if method != "GET"]

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    def _serve(self, environ: dict[str, Any], start: Callable[..., Any]) -> Iterable[bytes]:
        method, path = environ["REQUEST_METHOD"], environ["PATH_INFO"]
        self.asked.append((method, path))
        self.before(method, path)
        if self.faults:
            return self._fault(self.faults.pop(0), start)
        if environ.get("HTTP_AUTHORIZATION") != f"Bearer {self.token}":
            return self._fault((401, {}, {}), start)
        return self._app(environ, start)

    def _fault(self, fault: Fault, start: Callable[..., Any]) -> Iterable[bytes]:
        if fault is None:
            raise ConnectionAbortedError
        status, headers, body = fault
        start(f"{status} Fault", [("Content-Type", "application/scim+json"), *headers.items()])
        return [body if isinstance(body, bytes) else json.dumps(body).encode()]
