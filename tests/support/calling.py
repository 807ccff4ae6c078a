"""Calls the provider as an ASGI app. The request arrives byte for byte as the test wrote it, while a client library would normalize it."""

from __future__ import annotations

import asyncio
import base64
import html
import json
import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl, quote_plus, urlencode, urlsplit

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

Pairs = list[tuple[bytes, bytes]]
FORM = "application/x-www-form-urlencoded"
_HIDDEN = re.compile(r'<input type="hidden" name="([^"]*)" value="([^"]*)"')
_ACTION = re.compile(r'<form[^>]* action="([^"]*)"')


@dataclass(frozen=True)
class Answer:
    """A response."""

    status: int
    raw_headers: Pairs
    body: bytes

    def header(self, name: str) -> str | None:
        """The value of a header, or None. Fails if the header is repeated."""
        values = self.headers(name)
        assert len(values) <= 1, f"{name} came {len(values)} times"
        return values[0] if values else None

    def headers(self, name: str) -> list[str]:
        """All values of a header."""
        return [value.decode("latin-1") for key, value in self.raw_headers if key.decode("latin-1").lower() == name.lower()]

    @property
    def text(self) -> str:
        return self.body.decode()

    @property
    def json(self) -> dict[str, Any]:
        document = json.loads(self.body)
        assert isinstance(document, dict)
        return document

    @property
    def error(self) -> str:
        """The member `error` of a JSON error response."""
        return str(self.json["error"])

    @property
    def location(self) -> str | None:
        return self.header("location")

    @property
    def sent_to(self) -> str:
        """The target of the redirect without its query, or an empty text."""
        return (self.location or "").partition("?")[0]

    @property
    def answered(self) -> dict[str, str]:
        """The query parameters of the redirect to the app."""
        assert self.status == 303, f"{self.status} {self.text[:300]}"
        pairs = parse_qsl(urlsplit(self.location or "").query, keep_blank_values=True, strict_parsing=True)
        assert len(dict(pairs)) == len(pairs), "a parameter came twice"
        return dict(pairs)

    @property
    def fields(self) -> dict[str, str]:
        """The hidden fields of a page, by name."""
        return {html.unescape(name): html.unescape(value) for name, value in _HIDDEN.findall(self.text)}

    @property
    def actions(self) -> list[str]:
        """The action of each form, without the sealed request in its query."""
        return [html.unescape(action).partition("?request=")[0] for action in _ACTION.findall(self.text)]

    @property
    def is_page(self) -> bool:
        """Whether this is an HTML page and no redirect."""
        return self.location is None and (self.header("content-type") or "").startswith("text/html")


class Caller:
    """Sends requests to an app. It keeps no cookies."""

    def __init__(self, asgi: Callable[..., Any], address: str = "203.0.113.7") -> None:
        self.asgi, self.address = asgi, address

    def get(self, path: str, query: Mapping[str, str] | str | None = None, *, headers: Iterable[tuple[str, str]] = ()) -> Answer:
        """Send a GET request."""
        return self.send("GET", path, query=query, headers=headers)

    def post(
        self, path: str, form: Mapping[str, str] | str | bytes, *, headers: Iterable[tuple[str, str]] = (),
        auth: tuple[str, str] | None = None,
    ) -> Answer:  # fmt: skip
        """Send a form by POST; `auth`: client id and secret for the Basic scheme."""
        given = list(headers) if auth is None else [("authorization", basic(*auth)), *headers]
        body = form if isinstance(form, bytes) else (form if isinstance(form, str) else urlencode(form)).encode()
        if not any(name.lower() == "content-type" for name, _ in given):
            given.append(("content-type", FORM))
        return self.send("POST", path, headers=given, body=body)

    def send(
        self, method: str, path: str, *, query: Mapping[str, str] | str | bytes | None = None, headers: Iterable[tuple[str, str]] = (),
        body: bytes = b"", raw_headers: Pairs | None = None, chunks: list[bytes] | None = None, scope: Mapping[str, Any] | None = None,
    ) -> Answer:  # fmt: skip
        """Send any request. `raw_headers` replaces `headers`, `chunks` replaces `body`, and `scope` overrides members of the ASGI scope."""
        asked = query if isinstance(query, bytes) else (query if isinstance(query, str) else urlencode(query or {})).encode()
        sent = raw_headers if raw_headers is not None else [(name.lower().encode(), value.encode("latin-1")) for name, value in headers]
        if raw_headers is None and not any(name == b"host" for name, _ in sent):
            sent = [(b"host", b"idp.example"), *sent]
        made: dict[str, Any] = {
            "type": "http", "asgi": {"version": "3.0", "spec_version": "2.4"}, "http_version": "1.1", "method": method, "scheme": "https",
            "path": path, "raw_path": path.encode(), "query_string": asked, "root_path": "", "headers": sent,
            "client": (self.address, 50000), "server": ("idp.example", 443), **(scope or {}),
        }  # fmt: skip
        return asyncio.run(_answer(self.asgi, made, chunks or [body]))


@dataclass
class PlainBrowser:
    """Sends requests through a `Caller` and keeps cookies."""

    caller: Caller
    cookies: dict[str, str] = field(default_factory=dict)

    def get(self, path: str, query: Mapping[str, str] | str | None = None, headers: Iterable[tuple[str, str]] = ()) -> Answer:
        """Open an address."""
        return self._kept(self.caller.get(path, query, headers=[*self._cookie(), *headers]))

    def post(self, path: str, form: Mapping[str, str], headers: Iterable[tuple[str, str]] = ()) -> Answer:
        """Send a form."""
        return self._kept(self.caller.post(path, form, headers=[*self._cookie(), *headers]))

    def _cookie(self) -> list[tuple[str, str]]:
        return [("cookie", "; ".join(f"{name}={value}" for name, value in self.cookies.items()))] if self.cookies else []

    def _kept(self, answer: Answer) -> Answer:
        for line in answer.headers("set-cookie"):
            name, _, value = line.partition(";")[0].partition("=")
            if "max-age=0" in line.lower():
                self.cookies.pop(name, None)
            else:
                self.cookies[name] = value
        return answer


async def _answer(app: Callable[..., Any], scope: dict[str, Any], chunks: list[bytes]) -> Answer:
    waiting, said = chunks, list[dict[str, Any]]()

    async def receive() -> dict[str, Any]:
        if not waiting:
            return {"type": "http.disconnect"}
        body = waiting.pop(0)
        return {"type": "http.request", "body": body, "more_body": bool(waiting)}

    async def send(message: dict[str, Any]) -> None:
        said.append(message)

    await app(scope, receive, send)
    starts = [message for message in said if message["type"] == "http.response.start"]
    assert len(starts) == 1, f"{len(starts)} answers"
    body = b"".join(message.get("body", b"") for message in said if message["type"] == "http.response.body")
    return Answer(starts[0]["status"], list(starts[0]["headers"]), body)


def basic(client_id: str, secret: str) -> str:
    """The Authorization header of client_secret_basic: each part form-urlencoded first (RFC 6749 §2.3.1)."""
    return raw_basic(f"{quote_plus(client_id)}:{quote_plus(secret)}".encode())


def raw_basic(credentials: bytes) -> str:
    """The Authorization header of the Basic scheme with these bytes, base64-encoded."""
    return "Basic " + base64.b64encode(credentials).decode()


def bearer(token: str) -> list[tuple[str, str]]:
    """The Authorization header with an access token."""
    return [("authorization", f"Bearer {token}")]
