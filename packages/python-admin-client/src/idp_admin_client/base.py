"""What all operations share: headers, tokens, repetition, pages, refusals."""

from __future__ import annotations

import json
import time
import uuid
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Generic, TypeVar
from urllib.parse import quote, urlencode

from idp_admin_client.errors import NoAnswerError, ProblemError
from idp_admin_client.transport import Reply, Request, Transport, send

T = TypeVar("T")
_UNAUTHORIZED, _REFUSED = 401, 400
_AGAIN = frozenset({429, 502, 503, 504})
_LONGEST_WAIT = 30.0


@dataclass(frozen=True)
class Answer(Generic[T]):
    """An answer.

    `etag`: of the object, for `if_match`. `location`: of a new object. `replayed`: of an earlier request with the same key.
    """

    value: T
    status: int
    etag: str | None = None
    location: str | None = None
    replayed: bool = False


class Base:
    """A caller of the admin API. `token`: an access token, or a function that returns one."""

    def __init__(
        self, issuer: str, token: str | Callable[[], str], *, transport: Transport = send, tries: int = 3,
        pause: Callable[[float], None] = time.sleep,
    ) -> None:  # fmt: skip
        """`tries`: how often a request is sent at most, if it may be repeated: a read, or a POST with its key. `pause`: waits seconds."""
        self._issuer, self._token, self._transport = issuer.rstrip("/"), token, transport
        self._tries, self._pause = max(1, tries), pause

    @staticmethod
    def path(template: str, **places: str) -> str:
        """Return a path with these values."""
        for name, value in places.items():
            for placeholder in (f"{{{name}}}", f"{{{name}:path}}"):
                template = template.replace(placeholder, quote(value, safe=""))
        return template

    def call(
        self, method: str, path: str, *, query: Mapping[str, Any] | None = None, body: Any = None, if_match: str | None = None,
        if_none_match: str | None = None, idempotency_key: str | None = None, once: bool = False,
    ) -> Answer[Any]:  # fmt: skip
        """Send a request and return its answer. `once`: it gets a key, so that it is done once also if it is sent twice.

        Raises:
            ProblemError: the API refused it.
            NoAnswerError: there was no answer.
        """
        given = {name: _query(value) for name, value in (query or {}).items() if value is not None}
        url = f"{self._issuer}{path}{'?' if given else ''}{urlencode(given)}"
        headers = {"If-Match": if_match, "If-None-Match": if_none_match}
        headers["Idempotency-Key"] = (idempotency_key or str(uuid.uuid4())) if once else None
        headers["Content-Type"] = "application/json" if body is not None else None
        sent = None if body is None else json.dumps(body).encode()
        plain = {name: value for name, value in headers.items() if value is not None}
        return _answer(self._repeat(Request(method, url, plain, sent), may_repeat=method == "GET" or once))

    def entries(self, page: Callable[[str | None], Answer[Any]]) -> Iterator[Any]:
        """Yield the entries of all pages of a list."""
        cursor: str | None = None
        while True:
            found = page(cursor).value
            yield from found["items"]
            cursor = found["next_cursor"]
            if cursor is None:
                return

    def _repeat(self, request: Request, *, may_repeat: bool) -> Reply:
        """Send a request, again if that can help: after a lost reply, an overload, or an expired token."""
        renewed, tries = False, self._tries if may_repeat else 1
        for number in range(1, tries + 2):
            token = self._token if isinstance(self._token, str) else self._token()
            try:
                reply = self._transport(request._replace(headers={**request.headers, "Authorization": f"Bearer {token}"}))
            except NoAnswerError:
                if number >= tries:
                    raise
                self._pause(_wait(None, number))
                continue
            forget = getattr(self._token, "forget", None)
            if reply.status == _UNAUTHORIZED and forget and not renewed:  # refused before anything was done
                forget()
                renewed = True
                continue
            if reply.status not in _AGAIN or number >= tries:
                return reply
            self._pause(_wait(reply, number))
        raise NoAnswerError("the token was refused twice")


def _wait(reply: Reply | None, number: int) -> float:
    """Return the seconds before the next try."""
    told = reply.headers.get("retry-after", "") if reply else ""
    return min(float(told) if told.isdigit() else 0.5 * 2**number, _LONGEST_WAIT)


def _query(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def _answer(reply: Reply) -> Answer[Any]:
    if reply.status >= _REFUSED:
        raise ProblemError(reply)
    if not 200 <= reply.status < 300:  # noqa: PLR2004  # a redirect is no answer of this API
        raise NoAnswerError(f"the status is {reply.status}")
    try:
        value = json.loads(reply.body) if reply.body else None
    except ValueError as error:
        raise NoAnswerError("the answer is no JSON") from error
    headers = reply.headers
    return Answer(value, reply.status, headers.get("etag"), headers.get("location"), headers.get("idempotency-replayed") == "true")
