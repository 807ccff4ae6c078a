"""The admin API in this process: the app that is deployed, with the operator of the command line as its caller.

So a file meets the same rules, writes and audit events as a request. The operator can write to the tables anyway.
"""

from __future__ import annotations

import asyncio
import json
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote

from idp.cli.declared.api import ABSENT, PREFIX, Answer
from idp.cli.declared.problems import ApiRefusedError
from idp.domain.access import admin_scopes
from idp.domain.access.tenancy import DEPLOYMENT
from idp.domain.errors import IdpError, NotFound, Unavailable
from idp.http.admin.app import build
from idp.http.admin.principal import Principal
from idp.services.audit.recorder import SYSTEM
from idp.telemetry.record import Record, recording

if TYPE_CHECKING:
    from collections.abc import Iterator, MutableMapping, Sequence

    from idp.domain.declared.managed_object import ManagedObject
    from idp.wiring.all_services import AllServices

OPERATOR = Principal("system", SYSTEM, admin_scopes.ALL, DEPLOYMENT)
_REFUSED, _UNAVAILABLE = 400, 503
_COMPARED = {"apps": "app_has", "connections": "connection_has", "provisioning_targets": "target_has"}


class LocalApi:
    """See `Api`."""

    def __init__(self, services: AllServices) -> None:
        self._services, self.settings = services, services.settings
        self._app = build(services, OPERATOR)

    def call(self, method: str, path: str, body: Any = None, *, etag: str = "") -> Answer:
        record = Record("")
        with recording(record):
            status, headers, sent = asyncio.run(self._send(method, path, None if body is None else json.dumps(body).encode(), etag))
        if status == _UNAVAILABLE and record.detail:
            raise Unavailable(detail=record.detail)  # the command line knows what to do about the store
        answer = json.loads(sent) if sent else None
        if status >= _REFUSED:
            problem = answer or {}
            raise ApiRefusedError(status, problem.get("detail", ""), problem.get("errors", ()))
        return Answer(answer, headers.get("etag", ""))

    async def _send(self, method: str, path: str, body: bytes | None, etag: str) -> tuple[int, dict[str, str], bytes]:
        """Call the app. `body`: JSON."""
        target, _, query = f"{PREFIX}{path}".partition("?")
        headers = [(b"if-none-match" if etag == ABSENT else b"if-match", etag.encode())] if etag else []
        headers += [(b"content-type", b"application/json")] if body is not None else []
        scope: dict[str, Any] = {
            "type": "http", "asgi": {"version": "3.0"}, "http_version": "1.1", "method": method, "scheme": "http", "path": unquote(target),
            "raw_path": target.encode(), "query_string": query.encode(), "root_path": "", "headers": headers, "client": None,
            "server": None, "idp.request_id": "", "idp.record": Record(""),
        }  # fmt: skip
        status, found, parts = 500, dict[str, str](), list[bytes]()

        async def receive() -> MutableMapping[str, Any]:
            return {"type": "http.request", "body": body or b"", "more_body": False}

        async def send(message: MutableMapping[str, Any]) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                found.update((name.decode().lower(), value.decode()) for name, value in message["headers"])
            else:
                parts.append(message.get("body", b""))

        await self._app(scope, receive, send)
        return status, found, b"".join(parts)

    def holds_secret(self, kind: str, object_id: str, secret: str) -> bool:
        compare = self._services.secret_comparison
        with _refusals():
            if kind == "organization_connections":
                return compare.organisation_connection_has(object_id, secret, scope=DEPLOYMENT, by=SYSTEM)
            return bool(getattr(compare, _COMPARED[kind])(object_id, secret, scope=DEPLOYMENT))

    def set_app_secret(self, client_id: str, secret: str) -> None:
        with _refusals():
            self._services.client_service.rotate_secret(client_id, scope=DEPLOYMENT, secret=secret)

    def labels(self) -> Sequence[ManagedObject]:
        return self._services.labels.listing(scope=DEPLOYMENT)

    def label(self, made: ManagedObject) -> None:
        with _refusals():
            self._services.labels.put(made, scope=DEPLOYMENT, by=SYSTEM)

    def unlabel(self, made: ManagedObject) -> None:
        with suppress(NotFound):
            self._services.labels.remove(made, scope=DEPLOYMENT, by=SYSTEM)


@contextmanager
def _refusals() -> Iterator[None]:
    """Turn a refusal of a service into that of the API."""
    try:
        yield
    except Unavailable:
        raise
    except IdpError as error:
        raise ApiRefusedError(error.status, error.description) from error
