"""Requests to URLs that apps register or send and that connections name (threats E-09, I-08). See Client ID Metadata Document §6.

Apps name `jwks_uri`, `request_uri`, sector identifiers, client metadata and logout URLs. Connections name the endpoints of upstreams.

Only https. The name is resolved once, all of its addresses have to be public, and the connection goes to one of these addresses with the
name in SNI and Host. So a second answer of the resolver has no effect. Redirects are not followed and proxies are not used. Bytes and
seconds are limited. The app learns that the fetch failed, but not why.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from time import monotonic
from typing import TYPE_CHECKING, NamedTuple, Protocol
from urllib.parse import urlencode, urlsplit

from idp.adapters.exchange import Deadline, exchange, look_up, open_socket
from idp.adapters.public_address import is_public
from idp.telemetry.record import span

if TYPE_CHECKING:
    from socket import socket
    from ssl import SSLContext

LIMIT_BYTES = 64 * 1024
TIMEOUT = 3.0
HTTPS_PORT = 443
Headers = Mapping[str, str]
NO_HEADERS: Headers = {}
_OK = 200
_MAX_URL = 2048
SENT = ("GET", "POST", "PATCH", "DELETE")
_HEADER = re.compile(r"[A-Za-z0-9-]{1,64}")
_PRINTABLE = re.compile(r"[ -~]{0,8192}")
_NAME = re.compile(r"[a-z0-9-]{1,63}(\.[a-z0-9-]{1,63})*\Z")
_NUMBER = re.compile(r"(0x[0-9a-f]*|[0-9]+)\Z")


class FetchRefused(Exception):
    """The fetch failed. `detail` is a reason for the log; it must not be in an answer."""

    def __init__(self, detail: str) -> None:
        super().__init__("could not be fetched")
        self.detail = detail


class Fetched(NamedTuple):
    """The complete body of an answer with status 200, and its headers by lower-case name."""

    body: bytes
    headers: Mapping[str, str]


class Answered(NamedTuple):
    """An answer with any status: its complete body, and its headers by lower-case name."""

    status: int
    body: bytes
    headers: Mapping[str, str]


class Fetcher(Protocol):
    """Fetches URLs: in this process (`Outgoing`), or in a function without a role (`FetchFunction`)."""

    def get(
        self,
        url: str,
        *,
        accept: str = "application/json",
        limit: int = LIMIT_BYTES,
        timeout: float = TIMEOUT,
        headers: Headers = NO_HEADERS,
    ) -> Fetched:
        """GET: the body of an answer with status 200 and at most `limit` bytes, within `timeout` seconds. Raises FetchRefused.

        `headers`: further headers of the request.
        """
        ...

    def post(self, url: str, form: Mapping[str, str], *, timeout: float = TIMEOUT) -> int:
        """POST a form: the status of the answer, within `timeout` seconds. Raises FetchRefused if there is no answer."""
        ...

    def send(
        self,
        url: str,
        *,
        method: str = "POST",
        form: Mapping[str, str] | None = None,
        content: bytes = b"",
        headers: Headers = NO_HEADERS,
        limit: int = LIMIT_BYTES,
        timeout: float = TIMEOUT,
    ) -> Answered:
        """Make one request with `headers` and return its answer, whatever its status is. It is never repeated, and no redirect is followed.

        `form` is sent as `application/x-www-form-urlencoded`; without a form `content` is the body, and `headers` name its type. The answer
        has at most `limit` bytes and comes within `timeout` seconds. Headers and bodies may contain secrets: they are in no log and in no
        error.

        Raises:
            FetchRefused: there is no answer, it is too long or too late, or a header has characters other than printable ASCII.
        """
        ...


class Target(NamedTuple):
    """A parsed URL. `trusted`: its host is one of the development deployment's own."""

    host: str
    port: int
    path: str
    trusted: bool


def parse_target(url: str, dev_hosts: Collection[str] = ()) -> Target:
    """Parse a URL that may be fetched. Raises FetchRefused for others.

    It has no credentials, no other port and no IP address as host: `2130706433`, `0x7f.1` and `[::ffff:7f00:1]` are all 127.0.0.1.
    `dev_hosts`: as for `Outgoing`.
    """
    if len(url) > _MAX_URL or not re.fullmatch(r"[!-~]+", url) or "\\" in url:
        raise FetchRefused("url")
    try:
        parts = urlsplit(url)
        host, port = parts.hostname or "", HTTPS_PORT if parts.port is None else parts.port
    except ValueError:
        raise FetchRefused("url") from None
    trusted = host in dev_hosts
    named = _NAME.match(host) and not _NUMBER.match(host.rpartition(".")[2])
    if parts.scheme != "https" or "@" in parts.netloc or not (trusted or (named and port == HTTPS_PORT)):
        raise FetchRefused("url")
    return Target(host, port, (parts.path or "/") + (f"?{parts.query}" if parts.query else ""), trusted)


@dataclass(frozen=True)
class Outgoing:
    """Fetches in this process.

    `dev_hosts` may have any address and port, and certificates of the authorities in `dev_ca` (a PEM file): settings.py refuses both in
    production. The other parameters are for tests.
    """

    dev_hosts: frozenset[str] = frozenset()
    dev_ca: str = ""
    resolve: Callable[[str, int], Sequence[str]] = look_up
    connect: Callable[[str, int, float], socket] = open_socket
    clock: Callable[[], float] = monotonic
    _contexts: dict[bool, SSLContext] = field(default_factory=dict, init=False)

    def get(
        self,
        url: str,
        *,
        accept: str = "application/json",
        limit: int = LIMIT_BYTES,
        timeout: float = TIMEOUT,
        headers: Headers = NO_HEADERS,
    ) -> Fetched:
        """See Fetcher."""
        with span("fetch GET"):
            status, answered, body = self._exchange(url, "GET", {"Accept": accept, **headers}, b"", limit, timeout)
        if status != _OK:
            raise FetchRefused(f"status {status}")
        return Fetched(body, answered)

    def post(self, url: str, form: Mapping[str, str], *, timeout: float = TIMEOUT) -> int:
        """See Fetcher."""
        headers = {"Content-Type": "application/x-www-form-urlencoded"}
        with span("fetch POST"):
            return self._exchange(url, "POST", headers, urlencode(form).encode(), 0, timeout)[0]

    def send(
        self,
        url: str,
        *,
        method: str = "POST",
        form: Mapping[str, str] | None = None,
        content: bytes = b"",
        headers: Headers = NO_HEADERS,
        limit: int = LIMIT_BYTES,
        timeout: float = TIMEOUT,
    ) -> Answered:
        """See Fetcher."""
        if method not in SENT:
            raise FetchRefused("method")
        if not all(_HEADER.fullmatch(name) and _PRINTABLE.fullmatch(value) for name, value in headers.items()):
            raise FetchRefused("header")  # a line break in a value would begin another header or another request
        typed = {} if form is None else {"Content-Type": "application/x-www-form-urlencoded"}
        body = content if form is None else urlencode(form).encode()
        with span("fetch " + method):
            status, answered, content = self._exchange(url, method, {**typed, **headers}, body, limit, timeout)
        return Answered(status, content, answered)

    def _exchange(
        self, url: str, method: str, headers: dict[str, str], body: bytes, limit: int, timeout: float
    ) -> tuple[int, dict[str, str], bytes]:
        from http.client import HTTPException

        target = parse_target(url, self.dev_hosts)
        deadline = Deadline(self.clock, self.clock() + timeout)
        try:
            addresses = self._addresses(target, deadline)
            with closing(self._open(target, addresses, deadline)) as connection:
                host = target.host if target.port == HTTPS_PORT else f"{target.host}:{target.port}"
                sent = {"Host": host, "User-Agent": "idp", "Accept-Encoding": "identity", "Connection": "close", **headers}
                return exchange(connection, method, target.path, sent, body, limit, deadline)
        except (OSError, HTTPException, ValueError) as error:  # ValueError: the answer is not HTTP, or over the limit
            raise FetchRefused(type(error).__name__) from error

    def _addresses(self, target: Target, deadline: Deadline) -> list[str]:
        """All addresses of the host, IPv4 first. Raises FetchRefused if one of them is not public."""
        found = deadline.wait_for(lambda: self.resolve(target.host, target.port))
        if not found or not (target.trusted or all(is_public(address) for address in found)):
            raise FetchRefused("address")
        return sorted(dict.fromkeys(found), key=lambda address: ":" in address)

    def _open(self, target: Target, addresses: list[str], deadline: Deadline) -> socket:
        for address in addresses[:3]:
            try:
                raw = self.connect(address, target.port, deadline.left() / 2)  # half, so that a dead address leaves time for the next one
            except OSError:
                continue
            try:
                raw.settimeout(deadline.left())
                return self._context(trusted=target.trusted).wrap_socket(raw, server_hostname=target.host)
            except (OSError, ValueError):
                raw.close()
                raise
        raise FetchRefused("connect")

    def _context(self, *, trusted: bool) -> SSLContext:
        from idp.verify.authorities import client_context

        if trusted not in self._contexts:
            self._contexts[trusted] = client_context((self.dev_ca or None) if trusted else None)
        return self._contexts[trusted]
